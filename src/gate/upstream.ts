import type { Upstream } from '../config.ts'
import type { Deployment } from '../deployment.ts'
import { serviceBinding } from '../environment.ts'
import { faultDetail } from '../log.ts'
import type { Refusal } from '../refusal.ts'
import { err, ok, type Result } from '../result.ts'
import type { Session } from '../session/session.ts'
import { tokenScope, type Visit } from '../visit.ts'
import { forwardedHeaders } from './forwarded-request.ts'
import { addAddress, addIdentity } from './identity.ts'

/**
 * Sends a request that passed the gate to what holds the page: the address that was judged, and no other.
 *
 * @param session who is there; nobody on a public path, whose answer may be kept for everybody
 */
export async function fetchUpstream(
  deployment: Deployment,
  visit: Visit,
  session: Session | undefined,
): Promise<Result<Response, Refusal>> {
  const { site, request, url, kind } = visit
  const { upstream, audience = url.host } = site
  const headers = forwardedHeaders(request.headers)
  if (kind === 'upgrade') headers.set('Upgrade', 'websocket')
  // Static files are the same for everybody, so an assertion would be signed for nobody.
  if (upstream.kind !== 'assets') {
    addAddress(headers, visit)
    const { issuer } = tokenScope(visit)
    const assertion =
      session && (await deployment.assertions?.about(session, { issuer, audience }, visit.now))
    if (session !== undefined && assertion !== undefined) addIdentity(headers, session, assertion)
  }
  const forward = (href: string) =>
    // The browser follows redirects, and so passes the gate again.
    new Request(href, { method: request.method, headers, body: request.body, redirect: 'manual' })
  try {
    return ok(await send(deployment, upstream, visit, forward))
  } catch (error) {
    return err({ reason: 'upstream_unreachable', upstream: upstream.kind, detail: faultDetail(error) })
  }
}

async function send(
  { env, effects }: Deployment,
  upstream: Upstream,
  { url }: Visit,
  forward: (href: string) => Request,
): Promise<Response> {
  switch (upstream.kind) {
    case 'assets':
      return serviceBinding(env, 'ASSETS').fetch(forward(url.href))
    case 'service':
      return serviceBinding(env, upstream.binding).fetch(forward(url.href))
    case 'passthrough':
      return effects.fetch(forward(url.href))
    case 'origin': {
      const { pathname, search } = new URL(url.href)
      const { origin } = new URL(upstream.url)
      return withOwnLocation(await effects.fetch(forward(origin + pathname + search)), origin, url.origin)
    }
  }
}

/** An origin that names itself in a redirect means this site: its own address is nobody's to know, and past the gate. */
function withOwnLocation(response: Response, theirs: string, ours: string): Response {
  const given = response.headers.get('Location') ?? ''
  const location = given.includes('//') ? URL.parse(given, theirs) : null
  if (location?.origin !== theirs) return response
  const copy = new Response(response.body, response)
  copy.headers.set('Location', ours + location.href.slice(theirs.length))
  return copy
}

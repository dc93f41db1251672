import { faultDetail } from '../audit/log.ts'
import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { Upstream } from '../config.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { serviceBinding } from '../deployment/environment.ts'
import { withCookies } from '../pages/response.ts'
import { requestTarget } from '../policy/canonical-url.ts'
import { setsOurCookie } from '../request/cookies.ts'
import { tokenScope, type Visit } from '../request/visit.ts'
import type { Session } from '../tokens/session.ts'
import { forwardedHeaders } from './forwarded-headers.ts'
import { addAddress, addIdentity } from './identity-headers.ts'

/** A page, and for whom it was made. */
export interface Fetched {
  readonly response: Response
  /** Who turned out to be there on a public path, where the page itself asked. */
  readonly session?: Session | undefined
  /** `Set-Cookie` values of that session, where it was renewed. */
  readonly cookies?: readonly string[]
}

/** Gets the page that was asked for, on behalf of whoever is there. */
export type FetchPage = (session: Session | undefined) => Promise<Result<Fetched, Refusal>>

/**
 * Sends a request that passed the gate to what holds the page: the address that was judged, and no other.
 *
 * @param session who is there; nobody on a public path, whose answer may be kept for everybody
 */
export async function fetchUpstream(
  deployment: Deployment,
  visit: Visit,
  session: Session | undefined,
): Promise<Result<Fetched, Refusal>> {
  const { upstream } = visit.site
  const { method } = visit.request
  const readsFile = upstream.kind === 'assets' && (method === 'GET' || method === 'HEAD')
  // A signature that fails is a fault of ours, and not of the upstream.
  const headers = readsFile ? undefined : await upstreamHeaders(deployment, visit, session)
  try {
    const response =
      headers === undefined
        ? await fetchAsset(deployment, visit)
        : await send(deployment, upstream, visit, headers)
    return ok({ response: dropOurCookies(response) })
  } catch (error) {
    return err({ reason: 'upstream_unreachable', upstream: upstream.kind, detail: faultDetail(error) })
  }
}

/** What static files depend on, besides their address. */
const ASSET_HEADERS = ['If-None-Match', 'If-Modified-Since', 'Range', 'If-Range']

/** A redirect is the browser's to follow, and so passes the gate again. */
const PLAIN_GET: RequestInit = { redirect: 'manual' }

/** Reading a file: copying all headers of the request would cost more than everything else that is done here. */
function fetchAsset({ env }: Deployment, { request, url }: Visit): Promise<Response> {
  const assets = serviceBinding(env, 'ASSETS')
  const conditions = ASSET_HEADERS.flatMap((name): [string, string][] => {
    const value = request.headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  return conditions.length === 0 && request.method === 'GET'
    ? assets.fetch(url.href, PLAIN_GET)
    : assets.fetch(url.href, { ...PLAIN_GET, method: request.method, headers: conditions })
}

async function upstreamHeaders(
  { assertions }: Deployment,
  visit: Visit,
  session: Session | undefined,
): Promise<Headers> {
  const headers = forwardedHeaders(visit.request.headers, visit.site.passHeaders)
  if (visit.kind === 'upgrade') headers.set('Upgrade', 'websocket')
  addAddress(headers, visit)
  // Static files are the same for everybody: they are told of nobody.
  if (session === undefined || visit.site.upstream.kind === 'assets') return headers
  // At start a key for them was asked for. Who is there must not be left out without a word.
  if (assertions === undefined) throw new Error('there is no key to sign assertions with')
  const { site, url, now } = visit
  const scope = { issuer: tokenScope(visit).issuer, audience: site.audience ?? url.host }
  addIdentity(headers, session, await assertions.about(session, scope, now))
  return headers
}

async function send(
  { env, effects }: Deployment,
  upstream: Upstream,
  { request, url }: Visit,
  headers: Headers,
): Promise<Response> {
  const init: RequestInit = {
    method: request.method,
    headers,
    body: request.body,
    // The browser follows redirects, and so passes the gate again.
    redirect: 'manual',
    // One person's answer stays out of Cloudflare's cache, and compressed as it came: a pipe would unpack it (stream-end.ts).
    ...(headers.has('Gatehouse-Assertion') && { cache: 'no-store', encodeResponseBody: 'manual' }),
  }
  switch (upstream.kind) {
    case 'app':
      throw new Error('app() is what follows the middleware in a Hono app, and nothing to fetch from')
    case 'assets':
      return serviceBinding(env, 'ASSETS').fetch(url.href, init)
    case 'service':
      return serviceBinding(env, upstream.binding).fetch(url.href, init)
    case 'passthrough':
      return effects.fetch(url.href, init)
    case 'origin': {
      const { origin } = new URL(upstream.url)
      return withOwnLocation(await effects.fetch(origin + requestTarget(url), init), origin, url.origin)
    }
  }
}

/**
 * Whoever answers for a page must not choose who the next request comes from: a `Set-Cookie` under our names would be a session of
 * somebody else, or the end of this one. Nearly every answer has none at all, and passes untouched.
 */
export function dropOurCookies(response: Response): Response {
  const { headers } = response
  const cleared = headers.get('Clear-Site-Data')
  if (!headers.has('Set-Cookie') && cleared === null) return response
  const lines = headers.getSetCookie()
  const kept = lines.filter((line) => !setsOurCookie(line))
  const clears = cleared !== null && /"(?:cookies|\*)"/i.test(cleared)
  if (kept.length === lines.length && !clears) return response
  const copy = new Response(response.body, response)
  copy.headers.delete('Set-Cookie')
  if (clears) {
    const left = withoutCookies(cleared)
    if (left === '') copy.headers.delete('Clear-Site-Data')
    else copy.headers.set('Clear-Site-Data', left)
  }
  return withCookies(copy, kept)
}

/** A site may clear what is its own; cookies go all or none, and all would be ours too. */
const withoutCookies = (directives: string): string =>
  directives
    .split(',')
    .map((directive) => directive.trim())
    .flatMap((directive) => {
      if (directive === '"*"') return ['"cache"', '"storage"', '"executionContexts"']
      return /^"cookies"$/i.test(directive) ? [] : [directive]
    })
    .join(', ')

/** An origin that names itself in a redirect means this site: its own address is nobody's to know, and past the gate. */
function withOwnLocation(response: Response, theirs: string, ours: string): Response {
  const given = response.headers.get('Location') ?? ''
  const location = /^(?:https?:)?\/\//i.test(given) ? URL.parse(given, theirs) : null
  if (location?.origin !== theirs) return response
  const copy = new Response(response.body, response)
  copy.headers.set('Location', ours + location.href.slice(theirs.length))
  return copy
}

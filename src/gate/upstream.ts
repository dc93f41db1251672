import type { Upstream } from '../config.ts'
import type { Deployment } from '../deployment.ts'
import { serviceBinding } from '../environment.ts'
import { faultDetail } from '../log.ts'
import type { Refusal } from '../refusal.ts'
import { err, ok, type Result } from '../result.ts'
import type { Visit } from '../visit.ts'
import { forwardedHeaders } from './forwarded-request.ts'

/** Sends a request that passed the gate to what holds the page: the address that was judged, and no other. */
export async function fetchUpstream(
  deployment: Deployment,
  visit: Visit,
): Promise<Result<Response, Refusal>> {
  const { upstream } = visit.site
  const { request, url } = visit
  const forward = (href: string) =>
    new Request(href, {
      method: request.method,
      headers: forwardedHeaders(request.headers),
      body: request.body,
      // The browser follows redirects, and so passes the gate again.
      redirect: 'manual',
    })
  try {
    return ok(await send(deployment, upstream, url.href, forward))
  } catch (error) {
    return err({ reason: 'upstream_unreachable', upstream: upstream.kind, detail: faultDetail(error) })
  }
}

function send(
  { env, effects }: Deployment,
  upstream: Upstream,
  href: string,
  forward: (href: string) => Request,
): Promise<Response> {
  switch (upstream.kind) {
    case 'assets':
      return serviceBinding(env, 'ASSETS').fetch(forward(href))
    case 'service':
      return serviceBinding(env, upstream.binding).fetch(forward(href))
    case 'passthrough':
      return effects.fetch(forward(href))
    case 'origin': {
      const { pathname, search } = new URL(href)
      return effects.fetch(forward(new URL(upstream.url).origin + pathname + search))
    }
  }
}

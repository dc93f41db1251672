import type { Visit } from '../request/visit.ts'

/**
 * Says on what an upstream answers, too, who may show it in a frame: where the cookies of a site come along into frames, a page that leaves it
 * open could be put below anybody's decoys. A policy of the upstream's own holds besides (CSP level 3 section 8.1).
 */
export function withFrameAncestors({ site }: Visit, response: Response): Response {
  // What a browser has kept keeps what was said of it.
  if (site.frameAncestors === undefined || response.status === 101 || response.status === 304) return response
  const copy = new Response(response.body, response)
  copy.headers.append('Content-Security-Policy', `frame-ancestors ${site.frameAncestors}`)
  return copy
}

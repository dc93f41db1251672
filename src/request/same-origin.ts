import type { Visit } from './visit.ts'

/**
 * Whether a request that changes something comes from this site or from the address bar (Fetch Metadata), or at least
 * names this origin. Cookies alone prove nothing: the browser sends them for everybody.
 */
export function isOwnIntention({ request, url }: Visit): boolean {
  const site = request.headers.get('Sec-Fetch-Site')
  if (site !== null) return site === 'same-origin' || (site === 'none' && request.method === 'GET')
  return request.method === 'POST' && request.headers.get('Origin') === url.origin
}

/**
 * Whether another site may have sent the browser here: a browser that does not say where a request comes from may be acting for one.
 * What is typed, or opened from a mail program, is the person's own doing.
 */
export function isSentByAnotherSite({ request }: Visit): boolean {
  const site = request.headers.get('Sec-Fetch-Site')
  return site !== 'same-origin' && site !== 'none'
}

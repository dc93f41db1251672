import type { Arrival, Visit } from './visit.ts'

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
export function isSentByAnotherSite({ request }: Pick<Arrival, 'request'>): boolean {
  const site = request.headers.get('Sec-Fetch-Site')
  return site !== 'same-origin' && site !== 'none'
}

/**
 * Whether a page of another origin sends something that may change things (RFC 9110 section 9.2.1). Only a site that is shown in frames has to
 * ask: elsewhere `SameSite=Lax` keeps the cookies from such requests. What is no browser says nothing of the kind, and brings nobody's cookies.
 *
 * @param cors the origins that are named
 */
export function isForeign({ request: { method, headers }, url }: Visit, cors: ReadonlySet<string>): boolean {
  if (SAFE_METHODS.has(method)) return false
  const from = headers.get('Sec-Fetch-Site')
  // A page that sends no referrers posts `Origin: null` even to its own origin.
  if (from === 'same-origin') return false
  const origin = headers.get('Origin')
  return origin === null ? from !== null && from !== 'none' : origin !== url.origin && !cors.has(origin)
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

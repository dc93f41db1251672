import { STRICT_TRANSPORT_SECURITY, withCookies } from '../pages/response.ts'
import type { MatchedRule } from '../policy/policy.ts'
import { withoutOurCookies } from '../request/cookies.ts'
import type { Visit } from '../request/visit.ts'

/** RFC 9213: these would go before `Cache-Control` in a cache in front. */
const TARGETED_CACHE_CONTROL = ['CDN-Cache-Control', 'Cloudflare-CDN-Cache-Control', 'Surrogate-Control']

/**
 * What was shown to one person must not be shown to the next by a cache in between (CVE-2025-48947, CVE-2025-64762). An answer that says
 * so itself passes as it is: copying one costs more than the decision that came before it.
 *
 * @param body    what the body is sent through, if it may not go as it is
 * @param cookies `Set-Cookie` values of a session that was renewed on the way
 */
export function asPrivate(
  visit: Visit,
  rule: MatchedRule,
  response: Response,
  body: ReadableStream | undefined,
  cookies: readonly string[],
): Response {
  const { headers } = response
  const policy = policyFor(response, rule)
  if (policy === undefined && cookies.length === 0 && body === undefined && isPrivate(visit, headers))
    return response
  const copy = new Response(body ?? response.body, response)
  dropTargeted(copy.headers)
  if (!visit.url.isLocal && !headers.has('Strict-Transport-Security')) {
    copy.headers.set('Strict-Transport-Security', STRICT_TRANSPORT_SECURITY)
  }
  const given = policy ?? headers.get('Cache-Control') ?? 'no-cache'
  const mustNotStay = cookies.length > 0 || headers.has('Set-Cookie')
  copy.headers.set('Cache-Control', mustNotStay ? 'no-store' : privately(given))
  // What the configuration lets a browser keep of a session, it need not fetch again for every cookie that changes.
  if (policy === undefined || rule?.access === 'public') copy.headers.append('Vary', 'Cookie')
  return withCookies(copy, cookies)
}

/** As a browser keeps a page that says nothing: it asks each time whether it is still the one. */
const REVALIDATE = 'max-age=0, must-revalidate'

/**
 * Applies what a public rule says of caches. An answer that says nothing is not left so: Cloudflare's Workers Cache keeps those for hours, under
 * a key without host and cookie. To a request that says who asks, in the application's own way, it may be one person's.
 */
export function withCachePolicy(visit: Visit, rule: MatchedRule, response: Response): Response {
  const { headers, status } = response
  const policy = policyFor(response, rule)
  if (status === 101 || (policy === undefined && headers.has('Cache-Control'))) return response
  const copy = new Response(response.body, response)
  const setsCookie = headers.has('Set-Cookie')
  if (policy !== undefined) dropTargeted(copy.headers)
  const isForAll = !setsCookie && !hasCredentials(visit)
  const given = policy ?? `${isForAll ? 'public' : 'private'}, ${REVALIDATE}`
  copy.headers.set('Cache-Control', policy !== undefined && setsCookie ? 'no-store' : given)
  return copy
}

/** Whether the upstream can tell who asks. To `Authorization` caches give way only until an answer says `public` (RFC 9111 section 3.5). */
const hasCredentials = ({ upstream, request, cookies }: Visit): boolean =>
  upstream.kind !== 'assets' &&
  (request.headers.has('Authorization') || (cookies !== null && withoutOurCookies(cookies) !== undefined))

/** Whether an answer has everything that {@link asPrivate} would give it. */
function isPrivate({ url }: Visit, headers: Headers): boolean {
  const given = headers.get('Cache-Control')
  // A comma in quotes is none.
  if (given?.includes('"')) return false
  const directives = listOf(given)
  // With `must-understand` it is for caches that do not know the status (RFC 9111 section 5.2.2.3).
  const keepsNothing = directives.includes('no-store') && !directives.includes('must-understand')
  if (!keepsNothing) {
    const isForAll = directives.some((each) => each === 'public' || each.startsWith('s-maxage'))
    if (isForAll || !directives.includes('private') || !listOf(headers.get('Vary')).includes('cookie'))
      return false
    if (headers.has('Set-Cookie')) return false
  }
  if (!url.isLocal && !headers.has('Strict-Transport-Security')) return false
  return !TARGETED_CACHE_CONTROL.some((targeted) => headers.has(targeted))
}

/** Takes away what caches would go by before they look at `Cache-Control`. */
export function dropTargeted(headers: Headers): void {
  for (const targeted of TARGETED_CACHE_CONTROL) if (headers.has(targeted)) headers.delete(targeted)
}

/** What the configuration says; not of errors, which pass. */
const policyFor = ({ status }: Response, rule: MatchedRule): string | undefined =>
  status < 400 ? rule?.cache : undefined

function privately(cacheControl: string): string {
  const directives = cacheControl.split(',').map((directive) => directive.trim())
  const kept = directives.filter((directive) => !/^(?:public|private(?:=.*)?|s-maxage=.*)$/i.test(directive))
  return ['private', ...kept].join(', ')
}

/** A list of tokens in a header (RFC 9110 section 5.6.1), which are the same in any case. */
const listOf = (value: string | null): readonly string[] =>
  value === null
    ? []
    : value
        .toLowerCase()
        .split(',')
        .map((token) => token.trim())

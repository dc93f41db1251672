import { ok } from '../base/result.ts'
import { STRICT_TRANSPORT_SECURITY } from '../pages/response.ts'
import type { MatchedRule } from '../policy/policy.ts'
import { type Answer, refused } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { withCachePolicy } from './cache-policy.ts'
import type { FetchPage } from './upstream.ts'

/** What an image may depend on, and what says where a request came from. Nothing that says who sends it, and no condition. */
const KEPT = ['Accept', 'Accept-Encoding', 'Accept-Language', 'User-Agent', 'CF-Connecting-IP', 'CF-Ray']

/** The same visit by somebody of whom nothing is known: so it reaches whatever holds the image. */
export function asNobody(visit: Visit): Visit {
  const { url, method, headers, cf } = visit.request
  const kept = KEPT.flatMap((name) => {
    const value = headers.get(name)
    return value === null ? [] : [[name, value] as [string, string]]
  })
  const request = new Request(url, { method, headers: kept, ...(cf && { cf }) })
  return { ...visit, request, cookies: null }
}

/** What an answer says of an image; the rest of it, cookies first of all, is for whoever the upstream took it for. */
const OF_IMAGES = ['Content-Type', 'Content-Length', 'ETag', 'Last-Modified', 'Cache-Control']

/**
 * Serves the logo of a site to anybody: an image, or nothing. What else stands at its path, such as the page that a single-page app shows for
 * whatever is missing, is for those whom the rules let in.
 *
 * @param visit as {@link asNobody} makes it
 */
export async function serveLogo(visit: Visit, rule: MatchedRule, fetchPage: FetchPage): Promise<Answer> {
  const fetched = await fetchPage(undefined)
  if (!fetched.ok) return refused(fetched.error)
  const { response } = fetched.value
  const { status, headers: given } = response
  if (status !== 200 || !/^image\/[\w.+-]+ *(?:;|$)/i.test(given.get('Content-Type') ?? '')) {
    await response.body?.cancel()
    return refused({ reason: 'route_unknown' })
  }
  const headers = new Headers({
    'X-Content-Type-Options': 'nosniff',
    // Opened by itself, an SVG would be a page of the site.
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    // Pages of the login host show it too.
    'Cross-Origin-Resource-Policy': 'cross-origin',
    ...(!visit.url.isLocal && { 'Strict-Transport-Security': STRICT_TRANSPORT_SECURITY }),
  })
  for (const name of OF_IMAGES) {
    const value = given.get(name)
    if (value !== null) headers.set(name, value)
  }
  // A body that came compressed is unpacked on the way, and what is said of its length, to HEAD too, is no longer true.
  if (given.has('Content-Encoding')) headers.delete('Content-Length')
  return ok(withCachePolicy(visit, rule, new Response(response.body, { headers })))
}

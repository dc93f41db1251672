import { elapsed, epochSeconds, seconds } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { STRICT_TRANSPORT_SECURITY, withCookies } from '../pages/response.ts'
import type { MatchedRule } from '../policy/policy.ts'
import { checkHeaders } from '../request/request-size.ts'
import type { Visit } from '../request/visit.ts'
import { sessionOver, watchSession } from '../session/session-watch.ts'
import type { Session } from '../tokens/session.ts'
import { admit, refused, sendToLogin } from './admission.ts'
import { endWithSession } from './stream-end.ts'
import { fetchUpstream } from './upstream.ts'
import { bridge } from './websocket.ts'

/** An answer that took longer may have been overtaken by a logout. */
const LATE = seconds(2)

const TARGETED_CACHE_CONTROL = ['CDN-Cache-Control', 'Cloudflare-CDN-Cache-Control', 'Surrogate-Control']

/** Decides a request for a page and passes it on, or answers it. */
export async function gate(deployment: Deployment, visit: Visit, rule: MatchedRule): Promise<Response> {
  const admission = await admit(deployment, visit, rule)
  if (
    admission.kind === 'answered' ||
    admission.session === undefined ||
    visit.site.upstream.kind !== 'assets'
  ) {
    const tooLarge = checkHeaders(visit.request.headers)
    if (tooLarge !== undefined) return refused(visit, rule, tooLarge)
  }
  if (admission.kind === 'answered') return admission.response
  const { session, cookies } = admission
  if (visit.kind === 'upgrade') return upgrade(deployment, visit, rule, session, cookies)

  const fetched = await fetchUpstream(deployment, visit, session)
  if (!fetched.ok) return refused(visit, rule, fetched.error)
  const response = fetched.value
  if (session === undefined) return withCachePolicy(response, rule)
  const body = whileSignedIn(deployment, visit, session, response)
  return asPrivate(visit, rule, response, body, isLate(deployment, visit) ? [] : cookies)
}

/**
 * Joins a WebSocket. It outlives the request that was decided, so it is closed when the session ends: the registry says so, at the
 * price of one call when it opens.
 */
async function upgrade(
  deployment: Deployment,
  visit: Visit,
  rule: MatchedRule,
  session: Session | undefined,
  cookies: readonly string[],
): Promise<Response> {
  const watch = session && (await watchSession(deployment, session, visit.now))
  if (watch !== undefined && 'reason' in watch) return refused(visit, rule, watch)
  if (watch?.kind === 'ended') return sendToLogin(visit, rule, 'no_session', [])

  const done = new AbortController()
  const stop = () => {
    done.abort()
    watch?.socket.close()
  }
  const fetched = await fetchUpstream(deployment, visit, session)
  const socket = fetched.ok ? fetched.value.webSocket : null
  const prompt = isLate(deployment, visit) ? [] : cookies
  if (!fetched.ok || socket === null) {
    stop()
    if (!fetched.ok) return refused(visit, rule, fetched.error)
    if (session === undefined) return fetched.value
    const body = whileSignedIn(deployment, visit, session, fetched.value)
    return asPrivate(visit, rule, fetched.value, body, prompt)
  }
  // Nobody's session can end.
  if (session === undefined || watch === undefined) return fetched.value
  const over = sessionOver(deployment, session, watch, done.signal)
  return withCookies(bridge(fetched.value, socket, over, stop), prompt)
}

/**
 * An upstream that takes its time may answer after the person has signed out, or signed in as somebody else: the cookies of
 * a renewal come with prompt answers only. The next request renews again, and is given the same generation.
 */
const isLate = ({ effects }: Deployment, { now }: Visit): boolean =>
  elapsed(now, epochSeconds(effects.now())) > LATE

/** Bytes. An answer that says it is no longer was all there when it began, and fits into the buffers on the way: nothing is added later. */
const SHORT = 64 * 1024

/**
 * The body of an answer that somebody gets because of their session, which it must not outlive: events, logs that are followed, long
 * downloads. Static files end by themselves: they were complete before anybody asked.
 */
function whileSignedIn(
  deployment: Deployment,
  { site }: Visit,
  session: Session,
  { body, headers }: Response,
): ReadableStream | null {
  if (body === null || site.upstream.kind === 'assets') return body
  const length = contentLength(headers)
  if (length !== undefined && length <= SHORT) return body
  // Over HTTP the length is where the body ends; what another Worker writes there need not be true.
  return endWithSession(deployment, session, body, site.upstream.kind === 'service' ? undefined : length)
}

/** RFC 9110 section 8.6 */
function contentLength(headers: Headers): number | undefined {
  const text = headers.get('Content-Length') ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/**
 * What was shown to one person must not be shown to the next by a cache in between (CVE-2025-48947, CVE-2025-64762).
 *
 * @param body    of the response, or what it is sent through
 * @param cookies `Set-Cookie` values of a session that was renewed on the way
 */
function asPrivate(
  visit: Visit,
  rule: MatchedRule,
  response: Response,
  body: ReadableStream | null,
  cookies: readonly string[],
): Response {
  const copy = new Response(body, response)
  dropTargeted(copy.headers)
  if (!visit.url.isLocal && !copy.headers.has('Strict-Transport-Security')) {
    copy.headers.set('Strict-Transport-Security', STRICT_TRANSPORT_SECURITY)
  }
  const given = policyFor(response, rule) ?? response.headers.get('Cache-Control') ?? 'no-cache'
  const mustNotStay = cookies.length > 0 || response.headers.has('Set-Cookie')
  copy.headers.set('Cache-Control', mustNotStay ? 'no-store' : privately(given))
  copy.headers.append('Vary', 'Cookie')
  return withCookies(copy, cookies)
}

function withCachePolicy(response: Response, rule: MatchedRule): Response {
  const policy = policyFor(response, rule)
  if (policy === undefined) return response
  const copy = new Response(response.body, response)
  dropTargeted(copy.headers)
  copy.headers.set('Cache-Control', response.headers.has('Set-Cookie') ? 'no-store' : policy)
  return copy
}

/** RFC 9213: these would go before `Cache-Control` in a cache in front. */
function dropTargeted(headers: Headers): void {
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

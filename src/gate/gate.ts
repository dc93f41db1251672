import type { Deployment } from '../deployment.ts'
import { parseReturnTo } from '../login/return-to.ts'
import { redirect, STRICT_TRANSPORT_SECURITY, withCookies } from '../pages/answer.ts'
import { loginUrl, refuse } from '../pages/refusal-page.ts'
import { clearedWhenOpened, currentSession } from '../session/current-session.ts'
import { askRegistry, registry } from '../session/registry.ts'
import { registryOf } from '../session/registry-name.ts'
import { displayName } from '../session/session.ts'
import { elapsed, epochSeconds, seconds } from '../time.ts'
import type { Visit } from '../visit.ts'
import { type Decision, isReadDifferently, judge, matchRule } from './policy.ts'
import { fetchUpstream } from './upstream.ts'

/** An answer that took longer may have been overtaken by a logout. */
const LATE = seconds(2)

const TARGETED_CACHE_CONTROL = ['CDN-Cache-Control', 'Cloudflare-CDN-Cache-Control', 'Surrogate-Control']

/**
 * Decides a request and passes it on, or answers it: rule by path and method, session by cookie, then the upstream.
 * A request with a valid session costs no storage and no subrequest but the upstream's own.
 */
export async function gate(deployment: Deployment, visit: Visit): Promise<Response> {
  const { site, url, request, now } = visit
  const rule = matchRule(site, url.path, request.method)
  if (isReadDifferently(site, url.path, request.method, rule)) {
    return refuse(visit, { reason: 'url_ambiguous', part: 'a separator that changes which rule applies' })
  }
  if (rule?.access === 'public') return pass(deployment, visit)

  const current = await currentSession(deployment, visit)
  if (current.kind === 'unknown') return refuse(visit, current.refusal)
  const session = current.kind === 'signed_in' ? current.session : undefined
  const { cookies } = current
  const decision = judge(site, rule, session, now)
  switch (decision.outcome) {
    case 'login':
      return sendToLogin(visit, decision.why, cookies)
    case 'deny': {
      const who = session === undefined ? 'nobody' : displayName(session)
      return refuse(
        visit,
        { reason: 'requirement_unmet', unmet: decision.unmet, who },
        { returnTo: here(visit), cookies },
      )
    }
    case 'allow':
      if (rule?.strict === true && session !== undefined) {
        const live = await askRegistry(() =>
          registry(deployment, registryOf(session)).isLive(session.id, now),
        )
        if (!live.ok) return refuse(visit, live.error)
        if (!live.value) return sendToLogin(visit, 'no_session', clearedWhenOpened(visit))
      }
      return asPrivate(visit, await pass(deployment, visit), isLate(deployment, visit) ? [] : cookies)
  }
}

async function pass(deployment: Deployment, visit: Visit): Promise<Response> {
  const origin = visit.request.headers.get('Origin')
  if (visit.kind === 'upgrade' && origin !== null && origin !== visit.url.origin) {
    return refuse(visit, { reason: 'foreign_websocket', origin })
  }
  const response = await fetchUpstream(deployment, visit)
  return response.ok ? response.value : refuse(visit, response.error)
}

/**
 * An upstream that takes its time may answer after the person has signed out, or signed in as somebody else: the cookies of
 * a renewal come with prompt answers only. The next request renews again, and is given the same generation.
 */
const isLate = ({ effects }: Deployment, { now }: Visit): boolean =>
  elapsed(now, epochSeconds(effects.now())) > LATE

/** A person is sent to sign in; a script, image or socket gets a status it can read, since it could only choke on a redirect. */
function sendToLogin(
  visit: Visit,
  why: Extract<Decision, { outcome: 'login' }>['why'],
  cookies: readonly string[],
): Response {
  if (visit.kind !== 'navigation') return refuse(visit, { reason: 'login_required' }, { cookies })
  const query = { return_to: here(visit), ...(why === 'max_age_exceeded' && { prompt: 'login' }) }
  return redirect(visit.url, loginUrl(visit, query), 302, cookies)
}

const here = ({ url, basePath }: Visit) => {
  const { pathname, search } = new URL(url.href)
  return parseReturnTo(pathname + search, url.origin, basePath)
}

/**
 * What was shown to one person must not be shown to the next by a cache in between (CVE-2025-48947, CVE-2025-64762).
 *
 * @param cookies `Set-Cookie` values of a session that was renewed on the way
 */
function asPrivate(visit: Visit, response: Response, cookies: readonly string[]): Response {
  const copy = new Response(response.body, response)
  // RFC 9213: these would go before Cache-Control in a cache in front.
  for (const targeted of TARGETED_CACHE_CONTROL) copy.headers.delete(targeted)
  if (!visit.url.isLocal && !copy.headers.has('Strict-Transport-Security')) {
    copy.headers.set('Strict-Transport-Security', STRICT_TRANSPORT_SECURITY)
  }
  copy.headers.set('Cache-Control', cookies.length > 0 ? 'no-store' : privateCacheControl(response.headers))
  copy.headers.append('Vary', 'Cookie')
  return withCookies(copy, cookies)
}

function privateCacheControl(headers: Headers): string {
  if (headers.has('Set-Cookie')) return 'no-store'
  const directives = (headers.get('Cache-Control') ?? 'no-cache')
    .split(',')
    .map((directive) => directive.trim())
  const kept = directives.filter((directive) => !/^(?:public|private(?:=.*)?|s-maxage=.*)$/i.test(directive))
  return ['private', ...kept].join(', ')
}

import type { Deployment } from '../deployment.ts'
import { faultDetail } from '../log.ts'
import { parseReturnTo } from '../login/return-to.ts'
import { redirect } from '../pages/answer.ts'
import { loginUrl, refuse } from '../pages/refusal-page.ts'
import type { Refusal } from '../refusal.ts'
import { err, ok, type Result } from '../result.ts'
import { clearedSession, currentSession } from '../session/current-session.ts'
import { registry } from '../session/registry.ts'
import { registryOf } from '../session/registry-name.ts'
import { displayName, type Session } from '../session/session.ts'
import type { EpochSeconds } from '../time.ts'
import type { Visit } from '../visit.ts'
import { type Decision, isReadDifferently, judge, matchRule } from './policy.ts'
import { fetchUpstream } from './upstream.ts'

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
  if (current.kind === 'unknown')
    return refuse(visit, { reason: 'registry_unreachable', detail: current.detail })
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
        const live = await isLive(deployment, session, now)
        if (!live.ok) return refuse(visit, live.error)
        if (!live.value) return sendToLogin(visit, 'no_session', clearedSession(visit))
      }
      return asPrivate(await pass(deployment, visit), cookies)
  }
}

/** A rule that is strict asks each time, so that an ended session is refused on its next request. */
async function isLive(
  deployment: Deployment,
  session: Session,
  now: EpochSeconds,
): Promise<Result<boolean, Refusal>> {
  try {
    return ok(await registry(deployment, registryOf(session)).isLive(session.id, now))
  } catch (error) {
    return err({ reason: 'registry_unreachable', detail: faultDetail(error) })
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
function asPrivate(response: Response, cookies: readonly string[]): Response {
  const copy = new Response(response.body, response)
  copy.headers.set('Cache-Control', cookies.length > 0 ? 'no-store' : privateCacheControl(response.headers))
  copy.headers.append('Vary', 'Cookie')
  for (const cookie of cookies) copy.headers.append('Set-Cookie', cookie)
  return copy
}

function privateCacheControl(headers: Headers): string {
  if (headers.has('Set-Cookie')) return 'no-store'
  const directives = (headers.get('Cache-Control') ?? 'no-cache')
    .split(',')
    .map((directive) => directive.trim())
  const kept = directives.filter((directive) => !/^(?:public|private|s-maxage=.*)$/i.test(directive))
  return ['private', ...kept].join(', ')
}

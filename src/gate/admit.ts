import { log } from '../audit/log.ts'
import { ok, type Result } from '../base/result.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { requestTarget } from '../policy/canonical-url.ts'
import { type Decision, judge, type MatchedRule } from '../policy/policy.ts'
import { isLive } from '../registry/registry.ts'
import { forgetAttempts, isLooping, loopRefusal } from '../request/login-attempts.ts'
import type { Refused } from '../request/refused.ts'
import { isFrame } from '../request/request-kind.ts'
import { MAX_RETURN_TO } from '../request/return-to.ts'
import type { Visit } from '../request/visit.ts'
import { currentSession } from '../session/current-session.ts'
import { clearedWhenOpened } from '../session/session-cookies.ts'
import { displayName, type Session } from '../tokens/session.ts'
import { here, refusedPage } from './refused.ts'

/** A request that may go on, and who it comes from. */
export interface Admission {
  /** Nobody, where the rule is public: then nobody is asked. */
  readonly session: Session | undefined
  /** `Set-Cookie` values that the answer has to carry. */
  readonly cookies: readonly string[]
  /** When the session ends unless it is used; known where it was renewed just now. */
  readonly endsAt: EpochSeconds | undefined
}

const ANYBODY: Admission = { session: undefined, cookies: [], endsAt: undefined }

/**
 * Decides a request for a page. One with a valid session costs no storage and no subrequest, unless the rule is strict.
 *
 * @param rule from `routeAt`: the other half of the decision
 */
export async function admit(
  deployment: Deployment,
  visit: Visit,
  rule: MatchedRule,
): Promise<Result<Admission, Refused>> {
  const { site, now } = visit
  if (rule?.access === 'public') return fromOwnOrigin(visit, rule, ANYBODY)

  const current = await currentSession(deployment, visit)
  if ('refusal' in current) return refusedPage(visit, rule, current.refusal)
  const session = current.kind === 'signed_in' ? current.session : undefined
  const { cookies } = current
  const endsAt = current.kind === 'signed_in' ? current.endsAt : undefined
  const decision = judge(site, rule, session, now)
  switch (decision.outcome) {
    case 'login':
      return sendToLogin(visit, rule, decision.why, cookies)
    case 'deny': {
      const who = session === undefined ? 'nobody' : displayName(session)
      return refusedPage(
        visit,
        rule,
        { reason: 'requirement_unmet', unmet: decision.unmet, who },
        { cookies, signedInAt: session?.authenticatedAt },
      )
    }
    case 'allow':
      if (rule?.strict === true && session !== undefined) {
        const live = await isLive(deployment, session, now)
        if (!live.ok) return refusedPage(visit, rule, live.error)
        if (!live.value) return sendAway(visit, rule, clearedWhenOpened(visit))
      }
      return fromOwnOrigin(visit, rule, { session, cookies: [...cookies, ...afterLogin(visit)], endsAt })
  }
}

/** A WebSocket takes no notice of CORS, so a page of any origin could open one with this browser's cookies. */
function fromOwnOrigin(visit: Visit, rule: MatchedRule, admission: Admission): Result<Admission, Refused> {
  const origin = visit.isUpgrade ? visit.request.headers.get('Origin') : null
  const { cors } = rule ?? visit.site
  return origin === null || origin === visit.url.origin || cors.has(origin)
    ? ok(admission)
    : refusedPage(visit, rule, { reason: 'foreign_websocket', origin })
}

/** `Set-Cookie` values: only a page that a person opened shows that the login led somewhere. */
export function afterLogin(visit: Visit): readonly string[] {
  const forgotten = forgetAttempts(visit)
  return forgotten.length > 0 && visit.kind === 'navigation' ? forgotten : []
}

/** The registry was asked, and the session that a token still tells of is over. */
export async function sendAway(visit: Visit, rule: MatchedRule, cookies: readonly string[]) {
  await log({ event: 'session_ended', reason: 'strict' }, visit)
  return sendToLogin(visit, rule, 'no_session', cookies)
}

/** In a tab only: a frame of another site may not run more than it has to, and to HEAD there is no page. */
const keepsFragment = ({ site, request: { method, headers } }: Visit): boolean =>
  site.keepFragment && method === 'GET' && !isFrame(headers)

/** A person is sent to sign in; a script, image or socket gets a status it can read, since it could only choke on a redirect. */
export async function sendToLogin(
  visit: Visit,
  rule: MatchedRule,
  why: Extract<Decision, { outcome: 'login' }>['why'],
  cookies: readonly string[],
) {
  const prompt = why === 'max_age_exceeded' ? 'login' : undefined
  const { length } = requestTarget(visit.url)
  if (visit.kind === 'navigation' && length > MAX_RETURN_TO)
    await log({ event: 'return_to_dropped', length, limit: MAX_RETURN_TO }, visit)
  if (visit.kind === 'navigation' && isLooping(visit, here(visit)))
    return refusedPage(visit, rule, loopRefusal(visit, why), {
      cookies: [...cookies, ...forgetAttempts(visit)],
    })
  const unsent = visit.kind === 'document' && visit.request.method !== 'GET'
  const refusal = { reason: 'login_required', prompt, ...(unsent && { unsent }) } as const
  const redirectsToLogin = keepsFragment(visit) ? 'with_fragment' : true
  return refusedPage(visit, rule, refusal, { cookies, redirectsToLogin })
}

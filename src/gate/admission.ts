import type { Refusal } from '../base/refusal.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { loginUrl, refuse } from '../pages/refusal-page.tsx'
import { redirect } from '../pages/response.ts'
import { type Decision, judge, type MatchedRule } from '../policy/policy.ts'
import { askRegistry, registry } from '../registry/registry.ts'
import { registryOf } from '../registry/registry-name.ts'
import { forgetAttempts, isLooping, loopRefusal } from '../request/login-attempts.ts'
import { parseReturnTo } from '../request/return-to.ts'
import type { Visit } from '../request/visit.ts'
import { clearedWhenOpened, currentSession } from '../session/current-session.ts'
import { displayName, type Session } from '../tokens/session.ts'

/** Whether a request may go on, and who it comes from; otherwise the answer to it. */
export type Admission =
  | {
      readonly kind: 'admitted'
      /** Nobody, where the rule is public: then nobody is asked. */
      readonly session: Session | undefined
      /** `Set-Cookie` values that the answer has to carry. */
      readonly cookies: readonly string[]
      /** When the session ends unless it is used; known where it was renewed just now. */
      readonly endsAt: EpochSeconds | undefined
    }
  | { readonly kind: 'answered'; readonly response: Response }

/**
 * Decides a request for a page. One with a valid session costs no storage and no subrequest, unless the rule is strict.
 *
 * @param rule from `route`: the other half of the decision
 */
export async function admit(deployment: Deployment, visit: Visit, rule: MatchedRule): Promise<Admission> {
  const { site, now } = visit
  if (rule?.access === 'public') return admitted(visit, rule, undefined, [], undefined)

  const current = await currentSession(deployment, visit)
  if (current.kind === 'unknown') return answered(refused(visit, rule, current.refusal))
  const session = current.kind === 'signed_in' ? current.session : undefined
  const { cookies } = current
  const endsAt = current.kind === 'signed_in' ? current.endsAt : undefined
  const decision = judge(site, rule, session, now)
  switch (decision.outcome) {
    case 'login':
      return answered(sendToLogin(visit, rule, decision.why, cookies))
    case 'deny': {
      const who = session === undefined ? 'nobody' : displayName(session)
      const refusal = { reason: 'requirement_unmet', unmet: decision.unmet, who } as const
      return answered(refused(visit, rule, refusal, cookies))
    }
    case 'allow':
      if (rule?.strict === true && session !== undefined) {
        const live = await askRegistry(() =>
          registry(deployment, registryOf(session)).isLive(session.id, now),
        )
        if (!live.ok) return answered(refused(visit, rule, live.error))
        if (!live.value) return answered(sendToLogin(visit, rule, 'no_session', clearedWhenOpened(visit)))
      }
      return admitted(visit, rule, session, [...cookies, ...afterLogin(visit)], endsAt)
  }
}

/** A WebSocket takes no notice of CORS, so a page of any origin could open one with this browser's cookies. */
function admitted(
  visit: Visit,
  rule: MatchedRule,
  session: Session | undefined,
  cookies: readonly string[],
  endsAt: EpochSeconds | undefined,
): Admission {
  const origin = visit.kind === 'upgrade' ? visit.request.headers.get('Origin') : null
  const { cors } = rule ?? visit.site
  return origin === null || origin === visit.url.origin || cors.has(origin)
    ? { kind: 'admitted', session, cookies, endsAt }
    : answered(refused(visit, rule, { reason: 'foreign_websocket', origin }))
}

/** Only a page that a person opened shows that the login led somewhere. */
function afterLogin(visit: Visit): readonly string[] {
  const forgotten = forgetAttempts(visit)
  return forgotten.length > 0 && visit.kind === 'navigation' ? forgotten : []
}

/** A person is sent to sign in; a script, image or socket gets a status it can read, since it could only choke on a redirect. */
export function sendToLogin(
  visit: Visit,
  rule: MatchedRule,
  why: Extract<Decision, { outcome: 'login' }>['why'],
  cookies: readonly string[],
): Response {
  const prompt = why === 'max_age_exceeded' ? 'login' : undefined
  if (visit.kind !== 'navigation') {
    return refused(visit, rule, { reason: 'login_required', prompt }, cookies)
  }
  const returnTo = here(visit)
  if (isLooping(visit, returnTo)) {
    return refused(visit, rule, loopRefusal(visit, why), [...cookies, ...forgetAttempts(visit)])
  }
  const query = { return_to: returnTo, ...(prompt !== undefined && { prompt }) }
  return redirect(visit.url, loginUrl(visit, query), 302, cookies)
}

/** Refuses, so that scripts of the origins that the configuration names can read it (Fetch section 3.3). */
export function refused(
  visit: Visit,
  rule: MatchedRule,
  refusal: Refusal,
  cookies: readonly string[] = [],
): Response {
  const response = refuse(visit, refusal, { returnTo: here(visit), cookies, rule: rule?.index })
  const { cors } = rule ?? visit.site
  if (cors.size > 0) response.headers.append('Vary', 'Origin')
  const origin = visit.request.headers.get('Origin')
  if (origin !== null && cors.has(origin)) {
    response.headers.set('Access-Control-Allow-Origin', origin)
    response.headers.set('Access-Control-Allow-Credentials', 'true')
  }
  return response
}

const answered = (response: Response): Admission => ({ kind: 'answered', response })

const here = ({ url, basePath }: Visit) => {
  const { pathname, search } = new URL(url.href)
  return parseReturnTo(pathname + search, url.origin, basePath)
}

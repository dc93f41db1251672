import type { Context, MiddlewareHandler } from 'hono'
import { err, ok, type Result } from '../base/result.ts'
import type { Requirement } from '../config.ts'
import { afterLogin, sendToLogin } from '../gate/admit.ts'
import { refusedPage } from '../gate/refused.ts'
import { unmetBy } from '../policy/policy.ts'
import { anchorProblem } from '../policy/rule-problems.ts'
import { compileRequirement } from '../policy/site-directory.ts'
import type { Refused } from '../request/refused.ts'
import { currentSession } from '../session/current-session.ts'
import { type Claims, displayName, type Session } from '../tokens/session.ts'
import { type AdmittedRequest, admittedRequests } from './admitted-requests.ts'
import { type GatehouseEnv, type HonoSession, honoSession } from './hono-session.ts'

/** Decides about a session in the code of an app; `false` is a 403. */
export type SessionCheck<C extends Claims = Claims> = (
  session: HonoSession<C>,
  context: Context,
) => boolean | Promise<boolean>

/** The roles and groups that some `requireSession` asks for: like those that rules name, sessions keep them. */
export const requiredRoles = new Set<string>()
export const requiredGroups = new Set<string>()

/**
 * Lets a request on only with a session, behind `gatehouse(config)`: under a public rule too, where nobody has been asked so far. A person
 * without a session is sent to sign in, a script gets 401; who is signed in and does not meet the demand gets 403.
 *
 * @param demand what a rule could say under `require`, or a check of one's own; default: any session
 * @throws GatehouseError the refusal, which `app.onError` may render
 */
export function requireSession<C extends Claims = Claims>(
  demand: Requirement | SessionCheck<C> = {},
): MiddlewareHandler<GatehouseEnv<C>> {
  const requirement = typeof demand === 'function' ? {} : demand
  const requirements = compileRequirement(requirement)
  for (const role of requirement.roles ?? []) requiredRoles.add(role)
  for (const group of requirement.groups ?? []) requiredGroups.add(group)

  const isAllowed = async (session: HonoSession<C>, context: Context): Promise<boolean> =>
    typeof demand !== 'function' || (await demand(session, context))

  return async (context, next) => {
    const admitted = admittedRequests.get(context)
    if (admitted === undefined)
      throw new Error('requireSession() needs gatehouse(config) before it: app.use(gatehouse(config))')
    const { visit, rule } = admitted
    const unanchored = anchorProblem(visit.site, requirement)
    if (unanchored !== undefined)
      throw new Error(`requireSession() on the site ${visit.site.key} ${unanchored}`)

    const found = admitted.session === undefined ? await lookUp(admitted) : ok(admitted.session)
    if (!found.ok) return admitted.refuse(found.error)
    const session = found.value
    admitted.session = session
    const seen = honoSession(session) as HonoSession<C>
    context.set('session', seen)
    // A public rule asks for nothing, not even for what the site demands of everybody else.
    const unmet = unmetBy(session, [...visit.site.requirements, ...requirements])
    if (unmet.length > 0 || !(await isAllowed(seen, context))) {
      const who = displayName(session)
      const { cookies } = admitted
      return admitted.refuse(
        refusedPage(
          visit,
          rule,
          { reason: 'requirement_unmet', unmet, who },
          { cookies, signedInAt: session.authenticatedAt },
        ).error,
      )
    }
    await next()
    return undefined
  }
}

/** Who is there, behind a rule that did not ask. */
async function lookUp(admitted: AdmittedRequest): Promise<Result<Session, Refused>> {
  const { deployment, visit, rule } = admitted
  const current = await currentSession(deployment, visit)
  admitted.turnedAway = current.kind !== 'signed_in'
  if ('refusal' in current) return refusedPage(visit, rule, current.refusal)
  if (current.kind === 'signed_out') {
    const { error } = await sendToLogin(visit, rule, 'no_session', current.cookies)
    admitted.cookies = error.cookies ?? []
    return err(error)
  }
  admitted.cookies = [...current.cookies, ...afterLogin(visit)]
  return ok(current.session)
}

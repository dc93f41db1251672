import type { Context } from 'hono'
import type { Deployment } from '../deployment/deployment.ts'
import type { MatchedRule } from '../policy/policy.ts'
import type { Refused } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import type { Session } from '../tokens/session.ts'

/** A request that the rules let in, as `requireSession` finds it. */
export interface AdmittedRequest {
  readonly deployment: Deployment
  readonly visit: Visit
  readonly rule: MatchedRule
  /** Who is there. Nobody, where the rule is public and nothing has asked yet. */
  session: Session | undefined
  /** `Set-Cookie` values that come of looking for a session behind a public rule. */
  cookies: readonly string[]
  /** A session was asked for behind a public rule and not found: what is answered then is for no cache. */
  turnedAway: boolean
  /** Answers a refusal as the gate would. */
  readonly refuse: (refused: Refused) => Promise<Response>
}

/** By the context that Hono makes for each request, so that nothing of one is found by another. */
export const admittedRequests = new WeakMap<Context, AdmittedRequest>()

import type { Env } from '../deployment/environment.ts'
import { type User, userOf } from '../session/session-view.ts'
import type { Claims, Person, Session } from '../tokens/session.ts'

/** Who is signed in, for the code of an app. */
export interface HonoSession<C extends Claims = Claims> {
  readonly user: User
  /** The customer, `org_…`. */
  readonly organizationId: string | undefined
  readonly connectionId: string | undefined
  readonly authenticatedAt: Date
  /** What `onLogin` gave; empty without it. */
  readonly claims: C
}

/**
 * The environment of an app behind `gatehouse(config)`: its bindings, and the session.
 *
 * Under a rule that is public nobody is asked, and there is no session, unless `requireSession()` stands before the handler.
 */
export interface GatehouseEnv<C extends Claims = Claims> {
  Bindings: Env
  Variables: { session: HonoSession<C> }
}

/** Everything in it is the caller's own. */
export const honoSession = (session: Person & Pick<Session, 'authenticatedAt' | 'claims'>): HonoSession => ({
  user: userOf(session),
  organizationId: session.organizationId,
  connectionId: session.connectionId,
  authenticatedAt: new Date(session.authenticatedAt * 1000),
  claims: structuredClone(session.claims ?? {}),
})

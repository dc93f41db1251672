import { type EpochSeconds, timestamp } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Visit } from '../request/visit.ts'
import type { Claims, Person, Session } from '../tokens/session.ts'
import { presentedRefreshToken } from './presented.ts'

/** Who is signed in, for a site. */
export interface User {
  /** Stable for a person as long as the connection is. */
  readonly sub: string
  readonly email: string | undefined
  readonly name: string | undefined
  /** Those that some rule of the site asks for. */
  readonly roles: readonly string[]
  readonly groups: readonly string[]
}

/** What a site may know about a session; never a token. Times are RFC 3339. */
export interface SessionView {
  readonly user: User
  readonly organization_id: string | null
  readonly connection_id: string | null
  readonly authenticated_at: string
  readonly expires_at: string
  /** What the application added when the person signed in. */
  readonly claims?: Claims
}

/** With lists of its own: the session itself serves later requests too, whatever is done to what was given. */
export const userOf = ({ subject, email, name, roles, groups }: Person): User => ({
  sub: subject,
  email,
  name,
  roles: [...roles],
  groups: [...groups],
})

/** @param endsAt when the session ends unless it is used; known where it was renewed just now */
export async function viewSession(
  deployment: Deployment,
  visit: Visit,
  session: Session,
  endsAt?: EpochSeconds,
): Promise<SessionView> {
  // The session token is renewed without anybody noticing: what ends is the session.
  const end = endsAt ?? (await presentedRefreshToken(deployment, visit))?.expiresAt ?? session.expiresAt
  return {
    user: userOf(session),
    organization_id: session.organizationId ?? null,
    connection_id: session.connectionId ?? null,
    authenticated_at: timestamp(session.authenticatedAt),
    expires_at: timestamp(end),
    ...(session.claims !== undefined && { claims: session.claims }),
  }
}

import { type EpochSeconds, timestamp } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Visit } from '../request/visit.ts'
import type { Claims, Session } from '../tokens/session.ts'
import { presentedRefreshToken } from './presented.ts'

/** What a site may know about the person who is signed in; never a token. Times are RFC 3339. */
export interface SessionView {
  readonly user: {
    readonly sub: string
    readonly email: string | undefined
    readonly name: string | undefined
    readonly roles: readonly string[]
    readonly groups: readonly string[]
  }
  readonly organization_id: string | null
  readonly connection_id: string | null
  readonly authenticated_at: string
  readonly expires_at: string
  /** What the application added when the person signed in. */
  readonly claims?: Claims
}

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
    user: {
      sub: session.subject,
      email: session.email,
      name: session.name,
      roles: session.roles,
      groups: session.groups,
    },
    organization_id: session.organizationId ?? null,
    connection_id: session.connectionId ?? null,
    authenticated_at: timestamp(session.authenticatedAt),
    expires_at: timestamp(end),
    ...(session.claims !== undefined && { claims: session.claims }),
  }
}

import type { EpochSeconds } from '../time.ts'

declare const sessionId: unique symbol

/** Random, and the same for the whole life of a session. */
export type SessionId = string & { readonly [sessionId]: true }

/** What Gatehouse remembers of a login. */
export interface Session {
  readonly id: SessionId
  /** `sub` of the ID token: stable for a person as long as the connection is. */
  readonly subject: string
  readonly organizationId: string | undefined
  readonly connectionId: string | undefined
  /** What the customer's identity provider asserts; proof of nothing without the organization. */
  readonly email: string | undefined
  readonly name: string | undefined
  readonly roles: readonly string[]
  /** Only groups that some rule names. */
  readonly groups: readonly string[]
  readonly authenticatedAt: EpochSeconds
  readonly issuedAt: EpochSeconds
  readonly expiresAt: EpochSeconds
}

/** How a person is called on pages: by e-mail, or name, or subject. */
export const displayName = (session: Session): string => session.email ?? session.name ?? session.subject

/** The registry that holds a session: its organization's, or its connection's where there is no organization. */
export const registryName = (session: Pick<Session, 'organizationId' | 'connectionId' | 'subject'>): string =>
  session.organizationId ?? session.connectionId ?? session.subject

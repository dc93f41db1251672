import { randomId, stableId, stableUuid } from './identifiers.ts'
import type { Connection, Organization } from './organizations.ts'

/** What the identity provider asserts of a person: anything it likes, so any address on any connection. */
export interface Person {
  readonly email: string
  readonly given_name: string | undefined
  readonly family_name: string | undefined
  /** Scalekit's own roles of the member. */
  readonly roles: readonly string[]
  /** Custom attributes, by the names they have as claims. */
  readonly attributes: Readonly<Record<string, unknown>>
}

/** One completed sign-in at an identity provider. */
export interface Login {
  readonly connectionId: string
  /** Absent for a social login. */
  readonly organizationId: string | undefined
  readonly sessionId: string
  readonly person: Person
  /** `sub` in Modular SSO: the connection, and what its identity provider calls the person. */
  readonly modularSubject: string
  /** `sub` in Full-Stack Auth: one user per address and environment. */
  readonly userId: string
}

/** Scalekit's own session, which `/oidc/logout` ends. */
export interface Session {
  readonly session_id: string
  readonly connection_id: string
  readonly organization_id: string | undefined
  /** The subjects that tokens of the session have, in Full-Stack Auth and in Modular SSO. */
  readonly user_id: string
  readonly modular_subject: string
  readonly email: string
  readonly given_name: string | undefined
  readonly family_name: string | undefined
  readonly created_at: number
  status: 'active' | 'logout' | 'revoked'
}

/** The user's subjects are the same in every run; the session is new each time. */
export async function createLogin(
  connection: Connection,
  organization: Organization | undefined,
  person: Person,
): Promise<Login> {
  const email = person.email.toLowerCase()
  const idpUserId = organization === undefined ? email : await idpUserIdOf(connection.id, email)
  return {
    connectionId: connection.id,
    organizationId: organization?.id,
    sessionId: randomId('ses_'),
    person,
    modularSubject: `${connection.id};${idpUserId}`,
    userId: await userIdOf(email),
  }
}

/** What a customer's identity provider calls a person, at sign-in and in its directory. */
export const idpUserIdOf = (connectionId: string, email: string): Promise<string> =>
  stableUuid(`${connectionId}\n${email.toLowerCase()}`)

export const userIdOf = (email: string): Promise<string> => stableId('usr_', email.toLowerCase())

export function sessionOf(login: Login, now: number): Session {
  return {
    session_id: login.sessionId,
    connection_id: login.connectionId,
    organization_id: login.organizationId,
    user_id: login.userId,
    modular_subject: login.modularSubject,
    email: login.person.email,
    given_name: login.person.given_name,
    family_name: login.person.family_name,
    created_at: now,
    status: 'active',
  }
}

import type { Environment } from './environment.ts'
import type { Session } from './login.ts'
import type { Organization } from './organizations.ts'

/** The outcome of an operation that the application hears of. */
export const done = (
  type: string,
  organizationId: string | undefined,
  data: Readonly<Record<string, unknown>>,
) => ({ kind: 'done' as const, event: { type, organizationId, data } })

/** Puts an organization in the place of the one with its id. */
export function replaceOrganization(environment: Environment, changed: Organization): void {
  environment.organizations = environment.organizations.map((organization) =>
    organization.id === changed.id ? changed : organization,
  )
}

export const isOf = (organization: Organization, email: string) => (session: Session) =>
  session.organization_id === organization.id && session.email.toLowerCase() === email

export function revokeSessions({ sessions }: Environment, isMeant: (session: Session) => boolean): void {
  for (const session of sessions.values()) {
    if (session.status === 'active' && isMeant(session)) session.status = 'revoked'
  }
}

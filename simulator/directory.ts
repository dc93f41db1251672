import type { Environment } from './environment.ts'
import type { Organization } from './organizations.ts'

/** A person in the directory (SCIM) of an organization. */
export interface DirectoryUser {
  readonly email: string
  readonly given_name: string | undefined
  readonly family_name: string | undefined
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly status: 'active' | 'inactive' | 'deleted'
}

export const directoryKey = (organizationId: string, email: string): string =>
  `${organizationId}\n${email.toLowerCase()}`

/** Whether the directory forbids this person to log in. Whom it never mentioned it does not bar. */
export function isBarred(
  { directory }: Environment,
  organization: Organization | undefined,
  email: string,
): boolean {
  if (organization === undefined) return false
  const status = directory.get(directoryKey(organization.id, email))?.status
  return status !== undefined && status !== 'active'
}

/**
 * The person with this address, made up as far as nobody told: a directory may hold people who never signed in, and an
 * identity provider of the simulator asserts anybody.
 */
export function directoryUser(
  environment: Environment,
  organization: Organization,
  email: string,
): DirectoryUser {
  const address = email.toLowerCase()
  const listed = environment.directory.get(directoryKey(organization.id, address))
  if (listed !== undefined) return listed
  const known = organization.connections
    .flatMap(({ users }) => users)
    .find((user) => user.email.toLowerCase() === address)
  const signedIn = sessionsOf(environment, organization.id).find(
    (session) => session.email.toLowerCase() === address,
  )
  const groups = known?.attributes['groups']
  return {
    email: address,
    given_name: known?.given_name ?? signedIn?.given_name,
    family_name: known?.family_name ?? signedIn?.family_name,
    roles: known?.roles ?? ['member'],
    groups: Array.isArray(groups) ? groups.map(String) : [],
    status: 'active',
  }
}

/** Everybody of an organization of whom this environment has heard: listed, signed in, or told by the directory. */
export function directoryUsers(environment: Environment, organization: Organization): DirectoryUser[] {
  const emails = [
    ...organization.connections.flatMap(({ users }) => users.map(({ email }) => email)),
    ...sessionsOf(environment, organization.id).map(({ email }) => email),
    ...[...environment.directory]
      .filter(([key]) => key.startsWith(`${organization.id}\n`))
      .map(([, { email }]) => email),
  ]
  const unique = [...new Set(emails.map((email) => email.toLowerCase()))]
  return unique.map((email) => directoryUser(environment, organization, email))
}

/** Sessions of any status. */
const sessionsOf = ({ sessions }: Environment, organizationId: string) =>
  [...sessions.values()].filter((session) => session.organization_id === organizationId)

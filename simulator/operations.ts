import type * as v from 'valibot'
import { done, isOf, replaceOrganization, revokeSessions } from './changes.ts'
import { type DirectoryUser, directoryKey, directoryUser } from './directory.ts'
import { EDITS } from './edits.ts'
import type { Environment } from './environment.ts'
import {
  connectionOfEvent,
  connectionWithState,
  deletedDirectoryUser,
  deletedOrganization,
  directoryUserOfEvent,
  membership,
  userAndSession,
} from './event-data.ts'
import type { Session } from './login.ts'
import {
  connectionEntries,
  findSession,
  type Operation,
  operation,
  organizationEntries,
  personEntries,
  refused,
  sessionEntries,
  userEntries,
  withConnection,
  withOrganization,
} from './operation.ts'
import type { Connection, Organization } from './organizations.ts'

/**
 * What somebody does at the customer or in Scalekit's dashboard, by its path in the control API: it changes this
 * environment, and Scalekit tells the application with an event.
 */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...EDITS,

  'users/create': operation(personEntries, (environment, input) =>
    withOrganization(environment, input, async (organization) => {
      const before = environment.directory.get(directoryKey(organization.id, input.email))
      if (before !== undefined && before.status !== 'deleted') {
        return refused(409, 'The directory has a user with this address.')
      }
      const user = directoryUser(environment, organization, input.email)
      return tellOfUser(
        environment,
        organization,
        { ...user, ...namesOf(input), status: 'active' },
        'created',
      )
    }),
  ),

  'users/update': operation(personEntries, (environment, input) =>
    withOrganization(environment, input, async (organization) => {
      const user = directoryUser(environment, organization, input.email)
      if (user.status === 'deleted') return refused(409, 'This user is deleted: create the user again.')
      return tellOfUser(environment, organization, { ...user, ...namesOf(input) }, 'updated')
    }),
  ),

  'users/deactivate': operation(userEntries, (environment, input) =>
    withOrganization(environment, input, async (organization) => {
      const user = directoryUser(environment, organization, input.email)
      if (user.status !== 'active') return refused(409, `This user is ${user.status} already.`)
      revokeSessions(environment, isOf(organization, user.email))
      return tellOfUser(environment, organization, { ...user, status: 'inactive' }, 'updated')
    }),
  ),

  'users/reactivate': operation(userEntries, (environment, input) =>
    withOrganization(environment, input, async (organization) => {
      const user = directoryUser(environment, organization, input.email)
      if (user.status !== 'inactive') return refused(409, `This user is ${user.status}, not inactive.`)
      return tellOfUser(environment, organization, { ...user, status: 'active' }, 'updated')
    }),
  ),

  'users/delete': operation(userEntries, (environment, input) =>
    withOrganization(environment, input, async (organization) => {
      const user = directoryUser(environment, organization, input.email)
      if (user.status === 'deleted') return refused(409, 'This user is deleted already.')
      environment.directory.set(directoryKey(organization.id, user.email), { ...user, status: 'deleted' })
      revokeSessions(environment, isOf(organization, user.email))
      const data = await deletedDirectoryUser(organization, user)
      return done('organization.directory.user_deleted', organization.id, data)
    }),
  ),

  /** Nobody is kept from logging in again: the identity provider vouches for them, and the membership comes back. */
  'memberships/remove': operation(userEntries, (environment, input) =>
    withOrganization(environment, input, async (organization) => {
      const user = directoryUser(environment, organization, input.email)
      revokeSessions(environment, isOf(organization, user.email))
      const data = await membership(organization, user)
      return done('user.organization_membership_deleted', organization.id, data)
    }),
  ),

  'connections/enable': operation(connectionEntries, (environment, input) =>
    withConnection(environment, input, async (organization, connection) => {
      if (connection.status !== 'COMPLETED') return refused(409, 'This connection is not set up to the end.')
      if (connection.enabled) return refused(409, 'This connection is enabled already.')
      return switchConnection(environment, organization, { ...connection, enabled: true })
    }),
  ),

  /** Scalekit leaves the sessions of a disabled connection alone, and so do we: only new logins fail. */
  'connections/disable': operation(connectionEntries, (environment, input) =>
    withConnection(environment, input, async (organization, connection) => {
      if (!connection.enabled) return refused(409, 'This connection is disabled already.')
      return switchConnection(environment, organization, { ...connection, enabled: false })
    }),
  ),

  'connections/delete': operation(connectionEntries, (environment, input) =>
    withConnection(environment, input, async (organization, connection) => {
      const connections = organization.connections.filter(({ id }) => id !== connection.id)
      replaceOrganization(environment, { ...organization, connections })
      revokeSessions(environment, ({ connection_id }) => connection_id === connection.id)
      const data = connectionOfEvent(organization, connection)
      return done('organization.sso_deleted', organization.id, data)
    }),
  ),

  'organizations/delete': operation(organizationEntries, (environment, input) =>
    withOrganization(environment, input, async (organization) => {
      environment.organizations = environment.organizations.filter(({ id }) => id !== organization.id)
      revokeSessions(environment, ({ organization_id }) => organization_id === organization.id)
      return done(
        'organization.deleted',
        organization.id,
        deletedOrganization(organization, environment.now()),
      )
    }),
  ),

  /** Nothing of Scalekit's: the customers as they were at the start. No event, and ended sessions stay ended. */
  'organizations/restore': operation({}, async (environment) => {
    environment.organizations = environment.originalOrganizations
    environment.directory.clear()
    return { kind: 'done', event: undefined }
  }),

  'sessions/logout': operation(sessionEntries, async (environment, { session_id }) => {
    const session = findSession(environment, session_id)
    if (session === undefined) return refused(404, 'There is no session with this id.')
    if (session.status !== 'active') return refused(409, 'That session has ended already.')
    return logOut(environment, session)
  }),
}

/** Ends a session as its user would, with what the application may be told of it. */
export async function logOut(environment: Environment, session: Session) {
  session.status = 'logout'
  const connection = environment.organizations
    .flatMap(({ connections }) => connections)
    .find(({ id }) => id === session.connection_id)
  const data = await userAndSession(session, connection)
  return { ...done('user.logout', session.organization_id, data), loggedOut: session }
}

async function tellOfUser(
  environment: Environment,
  organization: Organization,
  user: DirectoryUser,
  what: 'created' | 'updated',
) {
  environment.directory.set(directoryKey(organization.id, user.email), user)
  const data = await directoryUserOfEvent(organization, user)
  return done(`organization.directory.user_${what}`, organization.id, data)
}

function switchConnection(environment: Environment, organization: Organization, changed: Connection) {
  const connections = organization.connections.map((one) => (one.id === changed.id ? changed : one))
  replaceOrganization(environment, { ...organization, connections })
  const type = changed.enabled ? 'organization.sso_enabled' : 'organization.sso_disabled'
  return done(type, organization.id, connectionWithState(organization, changed))
}

const namesOf = ({
  given_name,
  family_name,
}: v.InferOutput<v.StrictObjectSchema<typeof personEntries, undefined>>) => ({
  ...(given_name !== undefined && { given_name }),
  ...(family_name !== undefined && { family_name }),
})

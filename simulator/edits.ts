import * as v from 'valibot'
import { done, isOf, replaceOrganization, revokeSessions } from './changes.ts'
import { type DirectoryUser, directoryKey, directoryUser } from './directory.ts'
import type { Environment } from './environment.ts'
import {
  connectionOfEvent,
  deletedDirectoryUser,
  directoryUserOfEvent,
  organizationOfEvent,
} from './event-data.ts'
import { randomId } from './identifiers.ts'
import {
  connectionEntries,
  emailAddress,
  type Operation,
  operation,
  organizationEntries,
  refused,
  withConnection,
  withOrganization,
} from './operation.ts'
import type { Connection, Organization, User } from './organizations.ts'

/** One text in a form, an array in JSON. */
const listOf = (item: v.GenericSchema<string, string>, separator: RegExp) =>
  v.optional(
    v.pipe(
      v.union([
        v.pipe(
          v.string(),
          v.transform((text) => text.split(separator).filter((part) => part.trim() !== '')),
        ),
        v.array(v.string()),
      ]),
      v.array(item),
      v.maxLength(1000),
    ),
    [],
  )

const SPACES = /[\s,]+/
/** Names of groups may have spaces. */
const COMMAS = /,/

const domain = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.maxLength(253),
  v.regex(/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u, 'must be a domain such as acme.example'),
)
const displayName = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200))
const word = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200))
const personName = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200)), '')
const attributes = v.optional(
  v.pipe(
    v.union([v.pipe(v.string(), v.parseJson()), v.unknown()]),
    v.check((value) => !Array.isArray(value), 'must be a JSON object'),
    v.record(v.string(), v.unknown(), 'must be a JSON object'),
  ),
  {},
)

const personEntries = {
  ...connectionEntries,
  email: emailAddress,
  /** Whom it is instead of, where the address is another one now. */
  previous_email: v.optional(emailAddress),
  given_name: personName,
  family_name: personName,
  roles: listOf(word, COMMAS),
  idp_roles: listOf(word, COMMAS),
  groups: listOf(word, COMMAS),
  attributes,
}

export const PROVIDERS = ['IDP_SIMULATOR', 'OKTA', 'MICROSOFT_AD', 'ONELOGIN', 'GOOGLE'] as const

/** What somebody writes in Scalekit's dashboard, or at the customer: each tells the application, as everything else does. */
export const EDITS: Readonly<Record<string, Operation>> = {
  'organizations/create': operation(
    {
      organization_id: v.optional(organizationEntries.organization_id),
      display_name: displayName,
      domains: listOf(domain, SPACES),
    },
    async (environment, { organization_id: id = randomId('org_'), display_name, domains }) => {
      if (environment.organizations.some((organization) => organization.id === id))
        return refused(409, 'There is an organization with this id.')
      const slug = display_name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
      const organization: Organization = { id, display_name, slug, domains, connections: [newConnection()] }
      const taken = domainTaken(environment, organization)
      if (taken !== undefined) return taken
      environment.organizations = [...environment.organizations, organization]
      return done('organization.created', id, organizationOfEvent(organization))
    },
  ),

  'organizations/update': operation(
    { ...organizationEntries, display_name: displayName, domains: listOf(domain, SPACES) },
    (environment, input) =>
      withOrganization(environment, input, async (organization) => {
        const { display_name, domains } = input
        return updated(environment, { ...organization, display_name, domains })
      }),
  ),

  'domains/add': operation({ ...organizationEntries, domain }, (environment, input) =>
    withOrganization(environment, input, async (organization) =>
      updated(environment, {
        ...organization,
        domains: [...new Set([...organization.domains, input.domain])],
      }),
    ),
  ),

  'connections/create': operation(
    { ...organizationEntries, provider: v.picklist(PROVIDERS), type: v.picklist(['OIDC', 'SAML']) },
    (environment, { provider, type, ...input }) =>
      withOrganization(environment, input, async (organization) => {
        const connection = { ...newConnection(), provider, type }
        replaceOrganization(environment, {
          ...organization,
          connections: [...organization.connections, connection],
        })
        return done('organization.sso_created', organization.id, connectionOfEvent(organization, connection))
      }),
  ),

  'people/save': operation(personEntries, (environment, input) =>
    withConnection(environment, input, async (organization, connection) => {
      const { email, previous_email: previous = email } = input
      const isNew = !connection.users.some((user) => user.email === previous)
      if (email !== previous && findMember(organization, email) !== undefined)
        return refused(409, 'The organization has somebody with this address.')
      const user = userOf(input)
      const users = isNew
        ? [...connection.users, user]
        : connection.users.map((one) => (one.email === previous ? user : one))
      return tellOfPerson(environment, withUsers(environment, organization, connection, users), user, {
        isNew,
        previous,
      })
    }),
  ),

  /** The identity provider no longer knows the person, and the directory tells so. */
  'people/remove': operation({ ...connectionEntries, email: emailAddress }, (environment, input) =>
    withConnection(environment, input, async (organization, connection) => {
      const { email } = input
      if (!connection.users.some((user) => user.email === email))
        return refused(404, 'The identity provider does not know this address.')
      const data = await deletedDirectoryUser(organization, directoryUser(environment, organization, email))
      withUsers(
        environment,
        organization,
        connection,
        connection.users.filter((user) => user.email !== email),
      )
      environment.directory.delete(directoryKey(organization.id, email))
      revokeSessions(environment, isOf(organization, email))
      return done('organization.directory.user_deleted', organization.id, data)
    }),
  ),
}

const newConnection = (): Connection => ({
  id: randomId('conn_'),
  provider: 'IDP_SIMULATOR',
  type: 'OIDC',
  status: 'COMPLETED',
  enabled: true,
  users: [],
})

function updated(environment: Environment, organization: Organization) {
  const taken = domainTaken(environment, organization)
  if (taken !== undefined) return taken
  replaceOrganization(environment, organization)
  return done('organization.updated', organization.id, organizationOfEvent(organization))
}

/** A domain routes to one organization. */
function domainTaken({ organizations }: Environment, { id, domains }: Organization) {
  const owner = organizations.find(
    (other) => other.id !== id && other.domains.some((one) => domains.includes(one)),
  )
  return owner && refused(409, `${owner.display_name} has one of these domains already.`)
}

const findMember = ({ connections }: Organization, email: string): User | undefined =>
  connections.flatMap(({ users }) => users).find((user) => user.email === email)

function userOf({
  email,
  given_name,
  family_name,
  roles,
  idp_roles,
  groups,
  attributes: others,
}: v.InferOutput<v.StrictObjectSchema<typeof personEntries, undefined>>): User {
  const lists = {
    ...(idp_roles.length > 0 && { idp_roles }),
    ...(groups.length > 0 && { groups }),
  }
  return { email, given_name, family_name, roles, attributes: { ...others, ...lists } }
}

function withUsers(
  environment: Environment,
  organization: Organization,
  { id }: Connection,
  users: readonly User[],
): Organization {
  const connections = organization.connections.map((one) => (one.id === id ? { ...one, users } : one))
  const changed = { ...organization, connections }
  replaceOrganization(environment, changed)
  return changed
}

/** Keeps what the directory has said of the person, such as that they may not log in. */
async function tellOfPerson(
  environment: Environment,
  organization: Organization,
  { email, given_name, family_name, roles, attributes: { groups = [] } }: User,
  { isNew, previous }: { readonly isNew: boolean; readonly previous: string },
) {
  const listed = environment.directory.get(directoryKey(organization.id, previous))
  const user: DirectoryUser = {
    email,
    given_name,
    family_name,
    roles,
    // Some identity providers send one group as a text.
    groups: [groups].flat().map(String),
    status: isNew || listed === undefined ? 'active' : listed.status,
  }
  environment.directory.delete(directoryKey(organization.id, previous))
  environment.directory.set(directoryKey(organization.id, email), user)
  const data = await directoryUserOfEvent(organization, user)
  return done(`organization.directory.user_${isNew ? 'created' : 'updated'}`, organization.id, data)
}

import { isActive } from './connections.ts'
import type { DirectoryUser } from './directory.ts'
import { stableId } from './identifiers.ts'
import { idpUserIdOf, type Session, userIdOf } from './login.ts'
import type { Connection, Organization } from './organizations.ts'

/** The `data` of events, field by field as in the samples of Scalekit's API reference. */

const CREATED = '2026-01-01T00:00:00.000000Z'
/** Idle and absolute lifetime of a session at Scalekit, which nobody here enforces. */
const IDLE_SECONDS = 7 * 24 * 60 * 60
const ABSOLUTE_SECONDS = 30 * 24 * 60 * 60

const time = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}.000Z`

const organizationObject = ({ id, display_name, slug }: Organization) => ({
  id,
  display_name,
  external_id: slug,
  region_code: 'US',
  settings: { features: [{ name: 'sso', enabled: true }] },
})

export const organizationOfEvent = (organization: Organization) => ({
  ...organizationObject(organization),
  create_time: CREATED,
  update_time: CREATED,
  metadata: null,
})

export const deletedOrganization = (organization: Organization, now: number) => ({
  ...organizationObject(organization),
  create_time: CREATED,
  update_time: CREATED,
  deleted_at: time(now),
  metadata: null,
  settings: {
    features: [
      { name: 'sso', enabled: true },
      { name: 'dir_sync', enabled: true },
    ],
  },
})

/** `organization.sso_created` and `_deleted` say nothing of the state. */
export const connectionOfEvent = (organization: Organization, { id, type, provider }: Connection) => ({
  id,
  organization_id: organization.id,
  connection_type: type,
  provider,
})

export const connectionWithState = (organization: Organization, connection: Connection) => ({
  ...connectionOfEvent(organization, connection),
  enabled: connection.enabled,
  status: connection.status,
})

export async function deletedDirectoryUser(organization: Organization, { email }: DirectoryUser) {
  const connection = connectionOf(organization, email)
  return {
    id: await stableId('diruser_', `${organization.id}\n${email}`),
    organization_id: organization.id,
    dp_id: await idpUserIdOf(connection?.id ?? organization.id, email),
    email,
  }
}

export async function directoryUserOfEvent(organization: Organization, user: DirectoryUser) {
  const { email, given_name, family_name, roles, groups, status } = user
  const { id, organization_id, dp_id } = await deletedDirectoryUser(organization, user)
  return {
    id,
    organization_id,
    dp_id,
    preferred_username: email,
    email,
    active: status === 'active',
    name: fullName(user),
    given_name,
    family_name,
    nickname: given_name,
    picture: '',
    phone_number: '',
    roles: roles.map((role_name) => ({ role_name })),
    groups: await Promise.all(
      groups.map(async (name) => ({ id: await stableId('dirgroup_', `${organization.id}\n${name}`), name })),
    ),
    address: { postal_code: '' },
    custom_attributes: {},
    raw_attributes: {},
  }
}

/**
 * Of `user.logout` and `user.login`. Like in Scalekit's own sample the session still says `ACTIVE` and has no time of
 * logout.
 */
export const userAndSession = async (session: Session, connection: Connection | undefined) => ({
  user: {
    id: session.user_id,
    email: session.email,
    external_id: null,
    metadata: {},
    create_time: CREATED,
    update_time: time(session.created_at),
    last_login_time: time(session.created_at),
    user_profile: {
      id: await stableId('usp_', session.user_id),
      email_verified: true,
      name: fullName(session),
      given_name: session.given_name,
      family_name: session.family_name,
      external_identities: [
        {
          connection_id: session.connection_id,
          connection_provider: connection?.provider,
          connection_type: connection?.type,
          connection_user_id: session.modular_subject.split(';')[1],
          is_social: session.organization_id === undefined,
          created_time: CREATED,
          last_login_time: time(session.created_at),
          last_synced_time: time(session.created_at),
        },
      ],
    },
  },
  user_session: {
    session_id: session.session_id,
    user_id: session.user_id,
    organization_id: session.organization_id,
    authenticated_organizations: session.organization_id === undefined ? [] : [session.organization_id],
    status: 'ACTIVE',
    created_at: time(session.created_at),
    updated_at: time(session.created_at),
    last_active_at: time(session.created_at),
    idle_expires_at: time(session.created_at + IDLE_SECONDS),
    absolute_expires_at: time(session.created_at + ABSOLUTE_SECONDS),
    expired_at: null,
    logout_at: null,
    device: {
      // RFC 5737: an address of nobody.
      ip: '192.0.2.1',
      browser: 'Chrome',
      browser_version: '142.0.0.0',
      os: 'macOS',
      os_version: '10.15.7',
      device_type: 'Desktop',
      user_agent: 'Mozilla/5.0 (simulated)',
      location: { city: '', region: '', region_subdivision: '', latitude: '', longitude: '' },
    },
  },
})

export async function membership(organization: Organization, { email }: DirectoryUser) {
  const connection = connectionOf(organization, email)
  const id = await userIdOf(email)
  return {
    organization: organizationObject(organization),
    user: {
      id,
      email,
      external_id: null,
      metadata: {},
      user_profile: {
        id: await stableId('usp_', id),
        email_verified: true,
        external_identities:
          connection === undefined
            ? []
            : [
                {
                  connection_id: connection.id,
                  connection_user_id: await idpUserIdOf(connection.id, email),
                },
              ],
      },
    },
  }
}

/** The one whose identity provider knows the person, which is the one whose id is in their subject. */
const connectionOf = ({ connections }: Organization, email: string): Connection | undefined =>
  connections.find(({ users }) => users.some((user) => user.email === email)) ??
  connections.find(isActive) ??
  connections[0]

const fullName = ({
  given_name,
  family_name,
}: Readonly<Record<'given_name' | 'family_name', string | undefined>>) =>
  [given_name, family_name].filter(Boolean).join(' ') || undefined

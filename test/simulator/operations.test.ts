import { decodeProtectedHeader } from 'jose'
import { expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import type { Delivery } from '../../simulator/webhooks.ts'
import {
  authorize,
  control,
  exchange,
  type Fields,
  ISSUER,
  location,
  requestToken,
  signIn,
  submit,
  tokens,
} from './drive.ts'
import { createReceiver } from './receiver.ts'

type Simulator = ReturnType<typeof createSimulator>

const ACME = { organization_id: 'org_20000000000000002' }
const JANE = { ...ACME, email: 'jane@acme.example' }
const CONNECTION = { connection_id: 'conn_30000000000000002' }
const NOW = 1_800_000_000

const start = () => createSimulator(createReceiver(() => NOW).options)

async function post(simulator: Simulator, path: string, body: object): Promise<Delivery['event']> {
  const response = await control(simulator, 'POST', path, body)
  if (!response.ok) throw new Error(await response.text())
  return (await response.json<{ delivery: Delivery }>()).delivery.event
}

async function sessions(simulator: Simulator) {
  const response = await simulator.request(`${ISSUER}/simulator`)
  return (await response.json<{ sessions: { session_id: string; email: string; status: string }[] }>())
    .sessions
}

const statuses = async (simulator: Simulator) => (await sessions(simulator)).map(({ status }) => status)

const errorOf = (url: URL) => url.searchParams.get('error')

const BY_ORGANIZATION: Fields = { login_hint: undefined, ...ACME }
const BY_CONNECTION: Fields = { login_hint: undefined, ...CONNECTION }

test('a deactivated user cannot log in and their sessions end; a reactivated one can', async () => {
  const simulator = start()
  const callback = await signIn(simulator)
  await signIn(simulator, {}, { email: 'joe@acme.example' })
  const event = await post(simulator, '/users/deactivate', { ...JANE, email: 'Jane@Acme.example' })
  expect(event).toMatchObject({
    type: 'organization.directory.user_updated',
    object: 'DirectoryUser',
    organization_id: 'org_20000000000000002',
    display_name: 'Directory User Updated',
  })
  expect(event.data).toEqual({
    id: expect.stringMatching(/^diruser_\d{17}$/),
    organization_id: 'org_20000000000000002',
    dp_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    preferred_username: 'jane@acme.example',
    email: 'jane@acme.example',
    active: false,
    name: 'Jane Doe',
    given_name: 'Jane',
    family_name: 'Doe',
    nickname: 'Jane',
    picture: '',
    phone_number: '',
    roles: [{ role_name: 'admin' }],
    groups: [{ id: expect.stringMatching(/^dirgroup_\d{17}$/), name: 'engineering' }],
    address: { postal_code: '' },
    custom_attributes: {},
    raw_attributes: {},
  })
  expect(await statuses(simulator)).toEqual(['revoked', 'active'])
  expect((await exchange(simulator, callback)).status).toBe(400)
  const refused = await signIn(simulator, { state: 's' }, { email: 'JANE@acme.example' })
  expect([refused.pathname, errorOf(refused), refused.searchParams.get('state')]).toEqual([
    '/auth/callback',
    'user_not_active',
    's',
  ])
  expect(errorOf(await signIn(simulator, {}, { email: 'joe@acme.example' }))).toBeNull()

  const again = await post(simulator, '/users/reactivate', JANE)
  expect(again).toMatchObject({ type: 'organization.directory.user_updated', data: { active: true } })
  expect(errorOf(await signIn(simulator))).toBeNull()
})

test('the address is barred in its own organization only', async () => {
  const simulator = start()
  await post(simulator, '/users/deactivate', { ...JANE, organization_id: 'org_20000000000000001' })
  expect(errorOf(await signIn(simulator))).toBeNull()
  expect(errorOf(await signIn(simulator, { login_hint: 'jane@example.com' }))).toBe('user_not_active')
})

test('a deleted user cannot log in until the directory has them again', async () => {
  const simulator = start()
  const { id_token } = await tokens(await exchange(simulator, await signIn(simulator)))
  const [, payload = ''] = id_token.split('.')
  const event = await post(simulator, '/users/delete', JANE)
  expect(event).toMatchObject({ type: 'organization.directory.user_deleted', object: 'DirectoryUser' })
  expect(event.data).toEqual({
    id: expect.stringMatching(/^diruser_\d{17}$/),
    organization_id: 'org_20000000000000002',
    // What comes after the connection in the subject.
    dp_id: JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).sub.split(';')[1],
    email: 'jane@acme.example',
  })
  expect(await statuses(simulator)).toEqual(['revoked'])
  expect(errorOf(await signIn(simulator))).toBe('user_not_active')
  const created = await post(simulator, '/users/create', { ...JANE, given_name: 'Janet' })
  expect(created).toMatchObject({
    type: 'organization.directory.user_created',
    data: { active: true, given_name: 'Janet', family_name: 'Doe' },
  })
  expect(errorOf(await signIn(simulator))).toBeNull()
})

test('an update of a user is harmless', async () => {
  const simulator = start()
  await signIn(simulator)
  const event = await post(simulator, '/users/update', { ...JANE, family_name: 'Roe' })
  expect(event).toMatchObject({
    type: 'organization.directory.user_updated',
    data: { active: true, name: 'Jane Roe' },
  })
  expect(await statuses(simulator)).toEqual(['active'])
})

test('a disabled connection takes no logins and leaves sessions alone; an enabled one takes them again', async () => {
  const simulator = start()
  await signIn(simulator)
  const halfway = await authorize(simulator)
  const event = await post(simulator, '/connections/disable', CONNECTION)
  expect(event).toMatchObject({
    type: 'organization.sso_disabled',
    object: 'Connection',
    organization_id: 'org_20000000000000002',
    display_name: 'SSO Connection Disabled',
  })
  expect(event.data).toEqual({
    id: 'conn_30000000000000002',
    organization_id: 'org_20000000000000002',
    connection_type: 'SAML',
    provider: 'OKTA',
    enabled: false,
    status: 'COMPLETED',
  })
  expect(await statuses(simulator)).toEqual(['active'])
  expect(errorOf(await authorize(simulator, BY_CONNECTION))).toBe('connection_not_active')
  expect(errorOf(await authorize(simulator, BY_ORGANIZATION))).toBe('no_active_connections')
  expect(errorOf(location(await submit(simulator, halfway)))).toBe('connection_not_active')

  const enabled = await post(simulator, '/connections/enable', CONNECTION)
  expect(enabled).toMatchObject({ type: 'organization.sso_enabled', data: { enabled: true } })
  expect(errorOf(await signIn(simulator))).toBeNull()
})

test('a deleted connection is unknown, and its sessions have ended', async () => {
  const simulator = start()
  await signIn(simulator)
  const halfway = await authorize(simulator)
  const event = await post(simulator, '/connections/delete', CONNECTION)
  expect(event).toMatchObject({ type: 'organization.sso_deleted', display_name: 'SSO Connection Deleted' })
  expect(event.data).toEqual({
    id: 'conn_30000000000000002',
    organization_id: 'org_20000000000000002',
    connection_type: 'SAML',
    provider: 'OKTA',
  })
  expect(await statuses(simulator)).toEqual(['revoked'])
  expect(errorOf(await authorize(simulator, BY_CONNECTION))).toBe('invalid_connection_id')
  expect(errorOf(await authorize(simulator, BY_ORGANIZATION))).toBe('no_configured_connections')
  expect(errorOf(location(await submit(simulator, halfway)))).toBe('invalid_connection_id')
})

test('a deleted organization is unknown, and its sessions have ended; it can be restored', async () => {
  const simulator = start()
  const callback = await signIn(simulator)
  const event = await post(simulator, '/organizations/delete', ACME)
  expect(event).toMatchObject({
    type: 'organization.deleted',
    object: 'Organization',
    organization_id: 'org_20000000000000002',
    display_name: 'Organization Deleted',
  })
  expect(event.data).toEqual({
    id: 'org_20000000000000002',
    display_name: 'Acme',
    external_id: 'acme',
    region_code: 'US',
    create_time: expect.any(String),
    update_time: expect.any(String),
    deleted_at: '2027-01-15T08:00:00.000Z',
    metadata: null,
    settings: {
      features: [
        { name: 'sso', enabled: true },
        { name: 'dir_sync', enabled: true },
      ],
    },
  })
  expect(await statuses(simulator)).toEqual(['revoked'])
  expect((await exchange(simulator, callback)).status).toBe(400)
  expect(errorOf(await authorize(simulator, BY_ORGANIZATION))).toBe('invalid_organization_id')
  expect(errorOf(await authorize(simulator, BY_CONNECTION))).toBe('invalid_connection_id')
  expect(errorOf(await authorize(simulator))).toBe('domain_not_found')

  expect((await control(simulator, 'POST', '/organizations/restore', {})).status).toBe(200)
  expect(errorOf(await signIn(simulator))).toBeNull()
  expect(await statuses(simulator)).toEqual(['revoked', 'active'])
})

test('a logged-out session refreshes no more', async () => {
  const simulator = start()
  await control(simulator, 'PATCH', '/settings', { mode: 'fsa' })
  const callback = await signIn(simulator, { scope: 'openid offline_access' })
  const { refresh_token } = await tokens(await exchange(simulator, callback))
  const [{ session_id } = { session_id: '' }] = await sessions(simulator)
  const event = await post(simulator, '/sessions/logout', { session_id })
  expect(event).toMatchObject({
    type: 'user.logout',
    object: 'User',
    organization_id: 'org_20000000000000002',
    display_name: 'User Logout',
    data: {
      user: {
        id: expect.stringMatching(/^usr_\d{17}$/),
        email: 'jane@acme.example',
        user_profile: {
          name: 'Jane Doe',
          external_identities: [{ connection_id: 'conn_30000000000000002', is_social: false }],
        },
      },
      user_session: {
        session_id,
        organization_id: 'org_20000000000000002',
        authenticated_organizations: ['org_20000000000000002'],
        status: 'ACTIVE',
        created_at: '2027-01-15T08:00:00.000Z',
        expired_at: null,
        logout_at: null,
      },
    },
  })
  expect(await statuses(simulator)).toEqual(['logout'])
  expect((await requestToken(simulator, { grant_type: 'refresh_token', refresh_token })).status).toBe(400)
})

test('a removed membership ends the sessions of that organization', async () => {
  const simulator = start()
  await signIn(simulator)
  await signIn(simulator, { login_hint: 'jane@example.com' })
  const event = await post(simulator, '/memberships/remove', JANE)
  expect(event).toMatchObject({
    type: 'user.organization_membership_deleted',
    object: 'OrgMembership',
    display_name: 'User Organization Membership Deleted',
    data: {
      organization: { id: 'org_20000000000000002', display_name: 'Acme' },
      user: { id: expect.stringMatching(/^usr_\d{17}$/), email: 'jane@acme.example' },
    },
  })
  expect(await statuses(simulator)).toEqual(['revoked', 'active'])
})

test('a person’s own logout sends the event in Full-Stack Auth only', async () => {
  const receiver = createReceiver(() => NOW)
  const simulator = createSimulator(receiver.options)
  const logout = async () => {
    const { id_token } = await tokens(await exchange(simulator, await signIn(simulator)))
    await simulator.request(`${ISSUER}/oidc/logout?id_token_hint=${id_token}`)
  }
  await logout()
  expect(receiver.received).toEqual([])
  await control(simulator, 'PATCH', '/settings', { mode: 'fsa' })
  await logout()
  await expect.poll(() => receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual(['user.logout'])
})

test('posts a logout token where an address for it is registered', async () => {
  const receiver = createReceiver(() => NOW)
  const simulator = createSimulator(receiver.options)
  await signIn(simulator)
  const [{ session_id } = { session_id: '' }] = await sessions(simulator)
  const send = () => control(simulator, 'POST', `/sessions/${session_id}/backchannel-logout`, {})
  expect((await send()).status).toBe(409)

  const uri = 'http://localhost:8787/auth/backchannel-logout'
  await control(simulator, 'PUT', '/redirects', { backchannel_logout_uri: uri })
  expect(await (await send()).json()).toMatchObject({
    logout_token: { session_id, attempt: { status: 200 } },
  })
  const [sent] = receiver.received
  expect(sent?.url).toBe(uri)
  expect(sent?.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
  const token = new URLSearchParams(sent?.body).get('logout_token') ?? ''
  expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'logout+jwt' })
  const [, payload = ''] = token.split('.')
  expect(JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))).toEqual({
    iss: ISSUER,
    aud: ['skc_10000000000000001'],
    iat: NOW,
    exp: NOW + 120,
    jti: expect.stringMatching(/^jti_\d{17}$/),
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    sub: expect.stringMatching(/^conn_30000000000000002;/),
    sid: session_id,
  })
  // Logging somebody out tells both ways.
  await control(simulator, 'POST', '/sessions/logout', { session_id })
  expect(receiver.received.map(({ url }) => url.split('/').pop()).sort()).toEqual([
    'backchannel-logout',
    'backchannel-logout',
    'webhooks',
  ])
})

test.each([
  [404, 'an unknown organization', '/users/deactivate', { ...JANE, organization_id: 'org_1' }],
  [404, 'an unknown connection', '/connections/disable', { connection_id: 'conn_1' }],
  [404, 'a social connection', '/connections/disable', { connection_id: 'conn_40000000000000001' }],
  [404, 'an unknown session', '/sessions/logout', { session_id: 'ses_1' }],
  [409, 'an active user', '/users/reactivate', JANE],
  [409, 'an enabled connection', '/connections/enable', CONNECTION],
  [409, 'a disabled connection', '/connections/disable', { connection_id: 'conn_30000000000000004' }],
  [409, 'a draft', '/connections/enable', { connection_id: 'conn_30000000000000006' }],
  [400, 'no address', '/users/deactivate', ACME],
  [400, 'half an address', '/users/deactivate', { ...ACME, email: 'jane' }],
  [400, 'another kind of id', '/connections/disable', { connection_id: 'org_1' }],
  [400, 'an unknown field', '/organizations/delete', { ...ACME, really: true }],
])('answers %i for %s, in words', async (status, _case, path, body) => {
  const response = await control(createSimulator(), 'POST', path, body)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ problems: [expect.any(String)] })
})

test('does a thing twice only where it was undone', async () => {
  const simulator = createSimulator()
  const statusOf = async (path: string) => (await control(simulator, 'POST', path, JANE)).status
  expect(await statusOf('/users/deactivate')).toBe(200)
  expect(await statusOf('/users/deactivate')).toBe(409)
  expect(await statusOf('/users/create')).toBe(409)
  expect(await statusOf('/users/delete')).toBe(200)
  expect(await statusOf('/users/delete')).toBe(409)
  expect(await statusOf('/users/update')).toBe(409)
})

test('two simulators share no customers', async () => {
  await control(createSimulator(), 'POST', '/organizations/delete', ACME)
  expect(errorOf(await signIn(createSimulator()))).toBeNull()
})

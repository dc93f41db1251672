import { expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import { ISSUER, postForm, signIn } from './drive.ts'
import { createReceiver } from './receiver.ts'

type Simulator = ReturnType<typeof createSimulator>

const JANE = { organization_id: 'org_20000000000000002', email: 'jane@acme.example' }

const page = async (simulator: Simulator, query = '') =>
  (await simulator.request(`${ISSUER}/operator${query}`)).text()

test('shows organizations, everybody known or signed in, and no secret', async () => {
  const simulator = createSimulator(createReceiver().options)
  await signIn(simulator, { login_hint: 'ann@example.com' }, { email: 'ann@example.com' })
  const html = await page(simulator)
  for (const text of ['Acme', 'conn_30000000000000002', 'jane@acme.example', 'ann@example.com']) {
    expect(html).toContain(text)
  }
  expect(html).not.toContain('whsec_')
  expect(html).not.toContain('<script')
})

test('a form answers with a redirect to what it sent', async () => {
  const receiver = createReceiver()
  const simulator = createSimulator(receiver.options)
  const response = await postForm(simulator, 'users/deactivate', JANE)
  expect(response.status).toBe(303)
  const target = response.headers.get('Location') ?? ''
  expect(target).toMatch(/^\/operator\?event=evt_\d{17}#org_20000000000000002$/)
  expect(await page(simulator, target.replace('/operator', ''))).toContain(
    '>jane@acme.example, organization.directory.user_updated: sent, 200.<',
  )
  expect(receiver.received).toHaveLength(1)
})

const ISSUED = { list: 'post_login_uris', uri: 'http://localhost:9/auth/callback' }

test.each<[path: string, fields: Record<string, string>, place: string]>([
  ['memberships/remove', JANE, JANE.organization_id],
  ['connections/disable', { connection_id: 'conn_30000000000000002' }, JANE.organization_id],
  ['organizations/delete', { organization_id: JANE.organization_id }, 'start-over'],
  ['organizations/restore', {}, 'start-over'],
  ['addresses/add', ISSUED, 'post_login_uris'],
  ['addresses/remove', ISSUED, 'post_login_uris'],
  ['addresses/initiate', { uri: ISSUED.uri }, 'initiate'],
  ['events', { type: 'role.created', data: '{}' }, 'events'],
  ['settings', { mode: 'fsa', idp_initiated_target: 'callback' }, 'settings'],
  ['keys/rotate', {}, 'settings'],
])('leads back to what was changed: %s', async (path, fields, place) => {
  const simulator = createSimulator()
  const { hash, search } = new URL(
    (await postForm(simulator, path, fields)).headers.get('Location') ?? '',
    ISSUER,
  )
  expect(hash).toBe(`#${place}`)
  expect(await page(simulator, search)).toContain(` id="${place}"`)
})

test('after an organization is deleted it says how it comes back', async () => {
  const simulator = createSimulator()
  const { organization_id } = JANE
  const response = await postForm(simulator, 'organizations/delete', { organization_id })
  const { search } = new URL(response.headers.get('Location') ?? '', ISSUER)
  expect(await page(simulator, search)).toContain('“Restore” below, under “Start over”, brings it back.')
})

test.each([
  [400, 'half an address', 'users/deactivate', { ...JANE, email: 'jane' }],
  [404, 'an unknown organization', 'users/deactivate', { ...JANE, organization_id: 'org_1' }],
  [409, 'a user who is active', 'users/reactivate', JANE],
  [404, 'an unknown event', 'events/deliver', { event_id: 'evt_1' }],
  [404, 'an unknown session', 'sessions/backchannel-logout', { session_id: 'ses_1' }],
  [400, 'data that are no JSON', 'events', { type: 'role.created', data: '{' }],
  [
    400,
    'a script as an address',
    'settings',
    {
      webhook_url: 'javascript:alert(1)',
      mode: 'fsa',
      idp_initiated_target: 'callback',
    },
  ],
  [400, 'no mode', 'settings', {}],
])('answers %i for %s, with the page and the reason', async (status, _case, path, fields) => {
  const response = await postForm(createSimulator(), path, fields)
  expect(response.status).toBe(status)
  expect(await response.text()).toContain('role="alert"')
})

test('refuses what a page of another site sends', async () => {
  const receiver = createReceiver()
  const simulator = createSimulator(receiver.options)
  expect((await postForm(simulator, 'users/delete', JANE, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(
    403,
  )
  expect((await postForm(simulator, 'users/delete', JANE, { Origin: 'http://localhost:8787' })).status).toBe(
    403,
  )
  expect(receiver.received).toEqual([])
})

test('says nothing that only the address says', async () => {
  const html = await page(createSimulator(), '?event=evt_1&logout_token=You+have+won&done=constructor')
  expect(html).not.toContain('role="status"')
  expect(html).not.toContain('You have won')
})

test('shows what people typed as text', async () => {
  const simulator = createSimulator()
  const email = '<b>@example.com'
  await postForm(simulator, 'users/create', { organization_id: 'org_20000000000000001', email })
  const html = await page(simulator)
  expect(html).not.toContain('<b>')
  expect(html).toContain('&lt;b&gt;@example.com')
})

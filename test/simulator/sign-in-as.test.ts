import { expect, test } from 'vitest'
import type { SimulatorOptions } from '../../simulator/environment.ts'
import { createSimulator } from '../../simulator/simulator.ts'
import { authorize, CALLBACK, control, ISSUER, location } from './drive.ts'

type Simulator = ReturnType<typeof createSimulator>

const ACME = 'org_20000000000000002'
const JANE = { connection_id: 'conn_30000000000000002', email: 'jane@acme.example' }
const MONA = { connection_id: 'conn_30000000000000003', email: 'mona@globex.example' }

const site = (origin: string, organization?: string) => ({
  origin,
  organization,
  loginUrl: `${origin}/auth/login`,
})
const SITES = [
  site('http://localhost:8787'),
  site('http://docs.localhost:8787'),
  site('http://acme.localhost:8787', ACME),
]

const click = (simulator: Simulator, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  simulator.request(`${ISSUER}/operator/sign-in`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers,
  })

const leadsTo = async (fields: Record<string, string>, options: SimulatorOptions = {}) =>
  location(await click(createSimulator(options), fields))

test.each([
  ['their own company’s site', JANE, 'http://acme.localhost:8787'],
  ['the first site for everybody', MONA, 'http://localhost:8787'],
  ['the site that was chosen', { ...JANE, at: 'http://docs.localhost:8787' }, 'http://docs.localhost:8787'],
  [
    'the site that fits, and not one that nobody knows',
    { ...MONA, at: 'https://evil.example' },
    SITES[0]?.origin,
  ],
])('starts the login at %s', async (_case, fields, origin) => {
  const target = await leadsTo(fields, { sites: SITES })
  expect(target.origin + target.pathname).toBe(`${origin}/auth/login`)
  expect(Object.fromEntries(target.searchParams)).toEqual({
    connection_id: fields.connection_id,
    login_hint: fields.email,
    return_to: '/',
  })
})

test('knows sites by the allowed callback URLs where it is told of none', async () => {
  const redirectUrls = {
    post_login_uris: ['http://*.localhost:3000/sso/callback', 'http://localhost:3000/sso/callback'],
    initiate_login_uri: 'http://localhost:3000/sso/login',
    post_logout_redirect_uris: [],
  }
  expect((await leadsTo(JANE, { redirectUrls })).href).toContain(
    'http://localhost:3000/sso/login?connection_id=',
  )
  const nameless = { ...redirectUrls, post_login_uris: ['http://*.localhost:3000/sso/callback'] }
  const target = await leadsTo(JANE, { redirectUrls: nameless })
  expect([...target.searchParams.keys()]).toEqual(['idp_initiated_login'])
})

test('starts at the portal where that was chosen', async () => {
  const target = await leadsTo({ ...JANE, at: 'portal' }, { sites: SITES })
  expect(target.pathname).toBe('/auth/login')
  expect([...target.searchParams.keys()]).toEqual(['idp_initiated_login'])
})

test('lets the next login of this person through, once', async () => {
  const simulator = createSimulator()
  await click(simulator, JANE)
  const callback = await authorize(simulator, { login_hint: 'Jane@acme.example' })
  expect(callback.origin + callback.pathname).toBe(CALLBACK)
  expect(callback.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
  expect(callback.searchParams.get('state')).toBe('state-1')
  expect((await authorize(simulator)).pathname).toBe('/idp/conn_30000000000000002')
})

test.each([
  ['of somebody else', { login_hint: 'joe@acme.example' }],
  ['of nobody by name', { login_hint: undefined, organization_id: ACME }],
  ['at another company', { organization_id: 'org_20000000000000003' }],
])('asks at a login %s', async (_case, query) => {
  const simulator = createSimulator()
  await click(simulator, JANE)
  expect((await authorize(simulator, query)).pathname).toMatch(/^\/idp\/conn_/)
})

test('asks after a minute', async () => {
  let now = 1_800_000_000
  const simulator = createSimulator({ now: () => now })
  await click(simulator, JANE)
  now += 60
  expect((await authorize(simulator)).pathname).toMatch(/^\/idp\/conn_/)
})

test('a person whom the directory bars comes back with the reason', async () => {
  const simulator = createSimulator()
  await control(simulator, 'POST', '/users/deactivate', { organization_id: ACME, email: JANE.email })
  await click(simulator, JANE)
  expect((await authorize(simulator)).searchParams.get('error')).toBe('user_not_active')
})

test.each([
  [404, 'an unknown connection', { ...JANE, connection_id: 'conn_1' }],
  [400, 'half an address', { ...JANE, email: 'jane' }],
])('answers %i for %s', async (status, _case, fields) => {
  expect((await click(createSimulator(), fields)).status).toBe(status)
})

test('refuses a click on a page of another site', async () => {
  const simulator = createSimulator()
  expect((await click(simulator, JANE, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  expect((await authorize(simulator)).pathname).toMatch(/^\/idp\/conn_/)
})

test('the home page has everybody, with roles and groups, and a button for each', async () => {
  const simulator = createSimulator({ sites: SITES })
  const page = await (await simulator.request(ISSUER)).text()
  expect(page.match(/action="\/operator\/sign-in"/g)?.length).toBeGreaterThanOrEqual(5)
  for (const text of ['Jane Doe', 'group <b>engineering</b>', 'role <b>admin</b>', 'acme.localhost:8787']) {
    expect(page).toContain(text)
  }
  expect(page).not.toContain('<script')
})

import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import { SSO_ERROR_CODES } from '../../simulator/sso-errors.ts'
import { authorize, CALLBACK, control, ISSUER, location, signIn, submit } from './drive.ts'

test('shows a form that works without scripts, filled with the login hint', async () => {
  const simulator = createSimulator()
  const idp = await authorize(simulator)
  const response = await simulator.request(idp.href)
  const page = await response.text()
  expect(response.status).toBe(200)
  expect(page).toContain('value="jane@acme.example"')
  expect(page).toContain('value="Jane"')
  for (const scenario of ['login', 'idp_initiated', 'error']) expect(page).toContain(`value="${scenario}"`)
  for (const code of SSO_ERROR_CODES) expect(page).toContain(`<option value="${code}"`)
  expect(page).not.toContain('<script')
})

test('escapes a login hint, and forbids scripts, but not the redirect after its form', async () => {
  const simulator = createSimulator()
  const idp = await authorize(simulator, { login_hint: '"><script>alert(1)</script>@acme.example' })
  const response = await simulator.request(idp.href)
  expect(await response.text()).not.toContain('<script')
  expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
  expect(response.headers.get('Content-Security-Policy')).not.toContain('form-action')
})

test('gives a code and the state', async () => {
  const callback = await signIn(createSimulator(), { state: 'a b&c' })
  expect(callback.origin + callback.pathname).toBe(CALLBACK)
  expect(callback.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
  expect(callback.searchParams.get('state')).toBe('a b&c')
})

test('answers a login request once', async () => {
  const simulator = createSimulator()
  const idp = await authorize(simulator)
  expect((await submit(simulator, idp)).status).toBe(303)
  const again = await submit(simulator, idp)
  expect(again.status).toBe(400)
  expect(await again.text()).toContain('invalid_state')
})

test('gives one code to two submissions at the same moment', async () => {
  const simulator = createSimulator()
  const idp = await authorize(simulator)
  const statuses = (await Promise.all([submit(simulator, idp), submit(simulator, idp)])).map((r) => r.status)
  expect(statuses.toSorted()).toEqual([303, 400])
})

test.each([
  ['one second before ten minutes', 599, 303],
  ['at ten minutes', 600, 400],
])('treats a login request %s', async (_case, age, status) => {
  let now = 1_800_000_000
  const simulator = createSimulator({ now: () => now })
  const idp = await authorize(simulator)
  now += age
  expect((await submit(simulator, idp)).status).toBe(status)
})

test('does not let one connection answer the login request of another', async () => {
  const simulator = createSimulator()
  const idp = await authorize(simulator)
  idp.pathname = '/idp/conn_30000000000000003'
  expect((await submit(simulator, idp)).status).toBe(400)
})

test('sends the chosen error with its description and the state', async () => {
  const simulator = createSimulator()
  const idp = await authorize(simulator)
  const callback = location(await submit(simulator, idp, { scenario: 'error', error: 'user_not_active' }))
  expect(Object.fromEntries(callback.searchParams)).toEqual({
    error: 'user_not_active',
    error_description: 'The user account is not active.',
    state: 'state-1',
  })
})

test.each([
  ['no e-mail address', { email: '' }],
  ['something else than an address', { email: 'jane' }],
  ['custom attributes that are not JSON', { attributes: '{' }],
  ['custom attributes that are no object', { attributes: '[1]' }],
])('asks again for %s, and the login request stays good', async (_case, fields) => {
  const simulator = createSimulator()
  const idp = await authorize(simulator)
  const refused = await submit(simulator, idp, fields)
  expect(refused.status).toBe(400)
  expect(await refused.text()).toContain('role="alert"')
  expect((await submit(simulator, idp)).status).toBe(303)
})

test.each([
  ['an unknown scenario', { scenario: 'magic' }],
  ['no scenario', { scenario: undefined }],
  ['an error that Scalekit does not have', { scenario: 'error', error: 'oops' }],
])('refuses %s', async (_case, fields) => {
  const simulator = createSimulator()
  expect((await submit(simulator, await authorize(simulator), fields)).status).toBe(400)
})

test('refuses a form that a page of another site sends', async () => {
  const simulator = createSimulator()
  const post = (headers: Record<string, string>) =>
    simulator.request(`${ISSUER}/idp/conn_30000000000000002`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ scenario: 'idp_initiated', email: 'a@acme.example' }),
    })
  expect((await post({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  expect((await post({ Origin: 'https://evil.example' })).status).toBe(403)
  expect((await post({ Origin: 'null' })).status).toBe(403)
  expect((await post({ Origin: ISSUER, 'Sec-Fetch-Site': 'same-origin' })).status).toBe(303)
})

async function startAtIdp(simulator: ReturnType<typeof createSimulator>, relayState?: string) {
  const launcher = new URL(`${ISSUER}/idp/conn_30000000000000002`)
  const form = { scenario: 'idp_initiated', relay_state: relayState }
  const target = location(await submit(simulator, launcher, form))
  const keys: JSONWebKeySet = await (await simulator.request(`${ISSUER}/keys`)).json()
  const token = target.searchParams.get('idp_initiated_login') ?? ''
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys))
  return { target, payload, protectedHeader }
}

test('starts a login at the identity provider with a five-minute token that is no login', async () => {
  const { target, payload, protectedHeader } = await startAtIdp(createSimulator(), '/team/')
  expect(target.origin + target.pathname).toBe('http://localhost:8787/auth/login')
  expect([...target.searchParams.keys()]).toEqual(['idp_initiated_login'])
  expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT' })
  const { iat, nbf, exp, ...claims } = payload
  expect(claims).toEqual({
    iss: ISSUER,
    organization_id: 'org_20000000000000002',
    connection_id: 'conn_30000000000000002',
    login_hint: 'jane@acme.example',
    relay_state: '/team/',
  })
  expect(nbf).toBe(iat)
  expect((exp ?? 0) - (iat ?? 0)).toBe(300)
})

test('delivers it to the default callback if told so, and leaves an absent relay state out', async () => {
  const simulator = createSimulator()
  await control(simulator, 'PATCH', '/settings', { idp_initiated_target: 'callback' })
  const { target, payload } = await startAtIdp(simulator)
  expect(target.origin + target.pathname).toBe(CALLBACK)
  expect(payload).not.toHaveProperty('relay_state')
})

test('ends a pending login request that turns into one started at the identity provider', async () => {
  const simulator = createSimulator()
  const idp = await authorize(simulator)
  const target = location(await submit(simulator, idp, { scenario: 'idp_initiated' }))
  expect(target.pathname).toBe('/auth/login')
  expect((await submit(simulator, idp)).status).toBe(400)
})

test('refuses a login that nobody requested, and anything at a disabled connection', async () => {
  const simulator = createSimulator()
  const active = new URL(`${ISSUER}/idp/conn_30000000000000002`)
  const disabled = new URL(`${ISSUER}/idp/conn_30000000000000004`)
  expect((await submit(simulator, active)).status).toBe(400)
  expect((await submit(simulator, disabled, { scenario: 'idp_initiated' })).status).toBe(400)
})

test('offers an app launcher for every active connection on its home page', async () => {
  const page = await (await createSimulator().request(`${ISSUER}/`)).text()
  expect(page).toContain('Test Organization')
  expect(page).toContain('action="/idp/conn_30000000000000003"')
  expect(page).not.toContain('action="/idp/conn_30000000000000004"')
})

import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { FAULT_WORDS } from '../../simulator/faults.ts'
import { createSimulator } from '../../simulator/simulator.ts'
import { control, exchange, ISSUER, requestToken, signIn, tokens } from './drive.ts'
import { createReceiver } from './receiver.ts'

type Simulator = ReturnType<typeof createSimulator>

const NOW = 1_800_000_000
const start = () => createSimulator({ now: () => NOW })

const set = async (simulator: Simulator, faults: Record<string, unknown>) =>
  expect((await control(simulator, 'PATCH', '/faults', faults)).status).toBe(200)

const idToken = async (simulator: Simulator) =>
  (await tokens(await exchange(simulator, await signIn(simulator)))).id_token

const post = (simulator: Simulator, path: string, fields: Record<string, string>) =>
  simulator.request(`${ISSUER}/operator/faults${path}`, { method: 'POST', body: new URLSearchParams(fields) })

const faultsOf = async (simulator: Simulator) =>
  (await simulator.request(`${ISSUER}/simulator/faults`)).json<Record<string, unknown>>()

test.each([
  ['wrong_issuer', { iss: 'https://somebody-else.scalekit.example' }],
  ['wrong_audience', { aud: ['skc_99999999999999999'], azp: 'skc_99999999999999999' }],
  ['wrong_nonce', { nonce: 'nonce-of-somebody-else' }],
  ['expired', { exp: NOW - 3600 }],
  [
    'other_organization',
    {
      oid: 'org_20000000000000001',
      amr: ['conn_30000000000000001'],
      sub: expect.stringMatching(/^conn_30000000000000001;./),
    },
  ],
])('%s changes these claims, and no other switch does', async (fault, claims) => {
  const simulator = start()
  const right = decodeJwt(await idToken(simulator))
  expect(right).not.toMatchObject(claims)
  await set(simulator, { [fault]: true })
  const wrong = decodeJwt(await idToken(simulator))
  expect(wrong).toMatchObject(claims)
  const names = [...Object.keys(claims), 'iat', 'sid', 'at_hash', 'c_hash']
  const others = Object.entries(wrong).filter(([name]) => !names.includes(name))
  expect(right).toMatchObject(Object.fromEntries(others))
})

test('a wrong signature is a key’s of this environment by its header only', async () => {
  const simulator = start()
  const right = await idToken(simulator)
  await set(simulator, { wrong_signature: true })
  const wrong = await idToken(simulator)
  expect(wrong.split('.')[0]).toBe(right.split('.')[0])
  const logout = (token: string) => simulator.request(`${ISSUER}/oidc/logout?id_token_hint=${token}`)
  expect((await logout(right)).status).toBe(200)
  expect((await logout(wrong)).status).toBe(400)
})

test('huge groups come on top of one’s own', async () => {
  const simulator = start()
  await set(simulator, { extra_groups: 1000 })
  const groups = decodeJwt(await idToken(simulator))['groups'] as string[]
  expect(groups.slice(0, 2)).toEqual(['engineering', 'made-up-group-0000000001'])
  expect(groups).toHaveLength(1001)
  expect(new Set(groups).size).toBe(1001)
})

test('a skewed clock is in tokens and in webhooks', async () => {
  const receiver = createReceiver(() => NOW)
  const simulator = createSimulator(receiver.options)
  await set(simulator, { clock_skew_seconds: -400 })
  expect(decodeJwt(await idToken(simulator)).iat).toBe(NOW - 400)
  const user = { organization_id: 'org_20000000000000002', email: 'jane@acme.example' }
  await control(simulator, 'POST', '/users/update', user)
  expect(receiver.received[0]?.headers.get('webhook-timestamp')).toBe(String(NOW - 400))
})

test('what the application asks by itself fails; the pages of a browser do not', async () => {
  const simulator = start()
  await set(simulator, { server_error: true })
  for (const path of ['/keys', '/api/v1/organizations', '/.well-known/openid-configuration']) {
    expect((await simulator.request(ISSUER + path)).status).toBe(500)
  }
  expect((await exchange(simulator, await signIn(simulator))).status).toBe(500)
  expect((await simulator.request(`${ISSUER}/operator`)).status).toBe(200)
})

test('what the application asks by itself is slow', async () => {
  const simulator = start()
  await set(simulator, { slow_seconds: 1 })
  const started = Date.now()
  expect((await requestToken(simulator, { grant_type: 'client_credentials' })).status).toBe(200)
  expect(Date.now() - started).toBeGreaterThanOrEqual(900)
})

test('every page says what is on, and switches it off', async () => {
  const simulator = start()
  const page = async (path: string) => (await simulator.request(ISSUER + path)).text()
  expect(await page('/')).not.toContain('Broken on purpose')
  await post(simulator, '', { fault: 'wrong_nonce', to: 'on' })
  await post(simulator, '', { fault: 'slow_seconds', to: 'on', amount: '3' })
  for (const path of ['/', '/operator', '/operator/faults', '/operator/requests', '/nowhere']) {
    const html = await page(path)
    expect(html).toContain('Broken on purpose')
    expect(html).toContain('Slow (3 seconds)')
    expect(html).toContain(`name="back" value="${path}"`)
  }
  const off = await post(simulator, '/off', { back: '/operator?a=b' })
  expect(off.headers.get('Location')).toBe('/operator?a=b')
  expect(Object.values(await faultsOf(simulator)).some(Boolean)).toBe(false)
  expect(await page('/')).not.toContain('Broken on purpose')
})

test('each is a switch that says whether it is on, with what to expect', async () => {
  const simulator = start()
  for (const { name, amount, expected } of FAULT_WORDS) {
    await post(simulator, '', { fault: name, to: 'on', ...(amount && { amount: String(amount.usual) }) })
    const html = await (await simulator.request(`${ISSUER}/operator/faults`)).text()
    expect(html).toMatch(new RegExp(`aria-checked="true"[^>]*aria-labelledby="title-${name}"`))
    expect(html).toContain(expected)
    await post(simulator, '', { fault: name, to: 'off' })
    expect((await faultsOf(simulator))[name]).toBe(amount === undefined ? false : 0)
  }
})

test.each([
  ['an unknown fault', { fault: 'constructor', to: 'on' }],
  ['no amount', { fault: 'slow_seconds', to: 'on' }],
  ['an hour', { fault: 'slow_seconds', to: 'on', amount: '3600' }],
])('refuses %s with the page and the reason', async (_case, fields) => {
  const response = await post(start(), '', fields)
  expect(response.status).toBe(400)
  expect(await response.text()).toContain('role="alert"')
})

test.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/a b'])(
  'does not lead to %s after all is off',
  async (back) => {
    expect((await post(start(), '/off', { back })).headers.get('Location')).toBe('/operator/faults')
  },
)

test('refuses a switch that a page of another site throws', async () => {
  const simulator = start()
  const response = await simulator.request(`${ISSUER}/operator/faults`, {
    method: 'POST',
    body: new URLSearchParams({ fault: 'wrong_nonce', to: 'on' }),
    headers: { 'Sec-Fetch-Site': 'cross-site' },
  })
  expect(response.status).toBe(403)
  expect((await faultsOf(simulator))['wrong_nonce']).toBe(false)
})

import { expect, test } from 'vitest'
import { DEVELOPMENT_CLIENT } from '../../simulator/client.ts'
import type { LoggedRequest } from '../../simulator/request-log.ts'
import { createSimulator } from '../../simulator/simulator.ts'
import { authorizeUrl, control, exchange, ISSUER, requestToken, signIn, tokens, VERIFIER } from './drive.ts'
import { createReceiver } from './receiver.ts'

type Simulator = ReturnType<typeof createSimulator>

const JANE = { organization_id: 'org_20000000000000002', email: 'jane@acme.example' }

const requestsOf = async (simulator: Simulator) =>
  (await (await simulator.request(`${ISSUER}/simulator/requests`)).json<{ requests: LoggedRequest[] }>())
    .requests

const listOf = async (simulator: Simulator, path = '') =>
  (await simulator.request(`${ISSUER}/operator/requests${path}`)).text()

test('lists a login from the authorization to the token, the latest first', async () => {
  const simulator = createSimulator()
  await exchange(simulator, await signIn(simulator))
  await simulator.request(`${ISSUER}/keys`)
  await simulator.request(`${ISSUER}/oidc/logout`)
  await simulator.request(`${ISSUER}/userinfo`)
  expect((await requestsOf(simulator)).map(({ what, status }) => [what, status])).toEqual([
    ['User info', 404],
    ['Logout', 200],
    ['Keys', 200],
    ['Token', 200],
    ['Identity provider', 303],
    ['Authorization', 302],
  ])
})

test('shows header and claims of tokens, and nothing that opens a door', async () => {
  const simulator = createSimulator()
  const callback = await signIn(simulator)
  const { id_token, access_token } = await tokens(await exchange(simulator, callback))
  const management = await tokens(await requestToken(simulator, { grant_type: 'client_credentials' }))
  await simulator.request(`${ISSUER}/api/v1/organizations?page_token=${DEVELOPMENT_CLIENT.secret}`, {
    headers: { Authorization: `Bearer ${management.access_token}` },
  })
  await simulator.request(`${ISSUER}/oidc/logout?id_token_hint=${id_token}`)
  await simulator.request(authorizeUrl({ state: access_token }))
  const requests = await requestsOf(simulator)
  expect(requests.flatMap((request) => request.tokens.map(({ name }) => name))).toEqual([
    'id_token_hint',
    'Authorization',
    'access_token',
    'id_token',
    'access_token',
  ])
  expect(requests.find(({ what }) => what === 'Logout')?.tokens[0]).toMatchObject({
    header: { alg: 'RS256', typ: 'JWT' },
    claims: { email: 'jane@acme.example', nonce: 'nonce-1' },
  })

  const secrets = [
    callback.searchParams.get('code') ?? '',
    VERIFIER,
    DEVELOPMENT_CLIENT.secret,
    ...[id_token, access_token, management.access_token].flatMap((token) => [
      token,
      token.split('.')[2] ?? '',
    ]),
  ]
  const everything = JSON.stringify(requests) + (await listOf(simulator))
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(20)
    expect(everything).not.toContain(secret)
    // Not half of it either.
    expect(everything).not.toContain(secret.slice(0, 20))
  }
})

test('says why something was refused', async () => {
  const simulator = createSimulator()
  await simulator.request(authorizeUrl({ redirect_uri: 'https://evil.example/' }))
  await simulator.request(authorizeUrl({ login_hint: 'who@nowhere.example' }))
  await requestToken(simulator, { grant_type: 'authorization_code', code: 'guessed', redirect_uri: 'x' })
  await simulator.request(`${ISSUER}/api/v1/organizations`)
  expect((await requestsOf(simulator)).map(({ refusal }) => refusal?.code)).toEqual([
    'UNAUTHENTICATED',
    'invalid_grant',
    'domain_not_found',
    'invalid_redirect_uri',
  ])
})

test('lists webhooks and logout tokens with how they were answered', async () => {
  const receiver = createReceiver()
  const simulator = createSimulator(receiver.options)
  await control(simulator, 'POST', '/users/update', JANE)
  receiver.answer = 400
  await control(simulator, 'POST', '/users/update', JANE)
  receiver.answer = new TypeError('refused')
  await control(simulator, 'POST', '/users/update', JANE)
  const uri = 'http://localhost:8787/auth/backchannel-logout'
  await control(simulator, 'PUT', '/redirects', { backchannel_logout_uri: uri })
  await exchange(simulator, await signIn(simulator))
  const { sessions } = await (await simulator.request(`${ISSUER}/simulator`)).json<{
    sessions: { session_id: string }[]
  }>()
  receiver.answer = 204
  await control(simulator, 'POST', `/sessions/${sessions[0]?.session_id}/backchannel-logout`, {})
  const sent = (await requestsOf(simulator)).filter(({ direction }) => direction === 'sent')
  expect(sent.map(({ what, status, refusal }) => [what, status, refusal?.code])).toEqual([
    ['Logout token', 204, undefined],
    ['Webhook', null, 'could not connect'],
    ['Webhook', 400, 'answered 400'],
    ['Webhook', 200, undefined],
  ])
  expect(sent[0]).toMatchObject({ address: uri, tokens: [{ claims: { sid: sessions[0]?.session_id } }] })
})

test('keeps a hundred, with long lists cut off', async () => {
  const simulator = createSimulator()
  await control(simulator, 'PATCH', '/faults', { extra_groups: 10_000 })
  for (let count = 0; count < 120; count += 1) await simulator.request(`${ISSUER}/keys`)
  await exchange(simulator, await signIn(simulator))
  const requests = await requestsOf(simulator)
  expect(requests).toHaveLength(100)
  expect(requests[0]).toMatchObject({ id: 123, faults: ['Huge groups (10000 groups)'] })
  const groups = requests[0]?.tokens[0]?.claims['groups'] as string[]
  expect(groups.at(-1)).toBe('… and 9981 more')
  expect(groups).toHaveLength(21)
})

test('gives a page that is open what it does not have yet', async () => {
  const simulator = createSimulator()
  const newer = (than: number) => simulator.request(`${ISSUER}/operator/requests/newer?than=${than}`)
  expect((await newer(0)).status).toBe(204)
  for (const path of ['/keys', '/oidc/logout']) await simulator.request(ISSUER + path)
  expect((await newer(2)).status).toBe(204)
  const items = await (await newer(1)).text()
  expect(items).toMatch(/^<li data-id="2">/)
  expect(items).not.toContain('data-id="1"')
  // It is of another run.
  expect((await newer(3)).status).toBe(409)
  expect(await listOf(simulator)).toContain('data-id="1"')
})

test('shows what strangers send as text', async () => {
  const simulator = createSimulator()
  await simulator.request(authorizeUrl({ login_hint: '<img src=x>@acme.example' }))
  expect(await listOf(simulator)).toContain('&lt;img src=x&gt;')
  expect(await listOf(simulator, '/newer?than=0')).not.toContain('<img')
})

test('is cleared by hand, and by no page of another site', async () => {
  const simulator = createSimulator()
  await simulator.request(`${ISSUER}/keys`)
  const clear = (headers: Record<string, string>) =>
    simulator.request(`${ISSUER}/operator/requests/clear`, { method: 'POST', headers })
  expect((await clear({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  expect(await requestsOf(simulator)).toHaveLength(1)
  expect((await clear({})).status).toBe(303)
  expect(await requestsOf(simulator)).toEqual([])
})

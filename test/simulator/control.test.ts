import { expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import { authorize, control, ISSUER } from './drive.ts'

test('tells its state, without the secret', async () => {
  const response = await createSimulator().request(`${ISSUER}/simulator`)
  const text = await response.text()
  expect(JSON.parse(text)).toEqual({
    issuer: ISSUER,
    client_id: 'skc_10000000000000001',
    settings: {
      mode: 'modular',
      echo_nonce: true,
      echo_state_on_error: true,
      idp_initiated_target: 'initiate_login',
      management_api: true,
      clients_api: true,
      rate_limited: false,
      largest_page: 100,
    },
    redirects: {
      post_login_uris: ['http://localhost:8787/auth/callback', 'http://*.localhost:8787/auth/callback'],
      initiate_login_uri: 'http://localhost:8787/auth/login',
      post_logout_redirect_uris: [
        'http://localhost:8787/auth/signed-out',
        'http://*.localhost:8787/auth/signed-out',
      ],
    },
    webhooks: { url: null, secrets: 0, hold: false },
    keys: [expect.stringMatching(/^snk_\d{17}$/)],
    sessions: [],
  })
})

test('registers other addresses and keeps those that are not named', async () => {
  const simulator = createSimulator()
  const uris = ['https://docs.example.com/auth/callback']
  const response = await control(simulator, 'PUT', '/redirects', { post_login_uris: uris })
  expect(await response.json()).toMatchObject({
    post_login_uris: uris,
    initiate_login_uri: 'http://localhost:8787/auth/login',
  })
  expect((await authorize(simulator, { redirect_uri: uris[0] })).pathname).toBe('/idp/conn_30000000000000002')
})

test.each([
  ['a wildcard outside the host', 'https://a.example.com/*'],
  ['two wildcards', 'https://*.*.example.com/'],
  ['a wildcard in an inner label', 'https://a.*.example.com/'],
  ['a wildcard under a top-level domain', 'https://*.com/'],
  ['a query', 'https://example.com/?a=b'],
  ['a fragment', 'https://example.com/#a'],
  ['a relative address', '/auth/callback'],
  ['a script', 'javascript://example.com/'],
  ['credentials', 'https://user@example.com/'],
  ['more than 256 characters', `https://example.com/${'a'.repeat(240)}`],
])('does not register %s', async (_case, uri) => {
  const response = await control(createSimulator(), 'PUT', '/redirects', { post_login_uris: [uri] })
  expect(response.status).toBe(400)
  const { problems } = await response.json<{ problems: string[] }>()
  expect(problems[0]).toContain('post_login_uris.0')
})

test.each([
  ['an unknown mode', 'PATCH', '/settings', { mode: 'other' }],
  ['an unknown setting', 'PATCH', '/settings', { echo_nonsense: true }],
  ['a wrong type', 'PATCH', '/settings', { echo_nonce: 'yes' }],
  ['a page without items', 'PATCH', '/settings', { largest_page: 0 }],
  ['an array', 'PATCH', '/settings', []],
  ['null', 'PUT', '/redirects', null],
  ['a wildcard to initiate a login', 'PUT', '/redirects', { initiate_login_uri: 'https://*.example.com/' }],
  ['an unknown option of a rotation', 'POST', '/keys/rotate', { retire: true }],
])('refuses %s and says why', async (_case, method, path, body) => {
  const response = await control(createSimulator(), method, path, body)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: 'invalid_request', problems: [expect.any(String)] })
})

test('refuses bodies that are not JSON or do not say so', async () => {
  const simulator = createSimulator()
  const patch = (type: string, body: string) =>
    simulator.request(`${ISSUER}/simulator/settings`, {
      method: 'PATCH',
      headers: { 'Content-Type': type },
      body,
    })
  expect((await patch('application/json', '{')).status).toBe(400)
  expect((await patch('text/plain', '{"mode":"fsa"}')).status).toBe(400)
})

test('refuses what a page of another site sends', async () => {
  const simulator = createSimulator()
  const patch = (headers: Record<string, string>) =>
    simulator.request(`${ISSUER}/simulator/settings`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{"mode":"fsa"}',
    })
  expect((await patch({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  expect((await patch({ 'Sec-Fetch-Site': 'same-site' })).status).toBe(403)
  expect((await patch({ Origin: 'http://localhost:8787' })).status).toBe(403)
  expect((await patch({ Origin: ISSUER })).status).toBe(200)
})

test('two simulators share nothing', async () => {
  const one = createSimulator()
  await control(one, 'PATCH', '/settings', { mode: 'fsa' })
  const state = await (await createSimulator().request(`${ISSUER}/simulator`)).json()
  expect(state).toMatchObject({ settings: { mode: 'modular' } })
})

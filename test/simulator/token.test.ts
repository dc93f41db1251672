import { expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import { authorize, control, exchange, type Fields, ISSUER, requestToken, signIn, tokens } from './drive.ts'

const fsa = async () => {
  const simulator = createSimulator()
  await control(simulator, 'PATCH', '/settings', { mode: 'fsa' })
  return simulator
}

const problem = async (response: Response) => ({
  status: response.status,
  error: (await response.json<{ error: string }>()).error,
})

const INVALID_GRANT = { status: 400, error: 'invalid_grant' }
const INVALID_CLIENT = { status: 401, error: 'invalid_client' }
const INVALID_REQUEST = { status: 400, error: 'invalid_request' }

test('gives tokens for a code, not to be stored, and none to refresh in Modular SSO', async () => {
  const simulator = createSimulator()
  const callback = await signIn(simulator, { scope: 'openid offline_access' })
  const response = await exchange(simulator, callback)
  expect(response.headers.get('Cache-Control')).toBe('no-store')
  expect(Object.keys(await tokens(response))).toEqual(['access_token', 'id_token', 'expires_in'])
})

test('refuses a code the second time', async () => {
  const simulator = createSimulator()
  const callback = await signIn(simulator)
  await tokens(await exchange(simulator, callback))
  expect(await problem(await exchange(simulator, callback))).toEqual(INVALID_GRANT)
})

test('gives tokens once to two exchanges at the same moment', async () => {
  const simulator = createSimulator()
  const callback = await signIn(simulator)
  const answers = await Promise.all([exchange(simulator, callback), exchange(simulator, callback)])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400])
})

test.each([
  ['one second before ten minutes', 599, 200],
  ['at ten minutes', 600, 400],
])('treats a code %s', async (_case, age, status) => {
  let now = 1_800_000_000
  const simulator = createSimulator({ now: () => now })
  const callback = await signIn(simulator)
  now += age
  expect((await exchange(simulator, callback)).status).toBe(status)
})

test.each<[string, Fields, { status: number; error: string }]>([
  ['an unknown code', { code: 'guessed' }, INVALID_GRANT],
  ['no code', { code: undefined }, INVALID_REQUEST],
  [
    'another registered redirect URI (RFC 6749 section 4.1.3)',
    { redirect_uri: 'http://docs.localhost:8787/auth/callback' },
    INVALID_GRANT,
  ],
  ['no redirect URI', { redirect_uri: undefined }, INVALID_REQUEST],
  ['a missing verifier', { code_verifier: undefined }, INVALID_GRANT],
  ['a wrong verifier (RFC 7636 section 4.6)', { code_verifier: 'a'.repeat(43) }, INVALID_GRANT],
  ['a verifier that is too short', { code_verifier: 'a'.repeat(42) }, INVALID_GRANT],
  ['a wrong secret', { client_secret: 'wrong' }, INVALID_CLIENT],
  ['no secret', { client_secret: undefined }, INVALID_CLIENT],
  ['another client', { client_id: 'skc_2' }, INVALID_CLIENT],
  ['no grant type', { grant_type: undefined }, INVALID_REQUEST],
  ['another grant type', { grant_type: 'password' }, { status: 400, error: 'unsupported_grant_type' }],
  [
    'a refresh in Modular SSO',
    { grant_type: 'refresh_token', refresh_token: 'rt_1' },
    { status: 400, error: 'unsupported_grant_type' },
  ],
])('refuses %s (RFC 6749 section 5.2)', async (_case, fields, expected) => {
  const simulator = createSimulator()
  const callback = await signIn(simulator)
  expect(await problem(await exchange(simulator, callback, fields))).toEqual(expected)
})

test('spends a code with a failed exchange, but not one of somebody else', async () => {
  const simulator = createSimulator()
  const callback = await signIn(simulator)
  await exchange(simulator, callback, { client_secret: 'wrong' })
  await tokens(await exchange(simulator, callback))
  const another = await signIn(simulator)
  await exchange(simulator, another, { code_verifier: 'a'.repeat(43) })
  expect(await problem(await exchange(simulator, another))).toEqual(INVALID_GRANT)
})

test('refuses a verifier for a request that had no challenge, and takes it without', async () => {
  const simulator = createSimulator()
  const without = { code_challenge: undefined, code_challenge_method: undefined }
  expect(await problem(await exchange(simulator, await signIn(simulator, without)))).toEqual(INVALID_GRANT)
  const callback = await signIn(simulator, without)
  expect((await exchange(simulator, callback, { code_verifier: undefined })).status).toBe(200)
})

test('refuses HTTP Basic, even beside good credentials in the body', async () => {
  const simulator = createSimulator()
  const fields = { grant_type: 'client_credentials' }
  const response = await requestToken(simulator, fields, { Authorization: `Basic ${btoa('a:b')}` })
  expect(response.headers.get('WWW-Authenticate')).toMatch(/^Basic/)
  expect(await problem(response)).toEqual(INVALID_CLIENT)
})

test.each([
  ['JSON', 'application/json', '{"grant_type":"client_credentials"}'],
  ['a multipart form', 'multipart/form-data; boundary=x', '--x--'],
  ['a repeated field', 'application/x-www-form-urlencoded', 'grant_type=a&grant_type=b'],
])('refuses %s as body', async (_case, type, body) => {
  const headers = { 'Content-Type': type }
  const response = await createSimulator().request(`${ISSUER}/oauth/token`, { method: 'POST', headers, body })
  expect(await problem(response)).toEqual(INVALID_REQUEST)
})

test('rotates refresh tokens with offline_access in Full-Stack Auth', async () => {
  const simulator = await fsa()
  const first = await tokens(
    await exchange(simulator, await signIn(simulator, { scope: 'openid offline_access' })),
  )
  const grant = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
  const second = await tokens(await requestToken(simulator, grant))
  expect(second.refresh_token).toMatch(/^rt_/)
  expect(second.refresh_token).not.toBe(first.refresh_token)
  expect(second.access_token).not.toBe(first.access_token)
})

test('gives no refresh token without offline_access', async () => {
  const simulator = await fsa()
  expect(await tokens(await exchange(simulator, await signIn(simulator)))).not.toHaveProperty('refresh_token')
})

test('refuses a replayed refresh token, and its successor with it', async () => {
  const simulator = await fsa()
  const first = await tokens(
    await exchange(simulator, await signIn(simulator, { scope: 'openid offline_access' })),
  )
  const refresh = (refresh_token: string | undefined) =>
    requestToken(simulator, { grant_type: 'refresh_token', refresh_token })
  const second = await tokens(await refresh(first.refresh_token))
  expect(await problem(await refresh(first.refresh_token))).toEqual(INVALID_GRANT)
  expect(await problem(await refresh(second.refresh_token))).toEqual(INVALID_GRANT)
})

test('gives a management token for client credentials', async () => {
  const response = await requestToken(createSimulator(), { grant_type: 'client_credentials' })
  expect(await response.json()).toMatchObject({ token_type: 'Bearer', expires_in: 86_399 })
})

test('sends no code to a login that was only shown', async () => {
  const idp = await authorize(createSimulator())
  expect(idp.searchParams.has('code')).toBe(false)
})

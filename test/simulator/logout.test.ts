import { expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import { control, exchange, ISSUER, location, requestToken, signIn, tokens } from './drive.ts'

const SIGNED_OUT = 'http://localhost:8787/auth/signed-out'

const logout = (simulator: ReturnType<typeof createSimulator>, parameters: Record<string, string>) =>
  simulator.request(`${ISSUER}/oidc/logout?${new URLSearchParams(parameters)}`)

const statuses = async (simulator: ReturnType<typeof createSimulator>) => {
  const state = await (await simulator.request(`${ISSUER}/simulator`)).json<{
    sessions: { status: string }[]
  }>()
  return state.sessions.map(({ status }) => status)
}

test('ends the session that the ID token names, and returns the state', async () => {
  const simulator = createSimulator()
  const { id_token } = await tokens(await exchange(simulator, await signIn(simulator)))
  await signIn(simulator)
  const response = await logout(simulator, {
    id_token_hint: id_token,
    post_logout_redirect_uri: SIGNED_OUT,
    state: 's',
  })
  expect(location(response).href).toBe(`${SIGNED_OUT}?state=s`)
  expect(await statuses(simulator)).toEqual(['logout', 'active'])
})

test('accepts an ID token that has expired (RP-Initiated Logout 1.0 section 4)', async () => {
  let now = 1_800_000_000
  const simulator = createSimulator({ now: () => now })
  const { id_token } = await tokens(await exchange(simulator, await signIn(simulator)))
  now += 30 * 24 * 60 * 60
  expect((await logout(simulator, { id_token_hint: id_token })).status).toBe(200)
  expect(await statuses(simulator)).toEqual(['logout'])
})

test('refuses the refresh token of an ended session', async () => {
  const simulator = createSimulator()
  await control(simulator, 'PATCH', '/settings', { mode: 'fsa' })
  const callback = await signIn(simulator, { scope: 'openid offline_access' })
  const { id_token, refresh_token } = await tokens(await exchange(simulator, callback))
  await logout(simulator, { id_token_hint: id_token })
  expect((await requestToken(simulator, { grant_type: 'refresh_token', refresh_token })).status).toBe(400)
})

test.each([
  ['an unregistered address', { post_logout_redirect_uri: 'https://evil.example/' }],
  ['a slash more at the end', { post_logout_redirect_uri: `${SIGNED_OUT}/` }],
  ['the callback URL', { post_logout_redirect_uri: 'http://localhost:8787/auth/callback' }],
  ['a hint that is no token', { id_token_hint: 'x', post_logout_redirect_uri: SIGNED_OUT }],
])('answers %s with a page and no redirect', async (_case, parameters) => {
  const response = await logout(createSimulator(), parameters)
  expect(response.status).toBe(400)
  expect(response.headers.get('Location')).toBeNull()
})

test('refuses an ID token of another environment and an access token', async () => {
  const simulator = createSimulator()
  const foreign = createSimulator()
  const { id_token } = await tokens(await exchange(foreign, await signIn(foreign)))
  const { access_token } = await tokens(await exchange(simulator, await signIn(simulator)))
  expect((await logout(simulator, { id_token_hint: id_token })).status).toBe(400)
  expect((await logout(simulator, { id_token_hint: access_token })).status).toBe(400)
  expect(await statuses(simulator)).toEqual(['active'])
})

test('says so where there is nowhere to go back to', async () => {
  const response = await logout(createSimulator(), {})
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('Signed out')
})

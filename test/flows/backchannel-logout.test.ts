import { reset } from 'cloudflare:test'
import { afterEach, expect, test } from 'vitest'
import { assets, defineConfig, minutes } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { ACME, JANE, newSigningKey } from '../support/openid-provider.ts'
import { createWorld, DOCS, type World } from '../support/world.ts'

afterEach(() => reset())

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const config = (backchannelLogout: boolean) =>
  defineConfig({
    backchannelLogout,
    sites: { 'docs.example.com': { organization: ACME, upstream: assets() } },
  })

async function signedIn(): Promise<{ at: World; browser: Browser }> {
  const at = await createWorld({ config: config(true) })
  const browser = at.browser()
  await at.signIn(browser, `${DOCS}/`, JANE, { claims: { sid: 'ses_jane' } })
  return { at, browser }
}

const claims = (at: World, changes: Record<string, unknown> = {}) => ({
  iss: at.provider.issuer,
  aud: at.provider.clientId,
  iat: at.clock.seconds,
  exp: at.clock.seconds + 120,
  jti: crypto.randomUUID(),
  events: { [EVENT]: {} },
  sid: 'ses_jane',
  sub: `${JANE.connection};${JANE.user}`,
  ...changes,
})

const post = (at: World, ...tokens: string[]) =>
  at.fetch(
    new Request(`${DOCS}/auth/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams(tokens.map((token) => ['logout_token', token])),
    }),
  )

async function goesOn(at: World, browser: Browser): Promise<boolean> {
  at.clock.advance(minutes(5))
  return (await browser.visit(`${DOCS}/`)).status === 200
}

test.each([
  ['session and subject', {}],
  ['session alone', { sub: undefined }],
  ['subject alone', { sid: undefined }],
  ['a subject, and a session that is empty', { sid: '' }],
  ['a subject, and no session by null', { sid: null }],
  ['a session, and a subject that is empty', { sub: '' }],
])(
  'a logout token that names %s ends the session (OIDC Back-Channel Logout 1.0 section 2.7)',
  async (_case, changes) => {
    const { at, browser } = await signedIn()
    const response = await post(at, await at.provider.sign(claims(at, changes)))
    expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    expect(await goesOn(at, browser)).toBe(false)
  },
)

test.each([
  ['for another client', { aud: 'skc_other' }],
  ['of another issuer', { iss: 'https://evil.example' }],
  ['that is expired', { exp: 1 }],
  ['that was issued long ago', { iat: 1, exp: undefined }],
  ['without iat', { iat: undefined }],
  ['without jti', { jti: undefined }],
  ['without events', { events: undefined }],
  ['with other events', { events: { 'https://example.com/event': {} } }],
  ['with a nonce, as an ID token has', { nonce: 'n' }],
  ['that names neither session nor subject', { sid: undefined, sub: undefined }],
  ['whose session and subject are empty', { sid: '', sub: '' }],
])('a logout token %s is refused (section 2.6)', async (_case, changes) => {
  const { at, browser } = await signedIn()
  const response = await post(at, await at.provider.sign(claims(at, changes)))
  expect(response.status).toBe(400)
  expect(at.refusals).toContain('logout_token_invalid')
  expect(await goesOn(at, browser)).toBe(true)
})

test('a logout token signed by somebody else is refused', async () => {
  const { at, browser } = await signedIn()
  const forged = await at.provider.sign(claims(at), { key: await newSigningKey('snk_1') })
  expect((await post(at, forged)).status).toBe(400)
  expect(await goesOn(at, browser)).toBe(true)
})

test('an ID token is no logout token', async () => {
  const { at, browser } = await signedIn()
  const idToken = await at.provider.sign(claims(at, { events: undefined, jti: undefined, nonce: 'n' }))
  expect((await post(at, idToken)).status).toBe(400)
  expect(await goesOn(at, browser)).toBe(true)
})

test('a logout token works once (jti)', async () => {
  const { at } = await signedIn()
  const token = await at.provider.sign(claims(at))
  expect((await post(at, token)).status).toBe(200)
  expect((await post(at, token)).status).toBe(400)
})

test.each([
  ['none', []],
  ['two', ['a.b.c', 'a.b.c']],
  ['one that is no JWT', ['garbage']],
])('a request with %s is refused', async (_case, tokens) => {
  const { at } = await signedIn()
  expect((await post(at, ...tokens)).status).toBe(400)
})

test('for a session that is not known there is nothing to do', async () => {
  const { at, browser } = await signedIn()
  const token = await at.provider.sign(claims(at, { sid: 'ses_nobody', sub: undefined }))
  expect((await post(at, token)).status).toBe(200)
  expect(await goesOn(at, browser)).toBe(true)
})

test('it is off unless it is switched on, and then costs a login nothing', async () => {
  const at = await createWorld({ config: config(false) })
  await at.signIn(at.browser(), `${DOCS}/`)
  expect(at.kv.operations.filter((operation) => operation.includes('registry:'))).toEqual([])
  expect((await post(at, await at.provider.sign(claims(at)))).status).toBe(404)
})

test('a login does not fail because the index cannot be written', async () => {
  const at = await createWorld({ config: config(true) })
  const browser = at.browser()
  const location = await at.beginLogin(browser, `${DOCS}/`)
  at.kv.failing = 'put'
  const { response } = await at.finishLogin(browser, at.provider.authorize(location))
  expect(response.status).toBe(200)
  expect(at.log).toContainEqual(expect.objectContaining({ event: 'degraded' }))
})

test('a logout that comes late, after a later one, does not let in whose login began between the two', async () => {
  const at = await createWorld({ config: config(true) })
  const browser = at.browser()
  const before = at.clock.seconds
  at.clock.advance(10)
  const callback = at.provider.authorize(await at.beginLogin(browser, `${DOCS}/`))
  at.clock.advance(10)
  for (const iat of [at.clock.seconds, before])
    expect((await post(at, await at.provider.sign(claims(at, { iat, sid: undefined })))).status).toBe(200)
  expect((await at.finishLogin(browser, callback)).response.status).toBe(403)
  expect(at.refusals).toEqual(['access_withdrawn'])
})

test('where KV cannot say whether somebody was signed out meanwhile, nobody is let in, and all is well later', async () => {
  const at = await createWorld({ config: config(true) })
  const { binding } = at.kv
  let isDown = true
  const get = async (key: string, type: 'text') => {
    if (isDown && key.startsWith('registry:')) throw new Error('KV get failed: 500 Internal Server Error')
    return binding.get(key, type)
  }
  at.deploy({ config: config(true), env: { GATEHOUSE_KV: { ...binding, get } } })
  const browser = at.browser()
  const callback = at.provider.authorize(await at.beginLogin(browser, `${DOCS}/`))
  expect((await post(at, await at.provider.sign(claims(at, { sid: undefined })))).status).toBe(200)
  const { response } = await at.finishLogin(browser, callback)
  expect([response.status, browser.cookie(DOCS, '__Host-gh-session')]).toEqual([503, undefined])

  isDown = false
  at.clock.advance(1)
  expect((await at.signIn(browser, `${DOCS}/`)).response.status).toBe(200)
})

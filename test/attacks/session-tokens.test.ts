import { base64url, decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createWorld, DOCS, GLOBEX_SITE, LOCAL, OPEN, type World } from '../support/world.ts'

const SESSION = '__Host-gh-session'

/** A world, the token of somebody who is signed in there, and the key that signed it. */
async function signedIn() {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`)
  const token = browser.cookie(DOCS, SESSION) ?? ''
  const [oct] = JSON.parse(world.keys).keys
  const secret = base64url.decode(oct.k)
  const resign = (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
    new SignJWT({ ...decodeJwt(token), ...claims })
      .setProtectedHeader({ ...decodeProtectedHeader(token), alg: 'HS256', ...header })
      .sign(secret)
  return { world, browser, token, secret, resign }
}

const statusWith = async (world: World, token: string, site = DOCS, name = SESSION): Promise<number> =>
  (await world.browser().request(`${site}/a`, { headers: { Cookie: `${name}=${token}` } })).status

test('an unaltered token is accepted, so that what follows proves something', async () => {
  const { world, token, resign } = await signedIn()
  expect(await statusWith(world, token)).toBe(200)
  expect(await statusWith(world, await resign({}))).toBe(200)
})

describe('forged (CVE-2022-29226, CVE-2026-22817)', () => {
  test.each([0, 1, 2])('a character of part %i changed: signed out', async (part) => {
    const { world, token } = await signedIn()
    const parts = token.split('.')
    const text = parts[part] ?? ''
    for (const place of [0, 5, Math.floor(text.length / 2), text.length - 2]) {
      const altered = text.slice(0, place) + (text[place] === 'A' ? 'B' : 'A') + text.slice(place + 1)
      expect(await statusWith(world, parts.with(part, altered).join('.'))).toBe(401)
    }
  })

  test.each(['none', 'None', ''])('alg "%s": signed out', async (alg) => {
    const { world, token } = await signedIn()
    const header = base64url.encode(JSON.stringify({ ...decodeProtectedHeader(token), alg }))
    expect(await statusWith(world, `${header}.${token.split('.')[1]}.`)).toBe(401)
  })

  test('HS256 with a public assertion key as the secret: signed out', async () => {
    const { world, token } = await signedIn()
    const published = await (await world.browser().request(`${DOCS}/auth/jwks.json`)).json<{
      keys: { kid: string; x: string }[]
    }>()
    for (const { kid, x } of published.keys) {
      const forged = await new SignJWT(decodeJwt(token))
        .setProtectedHeader({ typ: 'gh-session+jwt', alg: 'HS256', kid })
        .sign(base64url.decode(x))
      expect(await statusWith(world, forged)).toBe(401)
    }
  })

  test('HS512 with the right key: signed out', async () => {
    const { world, token, secret } = await signedIn()
    const forged = await new SignJWT(decodeJwt(token))
      .setProtectedHeader({ ...decodeProtectedHeader(token), alg: 'HS512' })
      .sign(secret)
    expect(await statusWith(world, forged)).toBe(401)
  })

  test.each(['', 'a', 'a.b', 'a.b.c', 'a.b.c.d.e', 'null', '{}', '%', 'eyJhbGciOiJIUzI1NiJ9..'])(
    '"%s" as a token: signed out',
    async (token) => {
      const world = await createWorld()
      expect(await statusWith(world, token)).toBe(401)
      expect(world.log.map(({ event }) => event)).not.toContain('fault')
    },
  )
})

describe('signed with our key, but not a session (CVE-2023-48309)', () => {
  test.each([
    ['another type', {}, { typ: 'JWT' }],
    ['the type of a refresh token', {}, { typ: 'gh-refresh+jwt' }],
    ['no type', {}, { typ: undefined }],
    ['no key id', {}, { kid: undefined }],
    ['an unknown key id', {}, { kid: 'nobody' }],
    ['another audience', { aud: 'globex.example.com' }, {}],
    ['no audience', { aud: undefined }, {}],
    ['another issuer', { iss: 'https://globex.example.com/auth' }, {}],
    ['the issuer of another base path', { iss: `${DOCS}/login` }, {}],
    ['no issuer', { iss: undefined }, {}],
    ['an expiry in the past', { exp: 1 }, {}],
    ['no expiry', { exp: undefined }, {}],
    ['no session id', { sid: undefined }, {}],
    ['no subject', { sub: undefined }, {}],
    ['no time of login', { auth_time: undefined }, {}],
    ['roles that are no list', { roles: 'admin' }, {}],
  ])('%s: signed out', async (_case, claims, header) => {
    const { world, resign } = await signedIn()
    expect(await statusWith(world, await resign(claims, header))).toBe(401)
    expect(world.log.map(({ event }) => event)).not.toContain('fault')
  })

  test('an ID token of Scalekit and its access token: signed out', async () => {
    const { world } = await signedIn()
    const now = world.clock.seconds
    const claims = {
      iss: `${DOCS}/auth`,
      aud: 'docs.example.com',
      sub: 's',
      sid: 's',
      auth_time: now,
      exp: now + 99,
    }
    for (const typ of ['JWT', 'gh-session+jwt'])
      expect(await statusWith(world, await world.provider.sign(claims, { header: { typ } }))).toBe(401)
  })

  test('the cookie of a login under way: signed out', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.beginLogin(browser, `${DOCS}/a`)
    const [binding] = browser.cookies.of(new URL(DOCS))
    expect(await statusWith(world, binding?.value ?? '')).toBe(401)
  })
})

describe('a session of one host is nothing on another, with the same keys', () => {
  test.each([GLOBEX_SITE, OPEN, 'https://app.example.com'])('on %s: signed out', async (site) => {
    const { world, token } = await signedIn()
    expect(await statusWith(world, token, site)).toBe(401)
  })

  test('on another port of this machine: signed out', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${LOCAL}/a`)
    const token = browser.cookie(LOCAL, 'gh-session') ?? ''
    expect(await statusWith(world, token, LOCAL, 'gh-session')).toBe(200)
    expect(await statusWith(world, token, 'http://localhost:9999', 'gh-session')).toBe(401)
  })
})

describe('cookies that a neighbour could set', () => {
  test.each([
    'gh-session',
    '__Secure-gh-session',
    '__host-gh-session',
    '__Host-gh-session2',
    '__Host-gh-sessio',
  ])('a session under the name %s counts for nothing on https', async (name) => {
    const { world, token } = await signedIn()
    expect(await statusWith(world, token, DOCS, name)).toBe(401)
  })

  test.each(['\u00a0', '"'])(
    'a name with %j before the prefix, which browsers let any page set, counts for nothing (CVE-2026-39410)',
    async (character) => {
      const { world, token } = await signedIn()
      expect(await statusWith(world, token, DOCS, character + SESSION)).toBe(401)
    },
  )

  test('a value in a cookie of another name is not found', async () => {
    const { world, token } = await signedIn()
    for (const header of [`x=${SESSION}=${token}`, `=${SESSION}=${token}`, `x="a, ${SESSION}=${token}"`]) {
      const response = await world.browser().request(`${DOCS}/a`, { headers: { Cookie: header } })
      expect(response.status).toBe(401)
    }
  })
})

test('no page, header or log line ever holds a token, except the cookie itself', async () => {
  const { world, browser, token } = await signedIn()
  const signature = token.split('.')[2] ?? ''
  for (const path of [
    '/a',
    '/admin/',
    '/auth/session',
    '/auth/signed-out',
    '/auth/health',
    '/auth/jwks.json',
  ]) {
    const response = await browser.visit(DOCS + path)
    expect(await response.text()).not.toContain(signature)
    expect(JSON.stringify([...response.headers])).not.toContain(signature)
  }
  expect(JSON.stringify(world.log)).not.toContain(signature)
  expect(world.pages.requests.map(({ headers }) => headers.get('Cookie')).join()).not.toContain(signature)
})

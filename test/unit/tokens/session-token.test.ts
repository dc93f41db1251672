import fc from 'fast-check'
import { base64url, importJWK, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import type { EpochSeconds } from '../../../src/base/time.ts'
import type { KeyRing } from '../../../src/crypto/key-ring.ts'
import type { Session } from '../../../src/tokens/session.ts'
import { fitsIntoCookie, issueSessionToken, verifySessionToken } from '../../../src/tokens/session-token.ts'
import type { TokenScope } from '../../../src/tokens/signed-token.ts'
import { ecKey, keyRing, octKey } from '../../support/sample-keys.ts'
import { ann, atSeconds, now } from '../../support/sample-session.ts'

const ring = await keyRing(octKey('k2', 2), octKey('k1', 1), ecKey('e1'))
const scope: TokenScope = { issuer: 'https://docs.example.com/auth', audience: 'docs.example.com' }

const issue = (session: Session = ann, keys = ring): Promise<string> =>
  issueSessionToken(session, scope, keys)

const verify = (token: string, { at = now as EpochSeconds, keys = ring, where = scope } = {}) =>
  verifySessionToken(token, where, keys, at)

const sound = await issue()

describe('a session', () => {
  test.each<[string, Partial<Session>]>([
    ['with everything', {}],
    [
      'with what there has to be',
      {
        organizationId: undefined,
        connectionId: undefined,
        email: undefined,
        name: undefined,
        roles: [],
        groups: [],
      },
    ],
    ['with letters beyond ASCII', { name: 'Jürgen 🔑 "x" \u0000', groups: ['Größe'] }],
  ])('%s survives the way through a token', async (_case, changes) => {
    expect(await verify(await issue({ ...ann, ...changes }))).toEqual({ ...ann, ...changes })
  })

  test('is signed by the first key of the ring, with a type of its own (RFC 8725 section 3.11)', () => {
    const [header = '', payload = ''] = sound.split('.')
    const read = (part: string) => JSON.parse(new TextDecoder().decode(base64url.decode(part)))
    expect(read(header)).toEqual({ typ: 'gh-session+jwt', alg: 'HS256', kid: 'k2' })
    expect(read(payload)).toEqual({
      iss: 'https://docs.example.com/auth',
      aud: 'docs.example.com',
      sub: ann.subject,
      sid: ann.id,
      iat: ann.issuedAt,
      exp: ann.expiresAt,
      auth_time: ann.authenticatedAt,
      org: ann.organizationId,
      conn: ann.connectionId,
      email: 'ann@acme.com',
      name: 'Ann Lee',
      roles: ['editor'],
      groups: ['staff'],
    })
  })

  test.each([
    ['a second before it expires', 3599, true],
    ['at the second it expires (RFC 7519 section 4.1.4)', 3600, false],
    ['a second later', 3601, false],
    ['a year later', 31_536_000, false],
  ])('%s: %i seconds from now', async (_case, offset, valid) => {
    expect((await verify(sound, { at: atSeconds(offset) })) !== undefined).toBe(valid)
  })
})

describe('keys', () => {
  const keysOf = async (...keys: object[]): Promise<{ keys: KeyRing }> => ({ keys: await keyRing(...keys) })
  test.each([
    ['a new one in front', [octKey('k3', 3), octKey('k2', 2)], true],
    ['another order', [octKey('k1', 1), octKey('k2', 2)], true],
    ['the key dropped: signed out, and no fault', [octKey('k3', 3), octKey('k1', 1)], false],
    ['another key under its name', [octKey('k2', 9)], false],
  ])('after a rotation: %s', async (_case, keys, valid) => {
    expect((await verify(sound, await keysOf(...keys))) !== undefined).toBe(valid)
  })
})

test.each<[string, Partial<TokenScope>]>([
  ['another host', { issuer: 'https://wiki.example.com/auth', audience: 'wiki.example.com' }],
  ['another audience', { audience: 'wiki.example.com' }],
  ['another issuer', { issuer: 'https://docs.example.com/sso' }],
  ['plain http', { issuer: 'http://docs.example.com/auth' }],
  ['a host that begins alike', { audience: 'docs.example.com.evil.example' }],
])('a session of this host is nothing for %s, even with the same keys', async (_case, changes) => {
  expect(await verify(sound, { where: { ...scope, ...changes } })).toBeUndefined()
})

const claims = {
  iss: scope.issuer,
  aud: scope.audience,
  sub: ann.subject,
  sid: ann.id,
  iat: now,
  exp: now + 3600,
  auth_time: now,
}
const header = { typ: 'gh-session+jwt', alg: 'HS256', kid: 'k2' }
const sign = async (payload: object, changes: object, key: object) =>
  new SignJWT(payload as Record<string, unknown>)
    .setProtectedHeader({ ...header, ...changes })
    .sign(await importJWK({ ...key }, { ...header, ...changes }.alg))
const k2 = octKey('k2', 2)

test('what is made here by hand is a session, so that what follows fails for its own reason', async () => {
  expect(await verify(await sign(claims, {}, k2))).toMatchObject({ subject: ann.subject })
})

test.each<[string, object, object]>([
  ['the type of a refresh token', { typ: 'gh-refresh+jwt' }, k2],
  ['the type of an assertion', { typ: 'JWT' }, k2],
  ['no type', { typ: undefined }, k2],
  ['an assertion key and ES256', { alg: 'ES256', kid: 'e1' }, ecKey('e1')],
  ['an assertion key and its type', { alg: 'ES256', kid: 'e1', typ: 'JWT' }, ecKey('e1')],
  ['ES256 under the name of an oct key', { alg: 'ES256' }, ecKey('e1')],
  ['HS384', { alg: 'HS384' }, { ...octKey('k2', 2), alg: 'HS384' }],
  [
    'HS256 with a public coordinate as the secret (CVE-2026-22817)',
    { kid: 'e1' },
    { kty: 'oct', k: ecKey('e1').x },
  ],
  ['an unknown kid', { kid: 'k9' }, k2],
  ['no kid', { kid: undefined }, k2],
  ['an empty kid', { kid: '' }, k2],
  ['the name of a prototype as its kid', { kid: '__proto__' }, k2],
  ['the kid of another key of the ring', { kid: 'k1' }, k2],
  ['a key nobody has', {}, octKey('k2', 7)],
])('%s makes no session (CVE-2023-48309, CVE-2022-29226)', async (_case, changes, key) => {
  expect(await verify(await sign(claims, changes, key))).toBeUndefined()
})

test('no signature makes no session (alg none)', async () => {
  const payload = base64url.encode(JSON.stringify(claims))
  for (const alg of ['none', 'None', 'NONE', '']) {
    const unsigned = `${base64url.encode(JSON.stringify({ ...header, alg }))}.${payload}.`
    expect(await verify(unsigned)).toBeUndefined()
    expect(await verify(unsigned + sound.split('.')[2])).toBeUndefined()
  }
})

test.each<[string, object]>([
  ['no expiry', { exp: undefined }],
  ['an expiry that is text', { exp: String(now + 3600) }],
  ['no subject', { sub: undefined }],
  ['a subject that is a number', { sub: 1 }],
  ['no session ID', { sid: undefined }],
  ['no time of login', { auth_time: undefined }],
  ['no time of issue', { iat: undefined }],
  ['no audience', { aud: undefined }],
  ['no issuer', { iss: undefined }],
  ['roles that are no list', { roles: 'admin' }],
  ['roles that are no text', { roles: [1] }],
  ['an organization of null', { org: null }],
  ['a start in the future', { nbf: now + 1 }],
])('a signed token with %s is no session', async (_case, changes) => {
  expect(await verify(await sign({ ...claims, ...changes }, {}, k2))).toBeUndefined()
})

test('a session with any bit of any part flipped is none (CVE-2021-29652)', async () => {
  const parts = sound.split('.').map((part) => base64url.decode(part))
  const valid: string[] = []
  for (const [index, part] of parts.entries()) {
    for (let bit = 0; bit < part.length * 8; bit++) {
      const altered = parts.map((bytes) => Uint8Array.from(bytes))
      const target = altered[index] as Uint8Array
      target[bit >> 3] = (target[bit >> 3] as number) ^ (1 << (bit & 7))
      const token = altered.map((bytes) => base64url.encode(bytes)).join('.')
      if ((await verify(token)) !== undefined) valid.push(`part ${index}, bit ${bit}`)
    }
  }
  expect(valid).toEqual([])
})

test('garbage in the cookie is signed out, and never a fault', async () => {
  const garbage = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.base64String(), { maxLength: 5 }).map((parts) => parts.join('.')),
    fc.nat(sound.length).map((length) => sound.slice(0, length)),
    fc.json().map((json) => `${base64url.encode(json)}.${base64url.encode(json)}.AAAA`),
  )
  await fc.assert(
    fc.asyncProperty(garbage, async (token) => token === sound || (await verify(token)) === undefined),
    { numRuns: 500 },
  )
})

test.each([
  // The length of the header decides which sizes base64url can reach at all.
  ['k-2', 3500, 3502],
  ['k2', 3499, 3501],
])(
  'a token may have 3,500 bytes and not one more; under the key %s: %i, not %i',
  async (kid, largest, refused) => {
    const keys = await keyRing(octKey(kid, 2))
    const fitting: number[] = []
    const others: number[] = []
    for (let length = 2150; length < 2250; length++) {
      const token = await issue({ ...ann, name: 'x'.repeat(length) }, keys)
      ;(fitsIntoCookie(token) ? fitting : others).push(token.length)
    }
    expect([Math.max(...fitting), Math.min(...others)]).toEqual([largest, refused])
  },
)

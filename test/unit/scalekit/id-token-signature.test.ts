import { base64url, exportJWK, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { verifyScalekitToken } from '../../../src/scalekit/id-token.ts'
import { now } from '../../support/sample-session.ts'
import {
  failed,
  getKey,
  idTokenClaims,
  publicPem,
  published,
  publishedKey,
  type Sign,
  signingKey,
  signWith,
  token,
} from '../../support/sample-tokens.ts'

const check = async (text: string, keys = getKey) => {
  const verified = await verifyScalekitToken(text, keys, now)
  return verified.ok ? 'accepted' : failed(verified.error)
}

const encoder = new TextEncoder()
const hmac =
  (secret: string | Uint8Array<ArrayBuffer>): Sign =>
  async (input) => {
    const bytes = typeof secret === 'string' ? encoder.encode(secret) : secret
    const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ])
    return crypto.subtle.sign('HMAC', key, input)
  }
const unsigned: Sign = async () => new ArrayBuffer(0)

const stranger = await generateKeyPair('RS256', { extractable: true })
const strangerKey = await exportJWK(stranger.publicKey)
const asStranger = signWith(stranger.privateKey, 'RSASSA-PKCS1-v1_5')

const { alg: _, ...rsaJwk } = (await crypto.subtle.exportKey('jwk', signingKey)) as JsonWebKey
const rsaAs = (name: string, hash: string) =>
  crypto.subtle.importKey('jwk', rsaJwk, { name, hash }, false, ['sign'])
const pss = signWith(await rsaAs('RSA-PSS', 'SHA-256'), { name: 'RSA-PSS', saltLength: 32 })
const rs512 = signWith(await rsaAs('RSASSA-PKCS1-v1_5', 'SHA-512'), 'RSASSA-PKCS1-v1_5')

const ec = await generateKeyPair('ES256', { extractable: true })
const es256 = signWith(ec.privateKey, { name: 'ECDSA', hash: 'SHA-256' })
const ecKey = { ...(await exportJWK(ec.publicKey)), kid: 'snk_ec', use: 'sig' }

test('a token that is signed with a published key is accepted', async () => {
  expect(await check(await token(idTokenClaims))).toBe('accepted')
})

test.each<[string, object, Sign, string]>([
  ['alg none and no signature (CVE-2015-9235)', { alg: 'none' }, unsigned, 'alg'],
  ['alg None', { alg: 'None' }, unsigned, 'alg'],
  ['alg none and no kid', { alg: 'none', kid: undefined }, unsigned, 'alg'],
  [
    'HS256 with the public key in PEM as the secret (CVE-2026-22817)',
    { alg: 'HS256' },
    hmac(publicPem),
    'alg',
  ],
  ['HS256 with the published JWK as the secret', { alg: 'HS256' }, hmac(JSON.stringify(publishedKey)), 'alg'],
  [
    'HS256 with the modulus as the secret',
    { alg: 'HS256' },
    hmac(Uint8Array.from(base64url.decode(publishedKey.n ?? ''))),
    'alg',
  ],
  ['HS256 with an empty kid', { alg: 'HS256', kid: '' }, hmac('x'), 'alg'],
  ['PS256 by the published key', { alg: 'PS256' }, pss, 'alg'],
  ['RS512 by the published key', { alg: 'RS512' }, rs512, 'alg'],
  ['ES256 by a published EC key', { alg: 'ES256', kid: 'snk_ec' }, es256, 'alg'],
  ['RS256 in the header and PS256 in the signature', {}, pss, 'signature'],
  ['RS256 and the kid of an EC key (CVE-2026-22818)', { kid: 'snk_ec' }, es256, 'kid'],
  ['rs256 in lower case', { alg: 'rs256' }, asStranger, 'alg'],
  ['no alg', { alg: undefined }, asStranger, 'format'],
  ['an alg that is a list', { alg: ['RS256'] }, asStranger, 'format'],
  ['a key nobody published, under a published kid', {}, asStranger, 'signature'],
  ['its own key in the header (CVE-2018-0114)', { jwk: strangerKey }, asStranger, 'signature'],
  ['an address of its own keys', { jku: 'https://evil.example/keys' }, asStranger, 'signature'],
  ['an unknown kid', { kid: 'snk_2' }, asStranger, 'kid'],
  ['a kid that is a path', { kid: '../../dev/null' }, hmac(''.padEnd(1)), 'kid'],
  ['an empty signature', {}, unsigned, 'signature'],
])('refuses %s', async (_case, header, sign, outcome) => {
  expect(await check(await token(idTokenClaims, header, sign), published(publishedKey, ecKey))).toBe(outcome)
})

test.each<[string, object]>([
  ['a critical extension that nobody knows', { crit: ['exp'], exp: now }],
  ['an unencoded payload (RFC 7797)', { crit: ['b64'], b64: false }],
  ['an empty list of critical extensions', { crit: [] }],
  ['a critical extension that is not there', { crit: ['x'] }],
])('refuses %s, though the signature is sound (RFC 7515 section 4.1.11)', async (_case, header) => {
  expect(await check(await token(idTokenClaims, header))).toBe('format')
})

test('a kid may be missing while there is one key, and may not while there are two (OpenID Connect Core section 10.1)', async () => {
  const without = await token(idTokenClaims, { kid: undefined })
  const second = { ...strangerKey, kid: 'snk_2', alg: 'RS256', use: 'sig' }
  expect(await check(without)).toBe('accepted')
  expect(await check(without, published(publishedKey, second))).toBe('kid')
  expect(await check(await token(idTokenClaims, {}, asStranger), published(publishedKey, second))).toBe(
    'signature',
  )
})

test('no published key for encryption verifies a signature (RFC 7517 section 4.2)', async () => {
  expect(await check(await token(idTokenClaims), published({ ...publishedKey, use: 'enc' }))).toBe('kid')
})

test('refuses a token with any bit of any part flipped (CVE-2021-29652)', async () => {
  const parts = (await token({ ...idTokenClaims, exp: now + 1800 }))
    .split('.')
    .map((part) => base64url.decode(part))
  const accepted: string[] = []
  for (const [index, part] of parts.entries()) {
    for (let bit = 0; bit < part.length * 8; bit += 1) {
      const altered = parts.map((bytes) => Uint8Array.from(bytes))
      const target = altered[index] as Uint8Array
      target[bit >> 3] = (target[bit >> 3] as number) ^ (1 << (bit & 7))
      const text = altered.map((bytes) => base64url.encode(bytes)).join('.')
      if ((await check(text)) === 'accepted') accepted.push(`part ${index}, bit ${bit}`)
    }
  }
  expect(accepted).toEqual([])
})

test.each([
  '',
  '.',
  '..',
  '...',
  'a.b.c',
  'e30.e30.',
  'e30.e30.e30',
  'null',
  '{}',
  'bnVsbA.bnVsbA.bnVsbA',
  'a.b.c.d.e',
  '\u0000',
  'ü.ü.ü',
])('refuses %j, which is no token', async (text) => {
  expect(await check(text)).toBe('format')
})

test.each<[string, unknown]>([
  ['null', null],
  ['a list', [idTokenClaims]],
  ['a text', 'claims'],
  ['a number', 1],
])('refuses signed claims that are %s', async (_case, claims) => {
  expect(await check(await token(claims))).toBe('format')
})

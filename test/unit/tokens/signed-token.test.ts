import { base64url, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import type { EpochSeconds } from '../../../src/base/time.ts'
import { parseKeyRing } from '../../../src/crypto/key-ring.ts'
import { macKey } from '../../../src/crypto/mac.ts'
import { newKeys } from '../../../src/crypto/new-keys.ts'
import { signToken, type TokenKind, verifyToken } from '../../../src/tokens/signed-token.ts'

const scope = { issuer: 'https://docs.example.com/auth', audience: 'docs.example.com' }
const now = 1_800_000_000 as EpochSeconds
const later = (now + 60) as EpochSeconds
const text = await newKeys()
const parsed = await parseKeyRing(text)
if (!parsed.ok) throw new Error('no keys')
const keyRing = parsed.value

const TYPES: Record<TokenKind, string> = {
  session: 'gh-session+jwt',
  refresh: 'gh-refresh+jwt',
  request: 'gh-request+jwt',
}
const KINDS = Object.keys(TYPES) as TokenKind[]

/** A token in every respect like the real one, but signed with the key as it stands in `GATEHOUSE_KEYS`. */
const signedWithRingKey = (kind: TokenKind) =>
  new SignJWT({ sid: 's' })
    .setProtectedHeader({ typ: TYPES[kind], alg: 'HS256', kid: keyRing.current.kid })
    .setIssuer(scope.issuer)
    .setAudience(scope.audience)
    .setExpirationTime(later)
    .sign(base64url.decode(JSON.parse(text).keys[0].k))

test.each(KINDS)('a %s token verifies as what it is', async (kind) => {
  const token = await signToken(kind, { sid: 's' }, later, scope, keyRing)
  expect(await verifyToken(kind, token, scope, keyRing, now)).toMatchObject({ sid: 's' })
})

test('one purpose per key: sessions are signed with the key of the ring, others with keys of their own (CVE-2023-48309)', async () => {
  const session = await signedWithRingKey('session')
  expect(await verifyToken('session', session, scope, keyRing, now)).toMatchObject({ sid: 's' })
  for (const kind of ['refresh', 'request'] as const) {
    const token = await signedWithRingKey(kind)
    expect(await verifyToken(kind, token, scope, keyRing, now), kind).toBeUndefined()
  }
})

test('one purpose per token: none is taken for another', async () => {
  for (const kind of KINDS)
    for (const other of KINDS.filter((each) => each !== kind)) {
      const token = await signToken(kind, { sid: 's' }, later, scope, keyRing)
      expect(await verifyToken(other, token, scope, keyRing, now), `${kind} as ${other}`).toBeUndefined()
    }
})

test('one key per purpose: what the key of one signs is no other, whatever its type says', async () => {
  const KEYED = ['refresh', 'request'] as const
  for (const signer of KEYED)
    for (const kind of KEYED) {
      const token = await new SignJWT({ sid: 's' })
        .setProtectedHeader({ typ: TYPES[kind], alg: 'HS256', kid: keyRing.current.kid })
        .setIssuer(scope.issuer)
        .setAudience(scope.audience)
        .setExpirationTime(later)
        .sign(await macKey(keyRing.current, `${signer} token`))
      const verified = await verifyToken(kind, token, scope, keyRing, now)
      expect(verified !== undefined, `${kind} by the key of ${signer}`).toBe(signer === kind)
    }
})

test('a token without an expiry is none', async () => {
  const eternal = await new SignJWT({ sid: 's' })
    .setProtectedHeader({ typ: TYPES.session, alg: 'HS256', kid: keyRing.current.kid })
    .setIssuer(scope.issuer)
    .setAudience(scope.audience)
    .sign(base64url.decode(JSON.parse(text).keys[0].k))
  expect(await verifyToken('session', eternal, scope, keyRing, now)).toBeUndefined()
})

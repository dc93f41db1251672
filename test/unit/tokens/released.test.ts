import { env } from 'cloudflare:workers'
import { base64url, decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { unseal, unsealCompact } from '../../../src/crypto/sealing.ts'
import type { Env } from '../../../src/deployment/environment.ts'
import { isGenuine } from '../../../src/login/binding-cookie.ts'
import { LoginTransactions } from '../../../src/login/login-transaction.ts'
import { verifyRefreshToken } from '../../../src/tokens/refresh-token.ts'
import { verifySessionToken } from '../../../src/tokens/session-token.ts'
import { signToken } from '../../../src/tokens/signed-token.ts'
import { RELEASED } from '../../support/released-tokens.ts'
import { ecKey, keyRing, octKey } from '../../support/sample-keys.ts'
import { ACME, ann, atSeconds, now } from '../../support/sample-session.ts'

/**
 * What docs/versioning.md promises: an upgrade signs nobody out, and ends no login that is under way. What is issued now need not look like
 * this; what was issued has to be taken.
 */

const ring = await keyRing(octKey('k1', 1), ecKey('e1'))
const scope = { issuer: 'https://docs.example.com/auth', audience: 'docs.example.com' }

test('a session of 0.1.0 goes on', async () => {
  expect(await verifySessionToken(RELEASED.session, scope, ring, now)).toEqual(ann)
})

test('a session of 0.1.0 can be renewed', async () => {
  expect(await verifyRefreshToken(RELEASED.refresh, scope, ring, now)).toEqual({
    registry: ACME,
    id: ann.id,
    generation: 3,
    expiresAt: atSeconds(28_800),
  })
})

test('tokens of a later version that say more are taken: that is what a roll-back meets', async () => {
  const session = { ...decodeJwt(RELEASED.session), device: 'd' }
  const longer = await signToken('session', session, ann.expiresAt, scope, ring)
  expect(await verifySessionToken(longer, scope, ring, now)).toEqual(ann)
  const refresh = { ...decodeJwt(RELEASED.refresh), device: 'd' }
  const renewing = await signToken('refresh', refresh, atSeconds(28_800), scope, ring)
  expect(await verifyRefreshToken(renewing, scope, ring, now)).toMatchObject({ id: ann.id, generation: 3 })
})

test('a login that began under 0.1.0 can be finished', async () => {
  const { loginHash, loginCookie, loginRecord } = RELEASED
  expect(await isGenuine(loginCookie, loginHash, ring, now)).toBe(true)
  const { GATEHOUSE_KV: kv } = env as unknown as Env
  await kv.put(`login:${loginHash}`, loginRecord)
  const logins = new LoginTransactions(kv, ring, async () => {})
  expect(await logins.take(loginHash, loginCookie)).toMatchObject({
    codeVerifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    nonce: 'n-0S6_WzA2Mj',
    returnTo: '/a?b=c',
    host: 'docs.example.com',
  })
})

test('a logout finds the ID token that 0.1.0 sealed, and the sign-in page the domain that was chosen', async () => {
  const sealed = base64url.decode(RELEASED.idToken)
  expect(await unsealCompact(sealed, { purpose: 'ID token', record: ann.id }, ring)).toBe('eyJ.the.id_token')
  const choice = { purpose: 'remembered choice', record: 'docs.example.com' } as const
  expect(await unseal(RELEASED.hint, choice, ring)).toBe('acme.example')
})

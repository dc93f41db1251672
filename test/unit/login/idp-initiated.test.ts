import { generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { verifyIdpInitiatedLogin } from '../../../src/login/idp-initiated.ts'
import { now } from '../../support/sample-session.ts'
import {
  accessTokenClaims,
  CLIENT_ID,
  type Claims,
  CONNECTION,
  getKey,
  idTokenClaims,
  ORGANIZATION,
  signWith,
  token,
} from '../../support/sample-tokens.ts'

/** As in Scalekit's sample: its issuer is the application's own address. */
const hint: Claims = {
  organization_id: ORGANIZATION,
  connection_id: CONNECTION,
  login_hint: 'john@example.com',
  iss: 'https://b2b-app.com',
  iat: now,
  nbf: now,
  exp: now + 300,
}

const verify = async (changes: Claims, header: object = {}) =>
  verifyIdpInitiatedLogin(await token({ ...hint, ...changes }, header), getKey, now)

const check = async (...parameters: Parameters<typeof verify>) => {
  const verified = await verify(...parameters)
  return verified.ok ? 'accepted' : verified.error
}

const refused = (failed: string) => ({ reason: 'idp_initiated_invalid', check: failed })

describe('an IdP-initiated hint', () => {
  test('selects whom to sign in with, and perhaps where to go', async () => {
    expect(await verify({ relay_state: '//evil.example' })).toEqual({
      ok: true,
      value: {
        selectors: { organizationId: ORGANIZATION, connectionId: CONNECTION, loginHint: 'john@example.com' },
        relayState: '//evil.example',
      },
    })
  })

  test.each<[string, Claims, object]>([
    ['a connection', { organization_id: undefined, login_hint: undefined }, { connectionId: CONNECTION }],
    [
      'an organization',
      { connection_id: undefined, login_hint: undefined },
      { organizationId: ORGANIZATION },
    ],
    [
      'an empty login_hint, which is none',
      { connection_id: undefined, login_hint: '' },
      { organizationId: ORGANIZATION },
    ],
  ])('may hold only %s', async (_case, changes, selectors) => {
    expect(await verify(changes)).toEqual({ ok: true, value: { selectors, relayState: undefined } })
  })

  test.each<[string, Claims]>([
    ['any issuer: nobody has seen which one it is', { iss: undefined }],
    ['an audience', { aud: [CLIENT_ID] }],
    ['no nbf and no iat', { nbf: undefined, iat: undefined }],
    ['an expiry 59 seconds ago', { exp: now - 59 }],
    ['a start in 60 seconds', { nbf: now + 60 }],
    ['an address of 320 characters', { login_hint: 'x'.repeat(320) }],
    ['an ID of 160 characters', { connection_id: `conn_${'1'.repeat(155)}` }],
  ])('may have %s', async (_case, changes) => {
    expect(await check(changes)).toBe('accepted')
  })

  test.each<[string, Claims, string]>([
    ['an expiry 60 seconds ago', { exp: now - 60 }, 'exp'],
    ['no expiry', { exp: undefined }, 'exp'],
    ['an expiry that is text', { exp: '9999999999' }, 'exp'],
    ['a start in 61 seconds', { nbf: now + 61 }, 'nbf'],
    ['neither connection nor organization', { connection_id: undefined, organization_id: undefined }, 'kind'],
    ['a connection that is none', { connection_id: 'org_1' }, 'kind'],
    ['an organization that is none', { organization_id: 'conn_1' }, 'kind'],
    ['a connection with a line break', { connection_id: 'conn_1\n' }, 'kind'],
    ['a connection in a list', { connection_id: [CONNECTION] }, 'kind'],
    ['a connection of null', { connection_id: null }, 'kind'],
    ['an ID of 161 characters', { connection_id: `conn_${'1'.repeat(156)}` }, 'kind'],
    ['an address of 321 characters', { login_hint: 'x'.repeat(321) }, 'kind'],
    ['an address that is no text', { login_hint: {} }, 'kind'],
    ['a relay_state that is no text', { relay_state: ['/a'] }, 'kind'],
    ['a subject: then it is another kind of token', { sub: 'usr_1' }, 'kind'],
  ])('is refused with %s', async (_case, changes, failed) => {
    expect(await check(changes)).toEqual(refused(failed))
  })
})

test.each<[string, Claims]>([
  ['an ID token', idTokenClaims],
  ['an access token', accessTokenClaims],
  ['a token of the management API', { ...accessTokenClaims, sub: CLIENT_ID, aud: undefined }],
  ['a logout token', { iss: 'x', aud: [CLIENT_ID], sub: 'usr_1', events: {}, exp: now + 60 }],
  ['a logout token of a session', { iss: 'x', aud: [CLIENT_ID], sid: 'ses_1', events: {}, exp: now + 60 }],
])('%s, though the environment signed it, is no hint', async (_case, claims) => {
  expect(await verifyIdpInitiatedLogin(await token(claims), getKey, now)).toEqual({
    ok: false,
    error: refused('kind'),
  })
})

test('a hint that the environment did not sign is refused', async () => {
  const stranger = await generateKeyPair('RS256')
  const forged = await token(hint, {}, signWith(stranger.privateKey, 'RSASSA-PKCS1-v1_5'))
  const unsigned = await token(hint, { alg: 'none' }, async () => new ArrayBuffer(0))
  const results = await Promise.all(
    [forged, unsigned, 'a.b.c'].map((text) => verifyIdpInitiatedLogin(text, getKey, now)),
  )
  expect(results.map((result) => !result.ok && result.error)).toEqual(
    ['signature', 'alg', 'format'].map(refused),
  )
  expect(await check({}, { kid: 'snk_9' })).toEqual(refused('kid'))
})

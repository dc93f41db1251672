import { describe, expect, test } from 'vitest'
import { type IdTokenExpectation, leftHalfHash, verifyIdToken } from '../../../src/scalekit/id-token.ts'
import { atSeconds, now } from '../../support/sample-session.ts'
import {
  accessTokenClaims,
  CLIENT_ID,
  type Claims,
  CODE,
  CODE_HASH,
  CONNECTION,
  failed,
  getKey,
  ISSUER,
  idTokenClaims,
  ORGANIZATION,
  token,
} from '../../support/sample-tokens.ts'

const expected: IdTokenExpectation = {
  issuer: ISSUER,
  clientId: CLIENT_ID,
  nonce: 'n-0S6_WzA2Mj',
  code: CODE,
  accessToken: CODE,
  requireNonce: false,
  claims: { roles: 'roles', groups: 'groups' },
}

const verify = async (claims: Claims, expectation: Partial<IdTokenExpectation> = {}, at = now) =>
  verifyIdToken(await token({ ...idTokenClaims, ...claims }), { ...expected, ...expectation }, getKey, at)

const check = async (...parameters: Parameters<typeof verify>) => {
  const verified = await verify(...parameters)
  return verified.ok ? 'accepted' : failed(verified.error)
}

test('a sound token says who signed in, and how', async () => {
  expect(await verify({})).toEqual({
    ok: true,
    value: {
      subject: `${CONNECTION};e964d135-35c7-4a13-a3b4-2579a1cdf4e6`,
      organizationId: ORGANIZATION,
      connectionId: CONNECTION,
      email: 'john@example.com',
      name: 'John Doe',
      roles: [],
      groups: [],
      scalekitSessionId: 'ses_91646612652163629',
      issuedAt: now,
    },
  })
})

describe('times, with 60 seconds of tolerance (RFC 7519 section 4.1.4)', () => {
  test.each([
    ['expires in a second', { exp: now + 1 }, 'accepted'],
    ['expired now', { exp: now }, 'accepted'],
    ['expired 59 seconds ago', { exp: now - 59 }, 'accepted'],
    ['expired 60 seconds ago', { exp: now - 60 }, 'exp'],
    ['expired an hour ago', { exp: now - 3600 }, 'exp'],
    ['was issued in 60 seconds', { iat: now + 60 }, 'accepted'],
    ['was issued in 61 seconds', { iat: now + 61 }, 'iat'],
    ['was issued yesterday', { iat: now - 86_400 }, 'accepted'],
    ['is not valid for another 60 seconds', { nbf: now + 60 }, 'accepted'],
    ['is not valid for another 61 seconds', { nbf: now + 61 }, 'nbf'],
    ['has no exp', { exp: undefined }, 'exp'],
    ['has no iat', { iat: undefined }, 'iat'],
    ['has an exp that is text', { exp: String(now + 1800) }, 'exp'],
    ['has an exp of null', { exp: null }, 'exp'],
    ['has an iat that is text', { iat: String(now) }, 'iat'],
  ])('a token that %s', async (_case, claims, outcome) => {
    expect(await check(claims)).toBe(outcome)
  })

  test('are compared with the time of the request, and with no other clock', async () => {
    expect(await check({}, {}, atSeconds(1859))).toBe('accepted')
    expect(await check({}, {}, atSeconds(1860))).toBe('exp')
    expect(await check({}, {}, atSeconds(-60))).toBe('accepted')
    expect(await check({}, {}, atSeconds(-61))).toBe('iat')
  })
})

test.each<[string, Claims, string]>([
  ['no issuer', { iss: undefined }, 'iss'],
  ['another issuer', { iss: 'https://evil.scalekit.dev' }, 'iss'],
  ['the issuer with a slash', { iss: `${ISSUER}/` }, 'iss'],
  ['the issuer in a list', { iss: [ISSUER] }, 'iss'],
  ['no audience', { aud: undefined }, 'aud'],
  ['another audience', { aud: ['skc_1'] }, 'aud'],
  ['an empty audience', { aud: [] }, 'aud'],
  ['an audience that begins alike', { aud: `${CLIENT_ID}0` }, 'aud'],
  ['the audience as text', { aud: CLIENT_ID }, 'accepted'],
  ['two audiences and us as the authorized party', { aud: ['skc_1', CLIENT_ID] }, 'accepted'],
  ['two audiences and no authorized party', { aud: ['skc_1', CLIENT_ID], azp: undefined }, 'azp'],
  ['one audience and no authorized party', { azp: undefined }, 'accepted'],
  ['another authorized party', { azp: 'skc_1' }, 'azp'],
  ['two audiences and another authorized party', { aud: ['skc_1', CLIENT_ID], azp: 'skc_1' }, 'azp'],
  ['an authorized party of null', { azp: null }, 'azp'],
  ['an authorized party in a list', { azp: [CLIENT_ID] }, 'azp'],
  ['no subject', { sub: undefined }, 'sub'],
  ['an empty subject', { sub: '' }, 'sub'],
  ['a subject that is a number', { sub: 1 }, 'sub'],
  ['a subject of null', { sub: null }, 'sub'],
  ['a connection in the subject that amr does not name', { amr: ['conn_1'] }, 'amr'],
  ['amr as text', { amr: CONNECTION }, 'accepted'],
  ['amr as text, of another connection', { amr: 'conn_1' }, 'amr'],
  ['no amr', { amr: undefined }, 'accepted'],
  ['an amr without connections', { amr: ['pwd'] }, 'accepted'],
  ['a subject without a connection', { sub: 'usr_1' }, 'accepted'],
])('a token with %s (OpenID Connect Core section 3.1.3.7): %s', async (_case, claims, outcome) => {
  expect(await check(claims)).toBe(outcome)
})

test.each<[string, Claims, Partial<IdTokenExpectation>, string]>([
  ['the right nonce', {}, {}, 'accepted'],
  ['the right nonce where one is required', {}, { requireNonce: true }, 'accepted'],
  ['the nonce of another login', { nonce: 'another' }, {}, 'nonce'],
  ['no nonce', { nonce: undefined }, {}, 'accepted'],
  ['no nonce where one is required', { nonce: undefined }, { requireNonce: true }, 'nonce'],
  ['an empty nonce', { nonce: '' }, {}, 'nonce'],
  ['a nonce of null', { nonce: null }, {}, 'nonce'],
  ['the nonce in a list', { nonce: ['n-0S6_WzA2Mj'] }, {}, 'nonce'],
  ['no c_hash', { c_hash: undefined }, {}, 'accepted'],
  ['the c_hash of another code', {}, { code: 'another' }, 'c_hash'],
  ['an empty c_hash', { c_hash: '' }, {}, 'c_hash'],
  ['a c_hash of null', { c_hash: null }, {}, 'c_hash'],
  ['a c_hash with padding', { c_hash: `${CODE_HASH}==` }, {}, 'c_hash'],
  ['the right at_hash', { at_hash: CODE_HASH }, {}, 'accepted'],
  ['the at_hash of another access token', { at_hash: CODE_HASH }, { accessToken: 'another' }, 'at_hash'],
  ['an at_hash without an access token', { at_hash: CODE_HASH }, { accessToken: undefined }, 'at_hash'],
  ['an empty at_hash', { at_hash: '' }, {}, 'at_hash'],
  ['an at_hash of null', { at_hash: null }, {}, 'at_hash'],
  [
    'neither hash nor nonce nor access token',
    { c_hash: undefined, nonce: undefined },
    { accessToken: undefined },
    'accepted',
  ],
])('a token with %s', async (_case, claims, expectation, outcome) => {
  expect(await check(claims, expectation)).toBe(outcome)
})

test('the known answer of OpenID Connect Core for c_hash and at_hash', async () => {
  expect(await leftHalfHash(CODE)).toBe(CODE_HASH)
})

test.each<[string, Claims, string]>([
  ['an IdP-initiated hint', { connection_id: CONNECTION, organization_id: ORGANIZATION }, 'kind'],
  ['a hint of an organization only', { organization_id: ORGANIZATION }, 'kind'],
  ['a logout token', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }, 'kind'],
  ['an access token of modular mode', { jti: 'tkn_1', nbf: now, azp: undefined, c_hash: undefined }, 'kind'],
  ['an access token of full-stack mode', accessTokenClaims, 'kind'],
  ['a token of the management API', { ...accessTokenClaims, aud: undefined, sub: CLIENT_ID }, 'aud'],
  ['an IdP-initiated hint as it is sent', { ...hint(), sub: undefined, aud: undefined }, 'aud'],
])('%s is no ID token (CVE-2023-48309)', async (_case, claims, outcome) => {
  expect(await check(claims)).toBe(outcome)
})

function hint(): Claims {
  return { organization_id: ORGANIZATION, connection_id: CONNECTION, iat: now, nbf: now, exp: now + 300 }
}

describe('of an identity,', () => {
  const identity = async (claims: Claims, expectation: Partial<IdTokenExpectation> = {}) => {
    const verified = await verify(claims, expectation)
    return verified.ok ? verified.value : failed(verified.error)
  }

  test.each<[string, Claims, object]>([
    ['the name is name', { name: 'J. Doe' }, { name: 'J. Doe' }],
    ['or what there is of its parts', { family_name: undefined }, { name: 'John' }],
    ['or nothing', { given_name: undefined, family_name: '' }, { name: undefined }],
    ['an empty e-mail address is none', { email: '' }, { email: undefined }],
    ['an e-mail address that is no text is none', { email: ['john@example.com'] }, { email: undefined }],
    ['no oid is no organization', { oid: undefined }, { organizationId: undefined }],
    ['an oid that is no text is no organization', { oid: [ORGANIZATION] }, { organizationId: undefined }],
    [
      'the connection is that of the subject where amr is missing',
      { amr: undefined },
      { connectionId: CONNECTION },
    ],
    [
      'the connection ends at the first semicolon',
      { amr: undefined, sub: 'conn_1;a;conn_2;b' },
      { connectionId: 'conn_1' },
    ],
    ['full-stack mode has the connection in amr', { sub: 'usr_1' }, { connectionId: CONNECTION }],
    ['a social login has no connection', { sub: 'usr_1', amr: undefined }, { connectionId: undefined }],
    ['one role may be text', { roles: 'admin' }, { roles: ['admin'] }],
    ['roles that are no text do not count', { roles: ['admin', 1, null, '', {}] }, { roles: ['admin'] }],
    ['groups that are no list of text do not count', { groups: { staff: true } }, { groups: [] }],
  ])('%s', async (_case, claims, part) => {
    expect(await identity(claims)).toMatchObject(part)
  })

  test('roles and groups are in the claims that the configuration names', async () => {
    const claims = {
      roles: ['wrong'],
      groups: ['wrong'],
      idp_roles: ['admin'],
      'https://acme/groups': ['staff'],
    }
    expect(
      await identity(claims, { claims: { roles: 'idp_roles', groups: 'https://acme/groups' } }),
    ).toMatchObject({
      roles: ['admin'],
      groups: ['staff'],
    })
  })
})

describe('roles of the access token (full-stack mode)', () => {
  const rolesWith = async (accessToken: string, claims: Claims = {}) => {
    const verified = await verify({ sub: 'usr_1', ...claims }, { accessToken })
    return verified.ok && verified.value.roles
  }
  const altered = async (claims: Claims) => rolesWith(await token({ ...accessTokenClaims, ...claims }))

  test('are those of the person', async () => {
    expect(await altered({})).toEqual(['admin'])
  })

  test('stand back where the ID token has roles', async () => {
    expect(await rolesWith(await token(accessTokenClaims), { roles: ['member'] })).toEqual(['member'])
  })

  test('do not count for a subject of modular mode', async () => {
    const sub = idTokenClaims['sub']
    expect(await rolesWith(await token({ ...accessTokenClaims, sub }), { sub })).toEqual([])
  })

  test.each<[string, Claims]>([
    ['of somebody else', { sub: 'usr_2' }],
    ['of another client', { client_id: 'skc_1' }],
    ['of no client', { client_id: undefined }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['that has expired', { exp: now - 60 }],
    ['without roles', { roles: undefined }],
  ])('do not count from a token %s', async (_case, claims) => {
    expect(await altered(claims)).toEqual([])
  })

  test('do not count from a token with a bad signature, an opaque one or none', async () => {
    const sound = await token(accessTokenClaims)
    expect(await rolesWith(`${sound.slice(0, -8)}AAAAAAAA`)).toEqual([])
    expect(await rolesWith('rt_opaque')).toEqual([])
    expect(await rolesWith('')).toEqual([])
  })
})

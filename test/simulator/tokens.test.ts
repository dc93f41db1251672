import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { leftHalfHash } from '../../simulator/id-token.ts'
import { createSimulator } from '../../simulator/simulator.ts'
import { control, exchange, type Fields, ISSUER, signIn, tokens } from './drive.ts'

const NOW = 1_800_000_000
const CLIENT = 'skc_10000000000000001'

async function issue(mode: 'modular' | 'fsa', query: Fields = {}, form: Fields = {}) {
  const simulator = createSimulator({ now: () => NOW })
  await control(simulator, 'PATCH', '/settings', { mode })
  const callback = await signIn(simulator, query, form)
  const response = await tokens(await exchange(simulator, callback))
  return {
    response,
    code: callback.searchParams.get('code') ?? '',
    idToken: decodeJwt(response.id_token),
    accessToken: decodeJwt(response.access_token),
  }
}

test('gives a modular ID token exactly the claims of the samples, and the custom attributes', async () => {
  const { response, code, idToken } = await issue('modular')
  expect(idToken).toEqual({
    iss: ISSUER,
    aud: [CLIENT],
    azp: CLIENT,
    client_id: CLIENT,
    sub: expect.stringMatching(/^conn_30000000000000002;[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
    oid: 'org_20000000000000002',
    sid: expect.stringMatching(/^ses_\d{17}$/),
    amr: ['conn_30000000000000002'],
    iat: NOW,
    exp: NOW + 259_200,
    at_hash: await leftHalfHash(response.access_token),
    c_hash: await leftHalfHash(code),
    nonce: 'nonce-1',
    email: 'jane@acme.example',
    preferred_username: 'jane@acme.example',
    given_name: 'Jane',
    family_name: 'Doe',
    idp_roles: ['admin'],
    groups: ['engineering'],
  })
  expect(response.expires_in).toBe(899)
})

test('gives a modular access token no organization and no session', async () => {
  const { accessToken, idToken } = await issue('modular')
  expect(accessToken).toEqual({
    iss: ISSUER,
    aud: [CLIENT],
    client_id: CLIENT,
    sub: idToken.sub,
    iat: NOW,
    nbf: NOW,
    exp: NOW + 900,
    jti: expect.stringMatching(/^tkn_\d{17}$/),
  })
})

test('gives the tokens of Full-Stack Auth their own subject, lifetimes and roles', async () => {
  const { accessToken, idToken, response } = await issue('fsa')
  expect(idToken).toMatchObject({
    sub: expect.stringMatching(/^usr_\d{17}$/),
    name: 'Jane Doe',
    email_verified: true,
    exp: NOW + 1800,
    amr: ['conn_30000000000000002'],
  })
  expect(idToken).not.toHaveProperty('idp_roles')
  expect(idToken).not.toHaveProperty('preferred_username')
  expect(accessToken).toMatchObject({
    sub: idToken.sub,
    oid: 'org_20000000000000002',
    sid: idToken['sid'],
    roles: ['admin'],
    exp: NOW + 300,
  })
  expect(response.expires_in).toBe(299)
})

test('hashes tokens as OpenID Connect does', async () => {
  expect(await leftHalfHash('jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y')).toBe('77QmUPtjPfzWtF2AnpK9RQ')
})

test('keeps the subject of a person at a connection, whatever the run and the case', async () => {
  const first = await issue('modular')
  const second = await issue('modular', {}, { email: 'JANE@acme.example' })
  expect(second.idToken.sub).toBe(first.idToken.sub)
  expect(second.idToken['sid']).not.toBe(first.idToken['sid'])
  expect(second.idToken['email']).toBe('JANE@acme.example')
})

test('lets the identity provider of one customer assert the address of another, as another person', async () => {
  const jane = await issue('modular')
  const impostor = await issue(
    'modular',
    { login_hint: 'mona@globex.example' },
    { email: 'jane@acme.example' },
  )
  expect(impostor.idToken).toMatchObject({ email: 'jane@acme.example', oid: 'org_20000000000000003' })
  expect(impostor.idToken.sub).not.toBe(jane.idToken.sub)
  expect(impostor.idToken).not.toHaveProperty('idp_roles')
})

test('asserts typed names and attributes, but drops reserved claims', async () => {
  const attributes = JSON.stringify({
    idp_roles: ['x'],
    roles: ['admin'],
    oid: 'org_1',
    sub: 'me',
    nonce: 'n',
  })
  const { idToken } = await issue('modular', {}, { given_name: 'J', attributes })
  expect(idToken).toMatchObject({
    given_name: 'J',
    idp_roles: ['x'],
    oid: 'org_20000000000000002',
    nonce: 'nonce-1',
  })
  expect(idToken).not.toHaveProperty('roles')
  expect(idToken.sub).toMatch(/^conn_/)
})

test('gives a social login no organization, and the address in its subject', async () => {
  const { idToken } = await issue('modular', { provider: 'github' }, { email: 'me@mail.example' })
  expect(idToken).not.toHaveProperty('oid')
  expect(idToken.sub).toBe('conn_40000000000000003;me@mail.example')
})

test('leaves out a nonce that was not sent, and every nonce if told so', async () => {
  expect((await issue('modular', { nonce: undefined })).idToken).not.toHaveProperty('nonce')
  const simulator = createSimulator()
  await control(simulator, 'PATCH', '/settings', { echo_nonce: false })
  const { id_token } = await tokens(await exchange(simulator, await signIn(simulator)))
  expect(decodeJwt(id_token)).not.toHaveProperty('nonce')
})

async function keySet(simulator: ReturnType<typeof createSimulator>): Promise<JSONWebKeySet> {
  return (await simulator.request(`${ISSUER}/keys`)).json()
}

test('publishes what signed its tokens, and nothing private', async () => {
  const simulator = createSimulator()
  const { id_token } = await tokens(await exchange(simulator, await signIn(simulator)))
  const published = await keySet(simulator)
  expect(published.keys).toEqual([
    {
      use: 'sig',
      kty: 'RSA',
      kid: expect.stringMatching(/^snk_\d{17}$/),
      alg: 'RS256',
      n: expect.any(String),
      e: 'AQAB',
    },
  ])
  expect(decodeProtectedHeader(id_token)).toEqual({ alg: 'RS256', kid: published.keys[0]?.kid, typ: 'JWT' })
  await jwtVerify(id_token, createLocalJWKSet(published), { issuer: ISSUER, audience: CLIENT })
})

test('signs with a new key after a rotation, and publishes the old one until it is retired', async () => {
  const simulator = createSimulator()
  const old = await tokens(await exchange(simulator, await signIn(simulator)))
  await control(simulator, 'POST', '/keys/rotate', {})
  const fresh = await tokens(await exchange(simulator, await signIn(simulator)))
  const both = createLocalJWKSet(await keySet(simulator))
  await jwtVerify(old.id_token, both)
  await jwtVerify(fresh.id_token, both)
  expect(decodeProtectedHeader(fresh.id_token).kid).not.toBe(decodeProtectedHeader(old.id_token).kid)

  await control(simulator, 'POST', '/keys/rotate', { retire_old: true })
  const { keys } = await keySet(simulator)
  expect(keys).toHaveLength(1)
  await expect(jwtVerify(fresh.id_token, createLocalJWKSet({ keys }))).rejects.toThrow('no applicable key')
})

test('describes itself with the issuer that its tokens carry', async () => {
  const response = await createSimulator().request('http://127.0.0.1:9999/.well-known/openid-configuration')
  expect(await response.json()).toMatchObject({
    issuer: 'http://127.0.0.1:9999',
    jwks_uri: 'http://127.0.0.1:9999/keys',
    end_session_endpoint: 'http://127.0.0.1:9999/oidc/logout',
  })
  const configured = createSimulator({ issuer: 'https://acme.scalekit.dev' })
  const metadata = await configured.request(`${ISSUER}/.well-known/openid-configuration`)
  expect(await metadata.json()).toMatchObject({ issuer: 'https://acme.scalekit.dev' })
})

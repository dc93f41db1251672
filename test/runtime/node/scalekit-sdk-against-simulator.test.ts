import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { ScalekitClient } from '@scalekit-sdk/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEVELOPMENT_CLIENT } from '../../../simulator/client.ts'
import { startSimulator } from '../../support/node/start-servers.ts'

/**
 * The simulator is only worth something if Scalekit's own client takes it for Scalekit. It runs in workerd here, as in
 * development, and is spoken to over HTTP only; the client's own management calls are gRPC.
 */

const CALLBACK = 'http://localhost:8787/auth/callback'
const SIGNED_OUT = 'http://localhost:8787/auth/signed-out'

let simulator: Awaited<ReturnType<typeof startSimulator>>
let issuer: string

beforeAll(async () => {
  simulator = await startSimulator()
  issuer = simulator.url.origin
})
afterAll(() => simulator.stop())

/** A new one each time: the SDK keeps a key set for ever. */
const newClient = () => new ScalekitClient(issuer, DEVELOPMENT_CLIENT.id, DEVELOPMENT_CLIENT.secret)

/** Goes where a browser would go, up to the redirect that leaves the simulator. */
async function fillIn(authorizationUrl: string, fields: Record<string, string>): Promise<URL> {
  const idp = await redirectOf(await fetch(authorizationUrl, { redirect: 'manual' }))
  const page = await (await fetch(idp)).text()
  const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(page) ?? []
  const [, request = ''] = /name="request" value="([^"]+)"/.exec(page) ?? []
  const body = new URLSearchParams({ request, ...fields })
  return redirectOf(await fetch(new URL(action, issuer), { method: 'POST', body, redirect: 'manual' }))
}

async function redirectOf(response: Response): Promise<URL> {
  const location = response.headers.get('Location')
  if (location === null) throw new Error(`${response.status}: ${await response.text()}`)
  return new URL(location, issuer)
}

async function signIn(client: ScalekitClient) {
  const codeVerifier = randomBytes(32).toString('base64url')
  const authorizationUrl = client.getAuthorizationUrl(CALLBACK, {
    loginHint: 'jane@acme.example',
    state: 'state-1',
    nonce: 'nonce-1',
    codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    codeChallengeMethod: 'S256',
  })
  const callback = await fillIn(authorizationUrl, { scenario: 'login', email: 'jane@acme.example' })
  expect(callback.origin + callback.pathname).toBe(CALLBACK)
  expect(callback.searchParams.get('state')).toBe('state-1')
  const code = callback.searchParams.get('code') ?? ''
  return client.authenticateWithCode(code, CALLBACK, { codeVerifier })
}

const audience = [DEVELOPMENT_CLIENT.id]

test('signs in with PKCE, and both tokens validate with issuer and audience', async () => {
  const client = newClient()
  const { user, idToken, accessToken, expiresIn } = await signIn(client)
  expect(user).toMatchObject({
    id: expect.stringMatching(/^conn_30000000000000002;/),
    email: 'jane@acme.example',
    givenName: 'Jane',
  })
  expect(expiresIn).toBe(899)
  const claims = await client.validateToken(idToken, { issuer, audience })
  expect(claims).toMatchObject({ oid: 'org_20000000000000002', nonce: 'nonce-1', idp_roles: ['admin'] })
  expect(await client.validateAccessToken(accessToken, { issuer, audience })).toBe(true)
  expect(await client.validateAccessToken(accessToken, { issuer: `${issuer}/`, audience })).toBe(false)
})

test('validates old and new tokens after a rotation of the keys', async () => {
  const before = await signIn(newClient())
  await fetch(new URL('/simulator/keys/rotate', issuer), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  })
  const client = newClient()
  const after = await signIn(client)
  for (const { idToken } of [before, after]) {
    expect(await client.validateToken(idToken, { issuer, audience })).toMatchObject({ iss: issuer })
  }
})

test('reads the token of a login that starts at the identity provider', async () => {
  const client = newClient()
  const authorizationUrl = client.getAuthorizationUrl(CALLBACK, { organizationId: 'org_20000000000000003' })
  const target = await fillIn(authorizationUrl, {
    scenario: 'idp_initiated',
    email: 'hank@globex.example',
    relay_state: '/team/',
  })
  const claims = await client.getIdpInitiatedLoginClaims(target.searchParams.get('idp_initiated_login') ?? '')
  expect(claims).toMatchObject({
    organization_id: 'org_20000000000000003',
    connection_id: 'conn_30000000000000003',
    login_hint: 'hank@globex.example',
    relay_state: '/team/',
  })
})

test('is refused a code the second time', async () => {
  const client = newClient()
  const authorizationUrl = client.getAuthorizationUrl(CALLBACK, { connectionId: 'conn_30000000000000001' })
  const callback = await fillIn(authorizationUrl, { scenario: 'login', email: 'anyone@example.com' })
  const code = callback.searchParams.get('code') ?? ''
  await client.authenticateWithCode(code, CALLBACK)
  await expect(client.authenticateWithCode(code, CALLBACK)).rejects.toMatchObject({
    response: { status: 400, data: { error: 'invalid_grant' } },
  })
})

test('signs out', async () => {
  const client = newClient()
  const { idToken } = await signIn(client)
  const url = client.getLogoutUrl({ idTokenHint: idToken, postLogoutRedirectUri: SIGNED_OUT, state: 'bye' })
  const target = await redirectOf(await fetch(url, { redirect: 'manual' }))
  expect(target.href).toBe(`${SIGNED_OUT}?state=bye`)
})

test('gets a token for the management API', async () => {
  const token = await newClient().generateClientToken(DEVELOPMENT_CLIENT.id, DEVELOPMENT_CLIENT.secret)
  const response = await fetch(new URL('/api/v1/organizations', issuer), {
    headers: { Authorization: `Bearer ${token}` },
  })
  expect(response.status).toBe(200)
})

const set = async (settings: object) => {
  const response = await fetch(new URL('/simulator/settings', issuer), {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(settings),
  })
  expect(response.status).toBe(200)
}

describe('by gRPC', () => {
  test('lists organizations, in pages', async () => {
    await set({ largest_page: 3 })
    try {
      const { organization } = newClient()
      const first = await organization.listOrganization({ pageSize: 100 })
      expect(first.totalSize).toBe(5)
      const second = await organization.listOrganization({ pageToken: first.nextPageToken })
      expect([...first.organizations, ...second.organizations].map(({ displayName }) => displayName)).toEqual(
        ['Test Organization', 'Acme', 'Globex', 'Initech', 'Umbrella'],
      )
      expect(second.nextPageToken).toBe('')
    } finally {
      await set({ largest_page: 100 })
    }
  })

  test('gives an organization and its connections', async () => {
    const { organization, connection } = newClient()
    const acme = await organization.getOrganization('org_20000000000000002')
    expect(acme.organization).toMatchObject({ displayName: 'Acme', externalId: 'acme' })
    const { connections } = await connection.listConnections('org_20000000000000003')
    expect(connections).toMatchObject([{ id: 'conn_30000000000000003', enabled: true, type: 1, status: 3 }])
    expect((await connection.listConnectionsByDomain('acme.example')).connections).toHaveLength(1)
  })

  test('makes a link to the admin portal, which opens it', async () => {
    const { location } = await newClient().organization.generatePortalLink('org_20000000000000002')
    expect(new URL(location).origin).toBe(issuer)
    expect(await (await fetch(location)).text()).toContain('Admin portal of Acme')
  })

  test('refuses as the REST API does', async () => {
    const call = () => newClient().organization.getOrganization('org_1')
    await expect(call()).rejects.toMatchObject({ grpcStatus: 5, errorCode: 'NOT_FOUND' })
    const stranger = new ScalekitClient(issuer, DEVELOPMENT_CLIENT.id, 'wrong')
    await expect(stranger.organization.listOrganization()).rejects.toMatchObject({
      response: { status: 401 },
    })
    await set({ management_api: false })
    await expect(call()).rejects.toMatchObject({ grpcStatus: 7, errorCode: 'PERMISSION_DENIED' })
    await set({ management_api: true, rate_limited: true })
    await expect(call()).rejects.toMatchObject({ grpcStatus: 8, errorCode: 'RATE_LIMITED' })
    await set({ rate_limited: false })
  })
})

test.each([
  ['one byte after the other', (bytes: Buffer) => [...bytes].map((byte) => Buffer.of(byte))],
  ['at once', (bytes: Buffer) => [bytes]],
])('what is no HTTP/2 reaches the same server, sent %s', async (_case, pieces) => {
  // Begins as HTTP/2 does.
  for (const [method, status] of [
    ['PROPFIND', 404],
    ['GET', 200],
  ] as const) {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(issuer).port), noDelay: true })
    const request = `${method} /keys HTTP/1.1\r\nHost: ${new URL(issuer).host}\r\nConnection: close\r\n\r\n`
    for (const piece of pieces(Buffer.from(request))) {
      socket.write(piece)
      await new Promise(setImmediate)
    }
    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  }
})

test('refreshes in Full-Stack Auth, with a new refresh token each time', async () => {
  await set({ mode: 'fsa' })
  try {
    const client = newClient()
    const authorizationUrl = client.getAuthorizationUrl(CALLBACK, {
      loginHint: 'jane@acme.example',
      scopes: ['openid', 'profile', 'email', 'offline_access'],
    })
    const callback = await fillIn(authorizationUrl, { scenario: 'login', email: 'jane@acme.example' })
    const first = await client.authenticateWithCode(callback.searchParams.get('code') ?? '', CALLBACK)
    expect(first.user.id).toMatch(/^usr_/)
    const second = await client.refreshAccessToken(first.refreshToken ?? '')
    expect(second.refreshToken).not.toBe(first.refreshToken)
    expect(await client.validateAccessToken(second.accessToken, { issuer, audience })).toBe(true)
    await expect(client.refreshAccessToken(first.refreshToken ?? '')).rejects.toThrow()
  } finally {
    await set({ mode: 'modular' })
  }
})

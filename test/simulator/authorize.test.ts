import { expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import { authorize, authorizeUrl, CALLBACK, control, type Fields, location } from './drive.ts'

const NO_SELECTOR = { login_hint: undefined }

test.each<[string, Fields, string]>([
  ['login_hint', { login_hint: 'jane@acme.example' }, 'conn_30000000000000002'],
  ['login_hint in upper case', { login_hint: 'JANE@ACME.EXAMPLE' }, 'conn_30000000000000002'],
  ['login_hint of the Test Organization', { login_hint: 'a@example.org' }, 'conn_30000000000000001'],
  ['domain', { ...NO_SELECTOR, domain: 'acme.example' }, 'conn_30000000000000002'],
  ['domain_hint', { ...NO_SELECTOR, domain_hint: 'acme.example' }, 'conn_30000000000000002'],
  ['domain rather than login_hint', { domain: 'globex.example' }, 'conn_30000000000000003'],
  [
    'organization_id, its first active connection',
    { organization_id: 'org_20000000000000003' },
    'conn_30000000000000003',
  ],
  [
    'organization_id rather than domain',
    { organization_id: 'org_20000000000000003', domain: 'acme.example' },
    'conn_30000000000000003',
  ],
  [
    'connection_id rather than organization_id',
    { connection_id: 'conn_30000000000000001', organization_id: 'org_20000000000000003' },
    'conn_30000000000000001',
  ],
  [
    'provider rather than everything else',
    { provider: 'google', connection_id: 'conn_30000000000000001' },
    'conn_40000000000000001',
  ],
])('chooses the connection by %s', async (_case, fields, connection) => {
  const idp = await authorize(createSimulator(), fields)
  expect(idp.pathname).toBe(`/idp/${connection}`)
})

test.each<[string, Fields, string]>([
  ['no selector', NO_SELECTOR, 'invalid_connection_selector'],
  ['a login hint that is no address', { login_hint: 'jane' }, 'invalid_connection_selector'],
  ['an empty selector', { login_hint: '' }, 'invalid_connection_selector'],
  ['an unknown provider', { provider: 'myspace' }, 'invalid_request'],
  [
    'an unknown connection, though the login hint is good',
    { connection_id: 'conn_1' },
    'invalid_connection_id',
  ],
  ['a disabled connection', { connection_id: 'conn_30000000000000004' }, 'connection_not_active'],
  ['an unknown organization', { organization_id: 'org_1' }, 'invalid_organization_id'],
  [
    'an organization whose connections are disabled',
    { organization_id: 'org_20000000000000004' },
    'no_active_connections',
  ],
  [
    'an organization that never set one up',
    { login_hint: 'a@umbrella.example' },
    'no_configured_connections',
  ],
  ['an unregistered domain', { login_hint: 'jane@elsewhere.example' }, 'domain_not_found'],
  ['a sub-domain of a registered one', { login_hint: 'jane@mail.acme.example' }, 'domain_not_found'],
  ['no response_type', { response_type: undefined }, 'invalid_request'],
  ['another response_type', { response_type: 'token' }, 'unsupported_response_type'],
  ['no scope', { scope: undefined }, 'invalid_request'],
  ['a scope without openid', { scope: 'profile' }, 'invalid_scope'],
  ['a plain code challenge (RFC 7636 section 4.3)', { code_challenge_method: 'plain' }, 'invalid_request'],
  [
    'a code challenge without method, which means plain',
    { code_challenge_method: undefined },
    'invalid_request',
  ],
  ['a method without code challenge', { code_challenge: undefined }, 'invalid_request'],
  ['a code challenge that is no SHA-256', { code_challenge: 'abc' }, 'invalid_request'],
  ['an unknown prompt', { prompt: 'please' }, 'invalid_request'],
  ['prompt=none, since nobody is known', { prompt: 'none' }, 'login_required'],
])('sends %s back to the application as an error with the state', async (_case, fields, error) => {
  const callback = await authorize(createSimulator(), fields)
  expect(callback.origin + callback.pathname).toBe(CALLBACK)
  expect(callback.searchParams.get('error')).toBe(error)
  expect(callback.searchParams.get('error_description')).not.toBe('')
  expect(callback.searchParams.get('state')).toBe('state-1')
})

test('refuses a repeated parameter (RFC 6749 section 3.1)', async () => {
  const response = await createSimulator().request(`${authorizeUrl()}&nonce=another`)
  expect(location(response).searchParams.get('error')).toBe('invalid_request')
})

test('gives no state back that was sent twice', async () => {
  const response = await createSimulator().request(`${authorizeUrl()}&state=another`)
  expect(location(response).searchParams.has('state')).toBe(false)
})

test.each<[string, string]>([
  ['an unknown client', authorizeUrl({ client_id: 'skc_2' })],
  ['no client', authorizeUrl({ client_id: undefined })],
  ['a client sent twice', `${authorizeUrl()}&client_id=skc_2`],
  ['no redirect URI', authorizeUrl({ redirect_uri: undefined })],
  ['a redirect URI sent twice', `${authorizeUrl()}&redirect_uri=https://evil.example`],
  ['a slash more at the end', authorizeUrl({ redirect_uri: `${CALLBACK}/` })],
  ['a query in the redirect URI', authorizeUrl({ redirect_uri: `${CALLBACK}?a=b` })],
  ['another scheme', authorizeUrl({ redirect_uri: CALLBACK.replace('http:', 'https:') })],
  ['another port', authorizeUrl({ redirect_uri: CALLBACK.replace('8787', '8786') })],
  ['two labels for a wildcard', authorizeUrl({ redirect_uri: CALLBACK.replace('//', '//a.b.') })],
  ['no label for a wildcard', authorizeUrl({ redirect_uri: CALLBACK.replace('//', '//.') })],
  [
    'a host smuggled into a wildcard',
    authorizeUrl({ redirect_uri: CALLBACK.replace('//', '//evil.example/.') }),
  ],
])('answers %s with a page of its own and never redirects there', async (_case, url) => {
  const response = await createSimulator().request(url)
  expect(response.status).toBe(400)
  expect(response.headers.get('Location')).toBeNull()
  expect(response.headers.get('Content-Type')).toContain('text/html')
})

test('takes any label for the wildcard of a development redirect URI', async () => {
  const idp = await authorize(createSimulator(), { redirect_uri: 'http://docs.localhost:8787/auth/callback' })
  expect(idp.pathname).toBe('/idp/conn_30000000000000002')
})

test('keeps the state to itself on errors if told so', async () => {
  const simulator = createSimulator()
  await control(simulator, 'PATCH', '/settings', { echo_state_on_error: false })
  const callback = await authorize(simulator, NO_SELECTOR)
  expect(callback.searchParams.get('error')).toBe('invalid_connection_selector')
  expect(callback.searchParams.has('state')).toBe(false)
})

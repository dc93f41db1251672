import { expect, test } from 'vitest'
import { buildAuthorizationUrl } from '../../../src/login/authorization-request.ts'

const request = {
  clientId: 'skc_1',
  redirectUri: 'https://docs.example.com/auth/callback',
  scope: 'openid profile email',
  state: 'st',
  nonce: 'no',
  codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
}

const parametersOf = (url: URL) => Object.fromEntries(url.searchParams)

test('a login asks for a code with S256 (RFC 6749 section 4.1.1, RFC 7636 section 4.3)', () => {
  const url = buildAuthorizationUrl('https://acme.scalekit.dev', request)
  expect(url.origin + url.pathname).toBe('https://acme.scalekit.dev/oauth/authorize')
  expect(parametersOf(url)).toEqual({
    response_type: 'code',
    client_id: 'skc_1',
    redirect_uri: 'https://docs.example.com/auth/callback',
    scope: 'openid profile email',
    state: 'st',
    nonce: 'no',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
})

test.each([
  ['organizationId', 'org_1', { organization_id: 'org_1' }],
  ['connectionId', 'conn_1', { connection_id: 'conn_1' }],
  ['loginHint', 'ann+tag@acme.com', { login_hint: 'ann+tag@acme.com' }],
  ['domainHint', 'acme.com', { domain_hint: 'acme.com', domain: 'acme.com' }],
  ['provider', 'google', { provider: 'google' }],
  ['prompt', 'login', { prompt: 'login' }],
])('%s goes out under its names on the wire', (name, value, parameters) => {
  const url = buildAuthorizationUrl('https://acme.scalekit.dev', { ...request, [name]: value })
  expect(parametersOf(url)).toMatchObject(parameters)
  expect([...url.searchParams].length).toBe(8 + Object.keys(parameters).length)
})

test('a value cannot add a parameter or leave the query', () => {
  const loginHint = 'a@b&prompt=none#x?y=\r\n'
  const url = buildAuthorizationUrl('http://127.0.0.1:8788', { ...request, loginHint })
  expect(url.searchParams.getAll('login_hint')).toEqual([loginHint])
  expect(url.searchParams.has('prompt')).toBe(false)
  expect(url.hash).toBe('')
  expect(url.origin).toBe('http://127.0.0.1:8788')
})

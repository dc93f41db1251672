import { describe, expect, test } from 'vitest'
import { processTokenResponse, tokenRequest } from '../../../src/scalekit/token-request.ts'

const client = { issuer: 'https://acme.scalekit.dev', clientId: 'skc_1', clientSecret: 'test_a+b/c=&d e%' }
const grant = {
  code: 'c&o=d e+',
  codeVerifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  redirectUri: 'https://docs.example.com/auth/callback',
}

describe('a token request (RFC 6749 section 4.1.3)', () => {
  let sent: { url: string; init: RequestInit } | undefined
  const recording = (async (url: string, init: RequestInit) => {
    sent = { url, init }
    return Response.json({ id_token: 'x' })
  }) as unknown as typeof fetch

  test('is a form with the client secret in it (client_secret_post) and the verifier (RFC 7636 section 4.5)', async () => {
    await tokenRequest(client, grant, recording)
    const request = new Request(sent?.url ?? '', sent?.init)
    expect(request.url).toBe('https://acme.scalekit.dev/oauth/token')
    expect(request.method).toBe('POST')
    expect(request.headers.get('Content-Type')).toMatch(/^application\/x-www-form-urlencoded/)
    expect(request.headers.get('Authorization')).toBeNull()
    expect(Object.fromEntries(await request.formData())).toEqual({
      grant_type: 'authorization_code',
      code: 'c&o=d e+',
      redirect_uri: 'https://docs.example.com/auth/callback',
      client_id: 'skc_1',
      client_secret: 'test_a+b/c=&d e%',
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    })
  })

  test('follows no redirect, since its body holds the secret, and does not wait for ever', async () => {
    await tokenRequest(client, grant, recording)
    expect(sent?.init.redirect).toBe('manual')
    expect(sent?.init.signal).toBeInstanceOf(AbortSignal)
  })

  test('is not repeated: a code is good for one use', async () => {
    let count = 0
    const failing = async () => {
      count += 1
      throw new Error('Network connection lost.')
    }
    await expect(tokenRequest(client, grant, failing)).rejects.toThrow('Network connection lost.')
    expect(count).toBe(1)
  })
})

const process = (status: number, body: unknown) =>
  processTokenResponse(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }))

describe('a token response (RFC 6749 section 5.1)', () => {
  test.each<[string, object, object]>([
    [
      'with both tokens',
      { id_token: 'i', access_token: 'a', expires_in: 299 },
      { idToken: 'i', accessToken: 'a' },
    ],
    [
      'with a refresh token, which is not kept',
      { id_token: 'i', refresh_token: 'rt_1' },
      { idToken: 'i', accessToken: undefined },
    ],
    ['with only an ID token', { id_token: 'i' }, { idToken: 'i', accessToken: undefined }],
    [
      'with members nobody knows',
      { id_token: 'i', error: 'x', scope: 1 },
      { idToken: 'i', accessToken: undefined },
    ],
  ])('%s is read', async (_case, body, value) => {
    expect(await process(200, body)).toEqual({ ok: true, value })
  })

  test.each<[string, unknown]>([
    ['no ID token', { access_token: 'a' }],
    ['an empty ID token', { id_token: '' }],
    ['an ID token that is no text', { id_token: { a: 1 } }],
    ['an access token that is no text', { id_token: 'i', access_token: 1 }],
    ['nothing', ''],
    ['HTML', '<html>'],
    ['null', null],
    ['a list', []],
    ['half a JSON', '{"id_token":"i"'],
    ['an error', { error: 'invalid_grant' }],
  ])('with %s is not believed', async (_case, body) => {
    expect(await process(200, body)).toMatchObject({ ok: false, error: { reason: 'token_response_invalid' } })
  })
})

describe('an error of the token endpoint (RFC 6749 section 5.2)', () => {
  test.each<[string, number, unknown, object]>([
    ['a code that was used', 400, { error: 'invalid_grant' }, { reason: 'code_rejected' }],
    ['the same with 401', 401, { error: 'invalid_grant' }, { reason: 'code_rejected' }],
    [
      'a wrong secret',
      401,
      { error: 'invalid_client' },
      { reason: 'client_rejected', error: { code: 'invalid_client' } },
    ],
    [
      'a wrong request',
      400,
      { error: 'invalid_request' },
      { reason: 'client_rejected', error: { code: 'invalid_request' } },
    ],
    [
      'an error nobody knows',
      400,
      { error: '<b>' },
      { reason: 'client_rejected', error: { code: 'unknown' }, received: '<b>' },
    ],
    [
      'the name of a prototype',
      400,
      { error: '__proto__' },
      { reason: 'client_rejected', error: { code: 'unknown' } },
    ],
    ['a very long error', 400, { error: 'x'.repeat(100) }, { received: 'x'.repeat(64) }],
    ['400 without a body', 400, '', { reason: 'code_rejected' }],
    ['400 with HTML', 400, '<html>', { reason: 'code_rejected' }],
    ['400 with an error that is no text', 400, { error: { code: 1 } }, { reason: 'code_rejected' }],
    ['401 without a body', 401, '', { reason: 'client_rejected', error: { code: 'invalid_client' } }],
    ['403 without a body', 403, 'null', { reason: 'client_rejected', error: { code: 'invalid_client' } }],
    ['404 without a body', 404, '', { reason: 'scalekit_unreachable', detail: 'status 404' }],
    [
      'too many requests',
      429,
      { error: 'slow_down' },
      { reason: 'scalekit_unreachable', detail: 'status 429' },
    ],
    ['a fault', 500, { error: 'invalid_grant' }, { reason: 'scalekit_unreachable', detail: 'status 500' }],
    ['a gateway that gave up', 504, '<html>', { reason: 'scalekit_unreachable', detail: 'status 504' }],
    ['a redirect, which is not followed', 302, '', { reason: 'scalekit_unreachable', detail: 'status 302' }],
    ['201 with a token', 201, { id_token: 'i' }, { reason: 'scalekit_unreachable', detail: 'status 201' }],
  ])('%s', async (_case, status, body, error) => {
    expect(await process(status, body)).toMatchObject({ ok: false, error })
  })
})

test('a body that breaks off is a fault, not an answer', async () => {
  const broken = new ReadableStream({
    pull: (controller) => controller.error(new Error('Network connection lost.')),
  })
  await expect(processTokenResponse(new Response(broken))).rejects.toThrow('Network connection lost.')
})

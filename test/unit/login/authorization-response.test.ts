import { describe, expect, test } from 'vitest'
import {
  checkAuthorizationResponse,
  parseAuthorizationResponse,
  scalekitRefusal,
} from '../../../src/login/authorization-response.ts'
import type { LoginTransaction } from '../../../src/login/login-transaction.ts'
import type { ReturnTo } from '../../../src/request/return-to.ts'
import { atSeconds, now } from '../../support/sample-session.ts'

const ISSUER = 'https://acme.scalekit.dev'
const HOST = 'docs.example.com'

const transaction: LoginTransaction = {
  codeVerifier: 'v',
  nonce: 'n',
  returnTo: '/a' as ReturnTo,
  redirectUri: `https://${HOST}/auth/callback`,
  host: HOST,
  createdAt: now,
}

const response = {
  state: 's',
  code: 'c',
  error: undefined,
  iss: undefined,
  idpInitiatedLogin: undefined,
}

const parse = (query: string) => parseAuthorizationResponse(new URLSearchParams(query))

describe('the query of a callback', () => {
  test('is read into its five parameters', () => {
    expect(parse('code=c&state=s&error=e&iss=i&idp_initiated_login=a.b.c&scope=x&session_state=y')).toEqual({
      ok: true,
      value: { state: 's', code: 'c', error: 'e', iss: 'i', idpInitiatedLogin: 'a.b.c' },
    })
  })

  test('may hold nothing', () => {
    expect(parse('')).toEqual({ ok: true, value: { ...response, state: undefined, code: undefined } })
    expect(parse('code=&state=&error=&iss=&idp_initiated_login=')).toEqual(parse(''))
  })

  test.each(['state', 'code', 'error', 'iss', 'idp_initiated_login'])(
    'has %s at most once (RFC 6749 section 3.1)',
    (parameter) => {
      expect(parse(`${parameter}=a&${parameter}=a`)).toEqual({
        ok: false,
        error: { reason: 'parameter_repeated', parameter },
      })
    },
  )

  test.each([
    ['state', 256],
    ['code', 2048],
    ['error', 256],
    ['iss', 256],
  ])('has %s of at most %i characters', (parameter, longest) => {
    expect(parse(`${parameter}=${'x'.repeat(longest)}`)).toMatchObject({ ok: true })
    expect(parse(`${parameter}=${'x'.repeat(longest + 1)}`)).toMatchObject({
      ok: false,
      error: { reason: 'parameter_invalid', parameter },
    })
  })

  test.each([
    ['state', 'a%20b'],
    ['state', '%00'],
    ['state', '%C3%A4'],
    ['code', 'a%20b'],
    ['code', 'a%0D%0Ab'],
    ['code', '%FF'],
    ['error', 'access_denied%0A'],
    ['error', '%F0%9F%94%91'],
    ['iss', 'https://a%09'],
    ['idp_initiated_login', 'a.b'],
    ['idp_initiated_login', 'a.b.c%0A'],
  ])('refuses %s=%s', (parameter, value) => {
    expect(parse(`${parameter}=${value}`)).toMatchObject({ ok: false, error: { parameter } })
  })
})

const check = (
  changes: Partial<Record<'code' | 'error' | 'iss', string | undefined>>,
  { host = HOST, at = now } = {},
) => checkAuthorizationResponse(transaction, { ...response, ...changes }, host, ISSUER, at)

describe('the response to a login', () => {
  test('gives the code with the login it answers', () => {
    expect(check({})).toEqual({ ok: true, value: { code: 'c', transaction } })
    expect(check({ iss: ISSUER })).toMatchObject({ ok: true })
  })

  test.each([
    ['at once', 0, true],
    ['after ten minutes', 600, true],
    ['a second later', 601, false],
    ['to a clock that runs behind', -60, true],
  ])('%s: %i seconds', (_case, seconds, ok) => {
    expect(check({}, { at: atSeconds(seconds) })).toMatchObject(
      ok ? { ok } : { ok, error: { reason: 'transaction_expired', ageSeconds: seconds } },
    )
  })

  test.each<[string, Parameters<typeof check>[0], string]>([
    ['a code that is missing', { code: undefined }, 'code_missing'],
    ['an error', { code: undefined, error: 'access_denied' }, 'scalekit_error'],
    ['an error with a code beside it', { error: 'access_denied' }, 'scalekit_error'],
    ['another issuer (RFC 9207 section 2.4)', { iss: 'https://evil.example' }, 'issuer_mismatch'],
    ['the issuer with a slash: it is compared as text', { iss: `${ISSUER}/` }, 'issuer_mismatch'],
    [
      'an error of another issuer',
      { iss: 'https://evil.example', error: 'access_denied' },
      'issuer_mismatch',
    ],
  ])('refuses %s', (_case, changes, reason) => {
    expect(check(changes)).toMatchObject({ ok: false, error: { reason } })
  })

  test('checks lifetime, host, issuer, error and code, in this order', () => {
    const wrong = { iss: 'https://evil.example', error: 'access_denied', code: undefined }
    const reasons = [
      check(wrong, { host: 'wiki.example.com', at: atSeconds(601) }),
      check(wrong, { host: 'wiki.example.com' }),
      check(wrong),
      check({ ...wrong, iss: undefined }),
      check({ code: undefined }),
    ].map((result) => !result.ok && result.error.reason)
    expect(reasons).toEqual([
      'transaction_expired',
      'transaction_of_other_host',
      'issuer_mismatch',
      'scalekit_error',
      'code_missing',
    ])
  })
})

test('an error keeps what was received for the log, cut to 64 characters', () => {
  expect(scalekitRefusal('x'.repeat(256))).toMatchObject({
    reason: 'scalekit_error',
    error: { code: 'unknown' },
    received: 'x'.repeat(64),
  })
})

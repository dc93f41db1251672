import { describe, expect, test } from 'vitest'
import { applyDemands, parseLoginQuery } from '../../../src/login/login-query.ts'

const parse = (parameters: Record<string, string> | [string, string][]) =>
  parseLoginQuery(new URLSearchParams(parameters))

const nothing = { selectors: {}, prompt: undefined, returnTo: null, idpInitiatedLogin: undefined }

describe('a login link', () => {
  test.each<[string, Record<string, string>, object]>([
    ['nothing', {}, {}],
    ['an organization', { organization_id: 'org_1' }, { selectors: { organizationId: 'org_1' } }],
    ['a connection', { connection_id: 'conn_1' }, { selectors: { connectionId: 'conn_1' } }],
    ['an e-mail address', { login_hint: 'Ann@ACME.com' }, { selectors: { loginHint: 'Ann@acme.com' } }],
    ['a domain', { domain_hint: 'ACME.com' }, { selectors: { domainHint: 'acme.com' } }],
    [
      'an international domain',
      { domain_hint: 'bücher.example' },
      { selectors: { domainHint: 'bücher.example' } },
    ],
    ['a provider', { provider: 'google' }, { selectors: { provider: 'google' } }],
    ['a prompt', { prompt: 'select_account' }, { prompt: 'select_account' }],
    ['where it began', { begun: 'elsewhere' }, { begun: 'elsewhere' }],
    ['a return target, unchecked as yet', { return_to: '//evil.example' }, { returnTo: '//evil.example' }],
    ['an IdP-initiated hint', { idp_initiated_login: 'e30.e30.c2ln' }, { idpInitiatedLogin: 'e30.e30.c2ln' }],
    [
      'an empty parameter, which counts as absent (RFC 6749 section 3.1)',
      { organization_id: '', prompt: '' },
      {},
    ],
    ['a parameter that nobody knows', { redirect_uri: 'https://evil.example', scope: 'x', state: 'y' }, {}],
  ])('may carry %s', (_case, parameters, expected) => {
    expect(parse(parameters)).toEqual({ ok: true, value: { ...nothing, ...expected } })
  })

  test('may carry all selectors at once', () => {
    expect(
      parse({
        organization_id: 'org_1',
        connection_id: 'conn_1',
        login_hint: 'a@b',
        domain_hint: 'b.c',
        provider: 'p',
      }),
    ).toMatchObject({
      value: {
        selectors: {
          organizationId: 'org_1',
          connectionId: 'conn_1',
          loginHint: 'a@b',
          domainHint: 'b.c',
          provider: 'p',
        },
      },
    })
  })

  test('with two return targets has none: it is never an error', () => {
    expect(
      parse([
        ['return_to', '/a'],
        ['return_to', '/b'],
      ]),
    ).toEqual({ ok: true, value: nothing })
  })
})

test.each([
  'organization_id',
  'connection_id',
  'login_hint',
  'domain_hint',
  'provider',
  'prompt',
  'idp_initiated_login',
])('refuses %s twice, even if both are the same or empty (RFC 6749 section 3.1)', (parameter) => {
  const error = { reason: 'parameter_repeated', parameter }
  expect(
    parse([
      [parameter, 'a'],
      [parameter, 'a'],
    ]),
  ).toEqual({ ok: false, error })
  expect(
    parse([
      [parameter, ''],
      [parameter, ''],
    ]),
  ).toEqual({ ok: false, error })
})

test.each([
  ['organization_id', 'conn_1'],
  ['organization_id', 'org_'],
  ['organization_id', 'org_1 '],
  ['organization_id', 'org_1\n'],
  ['organization_id', 'org_1&x'],
  ['organization_id', 'ORG_1'],
  ['organization_id', 'org_\u0000'],
  ['connection_id', 'org_1'],
  ['connection_id', 'conn_1;x'],
  ['login_hint', 'ann'],
  ['login_hint', '@acme.com'],
  ['login_hint', 'ann@'],
  ['login_hint', 'a@b@c'],
  ['login_hint', 'ann @acme.com'],
  ['login_hint', 'ann@acme.com\r\n'],
  ['login_hint', 'ann\u0000@acme.com'],
  ['login_hint', 'ann\u0085@acme.com'],
  ['login_hint', 'ann@ac\u2028me.com'],
  ['domain_hint', 'acme'],
  ['domain_hint', '.acme.com'],
  ['domain_hint', 'acme.com.'],
  ['domain_hint', 'acme..com'],
  ['domain_hint', 'acme.com/x'],
  ['domain_hint', 'ann@acme.com'],
  ['domain_hint', 'acme.com:443'],
  ['provider', 'Google'],
  ['provider', '1google'],
  ['provider', 'go ogle'],
  ['prompt', 'LOGIN'],
  ['prompt', 'login none'],
  ['prompt', 'loginx'],
  ['idp_initiated_login', 'abc'],
  ['idp_initiated_login', 'a.b'],
  ['idp_initiated_login', 'a.b.'],
  ['idp_initiated_login', 'a.b.c.d'],
  ['idp_initiated_login', 'a.b.c\n'],
  ['idp_initiated_login', 'a.b.c='],
])('refuses %s = %j', (parameter, value) => {
  expect(parse({ [parameter]: value })).toMatchObject({
    ok: false,
    error: { reason: 'parameter_invalid', parameter },
  })
})

test.each<[string, number, (length: number) => string]>([
  ['organization_id', 160, (length) => `org_${'1'.repeat(length - 4)}`],
  ['connection_id', 160, (length) => `conn_${'1'.repeat(length - 5)}`],
  ['login_hint', 320, (length) => `${'a'.repeat(length - 9)}@acme.com`],
  ['domain_hint', 253, (length) => `${'a'.repeat(length - 4)}.com`],
  ['provider', 32, (length) => 'p'.repeat(length)],
  [
    'idp_initiated_login',
    3 * 8192 + 2,
    (length) => `${'a'.repeat(8192)}.${'b'.repeat(8192)}.${'c'.repeat(length - 16386)}`,
  ],
])('takes %s up to its length of %i and not one character more', (parameter, longest, make) => {
  expect(parse({ [parameter]: make(longest) })).toMatchObject({ ok: true })
  expect(parse({ [parameter]: make(longest + 1) })).toMatchObject({ ok: false, error: { parameter } })
})

describe('what a site demands goes before what a link asks for', () => {
  const asked = {
    organizationId: 'org_evil',
    connectionId: 'conn_2',
    loginHint: 'a@b',
    domainHint: 'b.c',
    provider: 'google',
  }
  test.each([
    ['no demand', {}, asked],
    [
      'an organization',
      { organization: 'org_1' },
      { organizationId: 'org_1', connectionId: 'conn_2', loginHint: 'a@b' },
    ],
    ['a connection', { connection: 'conn_1' }, { connectionId: 'conn_1', loginHint: 'a@b' }],
    [
      'both',
      { organization: 'org_1', connection: 'conn_1' },
      { organizationId: 'org_1', connectionId: 'conn_1', loginHint: 'a@b' },
    ],
  ])('%s', (_case, demand, selectors) => {
    expect(applyDemands({ organization: undefined, connection: undefined, ...demand }, asked)).toEqual(
      selectors,
    )
  })

  test('and stands where a link asks for nothing', () => {
    expect(applyDemands({ organization: 'org_1', connection: undefined }, {})).toEqual({
      organizationId: 'org_1',
    })
  })
})

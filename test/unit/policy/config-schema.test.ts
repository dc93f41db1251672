import { describe, expect, test } from 'vitest'
import { assets, origin, type Rule, service } from '../../../src/config.ts'
import { parseConfig, parseSite } from '../../../src/policy/config-schema.ts'
import { EVERYTHING, problemsOf, withRule, withSite } from './sample-configs.ts'

describe('a configuration', () => {
  test('with everything is accepted as it stands', () => {
    expect(parseConfig(EVERYTHING)).toEqual({ ok: true, value: EVERYTHING })
  })

  test('needs one site with an upstream and nothing else', () => {
    const smallest = withSite({ upstream: assets() })
    expect(parseConfig(smallest)).toEqual({ ok: true, value: smallest })
  })

  test.each<[string, Rule['path']]>([
    ['the root', '/'],
    ['everything', '/*'],
    ['a trailing slash', '/a/'],
    ['escapes', '/stra%C3%9Fe/100%25'],
    ['letters beyond ASCII and spaces', '/straße a/*'],
    ['dots in names', '/.well-known/a..b/v1.0'],
    ['an encoded star', '/a%2A'],
  ])('may have a rule for %s', (_case, path) => {
    expect(problemsOf(withRule({ path, access: 'public' }))).toEqual([])
  })

  test('may name e-mail addresses beside an organization or connection, of the rule or of the site', () => {
    const require = { emails: ['ann@acme.com'], emailDomains: ['acme.com'] }
    const accepted = [
      withRule({ path: '/', require: { ...require, organizations: ['org_1'] } }),
      withRule({ path: '/', require: { ...require, connections: ['conn_1'] } }),
      withRule({ path: '/', require }, { organization: 'org_1' }),
      withRule({ path: '/', require }, { connection: 'conn_1' }),
    ]
    for (const config of accepted) expect(problemsOf(config)).toEqual([])
  })
})

const SITE = 'sites["docs.example.com"]'

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'The configuration'],
  ['null', null, 'The configuration'],
  ['a text', 'sites', 'The configuration'],
  ['no sites', {}, 'sites'],
  ['sites that are a list', { sites: [] }, 'sites'],
  ['empty sites', { sites: {} }, 'sites is empty'],
  ['a setting nobody knows', { ...EVERYTHING, session_: 1 }, 'session_ is not a setting'],
  ['a site that is nothing', withSite(null), SITE],
  ['a site without an upstream', withSite({}), `${SITE}.upstream`],
  [
    'an upstream of an unknown kind',
    withSite({ upstream: { kind: 'ftp' } }),
    `${SITE}.upstream.kind must be assets()`,
  ],
  ['an upstream that is an address', withSite({ upstream: 'https://a' }), `${SITE}.upstream`],
  [
    'an upstream with a setting nobody knows',
    withSite({ upstream: { kind: 'assets', x: 1 } }),
    `${SITE}.upstream.x`,
  ],
  ['a service without a name', withSite({ upstream: service('') }), `${SITE}.upstream.binding is empty`],
  [
    'an organization that is a connection',
    withSite({ upstream: assets(), organization: 'conn_1' }),
    `${SITE}.organization`,
  ],
  ['an empty organization', withSite({ upstream: assets(), organization: '' }), `${SITE}.organization`],
  [
    'a connection that is an organization',
    withSite({ upstream: assets(), connection: 'org_1' }),
    `${SITE}.connection`,
  ],
  [
    'a site setting nobody knows',
    withSite({ upstream: assets(), organisation: 'org_1' }),
    `${SITE}.organisation`,
  ],
  ['rules that are no list', withSite({ upstream: assets(), rules: {} }), `${SITE}.rules`],
  [
    'an empty claim name',
    withSite({ upstream: assets(), claims: { roles: '' } }),
    `${SITE}.claims.roles is empty`,
  ],
  [
    'a claim nobody knows',
    { ...withSite({ upstream: assets() }), claims: { email: 'mail' } },
    'claims.email',
  ],
  [
    'requireNonce that is text',
    { ...withSite({ upstream: assets() }), requireNonce: 'true' },
    'requireNonce',
  ],
])('%s is a problem: %j', (_case, config, start) => {
  const problems = problemsOf(config)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(new RegExp(`^${RegExp.escape(start)}`))
})

test.each([
  'Docs.example.com',
  'docs.example.com.',
  'docs.example.com:443',
  'https://docs.example.com',
  'docs.example.com/a',
  'bücher.example',
  '*.',
  '',
  ' ',
  '**',
  '*.*.example.com',
  '*example.com',
  'a.*.example.com',
  'user@example.com',
  '127.1',
])('the host %j is a problem: nothing could match it', (key) => {
  const problems = problemsOf(withSite({ upstream: assets() }, key))
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain(`sites[${JSON.stringify(key)}] is not a host name`)
})

test.each([
  '',
  'portal.example.org',
  'http://portal.example.org',
  'https://portal.example.org/',
  'https://portal.example.org/app',
  'https://Portal.example.org',
  'https://*.example.org',
  'https://portal.example.org;sandbox',
  'https://a,b.example.org',
  "'self'",
  '*',
  'null',
])('the origin %j can be no frame', (embedded) => {
  expect(problemsOf(withSite({ upstream: assets(), embeddedIn: [embedded] }))).toEqual([
    expect.stringContaining(`${SITE}.embeddedIn[0] must be`),
  ])
})

test.each([
  '',
  'example.com',
  'http://example.com',
  'http://10.0.0.1',
  'https://example.com/a%2Fb',
  'https://example.com?x',
  'https://example.com#x',
  'https://user@example.com',
  'https://user:pass@example.com',
  'ftp://example.com',
  'javascript:alert(1)',
])('the origin %j is a problem', (url) => {
  expect(problemsOf(withSite({ upstream: origin(url) }))).toEqual([
    expect.stringContaining(`${SITE}.upstream.url must be`),
  ])
})

test.each(['auth', '/', '', '/auth/', '//auth', '/a b', '/../auth', '/.', '/auth?x', '/%61uth', '/*'])(
  'the base path %j is a problem',
  (basePath) => {
    expect(problemsOf({ ...withSite({ upstream: assets() }), basePath })).toEqual([
      expect.stringMatching(/^basePath must be/),
    ])
  },
)

test.each(['lifetime', 'idle', 'absolute'])('session.%s is a whole number of seconds, from 60 on', (key) => {
  const set = (value: unknown) =>
    problemsOf({ ...withSite({ upstream: assets() }), session: { [key]: value } })
  expect(set(60)).toEqual([])
  for (const value of [59, 0, -1, 60.5, Number.NaN, Number.POSITIVE_INFINITY, '300', null])
    expect(set(value)).toEqual([
      expect.stringMatching(new RegExp(`^session\\.${key} must be a whole number`)),
    ])
})

test('registryShards is a whole number from 1 to 16', () => {
  const set = (registryShards: unknown) => problemsOf(withSite({ upstream: assets(), registryShards }))
  for (const value of [1, 16]) expect(set(value)).toEqual([])
  for (const value of [0, 0.5, 1.5, 16.5, 17, '2', null])
    expect(set(value)).toEqual([`${SITE}.registryShards must be a whole number from 1 to 16`])
})

test.each([
  ['organization', 'org_'],
  ['connection', 'conn_'],
])('the ID of a site’s %s has at most 160 characters, as in links', (key, prefix) => {
  const set = (length: number) =>
    problemsOf(withSite({ upstream: assets(), [key]: prefix.padEnd(length, '1') }))
  expect(set(160)).toEqual([])
  expect(set(161)).toEqual([`${SITE}.${key} must look like ${prefix}…`])
})

test('the entry of the login host may have claims, and one in KV never has', () => {
  const own = { upstream: assets(), claims: { roles: 'department' } }
  const loginHost = 'login.example.com'
  expect(problemsOf({ ...withSite(own, loginHost), loginHost })).toEqual([])
  expect(parseSite(own, {})).toEqual({ ok: true, value: own })
  expect(parseSite({ ...own, loginHost: false }, { loginHost })).toMatchObject({ ok: true })
  expect(parseSite(own, { loginHost })).toEqual({
    ok: false,
    error: [expect.stringMatching(/^claims has no effect, because the login host reads the ID token/)],
  })
})

test('every problem is told at once, of whatever kind', () => {
  const problems = problemsOf({
    basePath: 'auth',
    session: { idle: 1 },
    sites: {
      'Docs.example.com': { upstream: assets() },
      'a.example.com': { upstream: origin('http://example.com'), rules: [{ path: 'a', access: 'public' }] },
      'b.example.com': { upstream: assets(), rules: [{ path: '/', require: { emails: ['a@b.c'] } }] },
    },
  })
  for (const place of [
    'basePath',
    'session.idle',
    'sites["Docs.example.com"]',
    'sites["a.example.com"].upstream.url',
    'sites["a.example.com"].rules[0].path',
    'sites["b.example.com"].rules[0]',
  ])
    expect(problems.filter((problem) => problem.startsWith(`${place} `))).toHaveLength(1)
  expect(problems).toHaveLength(6)
})

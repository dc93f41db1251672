import { describe, expect, test } from 'vitest'
import {
  assets,
  defineConfig,
  hours,
  minutes,
  origin,
  passthrough,
  type Rule,
  type Site,
  service,
} from '../../../src/config.ts'
import { type Problem, parseConfig, parseSite } from '../../../src/policy/config-schema.ts'

const problemsOf = (config: unknown): readonly Problem[] => {
  const parsed = parseConfig(config)
  return parsed.ok ? [] : parsed.error
}
const withSite = (site: unknown, key = 'docs.example.com') => ({ sites: { [key]: site } })
const withRule = (rule: unknown, rest: Partial<Site> = {}) =>
  withSite({ upstream: assets(), rules: [rule], ...rest })

const EVERYTHING = defineConfig({
  basePath: '/auth',
  session: { lifetime: minutes(5), idle: hours(8), absolute: hours(24) },
  claims: { roles: 'idp_roles', groups: 'groups' },
  requireNonce: true,
  loginHost: 'login.example.com',
  sitesInKv: true,
  adminPortal: { roles: ['admin'] },
  audit: { subjects: 'plain' },
  sites: {
    'docs.example.com': {
      organization: 'org_1',
      upstream: assets(),
      rules: [
        { path: '/', access: 'public' },
        { path: '/public/*', access: 'public' },
        { path: '/api/*', methods: ['OPTIONS'], access: 'public' },
        { path: '/admin/*', require: { roles: ['admin'] }, maxAge: minutes(15) },
        { path: '/acme/*', require: { organizations: ['org_2'], emailDomains: ['acme.com'] } },
      ],
    },
    '*.customers.example.com': { connection: 'conn_1', upstream: origin('https://origin.example.com:8443') },
    'xn--bcher-kva.example': { upstream: passthrough(), claims: { roles: 'groups' }, loginHost: false },
    '127.0.0.1': { upstream: origin('http://127.0.0.1:3000') },
    localhost: { upstream: origin('http://localhost:3000') },
    '[::1]': { upstream: origin('http://[::1]:3000') },
    '*.localhost': { upstream: assets(), explainDenials: true, passHeaders: ['X-Real-IP'] },
    'shop.example.com': {
      upstream: assets(),
      embeddedIn: ['https://portal.example.org', 'https://portal.example.org:8443', 'http://localhost:3000'],
      loginHost: false,
    },
    '*': { upstream: service('WIKI') },
  },
})

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

describe('passHeaders', () => {
  const withHeaders = (...passHeaders: unknown[]) => withSite({ upstream: assets(), passHeaders })

  test('may name what something in front of Gatehouse says of the client or the person', () => {
    const names = [
      'X-Real-IP',
      'true-client-ip',
      'REMOTE-USER',
      'Cf-Access-Jwt-Assertion',
      'X-Original-Forwarded-For',
    ]
    expect(problemsOf(withHeaders(...names, 'X-Envoy-External-Address', 'X-My-Own'))).toEqual([])
    expect(problemsOf(withHeaders())).toEqual([])
  })

  const OURS = 'is for Gatehouse alone to send'
  const ADDRESS = 'makes servers read another address or method than the one that was judged'
  const HOP = 'is about one connection, and ends at the gate'
  const SENT = 'reaches the upstream as Gatehouse sends it'
  test.each([
    ['Gatehouse-Assertion', OURS],
    ['X-Forwarded-For', OURS],
    ['x_forwarded_user', OURS],
    ['Forwarded', OURS],
    ['X-Original-URL', ADDRESS],
    ['x-original-uri', ADDRESS],
    ['X-Original-Host', ADDRESS],
    ['X-Original-Method', ADDRESS],
    ['X-Rewrite-URL', ADDRESS],
    ['X-Override-URL', ADDRESS],
    ['X-HTTP-Method', ADDRESS],
    ['X-HTTP-Method-Override', ADDRESS],
    ['X-Host', ADDRESS],
    ['X-HTTP-Host-Override', ADDRESS],
    ['X-Envoy-Original-Path', ADDRESS],
    ['Connection', HOP],
    ['Keep-Alive', HOP],
    ['Proxy-Authorization', HOP],
    ['TE', HOP],
    ['Transfer-Encoding', HOP],
    ['Upgrade', HOP],
    ['Cookie', SENT],
    ['host', SENT],
    ['Proxy', 'makes applications send their own requests through the visitor’s proxy (CVE-2016-5385)'],
    ['X Real IP', 'is not the name of a header'],
    ['', 'is not the name of a header'],
    ['X-Real-IP:', 'is not the name of a header'],
    [7, 'must be text'],
  ])('cannot name %s, which %s', (name, problem) => {
    expect(problemsOf(withHeaders('X-Real-IP', name))).toEqual([
      `sites["docs.example.com"].passHeaders[1] ${problem}`,
    ])
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

describe('upstreams by path', () => {
  const api = (path: string, stripPrefix: string) => ({
    path,
    upstream: origin('https://api.example.com', { stripPrefix }),
  })

  test.each([
    ['a prefix off', withRule(api('/api/*', '/api'))],
    ['a prefix off a longer path', withRule(api('/api/v1/*', '/api'))],
    ['a path in front', withSite({ upstream: origin('https://host.example/base/v2') })],
    ['a folder', withSite({ upstream: assets({ folder: '/sites/acme-1', spa: true }) })],
  ])('are taken: %s', (_case, config) => {
    expect(problemsOf(config)).toEqual([])
  })

  const AT = 'sites["docs.example.com"]'
  const FOLDER = 'must be a path like /acme, without a slash at its end'
  const SERVER = 'must be https://host or https://host/path; http only for a loopback address'
  const NOT_BELOW = `${AT}.rules[0] has an upstream with a stripPrefix that its path is not below`
  test.each<readonly [what: string, config: unknown, problem: string]>([
    [
      'a prefix of a whole site',
      withSite({ upstream: origin('https://api.example.com', { stripPrefix: '/api' }) }),
      `${AT}.upstream has a stripPrefix, which is for the upstream of a rule whose path is below it`,
    ],
    ['a path outside of the prefix', withRule(api('/v1/*', '/api')), NOT_BELOW],
    ['a path that only begins like the prefix', withRule(api('/apis/*', '/api')), NOT_BELOW],
    ['a path above the prefix', withRule(api('/*', '/api')), NOT_BELOW],
    [
      'a prefix with a slash at its end',
      withRule(api('/api/*', '/api/')),
      `${AT}.rules[0].upstream.stripPrefix must be a path like /api, without a slash at its end`,
    ],
    ...['acme', '/', '', '/acme/', '/a//b', '/../x', '/.hidden', '/a%2fb', '/a\\b'].map(
      (folder) =>
        [
          `the folder ${JSON.stringify(folder)}`,
          withSite({ upstream: assets({ folder }) }),
          `${AT}.upstream.folder ${FOLDER}`,
        ] as const,
    ),
    ...['https://host.example/?a=b', 'https://host.example/base?', 'https://host.example/#x'].map(
      (url) => [url, withSite({ upstream: origin(url) }), `${AT}.upstream.url ${SERVER}`] as const,
    ),
    [
      'plain http elsewhere',
      withRule({ path: '/api/*', upstream: origin('http://api.example.com') }),
      `${AT}.rules[0].upstream.url ${SERVER}`,
    ],
    [
      'app() of a rule in a Worker of its own',
      withRule({ path: '/api/*', upstream: { kind: 'app' } }),
      `${AT}.rules[0].upstream is app(), the routes that follow gatehouse(config) in a Hono app, and here nothing follows`,
    ],
  ])('are a problem in words: %s', (_case, config, expected) => {
    expect(problemsOf(config)).toEqual([expected])
  })
})

describe('many hosts', () => {
  test.each<readonly [what: string, config: unknown, problem: string]>([
    [
      'a login host with a port',
      { ...withSite({ upstream: assets() }), loginHost: 'login.example.com:8443' },
      "loginHost must be one host name in lower case without a port, such as 'login.example.com'",
    ],
    [
      'a login host that is a pattern',
      { ...withSite({ upstream: assets() }), loginHost: '*.example.com' },
      "loginHost must be one host name in lower case without a port, such as 'login.example.com'",
    ],
    [
      'a site in frames that signs in at the login host',
      {
        ...withSite({ upstream: assets(), embeddedIn: ['https://portal.example.org'] }),
        loginHost: 'login.example.com',
      },
      'sites["docs.example.com"] is shown in frames, where nobody can sign in at the login host: write loginHost: false beside embeddedIn',
    ],
    [
      'claims of a site that signs in at the login host',
      {
        ...withSite({ upstream: assets(), claims: { roles: 'department' } }),
        loginHost: 'login.example.com',
      },
      'sites["docs.example.com"].claims has no effect, because the login host reads the ID token: ' +
        'write it beside sites or in the entry of the login host, or loginHost: false beside it',
    ],
    [
      'a login host of a site’s own',
      withSite({ upstream: assets(), loginHost: 'login.example.com' }),
      'sites["docs.example.com"].loginHost can only be false: the site signs people in itself',
    ],
    [
      'an admin portal for nobody',
      { ...withSite({ upstream: assets() }), adminPortal: { roles: [] } },
      'adminPortal.roles lists no role',
    ],
    [
      'a log that is neither',
      { ...withSite({ upstream: assets() }), audit: { subjects: 'none' } },
      "audit.subjects must be 'hashed' or 'plain'",
    ],
  ])('%s is a problem', (_what, config, problem) => {
    expect(problemsOf(config)).toEqual([problem])
  })

  test('no site in the file is fine where sites are in KV', () => {
    expect(problemsOf({ sitesInKv: true, sites: {} })).toEqual([])
    expect(problemsOf({ sites: {} })).toEqual(['sites is empty: name at least one host'])
  })
})

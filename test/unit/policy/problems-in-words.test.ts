import { expect, test } from 'vitest'
import { parseSite } from '../../../src/policy/config-schema.ts'
import { EVERYTHING, problemsOf, withRule, withSite } from './sample-configs.ts'

const SITE = 'sites["docs.example.com"]'
const upstream = { kind: 'assets' }

test('what is of another kind is said with an example', () => {
  const required = (require: unknown) => problemsOf(withRule({ path: '/', require }))
  const place = `${SITE}.rules[0]`
  expect(required({ roles: 'admin' })).toEqual([`${place}.require.roles must be a list, such as ['admin']`])
  expect(required({ emails: {} })).toEqual([
    `${place}.require.emails must be a list, such as ['jane@acme.example']`,
  ])
  expect(problemsOf(withRule({ path: '/', cors: [1] }))).toEqual([`${place}.cors[0] must be text`])
  expect(problemsOf(withSite({ upstream, rules: {} }))).toEqual([
    `${SITE}.rules must be a list of objects: [{ … }]`,
  ])
  expect(problemsOf({ ...EVERYTHING, sites: 'localhost' })).toEqual(['sites must be an object'])
})

test('of a site in KV in JSON', () => {
  const rules = [{ path: '/', require: { groups: 'staff' } }]
  expect(parseSite({ upstream, rules, passHeaders: 'x' }, {})).toEqual({
    ok: false,
    error: [
      'rules[0].require.groups must be a list, such as ["staff"]',
      'passHeaders must be a list, such as ["X-Real-IP"]',
    ],
  })
})

/** One of each setting that has some shape. */
const SITE_WITH_ALL = {
  organization: 'org_1',
  connection: 'conn_1',
  upstream: { kind: 'origin', url: 'https://a.example', passHost: true },
  rules: [
    {
      path: '/a/*',
      methods: ['GET'],
      require: {
        organizations: ['org_1'],
        connections: ['conn_1'],
        emails: ['a@b.example'],
        emailDomains: ['b.example'],
        roles: ['a'],
        groups: ['b'],
      },
      upstream: { kind: 'assets', folder: '/a', spa: true },
      maxAge: 60,
      strict: true,
      cors: ['https://b.example'],
      cache: 'no-store',
    },
    { path: '/b', access: 'public', upstream: { kind: 'service', binding: 'B' } },
    { path: '/c/*', upstream: { kind: 'origin', url: 'https://a.example', stripPrefix: '/c' } },
  ],
  claims: { roles: 'a', groups: 'b' },
  cors: ['https://b.example'],
  embeddedIn: ['https://b.example'],
  caseSensitive: true,
  passHeaders: ['X-Real-IP'],
  explainDenials: true,
  brand: {
    name: 'A',
    logo: '/a.svg',
    accent: '#0a7',
    support: { text: 'Help', url: 'https://a.example' },
    links: [{ text: 'A', url: 'https://a.example' }],
  },
  organizations: { org_1: 'A' },
  keepFragment: true,
  audience: 'a',
  registryShards: 2,
  loginHost: false,
}
const { session, adminPortal, audit } = EVERYTHING
const CONFIG = {
  basePath: '/auth',
  session,
  claims: SITE_WITH_ALL.claims,
  requireNonce: true,
  backchannelLogout: true,
  loginHost: 'a.example',
  sitesInKv: true,
  adminPortal,
  audit,
  brand: SITE_WITH_ALL.brand,
  organizations: SITE_WITH_ALL.organizations,
  sites: { 'docs.example.com': SITE_WITH_ALL },
}

type Path = readonly (string | number)[]

/** Every place in a value, the whole first. */
const placesIn = (value: unknown, path: Path = []): Path[] => [
  path,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, each]) => placesIn(each, [...path, key]))
    : []),
]

function withOther(whole: unknown, [first, ...rest]: Path, other: unknown): unknown {
  if (first === undefined) return other
  const copy = Object.assign(Array.isArray(whole) ? [] : {}, whole) as Record<string | number, unknown>
  copy[first] = withOther(copy[first], rest, other)
  return copy
}

const OTHERS = [null, undefined, 5, 'x', true, [], {}, [null], [5], [[]], { x: 1 }]

test('nothing that is wrong is said in the words of the schema', () => {
  expect(problemsOf(CONFIG)).toEqual([])
  expect(ofSite(SITE_WITH_ALL)).toEqual([])
  const others = (whole: unknown) =>
    placesIn(whole).flatMap((place) => OTHERS.map((other) => withOther(whole, place, other)))
  const said = [...others(CONFIG).flatMap(problemsOf), ...others(SITE_WITH_ALL).flatMap(ofSite)]
  expect(said.length).toBeGreaterThan(1_000)
  expect(said.filter((problem) => /Invalid|Expected|received|undefined| $/.test(problem))).toEqual([])
})

/** What checks it takes it apart. */
function ofSite(site: unknown): readonly string[] {
  const parsed = parseSite(structuredClone(site), {})
  return parsed.ok ? [] : parsed.error
}

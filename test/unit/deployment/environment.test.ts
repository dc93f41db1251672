import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { assets, type GatehouseConfig, service } from '../../../src/config.ts'
import { addressForVisitors, type Env, parseEnvironment } from '../../../src/deployment/environment.ts'
import { isDevelopment } from '../../../src/deployment/variables.ts'
import { ecKey, octKey } from '../../support/sample-keys.ts'

const config: GatehouseConfig = {
  sites: { 'a.example.com': { upstream: assets() }, 'b.example.com': { upstream: service('WIKI') } },
}

const SECRET = 'test_4fXh2kQ9vLwPz7'
const sound = {
  ...(env as object),
  SCALEKIT_ENVIRONMENT_URL: 'https://acme.scalekit.dev',
  SCALEKIT_CLIENT_ID: 'skc_1',
  SCALEKIT_CLIENT_SECRET: SECRET,
  GATEHOUSE_KEYS: JSON.stringify({ keys: [octKey('k1', 1), ecKey('e1')] }),
  WIKI: { fetch: () => new Response() },
}

const parse = (changes: object, configuration = config) =>
  parseEnvironment({ ...sound, ...changes }, configuration)
const problemsOf = async (changes: object, configuration = config) => {
  const parsed = await parse(changes, configuration)
  return parsed.ok ? [] : parsed.error
}

test('an environment is read once, into settings', async () => {
  expect(await parse({})).toMatchObject({
    ok: true,
    value: {
      scalekit: { issuer: 'https://acme.scalekit.dev', clientId: 'skc_1', clientSecret: SECRET },
      keyRing: { current: { kid: 'k1' } },
    },
  })
})

test('keys of operators are read where there are any, and their problems are among the others', async () => {
  for (const GATEHOUSE_OPERATOR_KEYS of [undefined, ''])
    expect(await parse({ GATEHOUSE_OPERATOR_KEYS })).toMatchObject({ value: { operatorKeys: undefined } })
  const all = await problemsOf({ GATEHOUSE_OPERATOR_KEYS: '{}', SCALEKIT_CLIENT_ID: '' })
  expect(all).toEqual([
    expect.stringContaining('SCALEKIT_CLIENT_ID is empty'),
    expect.stringContaining('GATEHOUSE_OPERATOR_KEYS is not a JWK Set'),
  ])
  const { d: _, ...publicKey } = ecKey('o1')
  const own = { keys: [publicKey] }
  expect(await problemsOf({ GATEHOUSE_OPERATOR_KEYS: own })).toEqual([
    expect.stringContaining('is a key of GATEHOUSE_KEYS'),
  ])
})

test.each([
  ['https://acme.scalekit.dev/', 'https://acme.scalekit.dev'],
  [' https://acme.scalekit.dev\n', 'https://acme.scalekit.dev'],
  ['https://ACME.scalekit.dev:443', 'https://acme.scalekit.dev'],
  ['https://auth.example.com', 'https://auth.example.com'],
  ['http://127.0.0.1:8788', 'http://127.0.0.1:8788'],
  ['http://localhost:8788/', 'http://localhost:8788'],
  ['http://idp.localhost', 'http://idp.localhost'],
])('the environment %j is the issuer %s', async (url, issuer) => {
  expect(await parse({ SCALEKIT_ENVIRONMENT_URL: url })).toMatchObject({ value: { scalekit: { issuer } } })
})

test.each([
  'acme.scalekit.dev',
  'http://acme.scalekit.dev',
  'http://10.0.0.1',
  'http://localhost.example.com',
  'https://acme.scalekit.dev/oauth',
  'https://acme.scalekit.dev?x',
  'https://acme.scalekit.dev#x',
  'https://user@acme.scalekit.dev',
  'https://user:pass@acme.scalekit.dev',
  'ftp://acme.scalekit.dev',
  'https://',
])('the environment %j is a problem', async (url) => {
  expect(await problemsOf({ SCALEKIT_ENVIRONMENT_URL: url })).toEqual([
    expect.stringMatching(/^SCALEKIT_ENVIRONMENT_URL must be https/),
  ])
})

describe.each(['SCALEKIT_ENVIRONMENT_URL', 'SCALEKIT_CLIENT_ID', 'SCALEKIT_CLIENT_SECRET', 'GATEHOUSE_KEYS'])(
  '%s',
  (name) => {
    test.each<[string, unknown]>([
      ['missing', undefined],
      ['empty', ''],
      ['blank', ' \t\n'],
      ['no text', 42],
    ])('is a problem where it is %s, which is told once', async (_case, value) => {
      expect(await problemsOf({ [name]: value })).toEqual([
        expect.stringMatching(new RegExp(`^${name} is (not set|empty): `)),
      ])
    })
  },
)

test.each([
  ['SCALEKIT_ENVIRONMENT_URL', 'copy it from'],
  ['SCALEKIT_CLIENT_ID', 'copy it from'],
  ['SCALEKIT_CLIENT_SECRET', 'run `npx wrangler secret put SCALEKIT_CLIENT_SECRET`'],
])(
  '%s that nobody has ever set is named, with what to do, and in no library’s words',
  async (name, remedy) => {
    const without = Object.fromEntries(Object.entries(sound).filter(([key]) => key !== name))
    const parsed = await parseEnvironment(without, config)
    expect(parsed.ok ? [] : parsed.error).toEqual([expect.stringMatching(`^${name} is missing: ${remedy}`)])
  },
)

test.each(['GATEHOUSE_KV', 'SESSIONS', 'LOGIN_RATE_LIMIT', 'ASSETS', 'WIKI'])(
  'the binding %s is a problem where it is missing, or something else',
  async (name) => {
    for (const value of [undefined, null, 'text', {}])
      expect(await problemsOf({ [name]: value })).toEqual([
        expect.stringMatching(new RegExp(`^The binding ${name} is missing`)),
      ])
  },
)

test('only the bindings that a site uses have to be there, and each is told once', async () => {
  const without = { ASSETS: undefined, WIKI: undefined }
  expect(
    await problemsOf(without, { sites: { 'a.example.com': { upstream: { kind: 'passthrough' } } } }),
  ).toEqual([])
  const twice = {
    sites: { 'a.example.com': { upstream: assets() }, 'b.example.com': { upstream: assets() } },
  }
  expect(await problemsOf(without, twice)).toHaveLength(1)
})

test('all problems are told at once', async () => {
  const problems = await problemsOf({
    SCALEKIT_ENVIRONMENT_URL: 'http://acme.scalekit.dev',
    SCALEKIT_CLIENT_ID: '',
    SCALEKIT_CLIENT_SECRET: undefined,
    GATEHOUSE_KEYS: JSON.stringify({ keys: [octKey('a', 1, 31)] }),
    GATEHOUSE_KV: undefined,
    WIKI: undefined,
  })
  expect(problems.map((problem) => problem.slice(0, 23))).toEqual([
    'SCALEKIT_ENVIRONMENT_UR',
    'SCALEKIT_CLIENT_ID is e',
    'SCALEKIT_CLIENT_SECRET ',
    'GATEHOUSE_KEYS, key 1, ',
    'GATEHOUSE_KEYS has no o',
    'The binding GATEHOUSE_K',
    'The binding WIKI is mis',
  ])
})

test('no problem quotes a secret, or what was put where a secret belongs', async () => {
  const leaky = [
    { SCALEKIT_ENVIRONMENT_URL: SECRET },
    { SCALEKIT_ENVIRONMENT_URL: `https://x:${SECRET}@acme.scalekit.dev` },
    { SCALEKIT_CLIENT_ID: '', GATEHOUSE_KV: SECRET },
    { GATEHOUSE_KEYS: SECRET },
    { GATEHOUSE_KEYS: `{"keys":["${SECRET}"]}` },
    { GATEHOUSE_KEYS: JSON.stringify({ keys: [{ ...octKey(SECRET, 1, 31) }] }) },
    { GATEHOUSE_KEYS: JSON.stringify({ keys: [octKey(SECRET, 1), octKey(SECRET, 2)] }) },
  ]
  for (const changes of leaky) {
    expect((await problemsOf(changes)).length).toBeGreaterThan(0)
    expect((await problemsOf(changes)).join()).not.toContain(SECRET)
  }
})

test.each<[unknown, boolean]>([
  ['1', true],
  ['true', true],
  ['0', false],
  ['false', false],
  ['', false],
  [undefined, false],
])('GATEHOUSE_DEVELOPMENT of %j says %s', async (value, development) => {
  const variables = { GATEHOUSE_DEVELOPMENT: value }
  expect(await parse(variables)).toMatchObject({ value: { development } })
  expect(isDevelopment(variables)).toBe(development)
})

test.each([' ', 'yes', 'no', 'True', '01', 1, true, {}, null])(
  'GATEHOUSE_DEVELOPMENT of %j is a problem, and no yes',
  async (value) => {
    const variables = { GATEHOUSE_DEVELOPMENT: value }
    expect(await problemsOf(variables)).toEqual([expect.stringMatching(/^GATEHOUSE_DEVELOPMENT must be/)])
    expect(isDevelopment(variables)).toBe(false)
  },
)

describe('GATEHOUSE_PUBLIC_URL', () => {
  const publicUrl = 'https://demo.example'
  const seenAs = (address: string, variables: object) => addressForVisitors(address, variables as Env)
  const inDevelopment = { GATEHOUSE_PUBLIC_URL: publicUrl, GATEHOUSE_DEVELOPMENT: '1' }

  test.each([
    ['http://demo.example/a?b=http://demo.example/', 'https://demo.example/a?b=http://demo.example/'],
    ['http://DEMO.example', 'https://DEMO.example'],
    ['HTTP://demo.example?a', 'https://demo.example?a'],
    ['https://demo.example/', 'https://demo.example/'],
    ['http://demo.example.evil/', 'http://demo.example.evil/'],
    ['http://demo.example:8787/', 'http://demo.example:8787/'],
    ['http://demo.example@evil.example/', 'http://demo.example@evil.example/'],
    ['http://localhost:8787/', 'http://localhost:8787/'],
  ])('%s on the wire is %s', async (address, seen) => {
    expect(await problemsOf(inDevelopment)).toEqual([])
    expect(seenAs(address, inDevelopment)).toBe(seen)
  })

  test.each([undefined, '', '0', 'no'])(
    'is a problem, and not believed, where GATEHOUSE_DEVELOPMENT is %j',
    async (development) => {
      const variables = { GATEHOUSE_PUBLIC_URL: publicUrl, GATEHOUSE_DEVELOPMENT: development }
      expect(await problemsOf(variables)).toHaveLength(1)
      expect(seenAs('http://demo.example/', variables)).toBe('http://demo.example/')
    },
  )

  test.each([
    '',
    'demo.example',
    'http://demo.example',
    'https://demo.example:8443',
    'https://demo.example/a',
    'https://demo.example?a',
    'https://ann@demo.example',
    1,
  ])('%j is none', async (value) => {
    const variables = { ...inDevelopment, GATEHOUSE_PUBLIC_URL: value }
    expect(await problemsOf(variables)).toEqual([
      'GATEHOUSE_PUBLIC_URL must be https://host, without a port or a path',
    ])
    expect(seenAs('http://demo.example/', variables)).toBe('http://demo.example/')
  })
})

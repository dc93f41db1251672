import { createServer, type RequestListener } from 'node:http'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Finding } from '../../cli/doctor/finding.ts'
import type { Project } from '../../cli/doctor/project.ts'
import { addressesOf, isCovered } from '../../cli/doctor/scalekit-addresses.ts'
import { askScalekit } from '../../cli/doctor/scalekit-answers.ts'
import {
  judgeClient,
  judgeClock,
  judgeEnvironment,
  judgeKeys,
  SCALEKIT_CHECKS,
} from '../../cli/doctor/scalekit-checks.ts'
import type { Judgement } from '../../cli/doctor/scalekit-judgement.ts'
import { namedIn } from '../../cli/doctor/scalekit-named.ts'
import { SCALEKIT_NAMED_CHECKS } from '../../cli/doctor/scalekit-named-checks.ts'
import { type Target, targetOf } from '../../cli/doctor/scalekit-target.ts'
import { SCALEKIT_URL_CHECKS, verdictOn } from '../../cli/doctor/scalekit-url-checks.ts'
import { judgeSimulator } from '../../cli/doctor/whose-simulator.ts'
import { DEVELOPMENT_CLIENT } from '../../simulator/client.ts'
import { assets, type GatehouseConfig, type Site } from '../../src/config.ts'
import { freePort } from '../support/node/port.ts'
import { startSimulator } from '../support/node/start-servers.ts'

const ACME = 'org_20000000000000002'
const ACME_CONNECTION = 'conn_30000000000000002'

let simulator: Awaited<ReturnType<typeof startSimulator>>
let target: Target
beforeAll(async () => {
  simulator = await startSimulator()
  target = {
    environmentUrl: simulator.url.origin,
    from: 'wrangler.jsonc',
    clientId: DEVELOPMENT_CLIENT.id,
    clientSecret: DEVELOPMENT_CLIENT.secret,
  }
  await switchTo('PUT', '/redirects', {
    post_login_uris: ['https://docs.example.com/auth/callback'],
    initiate_login_uri: 'https://docs.example.com/auth/login',
    post_logout_redirect_uris: ['https://docs.example.com/auth/signed-out'],
  })
})
afterAll(() => simulator.stop())

async function switchTo(method: string, path: string, body: object): Promise<void> {
  const headers = { 'Content-Type': 'application/json' }
  const response = await fetch(new URL(`/simulator${path}`, simulator.url), {
    method,
    headers,
    body: JSON.stringify(body),
  })
  expect(response.ok).toBe(true)
}

const site = (more: Partial<Site> = {}): Site => ({ upstream: assets(), ...more })
const configOf = (sites: GatehouseConfig['sites'], more: Partial<GatehouseConfig> = {}): GatehouseConfig => ({
  sites,
  ...more,
})
const DOCS = configOf({ 'docs.example.com': site({ organization: ACME, connection: ACME_CONNECTION }) })

/** As much of a project as is looked at. */
const projectOf = (config: GatehouseConfig, values: Readonly<Record<string, string>> = {}) =>
  ({
    config: { ok: true, value: config },
    wrangler: { kind: 'none' },
    devVars: { file: '.dev.vars', text: '', values },
    nameOf: (path: string) => path,
  }) as unknown as Project

const answersTo = (config: GatehouseConfig, changed: Partial<Target> = {}, patienceMs?: number) =>
  askScalekit({ ...target, ...changed }, addressesOf(config), namedIn(config), patienceMs)

const JUDGEMENTS = new Map<string, Judgement>([
  ['environment', judgeEnvironment],
  ['keys', judgeKeys],
  ['client', judgeClient],
  ['clock', judgeClock],
  ...[...SCALEKIT_URL_CHECKS, ...SCALEKIT_NAMED_CHECKS].map(([id, , judge]) => [id, judge] as const),
])

/** Everything that is found, by what judged it. */
async function judged(config: GatehouseConfig, changed: Partial<Target> = {}) {
  const answers = await answersTo(config, changed)
  return new Map([...JUDGEMENTS].map(([id, judge]) => [id, judge(answers, projectOf(config))]))
}

const troubles = (found: ReadonlyMap<string, readonly Finding[]>) =>
  [...found].flatMap(([id, findings]) =>
    findings
      .filter(({ status }) => status === 'problem' || status === 'warning')
      .map((finding) => [id, finding.status, finding.found]),
  )

test('nothing is wrong with an environment that knows all that the configuration needs', async () => {
  const found = await judged(DOCS)
  const { clock, ...others } = Object.fromEntries(found)
  expect(Object.values(others).flatMap((each) => each.map(({ status }) => status))).toEqual(
    Array(8).fill('ok'),
  )
  // workerd, unlike servers of the Internet, does not say what time it is.
  expect(clock).toMatchObject([{ status: 'skipped' }])
})

test('a secret of another environment is said, and what needs a token is left', async () => {
  const found = await judged(DOCS, { clientSecret: 'test_of_another' })
  expect(troubles(found)).toEqual([['client', 'problem', expect.stringContaining('invalid_client')]])
  expect(JSON.stringify([...found])).not.toContain('test_of_another')
  expect(found.get('organizations')).toMatchObject([{ status: 'skipped' }])
})

test('a client that the environment does not know is said once', async () => {
  const found = await judged(DOCS, { clientId: 'skc_other', clientSecret: undefined })
  expect(troubles(found)).toEqual([
    ['callback-urls', 'problem', expect.stringContaining('does not know the client skc_other')],
  ])
})

test.each([
  [
    'a callback that is not registered',
    configOf({ 'docs.example.com': site(), 'shop.example.com': site() }),
    [
      ['callback-urls', 'problem', 'https://shop.example.com/auth/callback is not an allowed callback URL.'],
      [
        'post-logout-urls',
        'problem',
        'https://shop.example.com/auth/signed-out is not a registered post-logout URL.',
      ],
    ],
  ],
  [
    'a login host, which is the only one that has to be registered',
    configOf({ 'shop.example.com': site(), '*.example.org': site() }, { loginHost: 'docs.example.com' }),
    [],
  ],
  [
    'another base path',
    configOf({ 'docs.example.com': site() }, { basePath: '/sso' }),
    [
      ['callback-urls', 'problem', expect.stringContaining('/sso/callback')],
      ['post-logout-urls', 'problem', expect.stringContaining('/sso/signed-out')],
      ['initiate-login-url', 'warning', 'The initiate login URL is https://docs.example.com/auth/login.'],
    ],
  ],
  [
    'an organization that does not exist, where the configuration names it',
    configOf({
      'docs.example.com': site({
        rules: [
          { path: '/', require: { organizations: ['*'] } },
          { path: '/a', require: { organizations: ['org_1'] } },
        ],
      }),
    }),
    [
      [
        'organizations',
        'problem',
        'sites["docs.example.com"].rules[1] names org_1, and the environment has no such organization.',
      ],
    ],
  ],
  [
    'an organization whose connection is disabled',
    configOf({ 'docs.example.com': site({ organization: 'org_20000000000000004' }) }),
    [['organizations', 'problem', expect.stringContaining('conn_30000000000000005 is disabled')]],
  ],
  [
    'an organization that never finished its set-up',
    configOf({ 'docs.example.com': site({ organization: 'org_20000000000000005' }) }),
    [['organizations', 'problem', expect.stringContaining('not set up to the end (DRAFT)')]],
  ],
  [
    'a connection that is disabled',
    configOf({ 'docs.example.com': site({ connection: 'conn_30000000000000004' }) }),
    [['connections', 'problem', expect.stringContaining('conn_30000000000000004 is disabled')]],
  ],
  [
    'a connection that does not exist',
    configOf({ 'docs.example.com': site({ connection: 'conn_1' }) }),
    [
      [
        'connections',
        'problem',
        expect.stringContaining('names conn_1, and the environment has no such connection'),
      ],
    ],
  ],
])('%s', async (_case, config, expected) => {
  expect(troubles(await judged(config))).toEqual(expected)
})

test('an API that is switched off is a warning, and said once', async () => {
  await switchTo('PATCH', '/settings', { management_api: false })
  onTestFinished(() => switchTo('PATCH', '/settings', { management_api: true }))
  expect(troubles(await judged(DOCS))).toEqual([
    ['organizations', 'warning', 'The client may not use the management API.'],
  ])
})

test('without the clients API the environment is believed by its answers, and what it does not tell is left', async () => {
  await switchTo('PATCH', '/settings', { clients_api: false })
  onTestFinished(() => switchTo('PATCH', '/settings', { clients_api: true }))
  const found = await judged(configOf({ 'docs.example.com': site(), 'shop.example.com': site() }))
  expect(troubles(found).map(([id]) => id)).toEqual(['callback-urls', 'post-logout-urls'])
  expect(found.get('initiate-login-url')).toMatchObject([
    { status: 'skipped', found: expect.stringContaining('Scalekit dashboard > Authentication > Redirects') },
  ])
})

test('an answer that says neither yes nor no is none', () => {
  const url = 'https://docs.example.com/auth/callback'
  const answer = (status: number, location: string, body = '') =>
    ({ ok: true, value: { status, headers: new Headers({ location }), body } }) as const
  expect(verdictOn(url, answer(302, `${url}?error=invalid_connection_id`))).toBe('accepted')
  // It begins so, and is another.
  expect(verdictOn(url, answer(302, `${url}-2?error=x`))).toBe('unclear')
  expect(verdictOn(url, answer(302, `https://acme.scalekit.com/error?error=invalid_redirect_uri`))).toBe(
    'refused',
  )
  expect(verdictOn(url, answer(302, 'https://acme.scalekit.com/error/err_1'))).toBe('unclear')
  expect(verdictOn(url, answer(200, ''))).toBe('unclear')
  expect(verdictOn(url, answer(200, ''), ['https://*.example.com/auth/callback'])).toBe('accepted')
  expect(verdictOn(url, answer(200, ''), [])).toBe('refused')
  expect(verdictOn(url, { ok: false, error: { kind: 'no_answer', detail: '' } })).toBe('unclear')
})

test('a registered URL covers what its wildcard and its templates stand for', () => {
  const url = 'https://acme.docs.example.com/auth/callback'
  expect(isCovered(['https://*.docs.example.com/auth/callback'], url)).toBe(true)
  expect(isCovered(['https://{{org_slug}}.docs.example.com/auth/callback'], url)).toBe(true)
  expect(isCovered(['https://acme-docs.example.com/auth/callback'], url)).toBe(false)
  expect(isCovered(['https://*.docs.example.com/auth'], url)).toBe(false)
})

describe('an environment', () => {
  /** One that plays a fault, until the test ends. */
  async function environment(listener: RequestListener): Promise<Partial<Target>> {
    const server = createServer(listener)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const environmentUrl = `http://127.0.0.1:${(server.address() as { port: number }).port}`
    return { environmentUrl }
  }
  const json =
    (body: (self: string) => object, headers: Record<string, string> = {}): RequestListener =>
    (request, response) => {
      request.resume()
      response.writeHead(200, { 'Content-Type': 'application/json', ...headers })
      response.end(JSON.stringify(body(`http://${request.headers.host}`)))
    }
  const found = async (judge: Judgement, changed: Partial<Target>, patienceMs?: number) =>
    judge(await answersTo(DOCS, changed, patienceMs), projectOf(DOCS))

  test.each([
    [
      'another issuer',
      () => 'https://auth.acme.example',
      'SCALEKIT_ENVIRONMENT_URL = https://auth.acme.example',
    ],
    ['a slash at its end', (self: string) => `${self}/`, 'the slash at the end'],
  ])('that calls itself by %s', async (_case, issuer, remedy) => {
    const changed = await environment(json((self) => ({ issuer: issuer(self) })))
    expect(await found(judgeEnvironment, changed)).toEqual([
      expect.objectContaining({ status: 'problem', remedy: expect.stringContaining(remedy) }),
    ])
  })

  test('that is a page behind an Access', async () => {
    const changed = await environment((_request, response) => {
      response.writeHead(302, { Location: 'https://team.cloudflareaccess.com/login?kid=1' }).end()
    })
    expect(await found(judgeEnvironment, changed)).toMatchObject([
      {
        status: 'problem',
        found: expect.stringMatching(/is 302, to https:\/\/team\.cloudflareaccess\.com\/login\.$/),
      },
    ])
  })

  test('that takes connections and never answers', async () => {
    const changed = await environment(() => undefined)
    expect(await found(judgeEnvironment, changed, 400)).toMatchObject([
      { status: 'problem', found: expect.stringContaining('has not answered') },
    ])
  })

  test('that is the simulator, and does not run', async () => {
    const environmentUrl = `http://127.0.0.1:${await freePort()}`
    const values = {
      SCALEKIT_ENVIRONMENT_URL: environmentUrl,
      SCALEKIT_CLIENT_ID: 'skc_1',
      SCALEKIT_CLIENT_SECRET: 'x',
    }
    const project = projectOf(DOCS, values)
    const findings = await Promise.all(SCALEKIT_CHECKS.map((check) => check.judge(project)))
    expect(findings.flat().map(({ status }) => status)).toEqual(Array(SCALEKIT_CHECKS.length).fill('skipped'))
    expect(findings[0]).toMatchObject([{ found: expect.stringContaining('npx gatehouse dev starts it') }])
  })

  test.each([
    ['none', []],
    [
      'one that is too short',
      [{ kty: 'RSA', alg: 'RS256', use: 'sig', kid: 'a', n: 'x'.repeat(171), e: 'AQAB' }],
    ],
    ['one for encryption', [{ kty: 'RSA', use: 'enc', kid: 'a', n: 'x'.repeat(342), e: 'AQAB' }]],
    ['an EC key', [{ kty: 'EC', crv: 'P-256', kid: 'a' }]],
  ])('whose keys are of no use: %s', async (_case, keys) => {
    const changed = await environment(json(() => ({ keys })))
    expect(await found(judgeKeys, changed)).toMatchObject([
      { status: 'problem', found: expect.stringContaining('has no key that can be used') },
    ])
  })

  test.each([
    [-120, '120 seconds ahead of'],
    [300, '300 seconds behind'],
  ])('whose clock says %i seconds more', async (seconds, said) => {
    const date = () => new Date(Date.now() + seconds * 1000).toUTCString()
    const changed = await environment((request, response) =>
      json((issuer) => ({ issuer }), { Date: date() })(request, response),
    )
    expect(await found(judgeClock, changed)).toMatchObject([
      { status: 'warning', found: expect.stringMatching(new RegExp(said.replace(/\d+/, '\\d+'))) },
    ])
  })
})

test('at the simulator, which has organizations of its own, unknown ones are a warning, and no URL is asked about', async () => {
  const project = projectOf(configOf({ 'docs.example.com': site({ organization: 'org_1' }) }), {
    SCALEKIT_ENVIRONMENT_URL: target.environmentUrl,
    SCALEKIT_CLIENT_ID: DEVELOPMENT_CLIENT.id,
    SCALEKIT_CLIENT_SECRET: DEVELOPMENT_CLIENT.secret,
  })
  const findings = await Promise.all(
    SCALEKIT_CHECKS.map(async ({ id, judge }) => [id, (await judge(project))[0]?.status]),
  )
  expect(Object.fromEntries(findings)).toEqual({
    'scalekit-environment': 'ok',
    'scalekit-keys': 'ok',
    'scalekit-client': 'ok',
    'callback-urls': 'warning',
    'post-logout-urls': 'skipped',
    'initiate-login-url': 'skipped',
    organizations: 'warning',
    connections: 'ok',
    clock: 'skipped',
  })
})

test('a simulator that does not know where people of this project sign in may be that of another one', async () => {
  const callbacks = ['http://localhost:9000/auth/callback', 'http://*.localhost:9000/auth/callback']
  const judgedFor = async (config: GatehouseConfig) => {
    const answers = await answersTo(config)
    const registered = { callbacks, signedOut: [], initiateLogin: '' }
    const managed = { organizations: new Map(), otherConnections: undefined, registered }
    return judgeSimulator({ ...answers, managed }, projectOf(config))[0]
  }
  expect(await judgedFor(configOf({ localhost: site() }))).toMatchObject({ status: 'skipped' })
  const atLoginHost = configOf({ localhost: site() }, { loginHost: 'login.localhost' })
  expect(await judgedFor(atLoginHost)).toMatchObject({ status: 'skipped' })
  expect(await judgedFor(configOf({ localhost: site() }, { basePath: '/sso' }))).toMatchObject({
    status: 'warning',
    found: expect.stringContaining(
      'does not know http://localhost/sso/callback, but http://localhost:9000/auth',
    ),
    remedy: expect.stringContaining('npx gatehouse dev'),
  })
})

describe('which environment is meant', () => {
  const source = (label: string, values: Record<string, string> = {}) => ({
    label,
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [`SCALEKIT_${name}`, value])),
  })
  const DEV = source('.dev.vars', {
    ENVIRONMENT_URL: 'http://127.0.0.1:8788',
    CLIENT_ID: 'dev',
    CLIENT_SECRET: 'dev',
  })

  test('the one that is deployed, without the secret of another', () => {
    const vars = source('wrangler.jsonc', {
      ENVIRONMENT_URL: 'https://acme.scalekit.com/',
      CLIENT_ID: 'skc_1',
    })
    expect(targetOf(source('shell'), vars, DEV)).toEqual({
      environmentUrl: 'https://acme.scalekit.com',
      from: 'wrangler.jsonc',
      clientId: 'skc_1',
      clientSecret: undefined,
    })
    expect(targetOf(source('shell', { CLIENT_SECRET: 'of-shell' }), vars, DEV)).toMatchObject({
      clientSecret: 'of-shell',
    })
    const same = source('.dev.vars', {
      ENVIRONMENT_URL: 'https://acme.scalekit.com',
      CLIENT_SECRET: 'of-dev',
    })
    expect(targetOf(source('shell'), vars, same)).toMatchObject({ clientSecret: 'of-dev' })
  })

  test('that of .dev.vars where nothing else says', () => {
    expect(targetOf(source('shell'), source(''), DEV)).toMatchObject({
      from: '.dev.vars',
      clientSecret: 'dev',
    })
    expect(targetOf(source('shell'), source(''), source('.dev.vars'))).toBeUndefined()
  })
})

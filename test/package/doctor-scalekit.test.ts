import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Finding } from '../../cli/doctor/finding.ts'
import {
  judgeClient,
  judgeClock,
  judgeEnvironment,
  judgeKeys,
  SCALEKIT_CHECKS,
} from '../../cli/doctor/scalekit/checks.ts'
import type { Judgement } from '../../cli/doctor/scalekit/judgement.ts'
import { SCALEKIT_NAMED_CHECKS } from '../../cli/doctor/scalekit/named-checks.ts'
import type { Target } from '../../cli/doctor/scalekit/target.ts'
import { SCALEKIT_URL_CHECKS } from '../../cli/doctor/scalekit/url-checks.ts'
import { judgeSimulator } from '../../cli/doctor/scalekit/whose-simulator.ts'
import { DEVELOPMENT_CLIENT } from '../../simulator/client.ts'
import type { GatehouseConfig } from '../../src/config.ts'
import { startSimulator } from '../support/node/start-servers.ts'
import { answersOf, configOf, DOCS, environmentAt, projectOf, site } from './doctor-samples.ts'

let simulator: Awaited<ReturnType<typeof startSimulator>>
let target: Target
beforeAll(async () => {
  simulator = await startSimulator()
  target = environmentAt(simulator.url.origin)
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

const JUDGEMENTS = new Map<string, Judgement>([
  ['environment', judgeEnvironment],
  ['keys', judgeKeys],
  ['client', judgeClient],
  ['clock', judgeClock],
  ...[...SCALEKIT_URL_CHECKS, ...SCALEKIT_NAMED_CHECKS].map(([id, , judge]) => [id, judge] as const),
])

/** Everything that is found, by what judged it. */
async function judged(config: GatehouseConfig, changed: Partial<Target> = {}) {
  const answers = await answersOf({ ...target, ...changed }, config)
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
    const answers = await answersOf(target, config)
    const registered = { callbacks, signedOut: [], initiateLogin: '' }
    const managed = { organizations: new Map(), otherConnections: undefined, registered }
    return judgeSimulator({ ...answers, managed }, projectOf(config))[0]
  }
  expect(await judgedFor(configOf({ localhost: site() }))).toMatchObject({
    status: 'skipped',
    found: expect.stringMatching(
      /^the simulator at http:.* another --simulator-port, name it: SCALEKIT_ENVIRONMENT_URL=/,
    ),
  })
  const atLoginHost = configOf({ localhost: site() }, { loginHost: 'login.localhost' })
  expect(await judgedFor(atLoginHost)).toMatchObject({ status: 'skipped' })
  expect(await judgedFor(configOf({ localhost: site() }, { basePath: '/sso' }))).toMatchObject({
    status: 'warning',
    found: expect.stringContaining(
      'does not know http://localhost/sso/callback, but http://localhost:9000/auth',
    ),
    remedy: expect.stringMatching(/npx gatehouse dev\. .*another --simulator-port/),
  })
})

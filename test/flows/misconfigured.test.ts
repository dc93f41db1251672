import { describe, expect, test } from 'vitest'
import { assets, type GatehouseConfig } from '../../src/config.ts'
import { CONFIG, createWorld, DOCS, LOCAL, shownCode } from '../support/world.ts'

const SECRET = 'a-secret-that-is-far-too-short'

/** What is missing or wrong, and what the developer reads about it. */
const CASES: readonly [string, { config?: unknown; env?: Record<string, unknown> }, string][] = [
  [
    'no environment URL',
    { env: { SCALEKIT_ENVIRONMENT_URL: undefined } },
    'SCALEKIT_ENVIRONMENT_URL is not set',
  ],
  [
    'an environment over http',
    { env: { SCALEKIT_ENVIRONMENT_URL: 'http://a.scalekit.dev' } },
    'must be https://host',
  ],
  ['no client id', { env: { SCALEKIT_CLIENT_ID: '' } }, 'SCALEKIT_CLIENT_ID is empty'],
  ['no client secret', { env: { SCALEKIT_CLIENT_SECRET: undefined } }, 'SCALEKIT_CLIENT_SECRET is not set'],
  ['no keys', { env: { GATEHOUSE_KEYS: undefined } }, 'GATEHOUSE_KEYS is not set'],
  ['keys that are not JSON', { env: { GATEHOUSE_KEYS: SECRET } }, 'GATEHOUSE_KEYS is not a JWK Set'],
  [
    'a key that is too short',
    { env: { GATEHOUSE_KEYS: JSON.stringify({ keys: [{ kty: 'oct', kid: 'a', k: SECRET }] }) } },
    'GATEHOUSE_KEYS, key 1, is neither',
  ],
  ['no KV', { env: { GATEHOUSE_KV: undefined } }, 'binding GATEHOUSE_KV is missing'],
  ['no registry', { env: { SESSIONS: undefined } }, 'binding SESSIONS is missing'],
  ['no rate limit', { env: { LOGIN_RATE_LIMIT: undefined } }, 'binding LOGIN_RATE_LIMIT is missing'],
  ['no assets', { env: { ASSETS: undefined } }, 'binding ASSETS is missing'],
  ['no service', { env: { APP: undefined } }, 'binding APP is missing'],
  ['no sites', { config: { sites: {} } }, 'sites is empty'],
  [
    'a rule that anybody could meet',
    {
      config: {
        sites: {
          localhost: { upstream: assets(), rules: [{ path: '/a', require: { emailDomains: ['acme.com'] } }] },
        },
      },
    },
    'without an organization or connection',
  ],
  [
    'a setting that does not exist',
    { config: { ...CONFIG, acces: 'public' } },
    'acces is not a setting that Gatehouse knows',
  ],
]

describe.each(CASES)('with %s', (_case, { config = CONFIG, env = {} }, problem) => {
  const broken = async (more: Record<string, unknown> = {}) => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`)
    await world.signIn(browser, `${LOCAL}/a`)
    world.pages.requests.length = 0
    world.log.length = 0
    world.deploy({ config: config as GatehouseConfig, env: { ...env, ...more } })
    return { world, browser }
  }

  test('nobody is let in, not even to public pages or with a session', async () => {
    const { world, browser } = await broken()
    for (const site of [DOCS, LOCAL])
      for (const path of [
        '/',
        '/a',
        '/public/x',
        '/auth/login',
        '/auth/session',
        '/auth/health',
        '/auth/jwks.json',
      ]) {
        expect((await browser.request(site + path)).status).toBe(503)
        expect((await browser.visit(site + path)).status).toBe(503)
      }
    expect(world.pages.requests).toEqual([])
  })

  test('the problem is named to the developer', async () => {
    const { browser } = await broken({ GATEHOUSE_DEVELOPMENT: '1' })
    for (const site of [LOCAL, DOCS]) {
      const page = (await (await browser.visit(`${site}/a`)).text()).replaceAll('&quot;', '"')
      expect(page).toContain(problem)
      const problemDetails = await (await browser.request(`${site}/a`)).json<{ problems: string[] }>()
      expect(problemDetails.problems.join()).toContain(problem)
    }
  })

  test('elsewhere it is named in the log only', async () => {
    const { world, browser } = await broken()
    const production = await browser.visit(`${DOCS}/a`)
    const html = await production.clone().text()
    expect(await shownCode(production)).toBe('misconfigured')
    const { reference } = world.log.at(-1) ?? {}
    expect(html).toContain(`Reference <code>${reference}</code>`)
    expect(html).not.toContain(problem)
    expect(await (await browser.request(`${DOCS}/a`)).json()).not.toHaveProperty('problems')
    for (const line of world.log) expect(line).toMatchObject({ event: 'misconfigured' })
    expect(JSON.stringify(world.log)).toContain(problem)
  })

  test('no secret is shown or logged', async () => {
    const { world, browser } = await broken({ GATEHOUSE_DEVELOPMENT: '1' })
    const shown = await (await browser.visit(`${LOCAL}/a`)).text()
    const told = shown + JSON.stringify(world.log)
    const [oct] = JSON.parse(world.keys).keys
    for (const secret of [SECRET, world.provider.clientSecret, oct.k]) expect(told).not.toContain(secret)
  })
})

test('every problem is reported at once, of the file and of the environment', async () => {
  const world = await createWorld()
  world.deploy({
    config: { sites: { 'Docs.Example.com': { upstream: assets(), organization: 'acme' } } },
    env: { SCALEKIT_CLIENT_ID: undefined, GATEHOUSE_KEYS: '{}' },
  })
  await world.browser().visit(`${DOCS}/a`)
  const problems = JSON.stringify(world.log[0]?.['problems'])
  for (const part of ['must look like org_…', 'SCALEKIT_CLIENT_ID', 'GATEHOUSE_KEYS'])
    expect(problems).toContain(part)
})

test('a forged Host does not make production talk like this machine', async () => {
  const world = await createWorld()
  world.deploy({ env: { SCALEKIT_CLIENT_ID: undefined } })
  const headers = { 'X-Forwarded-Host': 'localhost', Forwarded: 'host=localhost', Host: 'localhost' }
  const response = await world.browser().visit(`${DOCS}/a`, { headers })
  expect(await response.text()).not.toContain('SCALEKIT_CLIENT_ID')
})

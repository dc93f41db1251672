import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, origin, service } from '../../src/config.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import {
  ACME_SITE,
  GLOBEX_SITE,
  KV_CONFIG,
  KV_SITE,
  namesRead,
  PREVIEW,
  putSite,
} from '../support/kv-sites.ts'
import { DOCS, shownCode } from '../support/world.ts'
import { MINUTE, start, statusOf } from './kv-world.ts'

// A record, or an event, is there for the next test otherwise.
afterEach(() => reset())

/** What an operator may write, and part of what the log says of it. */
const BROKEN: readonly (readonly [what: string, record: string, problems: readonly string[]])[] = [
  ['no JSON', '{"upstream":', ['is not JSON']],
  ['nothing', '', ['is not JSON']],
  ['a list', '[]', ['is a list']],
  ['null', 'null', ['The site is missing or not an object']],
  ['a text', '"assets"', ['The site is missing or not an object']],
  [
    'an unknown key',
    '{"upstream":{"kind":"assets"},"organisation":"org_1"}',
    ['organisation is not a setting'],
  ],
  ['a wrong type', '{"upstream":{"kind":"assets"},"rules":{}}', ['rules']],
  [
    'an organization that is none',
    '{"upstream":{"kind":"assets"},"organization":"acme"}',
    ['must look like org_'],
  ],
  ['no upstream', '{}', ['upstream is missing']],
  ['an upstream for Hono apps only', '{"upstream":{"kind":"app"}}', ['a Hono app']],
  [
    'a binding that is not there',
    JSON.stringify({ upstream: service('WIKI') }),
    ['The binding WIKI is missing'],
  ],
  [
    'several at once',
    JSON.stringify({
      upstream: { kind: 'ftp' },
      organization: 'acme',
      rules: [{ path: 'a' }, { path: '/b', maxAge: 1 }],
    }),
    ['upstream', 'organization must look', 'rules[0].path', 'rules[1].maxAge'],
  ],
  [
    '1 MB',
    JSON.stringify({ ...ACME_SITE, audience: 'a'.repeat(1024 * 1024) }),
    ['has 1048', '131072 is the most'],
  ],
  [
    'shards that events would not reach',
    JSON.stringify({ ...ACME_SITE, registryShards: 4 }),
    ['registryShards needs a site of gatehouse.config.ts'],
  ],
]

describe.each(BROKEN)('a record with %s', (_what, record, problems) => {
  test('closes its own host with 503, is logged with all its problems, and mends', async () => {
    const world = await start()
    await putSite(world, 'acme.customers.example', record)
    await putSite(world, 'globex.customers.example', GLOBEX_SITE)
    const browser = world.browser()
    for (const path of ['/', '/a', '/auth/login', '/auth/health', '/auth/session'])
      expect((await browser.request(KV_SITE + path)).status).toBe(503)
    const response = await browser.visit(`${KV_SITE}/a`)
    expect(response.status).toBe(503)
    expect(await shownCode(response)).toBe('misconfigured')
    const html = await response.text()
    const line = world.log.at(-1)
    expect(line).toMatchObject({ event: 'misconfigured', host: 'acme.customers.example' })
    expect(html).toContain(`Reference <code>${line?.reference}</code>`)
    for (const part of problems) {
      expect(JSON.stringify(line?.['problems'])).toContain(part)
      expect(html).not.toContain(part)
    }
    expect(line?.['problems']).toSatisfy((all: string[]) =>
      all.every((each) => each.startsWith('KV site:acme.customers.example: ')),
    )
    expect(world.pages.requests).toEqual([])

    expect(await statusOf(world, 'https://globex.customers.example/a')).toBe(401)
    expect(await statusOf(world, `${DOCS}/a`)).toBe(401)

    await putSite(world, 'acme.customers.example', ACME_SITE)
    world.clock.advance(MINUTE)
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(401)
  })
})

test('a developer reads the problems of a record on the page', async () => {
  const world = await start({ env: { GATEHOUSE_DEVELOPMENT: '1' } })
  await putSite(world, 'acme.customers.example', '{"upstream":{"kind":"assets"},"rulez":[]}')
  const problem = await (await world.browser().request(`${KV_SITE}/a`)).json()
  expect(problem).toMatchObject({
    problems: ['KV site:acme.customers.example: rulez is not a setting that Gatehouse knows'],
  })
})

test('an upstream that is told who is there needs a key for assertions', async () => {
  const keys = JSON.parse(await newKeys())
  const octOnly = JSON.stringify({ keys: keys.keys.filter(({ kty }: { kty: string }) => kty === 'oct') })
  const world = await start({ env: { GATEHOUSE_KEYS: octOnly } })
  await putSite(world, 'acme.customers.example', { ...ACME_SITE, upstream: origin('https://acme.example') })
  expect(await statusOf(world, `${KV_SITE}/a`)).toBe(503)
  expect(JSON.stringify(world.log.at(-1)?.['problems'])).toContain('GATEHOUSE_KEYS has no EC P-256 key')
})

test('a record that becomes invalid closes its host at the next reading', async () => {
  const world = await start()
  await putSite(world, 'acme.customers.example', ACME_SITE)
  const browser = world.browser()
  await world.signIn(browser, `${KV_SITE}/a`)
  await putSite(world, 'acme.customers.example', '{}')
  world.clock.advance(MINUTE)
  expect((await browser.request(`${KV_SITE}/a`)).status).toBe(503)
})

describe('while KV fails', () => {
  test('a site that is remembered goes on for an hour, and not longer', async () => {
    const world = await start()
    await putSite(world, 'acme.customers.example', ACME_SITE)
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(401)
    world.kv.failing = 'get'
    world.clock.advance(3599)
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(401)
    expect(world.log.filter(({ event }) => event === 'degraded')).toMatchObject([
      { what: 'a site in KV could not be read again', detail: 'Error: KV get failed: 429 Too Many Requests' },
    ])
    world.clock.advance(1)
    for (const _again of [1, 2]) expect(await statusOf(world, `${KV_SITE}/a`)).toBe(503)
    expect(world.refusals.slice(-2)).toEqual(['site_lookup_failed', 'site_lookup_failed'])
    world.kv.failing = undefined
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(401)
  })

  test('it is asked again every five seconds for such a site, however many come', async () => {
    const world = await start()
    await putSite(world, 'acme.customers.example', ACME_SITE)
    await statusOf(world, `${KV_SITE}/a`)
    world.kv.failing = 'get'
    world.clock.advance(MINUTE)
    for (let request = 0; request < 5; request += 1) await statusOf(world, `${KV_SITE}/a`)
    expect(namesRead(world)).toHaveLength(2)
    world.clock.advance(5)
    await statusOf(world, `${KV_SITE}/a`)
    expect(namesRead(world)).toHaveLength(3)
  })

  test('a host under a wildcard that is remembered goes on as well', async () => {
    const world = await start()
    await putSite(world, '*.preview.example', ACME_SITE)
    expect(await statusOf(world, `${PREVIEW}/a`)).toBe(401)
    world.kv.failing = 'get'
    world.clock.advance(3599)
    expect(await statusOf(world, `${PREVIEW}/a`)).toBe(401)
    expect(await statusOf(world, 'https://branch-2.preview.example/a')).toBe(503)
  })

  test('whether there is a site is not known: neither 421 nor the last resort', async () => {
    const world = await start({
      config: { ...KV_CONFIG, sites: { ...KV_CONFIG.sites, '*': { upstream: assets() } } },
    })
    // An absence that was known once is not known any more.
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(401)
    world.kv.failing = 'get'
    world.clock.advance(MINUTE)
    for (const _again of [1, 2]) {
      const response = await world.browser().request(`${KV_SITE}/a`)
      expect(response.status).toBe(503)
      expect(response.headers.get('Retry-After')).toBe('5')
      expect(await shownCode(response)).toBe('unavailable')
    }
    expect(world.refusals.at(-1)).toBe('site_lookup_failed')
  })

  test('a record that was invalid lets nobody in', async () => {
    const world = await start()
    await putSite(world, 'acme.customers.example', '{}')
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(503)
    world.kv.failing = 'get'
    for (let minute = 0; minute < 70; minute += 10) {
      world.clock.advance(600)
      expect(await statusOf(world, `${KV_SITE}/a`)).toBe(503)
    }
  })
})

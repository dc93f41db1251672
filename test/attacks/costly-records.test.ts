import { expect, test } from 'vitest'
import type { Site } from '../../src/config.ts'
import { parseSiteRecord } from '../../src/deployment/site-record.ts'
import { parseSite } from '../../src/policy/config-schema.ts'
import { ACME_SITE, KV_CONFIG, KV_SITE, PREVIEW, putSite } from '../support/kv-sites.ts'
import { createWorld, realEnv } from '../support/world.ts'

const siteOf = (paths: readonly string[]): Site => ({
  upstream: { kind: 'assets' },
  rules: paths.map((path) => ({ path })),
})

/** A short path with dozens of readings. */
const TRICKY = '/a;b/(S(x))/d::$DATA/e.%20/%2525/e%CC%81'

test('thousands of equal rules are told in no more words than there are rules', () => {
  const problems = parseSite(siteOf(Array(3000).fill('/a')), {})
  const text = problems.ok ? '' : problems.error.join('\n')
  expect(text.length).toBeLessThan(3000 * 200)
  expect(text).toContain('rules[2999] can never match: rules[0] before it takes')
})

test('rules that only together take everything are named, each of them', () => {
  const rules: Site['rules'] = [
    { path: '/*', methods: ['GET'] },
    { path: '/*', methods: ['GET', 'POST'] },
    { path: '/a/*', methods: ['POST', 'GET'] },
  ]
  const problems = parseSite({ ...ACME_SITE, rules }, {})
  expect(problems.ok ? [] : problems.error).toEqual([
    'rules[2] can never match: rules[0] and rules[1] before it take every such request',
  ])
})

test('a record whose paths would take seconds to judge is refused before they are, and closes its own host', async () => {
  const paths = Array.from({ length: 2000 }, (_, at) => `/${at}${TRICKY}`)
  const text = JSON.stringify(siteOf(paths))
  expect(text.length).toBeLessThan(128 * 1024)
  const around = { config: KV_CONFIG, env: realEnv, hasAssertionKey: true, sharded: false, inApp: false }
  const read = parseSiteRecord('acme.customers.example', text, around)
  const problem = 'has paths with more readings, all together, than can be judged'
  expect(read.ok ? [] : read.error).toEqual([`KV site:acme.customers.example: ${problem}`])

  const world = await createWorld({ config: KV_CONFIG })
  await putSite(world, 'acme.customers.example', text)
  await putSite(world, 'branch-1.preview.example', {
    ...ACME_SITE,
    rules: [{ path: '/*', access: 'public' }],
  })
  expect((await world.browser().open(`${KV_SITE}/a`)).response.status).toBe(503)
  expect((await world.browser().open(`${PREVIEW}/a`)).response.status).toBe(200)
})

test('paths in their own letters, or as many plain ones as fit, are no problem', () => {
  const around = { config: KV_CONFIG, env: realEnv, hasAssertionKey: true, sharded: false, inApp: false }
  const few = siteOf(Array.from({ length: 20 }, (_, at) => `/ä ${at}/日本語/*`))
  const many = siteOf(Array.from({ length: 3000 }, (_, at) => `/folder-${at}/page`))
  for (const site of [many, few]) {
    const read = parseSiteRecord('acme.customers.example', JSON.stringify(site), around)
    expect(read.ok ? [] : read.error).toEqual([])
  }
})

test('those who ask for a host at once check its record once', async () => {
  const world = await createWorld({ config: KV_CONFIG })
  await putSite(world, 'acme.customers.example', `${JSON.stringify(ACME_SITE)}          `)
  let checked = 0
  const { parse } = JSON
  JSON.parse = (text: string, ...rest: []) => {
    if (text.endsWith('          ')) checked += 1
    return parse(text, ...rest)
  }
  try {
    const all = Array.from({ length: 20 }, () => world.browser().open(`${KV_SITE}/a`))
    for (const { leavesTo } of await Promise.all(all)) expect(leavesTo).toContain(world.provider.issuer)
  } finally {
    JSON.parse = parse
  }
  expect(checked).toBe(1)
})

import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, origin, type Site, service } from '../../src/config.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import { deliver, WEBHOOK_SECRET } from '../support/deliver.ts'
import {
  ACME_SITE,
  GLOBEX_SITE,
  KV_CONFIG,
  KV_SITE,
  namesRead,
  PREVIEW,
  putSite,
  removeSite,
} from '../support/kv-sites.ts'
import { countOperations } from '../support/measured-operations.ts'
import { ACME, GLOBEX, JANE } from '../support/openid-provider.ts'
import { createWorld, DOCS, shownCode, type World, type WorldOptions } from '../support/world.ts'

// A record, or an event, is there for the next test otherwise.
afterEach(() => reset())

/** A new site is live within the stated minute. */
const MINUTE = 60

const start = (options: WorldOptions = {}) => createWorld({ config: KV_CONFIG, ...options })

const statusOf = async (world: World, address: string): Promise<number> =>
  (await world.browser().request(address)).status

const organizationAskedOf = async (world: World, site: string): Promise<string | null> =>
  new URL(await world.beginLogin(world.browser(), `${site}/a`)).searchParams.get('organization_id')

describe('a site in KV', () => {
  test('signs people in as one of the file does, and its organization is demanded', async () => {
    const world = await start()
    await putSite(world, 'acme.customers.example', ACME_SITE)
    const browser = world.browser()
    expect((await world.signIn(browser, `${KV_SITE}/a`)).response.status).toBe(200)
    expect(await organizationAskedOf(world, KV_SITE)).toBe(ACME)
    expect((await browser.visit(`${KV_SITE}/b`)).status).toBe(200)
  })

  test('costs a verified page no storage operation while it is kept', async () => {
    const world = await start()
    await putSite(world, 'acme.customers.example', ACME_SITE)
    const browser = world.browser()
    await world.signIn(browser, `${KV_SITE}/a`)
    const counted = await countOperations(world, [ACME], async () => {
      expect((await browser.visit(`${KV_SITE}/b`)).status).toBe(200)
    })
    expect(counted).toMatchObject({ kvReads: 0, kvWrites: 0, kvDeletes: 0, registryCalls: 0 })
    expect(namesRead(world)).toEqual(['acme.customers.example'])
  })

  test('under a wildcard costs no more', async () => {
    const world = await start()
    await putSite(world, '*.preview.example', ACME_SITE)
    const browser = world.browser()
    expect((await world.signIn(browser, `${PREVIEW}/a`)).response.status).toBe(200)
    const before = world.kv.operations.length
    expect((await browser.visit(`${PREVIEW}/b`)).status).toBe(200)
    expect(world.kv.operations.slice(before)).toEqual([])
    expect(namesRead(world)).toEqual(['branch-1.preview.example', '*.preview.example'])
  })

  test('that is added while it runs is live within a minute', async () => {
    const world = await start()
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(421)
    await putSite(world, 'acme.customers.example', ACME_SITE)
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(421)
    // KV itself may go on with a miss for 30 seconds.
    world.clock.advance(MINUTE - 30)
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(401)
  })

  test('that is changed, or removed, is so after a minute in the isolate', async () => {
    const world = await start()
    await putSite(world, 'acme.customers.example', ACME_SITE)
    expect(await organizationAskedOf(world, KV_SITE)).toBe(ACME)
    await putSite(world, 'acme.customers.example', GLOBEX_SITE)
    world.clock.advance(MINUTE - 1)
    expect(await organizationAskedOf(world, KV_SITE)).toBe(ACME)
    world.clock.advance(1)
    expect(await organizationAskedOf(world, KV_SITE)).toBe(GLOBEX)
    await removeSite(world, 'acme.customers.example')
    world.clock.advance(MINUTE)
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(421)
  })

  test('that demands another organization now refuses the sessions of before', async () => {
    const world = await start()
    await putSite(world, 'acme.customers.example', ACME_SITE)
    const browser = world.browser()
    await world.signIn(browser, `${KV_SITE}/a`)
    await putSite(world, 'acme.customers.example', GLOBEX_SITE)
    world.clock.advance(MINUTE)
    expect((await browser.request(`${KV_SITE}/a`)).status).toBe(403)
  })

  test('is asked for with the least that KV remembers an answer for', async () => {
    const world = await start()
    const asked: unknown[] = []
    const get = async (...all: unknown[]) => {
      asked.push(all)
      return null
    }
    const kv = { get, put: () => {} }
    world.deploy({ config: KV_CONFIG, env: { GATEHOUSE_KV: kv } })
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(421)
    expect(asked[0]).toEqual(['site:acme.customers.example', { type: 'text', cacheTtl: 30 }])
  })

  test('is there for RPC, too', async () => {
    const world = await start()
    await putSite(world, 'acme.customers.example', ACME_SITE)
    const answer = await world.authenticate(new Request(`${KV_SITE}/a`))
    expect(answer.ok ? undefined : answer.response.status).toBe(401)
  })

  test('keeps its rules apart from those of another site with the same path', async () => {
    const world = await start()
    const open: Site = { ...ACME_SITE, rules: [{ path: '/a', access: 'public' }] }
    await putSite(world, 'acme.customers.example', open)
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(200)
    await putSite(world, 'acme.customers.example', ACME_SITE)
    world.clock.advance(MINUTE)
    // The very same address, which is remembered with its rule.
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(401)
  })

  test.each([
    ['ends its session where it takes away a role that only this site asks for', 'member', 302],
    ['lets its session be where it takes none', 'admin', 200],
  ])('an event of the directory %s', async (_case, role, status) => {
    const world = await start({ env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET } })
    await putSite(world, 'acme.customers.example', WITH_ROLES)
    const browser = world.browser()
    await world.signIn(browser, `${KV_SITE}/a`, JANE, { claims: { idp_roles: ['admin'] } })
    world.clock.advance(1)
    await deliver(world, 'organization.directory.user_updated', heldBy(JANE.email, role))
    expect((await browser.visit(`${KV_SITE}/a`)).status).toBe(status)
  })

  test('takes the events of others without measuring them by its own roles', async () => {
    const world = await start({ env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET } })
    await putSite(world, 'acme.customers.example', WITH_ROLES)
    await putSite(world, 'wiki.customers.example', { ...ACME_SITE, rules: [{ path: '/*', strict: true }] })
    const browser = world.browser()
    const wiki = 'https://wiki.customers.example/a'
    await world.signIn(browser, wiki, JANE, { claims: { idp_roles: ['admin'] } })
    world.clock.advance(1)
    await deliver(world, 'organization.directory.user_updated', heldBy(JANE.email, 'admin'), {
      site: KV_SITE,
    })
    expect((await browser.visit(wiki)).status).toBe(200)
  })
})

const WITH_ROLES: Site = {
  ...ACME_SITE,
  rules: [
    { path: '/admin/*', require: { roles: ['admin'] } },
    { path: '/*', strict: true },
  ],
}

const heldBy = (email: string, role: string) => ({ email, active: true, roles: [{ role_name: role }] })

describe('which one it is', () => {
  test.each([
    ['the file’s host', 'docs.example.com', ['docs.example.com', '*.example.com'], undefined],
    ['the file’s wildcard', 'a.files.example', ['a.files.example', '*.files.example'], undefined],
    ['KV’s host', 'a.both.example', ['a.both.example', '*.both.example'], 'a.both.example'],
    ['KV’s wildcard', 'b.both.example', ['a.both.example', '*.both.example'], '*.both.example'],
    ['the file’s last resort', 'a.none.example', [], undefined],
    ['no wildcard for two labels', 'a.b.both.example', ['*.both.example'], undefined],
    ['no wildcard for the bare parent', 'both.example', ['*.both.example'], undefined],
  ])('is %s for %s', async (_case, host, inKv, found) => {
    const world = await start({
      config: {
        ...KV_CONFIG,
        sites: { ...KV_CONFIG.sites, '*.files.example': ACME_SITE, '*': ACME_SITE },
      },
    })
    for (const name of inKv)
      await putSite(world, name, {
        ...GLOBEX_SITE,
        rules: [{ path: `/${name.replace('*', 'any')}`, access: 'public' }],
      })
    const asked = await organizationAskedOf(world, `https://${host}`)
    expect(asked).toBe(found === undefined ? ACME : GLOBEX)
    if (found !== undefined)
      expect(await statusOf(world, `https://${host}/${found.replace('*', 'any')}`)).toBe(200)
  })

  test('a host that the file names, or has a wildcard for, is never read', async () => {
    const world = await start({
      config: { ...KV_CONFIG, sites: { ...KV_CONFIG.sites, '*.files.example': ACME_SITE } },
    })
    for (const host of ['docs.example.com', 'a.files.example'])
      expect(await statusOf(world, `https://${host}/a`)).toBe(401)
    expect(world.kv.operations).toEqual([])
  })

  test('the login host is never read, whatever KV has', async () => {
    const world = await start({ config: { ...KV_CONFIG, loginHost: 'login.example.com' } })
    const open: Site = { upstream: assets(), rules: [{ path: '/*', access: 'public' }] }
    for (const name of ['login.example.com', '*.example.com']) await putSite(world, name, open)
    await statusOf(world, 'https://login.example.com/a')
    expect(namesRead(world)).toEqual([])
    expect(world.pages.requests).toEqual([])
  })

  test('without sitesInKv nothing is read', async () => {
    const world = await start({ config: { ...KV_CONFIG, sitesInKv: false } })
    await putSite(world, 'acme.customers.example', ACME_SITE)
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(421)
    expect(world.kv.operations).toEqual([])
  })

  test('one reading for each spelling of a host', async () => {
    const world = await start()
    await putSite(world, 'acme.customers.example', ACME_SITE)
    await putSite(world, 'xn--mnchen-3ya.example', ACME_SITE)
    const hosts = ['ACME.customers.example', 'acme.customers.example.', 'acme.customers.example:8443']
    for (const host of hosts) expect(await statusOf(world, `https://${host}/a`), host).toBe(401)
    expect(namesRead(world)).toEqual(['acme.customers.example'])
    for (const host of ['münchen.example', 'MÜNCHEN.example', 'xn--mnchen-3ya.example'])
      expect(await statusOf(world, `https://${host}/a`), host).toBe(401)
    expect(namesRead(world)).toEqual(['acme.customers.example', 'xn--mnchen-3ya.example'])
  })
})

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
  ['an upstream for Hono apps only', '{"upstream":{"kind":"app"}}', ['app()']],
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

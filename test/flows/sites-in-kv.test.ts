import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, type Site } from '../../src/config.ts'
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
import type { World } from '../support/world.ts'
import { MINUTE, start, statusOf } from './kv-world.ts'

// A record, or an event, is there for the next test otherwise.
afterEach(() => reset())

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

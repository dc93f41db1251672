import { reset } from 'cloudflare:test'
import { afterEach, expect, test } from 'vitest'
import { assets, type Site } from '../../src/config.ts'
import { ACME_SITE, GLOBEX_SITE, KV_CONFIG, KV_SITE, putSite } from '../support/kv-sites.ts'
import { ACME, GLOBEX } from '../support/openid-provider.ts'
import { createWorld, DOCS, type World } from '../support/world.ts'

/** One host is given the site of another, or none that is closed opens, by what somebody writes in `Host` or in a record. */

afterEach(() => reset())

const OPEN: Site = { upstream: assets(), rules: [{ path: '/*', access: 'public' }] }

const statusOf = async (world: World, address: string): Promise<number> =>
  (await world.browser().request(address)).status

const start = () => createWorld({ config: KV_CONFIG })

test('a spelling of a host that was asked for first does not decide for the others (cache poisoning)', async () => {
  const world = await start()
  await putSite(world, 'acme.customers.example', ACME_SITE)
  await putSite(world, '*.customers.example', OPEN)
  const spellings = [
    'ACME.customers.example',
    'acme.customers.example.',
    'acme.customers.example:443',
    'acme.customers.example:8443',
    'acme.CUSTOMERS.example.',
    '%61cme.customers.example',
    'acme。customers.example',
  ]
  for (const host of spellings) {
    world.deploy({ config: KV_CONFIG })
    for (const each of [host, 'acme.customers.example'])
      expect([400, 401], `${each} after ${host}`).toContain(await statusOf(world, `https://${each}/a`))
  }
  expect(world.pages.requests).toEqual([])
})

test('no part of a name, and no longer one, meets the record of another', async () => {
  const world = await start()
  await putSite(world, '*.customers.example', OPEN)
  await putSite(world, 'customers.example', OPEN)
  for (const host of [
    'a.b.customers.example',
    'evilcustomers.example',
    'customers.example.evil.example',
    'example',
    'site',
  ])
    expect(await statusOf(world, `https://${host}/a`), host).toBe(421)
})

test('a broken record does not fall back to the wildcard, the last resort or what it was', async () => {
  const world = await createWorld({
    config: { ...KV_CONFIG, sites: { ...KV_CONFIG.sites, '*': OPEN } },
  })
  await putSite(world, '*.customers.example', OPEN)
  await putSite(world, 'acme.customers.example', '{"upstream":')
  expect(await statusOf(world, `${KV_SITE}/a`)).toBe(503)
  expect(await statusOf(world, 'https://other.customers.example/a')).toBe(200)
  await putSite(world, '*.customers.example', '{}')
  world.clock.advance(60)
  expect(await statusOf(world, 'https://other.customers.example/a')).toBe(503)
  expect(await statusOf(world, 'https://elsewhere.example/a')).toBe(200)
})

test('a record that was read for a wildcard is not the one of a host, whatever its name', async () => {
  const world = await start()
  await putSite(world, '*.customers.example', OPEN)
  expect(await statusOf(world, 'https://any.customers.example/a')).toBe(200)
  expect(await statusOf(world, 'https://*.customers.example/a')).toBe(421)
})

test.each(['__proto__', 'constructor', 'hasownproperty'])(
  '%s is a name and a key like others',
  async (name) => {
    const world = await start()
    for (const host of [name, `${name}.example`, `a.${name}`])
      expect(await statusOf(world, `https://${host}/a`), host).toBe(421)
    await putSite(world, name, ACME_SITE)
    world.clock.advance(60)
    expect(await statusOf(world, `https://${name}/a`)).toBe(401)
    const record = `{"upstream":{"kind":"assets"},"${name}":{"rules":[{"path":"/*","access":"public"}]}}`
    await putSite(world, 'acme.customers.example', record)
    expect(await statusOf(world, `${KV_SITE}/a`)).toBe(503)
  },
)

test('a session of one site in KV is nothing at another, with the same keys and the same wildcard', async () => {
  const world = await start()
  await putSite(world, '*.customers.example', ACME_SITE)
  await putSite(world, 'globex.customers.example', GLOBEX_SITE)
  const browser = world.browser()
  await world.signIn(browser, `${KV_SITE}/a`)
  const all = browser.cookies.of(new URL(KV_SITE))
  const cookie = all.map(({ name, value }) => `${name}=${value}`).join('; ')
  for (const other of ['https://globex.customers.example', 'https://other.customers.example', DOCS]) {
    const response = await world.fetch(new Request(`${other}/a`, { headers: { Cookie: cookie } }))
    expect(response.status, other).toBe(401)
  }
})

test('a record says nothing of other hosts: each demands its own organization', async () => {
  const world = await start()
  await putSite(world, 'acme.customers.example', ACME_SITE)
  await putSite(world, 'globex.customers.example', GLOBEX_SITE)
  for (const _again of [1, 2]) {
    for (const [site, organization] of [
      [KV_SITE, ACME],
      ['https://globex.customers.example', GLOBEX],
    ]) {
      const location = await world.beginLogin(world.browser(), `${site}/a`)
      expect(new URL(location).searchParams.get('organization_id')).toBe(organization)
    }
  }
})

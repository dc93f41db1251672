import { describe, expect, test } from 'vitest'
import { defineConfig, type Site, app as theApp } from '../../src/config.ts'
import { requireSession } from '../../src/hono.ts'
import type { Browser } from '../support/browser.ts'
import { roamIn, sessionCookie } from '../support/handoffs.ts'
import { honoWorld } from '../support/hono-world.ts'
import { putSite } from '../support/kv-sites.ts'
import { ACME, GLOBEX, type IdTokenChanges, JANE, type Person } from '../support/openid-provider.ts'
import type { World } from '../support/world.ts'

const LOGIN = 'https://login.example.com'
const IN_KV = 'https://acme.customers.example'
const OTHER_IN_KV = 'https://globex.customers.example'
const BROKEN = 'https://broken.customers.example'

const CONFIG = defineConfig({
  loginHost: 'login.example.com',
  sitesInKv: true,
  sites: {},
})

const OF_ACME: Site = { organization: ACME, rules: [{ path: '/open/*', access: 'public' }] }
const ADMIN = { claims: { idp_roles: ['admin'] } }

async function appWithSitesInKv(): Promise<World> {
  const world = await honoWorld(
    (hono) => {
      hono.get('/admin', requireSession({ roles: ['admin'] }), (c) => c.text('for administrators'))
      hono.get('*', (c) => c.json({ who: c.var.session?.user.email ?? null }))
    },
    { config: CONFIG },
  )
  await putSite(world, 'acme.customers.example', OF_ACME)
  await putSite(world, 'globex.customers.example', { organization: GLOBEX, upstream: theApp() })
  await putSite(world, 'broken.customers.example', { organization: GLOBEX, rule: [] } as Site)
  return world
}

async function signIn(world: World, address: string, person: Person = JANE, changes?: IdTokenChanges) {
  const browser = world.browser()
  const { leavesTo = '' } = await roamIn(world, browser, address)
  const callback = world.provider.authorize(leavesTo, person, changes)
  return { browser, page: await roamIn(world, browser, callback, { from: 'cross-site' }) }
}

/** The session of one host, brought to another. */
const carried = (browser: Browser, from: string) => ({
  Cookie: `__Host-gh-session=${sessionCookie(browser, from)}`,
})

describe('an app whose sites are in KV', () => {
  test('sees its people at their host, signed in by way of the login host', async () => {
    const world = await appWithSitesInKv()
    const { page } = await signIn(world, `${IN_KV}/a`)
    expect(page.url).toBe(`${IN_KV}/a`)
    expect(await page.response.json()).toEqual({ who: JANE.email })
  })

  test('sees nobody of another customer, and no session of another host', async () => {
    const world = await appWithSitesInKv()
    const { browser } = await signIn(world, `${IN_KV}/a`)
    const { leavesTo } = await roamIn(world, browser, `${OTHER_IN_KV}/a`)
    expect(leavesTo).toContain(`organization_id=${GLOBEX}`)
    const headers = carried(browser, IN_KV)
    expect((await world.browser().request(`${OTHER_IN_KV}/a`, { headers })).status).toBe(401)
    expect((await world.browser().request(`${OTHER_IN_KV}/admin`, { headers })).status).toBe(401)
    const { page } = await signIn(world, `${OTHER_IN_KV}/a`, JANE)
    expect(page.response.status).toBe(403)
  })

  test('a site that changes hands shows nobody to a handler, on public paths neither', async () => {
    const world = await appWithSitesInKv()
    const { browser } = await signIn(world, `${IN_KV}/admin`, JANE, ADMIN)
    expect(await (await browser.visit(`${IN_KV}/admin`)).text()).toBe('for administrators')
    await putSite(world, 'acme.customers.example', { ...OF_ACME, organization: GLOBEX })
    world.clock.advance(60)
    for (const path of ['/a', '/admin', '/auth/session'])
      expect((await browser.visit(IN_KV + path)).status, path).toBe(403)
    expect(await (await browser.visit(`${IN_KV}/open/a`)).json()).toEqual({ who: null })
  })

  test('a broken record closes its host before the app is asked, and a host without one is nobody', async () => {
    const world = await appWithSitesInKv()
    expect((await world.browser().open(`${BROKEN}/a`)).response.status).toBe(503)
    expect((await world.browser().open(`${BROKEN}/auth/login`)).response.status).toBe(503)
    expect((await world.browser().open('https://nobody.example/a')).response.status).toBe(421)
    expect((await world.browser().open(`${LOGIN}/a`)).response.status).toBe(404)
    expect((await world.browser().open(`${LOGIN}/admin`)).response.status).toBe(404)
  })
})

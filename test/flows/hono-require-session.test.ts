import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { defineConfig } from '../../src/config.ts'
import { type GatehouseEnv, requireSession } from '../../src/hono.ts'
import { SITE } from '../support/hono-world.ts'
import { ACME, JANE } from '../support/openid-provider.ts'
import { appWorld } from './hono-app-world.ts'

describe('requireSession', () => {
  test('sends a person to sign in, and a script a 401, under a public rule too', async () => {
    const world = await appWorld()
    const browser = world.browser()
    expect((await browser.request(`${SITE}/open/me`)).status).toBe(401)
    const page = await world.signIn(browser, `${SITE}/open/me`, JANE)
    expect(page.url).toBe(`${SITE}/open/me`)
    expect(page.response.status).toBe(200)
  })

  test('refuses who lacks a role as the gate does', async () => {
    const world = await appWorld()
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/api/me`, JANE)
    for (const path of ['/open/admin', '/admin/page']) {
      const response = await browser.request(SITE + path)
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ code: 'access_denied' })
    }
    const page = await browser.visit(`${SITE}/open/admin`)
    expect(await page.text()).toContain('Switch account')
    await world.signIn(world.browser(), `${SITE}/api/me`, JANE)
    const admin = world.browser()
    await world.signIn(admin, `${SITE}/api/me`, JANE, { claims: { idp_roles: ['admin'] } })
    expect(await (await admin.request(`${SITE}/open/admin`)).text()).toBe('admin')
  })

  test('has sessions keep the roles that it asks for, though no rule names them, through renewals too', async () => {
    const world = await appWorld()
    const browser = world.browser()
    const roles = { claims: { idp_roles: ['auditor', 'of-nobody'] } }
    await world.signIn(browser, `${SITE}/api/me`, JANE, roles)
    for (let times = 0; times < 2; times += 1) {
      expect(await (await browser.request(`${SITE}/open/auditor`)).text()).toBe('auditor')
      const { user } = await (await browser.request(`${SITE}/auth/session`)).json<{
        user: { roles: string[] }
      }>()
      expect(user.roles).toEqual(['auditor'])
      world.clock.advance(300)
    }
  })

  test('takes a check of the app’s own', async () => {
    const world = await appWorld()
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/api/me`, JANE)
    expect((await browser.request(`${SITE}/open/orgs/${ACME}`)).status).toBe(200)
    expect((await browser.request(`${SITE}/open/orgs/org_other`)).status).toBe(403)
  })

  test('does not pass for roles that any customer could hand out', async () => {
    const config = defineConfig({
      sites: { 'app.example.com': { rules: [{ path: '/open/*', access: 'public' }] } },
    })
    const world = await appWorld({
      config,
      behind: (app) => app.onError((error, c) => c.text(error.message, 500)),
    })
    const response = await world.browser().request(`${SITE}/open/admin`)
    expect(response.status).toBe(500)
    expect(await response.text()).toMatch(/app\.example\.com requires roles without an organization/)
  })

  test('says so where no gatehouse(config) stands before it', async () => {
    const app = new Hono<GatehouseEnv>()
    app.get('/', requireSession(), (c) => c.text('in'))
    app.onError((error, c) => c.text(error.message, 500))
    const response = await app.request(`${SITE}/`)
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('app.use(gatehouse(config))')
  })
})

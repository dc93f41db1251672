import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Servers, startServers } from '../support/node/start-servers.ts'
import { useBrowser } from '../support/node/use-browser.ts'

let servers: Servers
let context: BrowserContext

beforeAll(async () => {
  const gatehouseConfig = join(import.meta.dirname, '../../examples/hono-app/wrangler.toml')
  servers = await startServers({ gatehouseConfig })
})
afterAll(() => servers?.stop())
const shared = useBrowser()
beforeEach(async () => {
  context = await shared.browser.newContext()
})
afterEach(() => context.close())

const at = (path: string) => new URL(path, servers.gatehouse).href
const get = (path: string) => context.request.get(at(path), { maxRedirects: 0 })

/** Opens a page that needs a session, and comes back to it, or to what says why not. */
async function signIn(email: string, path = '/dashboard'): Promise<Page> {
  const page = await context.newPage()
  await page.goto(at(path))
  await page.getByLabel('Work e-mail').fill(email)
  await page.getByLabel('Work e-mail').press('Enter')
  await page.locator('form button[type=submit]').click()
  await page.waitForURL((url) => url.origin === servers.gatehouse.origin)
  return page
}

test('anybody reads the home page; scripts get a 401 of the API', async () => {
  const home = await get('/')
  expect(home.status()).toBe(200)
  expect(await home.text()).toContain('Anybody may read this.')
  expect((await get('/style.css')).headers()['cache-control']).toBe('public, max-age=600')
  const refused = await get('/api/me')
  expect(refused.status()).toBe(401)
  expect(await refused.json()).toMatchObject({ code: 'login_required', login_url: expect.any(String) })
})

test('a person signs in, sees the plan that onLogin gave and events as they come, and signs out', async () => {
  const page = await signIn('jane@acme.example', '/dashboard?tab=2')
  expect(page.url()).toBe(at('/dashboard?tab=2'))
  expect(await page.locator('.plan').textContent()).toBe('pro')
  expect(await page.locator('nav').textContent()).toContain('jane@acme.example')
  expect(await page.locator('li').allTextContents()).toEqual(['Anvil', 'Rocket skates'])

  const shown = page.locator('time')
  await expect.poll(() => shown.textContent()).toMatch(/^\d{4}-\d\d-\d\dT/)
  const first = await shown.textContent()
  await expect.poll(() => shown.textContent()).not.toBe(first)

  expect(await (await get('/api/me')).json()).toMatchObject({
    user: { email: 'jane@acme.example', roles: ['admin'] },
    organizationId: 'org_20000000000000002',
    claims: { plan: 'pro' },
  })
  const screenshot = process.env['SCREENSHOT']
  if (screenshot !== undefined) await page.screenshot({ path: screenshot })

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(at('/auth/signed-out*'))
  expect((await get('/api/me')).status()).toBe(401)
  expect((await get('/api/events')).status()).toBe(401)
})

test('a page for a role is a 403 without it, and an order of somebody else’s too', async () => {
  const page = await signIn('joe@acme.example')
  const denied = await page.goto(at('/billing'))
  expect(denied?.status()).toBe(403)
  expect(await page.locator('main').textContent()).toContain('joe@acme.example')
  expect(await (await get('/api/orders/1')).json()).toMatchObject({ item: 'Anvil' })
  expect((await get('/api/orders/3')).status()).toBe(403)
  expect((await get('/api/orders/99')).status()).toBe(403)

  await context.clearCookies()
  const admin = await signIn('jane@acme.example', '/billing')
  expect(await admin.locator('p').textContent()).toBe('2 orders to pay.')
})

test('onLogin lets nobody in whose company is suspended, in the app’s own words', async () => {
  const page = await signIn('hank@globex.example')
  expect(await page.locator('main').textContent()).toContain('Your company has not paid since March.')
  expect((await get('/api/me')).status()).toBe(401)
})

test('a session that is renewed keeps its plan', async () => {
  await signIn('ann@example.com')
  await context.clearCookies({ name: 'gh-session' })
  expect(await (await get('/api/me')).json()).toMatchObject({ claims: { plan: 'free' } })
  expect((await context.cookies()).map(({ name }) => name)).toContain('gh-session')
})

test('a path that the app does not have is its 404', async () => {
  await signIn('ann@example.com')
  const response = await get('/nowhere')
  expect(response.status()).toBe(404)
  expect(await response.text()).toBe('404 Not Found')
})

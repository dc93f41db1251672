import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Backend, startBackend } from '../support/node/backend-process.ts'
import { freePort } from '../support/node/port.ts'
import { type Servers, startServers } from '../support/node/start-servers.ts'
import { useBrowser } from '../support/node/use-browser.ts'

let servers: Servers
let api: Backend
let context: BrowserContext

beforeAll(async () => {
  const port = await freePort()
  servers = await startServers({
    gatehouseConfig: join(import.meta.dirname, '../../examples/static-and-api/wrangler.toml'),
    vars: { API_ORIGIN: `http://127.0.0.1:${port}` },
  })
  const { origin, hostname } = servers.gatehouse
  const settings = { port, issuer: `${origin}/auth`, audience: hostname }
  api = await startBackend('static-and-api', ['node', 'server.ts'], settings)
})
afterAll(async () => {
  await api?.stop()
  await servers?.stop()
})
const shared = useBrowser()
beforeEach(async () => {
  context = await shared.browser.newContext()
})
afterEach(() => context.close())

const at = (path: string) => new URL(path, servers.gatehouse).href
const get = (path: string) => context.request.get(at(path), { maxRedirects: 0 })

test('anybody reads the home page and how the API is; nothing else', async () => {
  expect(await (await get('/')).text()).toContain('Anybody may read this.')
  expect(await (await get('/api/health')).json()).toEqual({ status: 'ok' })
  expect((await get('/app/')).status()).toBe(401)
  expect((await get('/app/app.js')).status()).toBe(401)
  const refused = await get('/api/orders')
  expect(refused.status()).toBe(401)
  expect(await refused.json()).toMatchObject({ code: 'login_required', login_url: expect.any(String) })
  expect((await fetch(`${api.origin}/orders`)).status).toBe(401)
})

test('one sign-in is for the pages and the API', async () => {
  const page = await context.newPage()
  await page.goto(at('/'))
  await page.getByRole('link', { name: 'Go to your orders' }).click()
  await page.getByLabel('Work e-mail').fill('ann@example.com')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.locator('form button[type=submit]').click()
  await page.waitForURL(at('/app/'))
  await page.getByText('Signed in as ann@example.com').waitFor()
  expect(await page.locator('li').allTextContents()).toEqual(['Anvil, ordered by ann@example.com'])

  await page.getByLabel('Item').fill('Rocket skates')
  await page.getByRole('button', { name: 'Order' }).click()
  // Wrangler's harness follows redirects itself; as-sent.test.ts shows where they lead in the runtime.
  await page.getByText('Rocket skates').waitFor()
  expect(await (await get('/api/orders/2')).json()).toEqual({
    id: 2,
    item: 'Rocket skates',
    by: 'ann@example.com',
  })
  expect((await get('/nowhere')).status()).toBe(404)
  expect((await get('/api/nowhere')).status()).toBe(404)

  await page.goto(at('/app/'))
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(at('/auth/signed-out*'))
  expect((await get('/api/orders')).status()).toBe(401)
})

test('a path that one server reads otherwise than the other reaches neither', async () => {
  for (const path of ['/api%2Forders', '/api;x/orders', '/%61pi/orders'])
    expect((await get(path)).status(), path).toBe(400)
  // To files, which know upper and lower case, it is a page that nobody may see without a session.
  expect((await get('/API/orders')).status()).toBe(401)
})

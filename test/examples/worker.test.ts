import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Servers, startServers } from '../support/node/start-servers.ts'
import { useBrowser } from '../support/node/use-browser.ts'

let servers: Servers
let context: BrowserContext

const shared = useBrowser()
beforeAll(async () => {
  servers = await startServers({ front: join(import.meta.dirname, '../../examples/worker/wrangler.toml') })
  context = await shared.browser.newContext()
})
afterAll(async () => {
  await context?.close()
  await servers?.stop()
})

const at = (path: string) => new URL(path, servers.gatehouse).href

test('a Worker that asks by RPC answers whoever it may, itself', async () => {
  const open = await context.request.get(at('/'))
  expect(open.status()).toBe(200)
  expect(await open.json()).toEqual({ path: '/', hello: 'whoever you are', body: '' })
})

test('without a session a script gets Gatehouse’s 401, and the body of its request is nobody’s', async () => {
  const refused = await context.request.post(at('/team/'), { data: 'x', maxRedirects: 0 })
  expect(refused.status()).toBe(401)
  expect(await refused.json()).toMatchObject({ code: 'login_required', login_url: expect.any(String) })
})

test('a person signs in on the host of the Worker, is known there, and signs out', async () => {
  const page = await context.newPage()
  await page.goto(at('/team/?tab=2'))
  await page.getByLabel('Work e-mail').fill('ann@example.com')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.locator('form button[type=submit]').click()
  await page.waitForURL(at('/team/?tab=2'))
  expect(JSON.parse((await page.locator('body').textContent()) ?? '')).toMatchObject({
    hello: 'ann@example.com',
  })

  const posted = await context.request.post(at('/team/'), { data: 'a body that stays with the Worker' })
  expect(await posted.json()).toMatchObject({
    hello: 'ann@example.com',
    body: 'a body that stays with the Worker',
  })

  // Another organization's corner: the rule of gatehouse.config.ts holds here too, by a strict look at the registry.
  const denied = await page.goto(at('/acme/'))
  expect(denied?.status()).toBe(403)

  await context.clearCookies({ name: 'gh-session' })
  const renewed = await context.request.get(at('/team/'))
  expect(await renewed.json()).toMatchObject({ hello: 'ann@example.com' })
  expect((await context.cookies()).map(({ name }) => name)).toContain('gh-session')

  await page.goto(at('/auth/logout'))
  await page.waitForURL(at('/auth/signed-out*'))
  expect((await context.request.get(at('/team/'), { maxRedirects: 0 })).status()).toBe(401)
})

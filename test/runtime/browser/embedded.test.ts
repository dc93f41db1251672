import { join } from 'node:path'
import type { BrowserContext, Frame, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Servers, startServers } from '../../support/node/start-servers.ts'
import { useBrowser } from '../../support/node/use-browser.ts'

const gatehouseConfig = join(import.meta.dirname, '../../fixtures/embedded/wrangler.toml')
const PORTAL = 'https://portal.localhost'
const STRANGER = 'https://stranger.localhost'

let servers: Servers
let context: BrowserContext
let page: Page

beforeAll(async () => {
  servers = await startServers({ gatehouseConfig })
})
afterAll(() => servers?.stop())
const shared = useBrowser()
beforeEach(async () => {
  context = await shared.browser.newContext({ ignoreHTTPSErrors: true })
  // The portals are answered by the test, which the browser takes for a server far away.
  for (const origin of [PORTAL, STRANGER])
    await context.grantPermissions(['local-network-access'], { origin })
  context.setDefaultTimeout(10_000)
  page = await context.newPage()
})
afterEach(() => context.close())

const siteAt = (path: string, host = 'shop.localhost') => `https://${host}:${servers.gatehouse.port}${path}`

/** Opens a page of another origin that shows an address in a frame. */
async function openPortal(origin: string, framed: string): Promise<void> {
  await page.route(`${origin}/**`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<h1>Portal</h1><iframe name="framed" src="${framed}"></iframe>`,
    }),
  )
  await page.goto(`${origin}/`)
}

async function frame(): Promise<Frame> {
  const found = await (await page.waitForSelector('iframe')).contentFrame()
  if (found === null) throw new Error('the page has no frame')
  return found
}

/** Signs somebody in, in the frame. */
async function enter(inside: Frame, email: string): Promise<void> {
  await inside.getByLabel('Work e-mail').fill(email)
  await inside.getByLabel('Work e-mail').press('Enter')
  await inside.waitForURL(`${servers.simulator.href}idp/**`)
  await inside.locator('form button[type=submit]').click()
}

async function signedIn(): Promise<Frame> {
  await openPortal(PORTAL, siteAt('/orders'))
  const inside = await frame()
  await enter(inside, 'ann@example.com')
  await inside.getByText('Hello ann@example.com').waitFor()
  return inside
}

/** What the site's own cookies are like, in all partitions. */
const cookies = async () =>
  (await context.cookies(siteAt('/')))
    .filter(({ name }) => !name.includes('login'))
    .map(({ name, sameSite, secure, partitionKey }) => ({ name, sameSite, secure, partitionKey }))

test('a person signs in inside the frame of a portal, sees the page, posts a form, and signs out there', async () => {
  const inside = await signedIn()
  expect(inside.url()).toBe(siteAt('/orders'))
  expect(page.url()).toBe(`${PORTAL}/`)
  const kept = { sameSite: 'None', secure: true, partitionKey: expect.stringContaining(PORTAL) }
  expect(await cookies()).toEqual(
    expect.arrayContaining([
      { name: '__Host-gh-session', ...kept },
      { name: '__Host-gh-refresh', ...kept },
    ]),
  )

  await inside.getByRole('button', { name: 'Order' }).click()
  await inside.getByText('Ordered for ann@example.com').waitFor()

  await inside.getByRole('link', { name: 'Sign out' }).click()
  await inside.getByRole('heading', { name: 'signed out' }).waitFor()
  expect(inside.url()).toContain(siteAt('/auth/signed-out'))
  expect(page.url()).toBe(`${PORTAL}/`)
  expect(await cookies()).toEqual([{ name: '__Host-gh-hint', ...kept }])
})

test('the session belongs to the portal: in a tab of its own the site asks again', async () => {
  await signedIn()
  const tab = await context.newPage()
  await tab.goto(siteAt('/orders'))
  expect(await tab.getByLabel('Work e-mail').isVisible()).toBe(true)
})

test('another portal can show neither the login nor a page of the site', async () => {
  const blocked = page.waitForEvent('console', (each) => each.text().includes('frame-ancestors'))
  await openPortal(STRANGER, siteAt('/orders'))
  expect((await blocked).text()).toContain(`'self' ${PORTAL}`)
  expect(await (await frame()).locator('input, #text').count()).toBe(0)
})

test('another portal cannot show a page of the upstream either, to somebody who is signed in there', async () => {
  const tab = await context.newPage()
  await tab.goto(siteAt('/orders'))
  await enter(tab.mainFrame(), 'ann@example.com')
  await tab.getByText('Hello ann@example.com').waitFor()
  // As if the person had got as far below the stranger, too.
  const held = (await context.cookies(siteAt('/'))).map(({ partitionKey: _own, ...cookie }) => cookie)
  await context.addCookies(held)
  const blocked = page.waitForEvent('console', (each) => each.text().includes('frame-ancestors'))
  await openPortal(STRANGER, siteAt('/orders'))
  await blocked
  expect(await (await frame()).locator('#text').count()).toBe(0)
})

test('a form that the portal posts into the frame is refused, and never arrives', async () => {
  const inside = await signedIn()
  await page.evaluate((action) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action, target: 'framed' })
    document.body.append(form)
    form.submit()
  }, siteAt('/order'))
  await inside.getByRole('heading', { name: 'Another site may not send this' }).waitFor()
  expect(await inside.getByText('Ordered').count()).toBe(0)

  await inside.goto(siteAt('/orders'))
  expect(await inside.locator('#text').textContent()).toBe('Hello ann@example.com')
})

test('a site that names nobody keeps Lax cookies, and no login is shown in a frame', async () => {
  await openPortal(PORTAL, siteAt('/orders', 'alone.localhost'))
  const inside = await frame()
  await expect.poll(() => inside.url()).not.toBe('')
  expect(await inside.locator('input').count()).toBe(0)

  const tab = await context.newPage()
  await tab.goto(siteAt('/orders', 'alone.localhost'))
  await enter(tab.mainFrame(), 'ann@example.com')
  await tab.getByText('Hello ann@example.com').waitFor()
  const kept = await context.cookies(siteAt('/', 'alone.localhost'))
  expect(kept.map(({ sameSite }) => sameSite)).toEqual(kept.map(() => 'Lax'))
})

import type { Page } from 'playwright-core'
import { beforeEach, expect, test } from 'vitest'
import { useGatedBrowser } from '../../support/node/gated-browser.ts'
import { blocksIn, readText } from '../../support/node/markdown.ts'

/** What the page tells people to write. */
const [SNIPPET = ''] = blocksIn(readText('docs/single-page-apps.md'), 'js')

const gated = useGatedBrowser()
const at = (path: string) => gated.at(path, 'hash.localhost')

const APP = `<!doctype html><title>App</title><script type="module">
  import { call } from '/open/call.js'
  globalThis.call = call
</script>`

const serve = (path: string, type: string, text: string) =>
  gated.world.origin.routes.set(path, (_request, response) => {
    response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8` }).end(text)
  })

beforeEach(() => {
  serve('/open/call.js', 'text/javascript', SNIPPET)
  serve('/app', 'text/html', APP)
})

declare const call: (input: string, init?: RequestInit) => Promise<Response>

/** Asks for all of them at once, as an app does that starts. @returns the statuses; nothing comes while the page is on its way out */
const ask = (page: Page, paths: readonly string[], init: { method?: string; body?: string } = {}) =>
  page.evaluate(
    async (all) => Promise.all(all.paths.map(async (path) => (await call(path, all.init)).status)),
    { paths, init },
  )

/** Somebody who is signed in, in the middle of the app. */
async function inApp(): Promise<Page> {
  const { page } = gated
  await page.goto(at('/app?tab=2#/orders/7'))
  await gated.enter(page, 'ann@example.com')
  await page.waitForURL(at('/app?tab=2#/orders/7'))
  return page
}

test('it is short', () => {
  expect(SNIPPET.trim().split('\n').length).toBeLessThanOrEqual(14)
})

test('a session that ended meanwhile: one login for many requests, and back to the same place', async () => {
  const page = await inApp()
  expect(await ask(page, ['/api/1', '/api/2'])).toEqual([200, 200])
  // Where the person has gone since, in the app.
  await page.evaluate(() => {
    location.hash = '#/orders/8?sort=näme&x=a\\b'
  })
  const started: string[] = []
  page.on('request', (request) => request.url().startsWith(at('/auth/login')) && started.push(request.url()))
  await gated.context.clearCookies()
  const never = ask(page, ['/api/1', '/api/2', '/api/3', '/api/4', '/api/5']).catch(
    ({ message }: Error) => message,
  )
  await page.getByLabel('Work e-mail').waitFor()
  expect(await never).toMatch(/navigation|closed|context/i)
  expect(started).toHaveLength(1)
  expect((await gated.context.cookies()).map(({ name }) => name)).toEqual([])

  await gated.enter(page, 'ann@example.com')
  await page.waitForURL(at('/app?tab=2#/orders/8?sort=n%C3%A4me&x=a%5Cb'))
  await page.waitForFunction(() => 'call' in globalThis)
  expect(await ask(page, ['/api/1', '/api/2'])).toEqual([200, 200])
})

test('what was posted has not arrived, and is not sent again', async () => {
  const page = await inApp()
  await gated.context.clearCookies()
  void ask(page, ['/api/orders'], { method: 'POST', body: 'x' }).catch(() => {})
  await page.getByLabel('Work e-mail').waitFor()
  await gated.enter(page, 'ann@example.com')
  await page.waitForURL(at('/app?tab=2#/orders/7'))
  expect(gated.world.origin.seen.filter(({ method }) => method === 'POST')).toEqual([])
})

test('a 403 is handed on, since another login would not help', async () => {
  const page = await inApp()
  expect(await ask(page, ['/admin/x', '/api/1'])).toEqual([403, 200])
  expect(page.url()).toBe(at('/app?tab=2#/orders/7'))
})

test.each([
  ['in JSON', 'application/json', '{"code":"expired"}'],
  ['in JSON that says nothing', 'application/json', 'null'],
  ['in words', 'text/plain', 'no'],
])('a 401 of the backend’s own is handed on, %s', async (_case, type, body) => {
  const page = await inApp()
  gated.world.origin.routes.set('/api/own', (_request, response) => {
    response.writeHead(401, { 'Content-Type': type }).end(body)
  })
  expect(await ask(page, ['/api/own', '/api/1'])).toEqual([401, 200])
  expect(page.url()).toBe(at('/app?tab=2#/orders/7'))
})

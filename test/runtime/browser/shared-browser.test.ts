import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { useGatedBrowser } from '../../support/node/gated-browser.ts'

const gated = useGatedBrowser()
const { at, enter, signIn } = gated

/** A page with the name of whoever asks, of which the server says what caches may do. */
const servePersonalPage = (cacheControl: string | undefined) =>
  gated.world.origin.routes.set('/mine', ({ headers }, response) => {
    if (cacheControl !== undefined) response.setHeader('Cache-Control', cacheControl)
    response.setHeader('ETag', '"same-for-all"')
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(
      `<title>Mine</title><p id="who">${headers['x-forwarded-email']}</p><a href="/other">Other</a>`,
    )
  })

describe('two people, one after the other, on one browser', () => {
  test.each([undefined, 'public, max-age=3600', 'max-age=3600', 's-maxage=3600, immutable, max-age=3600'])(
    'never see each other’s page, where the server says %s',
    async (cacheControl) => {
      servePersonalPage(cacheControl)
      const { page } = gated
      const who = () => page.locator('#who').textContent()
      await signIn(page, '/mine', 'ann@example.com')
      await page.goto(at('/mine'))
      expect(await who()).toBe('ann@example.com')
      await page.goto(at('/public/x'))
      await page.goto(at('/mine'))
      await page.goto(at('/auth/logout'))
      await page.waitForURL(at('/auth/signed-out*'))

      for (let back = 0; back < 6; back += 1) {
        await page.goBack().catch(() => null)
        expect(await page.content(), `back ${back + 1}: ${page.url()}`).not.toContain('ann@example.com')
      }
      await page.goto(at('/mine'))
      await enter(page, 'ben@example.com')
      await page.waitForURL(at('/mine'))
      expect(await who()).toBe('ben@example.com')
      for (let step = 0; step < 4; step += 1) {
        await page.goBack().catch(() => null)
        expect(await page.content(), `back again ${step + 1}: ${page.url()}`).not.toContain('ann@example.com')
      }
      await page.goto(at('/mine'))
      expect(await who()).toBe('ben@example.com')
    },
  )
})

test('a browser that loses the session each time is told so after three logins, and not sent around for ever', async () => {
  const proxy = await startForgetfulProxy()
  onTestFinished(proxy.stop)
  // Chromium asks no proxy for this machine's own addresses unless told to.
  const context = await gated.browser.newContext({ proxy: { server: proxy.url, bypass: '<-loopback>' } })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const statuses: number[] = []
  page.on('response', (response) => {
    if (response.url() === at('/page')) statuses.push(response.status())
  })
  await page.goto(at('/page'))
  await enter(page, 'ann@example.com')
  await enter(page, 'ann@example.com')
  await enter(page, 'ann@example.com')
  await page.getByText('login_loop', { exact: true }).waitFor()
  expect(page.url()).toBe(at('/page'))
  expect(statuses).toEqual([302, 302, 302, 400])
  expect((await context.cookies()).map(({ name }) => name)).toEqual(['gh-hint'])

  // Whoever has read it may try again.
  proxy.remembers = true
  await page.getByRole('link', { name: 'Sign in again' }).click()
  await enter(page, 'ann@example.com')
  await page.waitForURL(at('/page'))
  expect(await page.content()).toContain('ann@example.com')
})

/** What some companies put in front of their browsers: it drops the cookies of a session. */
async function startForgetfulProxy() {
  const proxy = { url: '', remembers: false, stop: () => {} }
  const server = createServer((incoming, answer) => {
    // Its target is a whole address, and all the hosts of these tests are this machine.
    const { pathname, search, port } = new URL(incoming.url ?? '')
    const { method, headers } = incoming
    const outgoing = request(
      { host: '127.0.0.1', port, path: pathname + search, method, headers },
      (response) => {
        const cookies = response.headers['set-cookie'] ?? []
        const kept = cookies.filter((line) => proxy.remembers || !/^gh-(?:session|refresh)=./.test(line))
        answer.writeHead(response.statusCode ?? 502, { ...response.headers, 'set-cookie': kept })
        response.pipe(answer)
      },
    )
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  proxy.stop = () => {
    server.close()
    server.closeAllConnections()
  }
  return proxy
}

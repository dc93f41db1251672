import type { Page } from 'playwright-core'
import { describe, expect, test, vi } from 'vitest'
import { useGatedBrowser } from '../../support/node/gated-browser.ts'

const gated = useGatedBrowser()
const { at, signIn, expireSession } = gated

declare global {
  interface Window {
    socket: WebSocket
    farewell: Promise<{ readonly code: number; readonly reason: string }>
  }
}

/** Opens a WebSocket from a page. @returns whether it opened */
const openSocket = (page: Page, host = 'localhost') =>
  page.evaluate(
    (address) =>
      new Promise<boolean>((done) => {
        window.socket = new WebSocket(address)
        window.socket.onopen = () => done(true)
        window.farewell = new Promise((closed) => {
          window.socket.onclose = ({ code, reason }) => {
            done(false)
            closed({ code, reason })
          }
        })
      }),
    at('/socket', host).replace('http:', 'ws:'),
  )

/** @returns what the server sent back */
const echo = (page: Page, text: string) =>
  page.evaluate(
    (message) =>
      new Promise<unknown>((heard) => {
        window.socket.onmessage = ({ data }) => heard(data)
        window.socket.send(message)
      }),
    text,
  )

const closed = (page: Page) => page.evaluate(() => window.farewell)

const ENDED = { code: 3000, reason: 'The session ended' }

async function openSignedIn(email: string): Promise<Page> {
  const { page } = gated
  await signIn(page, '/page', email)
  expect(await openSocket(page)).toBe(true)
  return page
}

const expectNoneOpen = () =>
  vi.waitFor(() => expect(gated.world.origin.openSockets()).toBe(0), { timeout: 10_000 })

test('signed in, text and many bytes go there and back, and the server knows who it is', async () => {
  const page = await openSignedIn('ann@example.com')
  expect(await echo(page, 'grüezi')).toBe('grüezi')
  const size = await page.evaluate(
    (length) =>
      new Promise<unknown>((heard) => {
        window.socket.binaryType = 'arraybuffer'
        window.socket.onmessage = ({ data }) =>
          heard(new Uint8Array(data).reduce((sum, byte) => sum + byte, 0))
        window.socket.send(new Uint8Array(length).fill(3))
      }),
    200_000,
  )
  expect(size).toBe(600_000)
  const headers = new Map(gated.world.origin.seen.find(({ url }) => url === '/socket')?.headers)
  expect(headers.get('X-Forwarded-Email')).toBe('ann@example.com')
  expect(headers.has('Cookie')).toBe(false)
  await page.evaluate(() => window.socket.close(4001, 'enough'))
  expect(await closed(page)).toEqual({ code: 4001, reason: 'enough' })
  await expectNoneOpen()
})

test('with a session token whose time is over, it is renewed on the way', async () => {
  const { page, context } = gated
  await signIn(page, '/page', 'ann@example.com')
  await expireSession()
  expect(await openSocket(page)).toBe(true)
  expect(await echo(page, 'here')).toBe('here')
  expect((await context.cookies()).map(({ name }) => name)).toContain('gh-session')
})

describe('refused, and unheard of by the server', () => {
  const expectRefused = async (page: Page, host?: string) => {
    expect(await openSocket(page, host)).toBe(false)
    expect(await closed(page)).toMatchObject({ code: 1006 })
    expect(gated.world.origin.seen.filter(({ url }) => url === '/socket')).toEqual([])
  }

  test('signed out', async () => {
    const { page, context } = gated
    await page.goto(at('/public/x'))
    await expectRefused(page)
    expect(await context.cookies()).toEqual([])
  })

  test('signed in, from a page of another host that sends the cookies along', async () => {
    const { page, context } = gated
    const tab = await context.newPage()
    await tab.goto(at('/page', 'api.shop.localhost'))
    await gated.enter(tab, 'ann@example.com')
    await tab.waitForURL(at('/page', 'api.shop.localhost'))
    await page.goto(at('/x', 'other.shop.localhost'))
    await expectRefused(page, 'api.shop.localhost')
    // The site names this one.
    await page.goto(at('/x', 'spa.shop.localhost'))
    expect(await openSocket(page, 'api.shop.localhost')).toBe(true)
  })
})

describe('open, it is closed when the session ends', () => {
  test('by signing out in another tab', async () => {
    const page = await openSignedIn('ann@example.com')
    const tab = await gated.context.newPage()
    await tab.goto(at('/auth/logout'))
    expect(await closed(page)).toEqual(ENDED)
    await expectNoneOpen()
    expect(await openSocket(page)).toBe(false)
  })

  test('by signing out everywhere in another browser', async () => {
    const page = await openSignedIn('ann@example.com')
    const elsewhere = await gated.browser.newContext()
    const tab = await elsewhere.newPage()
    await signIn(tab, '/page', 'ann@example.com')
    await tab.goto(at('/auth/logout?everywhere=1'))
    await tab.getByRole('button', { name: 'Sign out everywhere' }).click()
    expect(await closed(page)).toEqual(ENDED)
    await elsewhere.close()
  })

  test('by the customer, who deactivates the person; a colleague’s stays open', async () => {
    const page = await openSignedIn('ann@example.com')
    const elsewhere = await gated.browser.newContext()
    const colleague = await elsewhere.newPage()
    await signIn(colleague, '/page', 'ben@example.com')
    expect(await openSocket(colleague)).toBe(true)

    const operator = await gated.browser.newPage()
    await operator.goto(new URL('/operator', gated.world.simulator).href)
    const deactivate = { name: 'Deactivate ann@example.com', exact: true }
    const button = operator.getByRole('button', { ...deactivate, includeHidden: true })
    const organization = operator.locator('details').filter({ has: button })
    await organization.first().locator('> summary').click()
    await operator.getByRole('button', deactivate).click()
    expect(await closed(page)).toEqual(ENDED)
    expect(await echo(colleague, 'still here')).toBe('still here')
    await operator.getByRole('button', { name: 'Restore all organizations' }).click()
    await Promise.all([operator.close(), elsewhere.close()])
  })
})

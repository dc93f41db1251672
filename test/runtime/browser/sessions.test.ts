import type { BrowserContext } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { useDemo } from '../../support/node/demo.ts'

const demo = useDemo()
const { at, signIn } = demo
let context: BrowserContext

beforeEach(async () => {
  context = await demo.browser.newContext()
})
afterEach(() => context.close())

const refreshToken = async () =>
  (await context.cookies()).find(({ name }) => name === 'gh-refresh')?.value ?? ''

const generation = (token: string): number => {
  const [, payload = ''] = token.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).gen
}

/** What the browser does by itself when the session token's time is over. */
const expireSession = () => context.clearCookies({ name: 'gh-session' })

test('a page with 40 subresources and an expired session: every one is served, one new generation, no sign-out', async () => {
  const page = await signIn(context, 'ann@example.com')
  const statuses: number[] = []
  page.on('response', (response) => {
    if (response.url().includes('/team/reports/?n=')) statuses.push(response.status())
  })
  await expireSession()
  await page.evaluate(async () => {
    const loads = Array.from({ length: 40 }, async (_, n) => {
      const address = `/team/reports/?n=${n}`
      if (n % 2 === 0) return void (await (await fetch(address)).text())
      const image = new Image()
      const done = new Promise((settle) => {
        image.onload = settle
        image.onerror = settle
      })
      image.src = address
      await done
    })
    await Promise.all(loads)
  })
  expect(statuses).toEqual(Array(40).fill(200))
  expect(generation(await refreshToken())).toBe(2)

  await expireSession()
  await page.reload()
  expect(await page.title()).toContain('Team')
  expect(generation(await refreshToken())).toBe(3)
})

test('two tabs renew at once, and both go on', async () => {
  const first = await signIn(context, 'ann@example.com')
  const second = await context.newPage()
  await expireSession()
  await Promise.all([first.reload(), second.goto(at('/team/reports/'))])
  expect([await first.title(), await second.title()]).toEqual([
    expect.stringContaining('Team'),
    expect.stringContaining('Reports'),
  ])
})

test('a person sees their sessions, and ends the one in another browser', async () => {
  const elsewhere = await demo.browser.newContext({
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari/604.1',
  })
  const other = await signIn(elsewhere, 'two@example.com')
  const page = await signIn(context, 'two@example.com')
  await page.goto(at('/auth/sessions'))
  await page.getByText('Safari on iOS').waitFor()
  await page.getByText('this one').waitFor()
  await page.getByRole('button', { name: 'End the session on Safari on iOS' }).click()
  await page.waitForURL(at('/auth/sessions'))
  expect(await page.getByText('Safari on iOS').count()).toBe(0)

  await elsewhere.clearCookies({ name: 'gh-session' })
  await other.reload()
  await other.getByLabel('Work e-mail').waitFor()
  await elsewhere.close()
})

test('signing out everywhere ends the session in another browser too', async () => {
  const elsewhere = await demo.browser.newContext()
  const other = await signIn(elsewhere, 'three@example.com')
  const page = await signIn(context, 'three@example.com')
  await page.goto(at('/auth/logout?everywhere=1'))
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.waitForURL(at('/auth/signed-out*'))
  await elsewhere.clearCookies({ name: 'gh-session' })
  await other.reload()
  await other.getByLabel('Work e-mail').waitFor()
  await elsewhere.close()
})

import type { BrowserContext, Page } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { useDemo } from '../../support/node/demo.ts'

const demo = useDemo()
const { at, signIn } = demo
let context: BrowserContext

beforeEach(async () => {
  context = await demo.browser.newContext()
})
afterEach(() => context.close())

/** Follows a link on a page of the site. */
async function followLink(page: Page): Promise<void> {
  await page.evaluate(() => {
    const link = document.createElement('a')
    link.href = '/auth/admin-portal'
    link.textContent = 'Set up single sign-on'
    document.body.prepend(link)
  })
  await page.getByRole('link', { name: 'Set up single sign-on' }).click()
}

test('a customer’s administrator follows a link to the portal of their organization, which learns nothing of the page', async () => {
  const page = await signIn(context, 'jane@acme.example')
  const referrers: (string | undefined)[] = []
  page.on('request', (request) => {
    if (request.url().includes('/magicLink/')) referrers.push(request.headers()['referer'])
  })
  await followLink(page)
  await page.waitForURL(`${demo.servers.simulator.href}magicLink/*`)
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Admin portal of Acme')
  expect(referrers).toEqual([undefined])

  // The link is spent, and the next visit has one of its own.
  const first = page.url()
  await page.reload()
  await page.getByText('link_used').waitFor()
  await page.goto(at('/auth/admin-portal'))
  await page.getByRole('heading', { name: 'Admin portal of Acme' }).waitFor()
  expect(page.url()).not.toBe(first)
})

test('whoever has no such role reads that it is a role, and stays signed in', async () => {
  const page = await signIn(context, 'joe@acme.example')
  await followLink(page)
  await page.getByRole('heading', { name: 'You do not have access to this page' }).waitFor()
  const main = page.locator('main')
  expect(await main.textContent()).toContain('joe@acme.example')
  expect(await main.textContent()).toContain('This page needs a role that you do not have.')
  await page.goto(at('/team/'))
  expect(await page.title()).toContain('Team')
})

test('a script of a page opens no portal', async () => {
  const page = await signIn(context, 'jane@acme.example')
  const asked: string[] = []
  page.on('request', (request) => {
    if (/admin-portal|magicLink/.test(request.url())) asked.push(request.url())
  })
  const statuses = await page.evaluate(async () => {
    const fetched = await fetch('/auth/admin-portal')
    const unread = await fetch('/auth/admin-portal', { mode: 'no-cors' })
    return [fetched.status, unread.status]
  })
  expect(statuses).toEqual([400, 400])
  expect(asked).toEqual(Array(2).fill(at('/auth/admin-portal')))
})

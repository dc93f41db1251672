import type { BrowserContext, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { useDemo } from '../../support/node/demo.ts'

const demo = useDemo()
const { at } = demo
let context: BrowserContext
let page: Page

beforeEach(async () => {
  context = await demo.browser.newContext()
  page = await context.newPage()
})
afterEach(() => context.close())

/** Types a work e-mail address on our page, and arrives at the identity provider's. */
async function enterEmail(tab: Page, email: string): Promise<void> {
  await tab.getByLabel('Work e-mail').fill(email)
  await tab.getByLabel('Work e-mail').press('Enter')
  await tab.waitForURL(`${demo.servers.simulator.href}idp/**`)
}

async function choose(tab: Page, scenario: 'login' | 'idp_initiated' | 'error'): Promise<void> {
  await tab.locator(`input[name=scenario][value=${scenario}]`).check()
}

const submit = (tab: Page) => tab.locator('form button[type=submit]').click()

async function signIn(tab: Page, path: string, email: string): Promise<void> {
  await tab.goto(at(path))
  await enterEmail(tab, email)
  await submit(tab)
  await tab.waitForURL((url) => url.origin === demo.servers.gatehouse.origin)
}

const codeShown = (tab: Page) => tab.locator('footer code').first().textContent()

test('a deep link with a query survives the login to the letter', async () => {
  const deepLink = '/team/reports/?quarter=2026-Q2&note=a%20b%26c&empty='
  await signIn(page, deepLink, 'ann@example.com')
  expect(page.url()).toBe(at(deepLink))
  await page.locator('html[data-session=signed-in]').waitFor()
  expect(await page.locator('[data-query="quarter"]').first().textContent()).toBe('2026-Q2')
  expect(await page.locator('[data-field=person]').first().textContent()).toBe('ann@example.com')
})

test('two tabs that sign in at once both succeed', async () => {
  const other = await context.newPage()
  await Promise.all([page.goto(at('/team/')), other.goto(at('/team/reports/?quarter=2026-Q1'))])
  await enterEmail(page, 'ann@example.com')
  await enterEmail(other, 'ann@example.org')
  await Promise.all([submit(page), submit(other)])
  await page.waitForURL(at('/team/'))
  await other.waitForURL(at('/team/reports/?quarter=2026-Q1'))
  const names = (await context.cookies()).map(({ name }) => name)
  expect(names).toContain('gh-session')
  expect(names.filter((name) => name.startsWith('gh-login-'))).toEqual([])
})

test('a person who starts at their identity provider is signed in', async () => {
  await page.goto(at('/team/'))
  await enterEmail(page, 'ann@example.com')
  await choose(page, 'idp_initiated')
  await submit(page)
  // Scalekit only hands over a hint; the login that follows is an ordinary one, at the same identity provider.
  await page.waitForURL(`${demo.servers.simulator.href}idp/**`)
  await submit(page)
  await page.waitForURL(at('/'))
  await page.locator('html[data-session=signed-in]').waitFor()
})

// Every other code comes the same way, without a browser, in test/flows/simulator.test.ts. In one tab: a browser profile takes long.
test('Scalekit’s errors have their own pages, from which one signs in again', async () => {
  for (const code of ['invalid_scope', 'unsupported_response_type', 'user_not_active']) {
    await page.goto(at('/team/'))
    await enterEmail(page, 'ann@example.com')
    await choose(page, 'error')
    await page.locator('select[name=error]').selectOption(code)
    const arrived = page.waitForResponse((response) => response.url().startsWith(at('/auth/callback')))
    await submit(page)
    const response = await arrived
    await page.waitForLoadState()
    expect.soft(response.status(), code).toBe(403)
    expect.soft(await codeShown(page)).toBe(`scalekit_error: ${code}`)
    const again = page.getByRole('link', { name: 'Sign in again' })
    expect.soft(await again.getAttribute('href'), code).toContain('return_to=%2Fteam%2F')
    expect.soft(await context.cookies(), code).toEqual([])
  }
})

test('somebody of another organization is refused at /acme/, told why, and can switch account', async () => {
  await signIn(page, '/team/', 'ann@example.com')
  const response = await page.goto(at('/acme/'))
  expect(response?.status()).toBe(403)
  expect(await codeShown(page)).toBe('access_denied')
  const text = (await page.locator('main').textContent()) ?? ''
  expect(text).toContain('ann@example.com')
  expect(text).toContain('another organization')
  expect(text).not.toContain('org_20000000000000002')

  await page.getByRole('link', { name: 'Switch account' }).click()
  await enterEmail(page, 'jane@acme.example')
  await submit(page)
  await page.waitForURL(at('/acme/'))
  expect(await page.title()).toContain('Acme')
})

test('a role opens a door of the demo, and who lacks it is told so', async () => {
  await signIn(page, '/team/', 'joe@acme.example')
  expect((await page.goto(at('/keys/')))?.status()).toBe(403)
  const text = (await page.locator('main').textContent()) ?? ''
  expect(text).toContain('This page needs a role that you do not have.')

  await page.getByRole('link', { name: 'Switch account' }).click()
  await enterEmail(page, 'jane@acme.example')
  await submit(page)
  await page.waitForURL(at('/keys/'))
  await page.locator('html[data-session=signed-in]').waitFor()
  const pass = (await page.locator('.pass').textContent()) ?? ''
  expect(pass).toContain('OrganizationAcme')
  expect(pass).toContain('Rolesadmin')
  expect(pass).not.toMatch(/org_|conn_/)
})

test('after signing out, Back and the address show no protected page', async () => {
  await signIn(page, '/team/', 'ann@example.com')
  expect(await page.title()).toContain('Team')
  await page.locator('form[data-sign-out] button').first().click()
  await page.waitForURL(at('/auth/signed-out*'))
  expect(await page.locator('h1').textContent()).toBe('You are signed out')
  expect((await context.cookies(demo.servers.gatehouse.href)).map(({ name }) => name)).toEqual(['gh-hint'])

  for (let back = 0; back < 4; back += 1) {
    await page.goBack({ waitUntil: 'load' }).catch(() => null)
    expect(await page.title(), `after ${back + 1} steps back: ${page.url()}`).not.toContain('Team')
  }
  await page.goto(at('/team/'))
  await page.getByLabel('Work e-mail').waitFor()
})

/** Whether the page fits the window's width. */
const fits = (tab: Page) =>
  tab.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)

describe.each([
  ['a phone', 320, 640],
  ['a desktop', 1280, 800],
])('on %s, somebody who comes back', (_device, width, height) => {
  beforeEach(async () => {
    await page.setViewportSize({ width, height })
    await signIn(page, '/team/', 'ann@example.com')
    await context.clearCookies({ name: /^gh-(session|refresh)$/ })
  })

  test('continues with a key, and lands on the page that was wanted', async () => {
    await page.goto(at('/team/reports/?quarter=2026-Q2'))
    const button = page.getByRole('button', { name: 'Continue as …@example.com' })
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(await fits(page)).toBe(true)
    await page.keyboard.press('Enter')
    await page.waitForURL(`${demo.servers.simulator.href}idp/**`)
    await submit(page)
    await page.waitForURL(at('/team/reports/?quarter=2026-Q2'))
  })

  test('uses another address, which is offered the next time', async () => {
    await page.goto(at('/team/'))
    await enterEmail(page, 'jane@acme.example')
    await submit(page)
    await page.waitForURL(at('/team/'))
    await page.goto(at('/auth/login'))
    await page.getByRole('button', { name: 'Continue as …@acme.example' }).waitFor()
    expect(await page.locator('main').textContent()).not.toContain('jane')
  })
})

test('the longest domain that there can be fits a phone', async () => {
  await page.setViewportSize({ width: 320, height: 640 })
  await signIn(page, '/team/', 'ann@example.com')
  await page.goto(at('/auth/login'))
  const button = page.getByRole('button', { name: 'Continue as' })
  const longest = `${`${'w'.repeat(63)}.`.repeat(3)}${'w'.repeat(61)}`
  await button.evaluate((element, domain) => element.append(domain), longest)
  expect(await fits(page)).toBe(true)
})

test('an address that is not one is asked for again, in words', async () => {
  await page.goto(at('/auth/login?login_hint=ann'))
  expect(await page.getByRole('alert').textContent()).toContain('not a complete e-mail address')
  expect(await page.getByLabel('Work e-mail').inputValue()).toBe('ann')
})

test('a mistyped address is pointed out, and one key goes on with the one that was meant', async () => {
  await page.goto(at('/auth/login'))
  await page.getByLabel('Work e-mail').fill('ann@acme.cmo')
  await page.getByLabel('Work e-mail').press('Enter')
  const use = page.getByRole('button', { name: 'Use ann@acme.com' })
  expect(await use.evaluate((element) => element === document.activeElement)).toBe(true)
  expect(await page.getByLabel('Work e-mail').inputValue()).toBe('ann@acme.cmo')
  expect(await page.title()).toBe('Check your address · Gatehouse demo')
  const left = page.waitForRequest((request) => request.url().startsWith(demo.servers.simulator.href))
  await page.keyboard.press('Enter')
  expect(new URL((await left).url()).searchParams.get('login_hint')).toBe('ann@acme.com')
})

test('a browser that blocks cookies is told so, and not sent around in circles', async () => {
  await page.goto(at('/team/'))
  await enterEmail(page, 'ann@example.com')
  await context.clearCookies()
  await submit(page)
  await page.waitForURL(at('/auth/callback*'))
  expect(await codeShown(page)).toBe('state_mismatch')
  expect(await page.locator('main').textContent()).toContain('cookies')
})

test('our pages run under a policy that allows no script, and break none of it', async () => {
  const violations: string[] = []
  page.on('console', (message) => message.type() === 'error' && violations.push(message.text()))
  await page.goto(at('/auth/signed-out'))
  await page.goto(at('/auth/login'))
  await page.goto(at('/team/'))
  expect(violations).toEqual([])
})

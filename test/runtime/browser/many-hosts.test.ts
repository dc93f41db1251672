import type { BrowserContext, Page } from 'playwright-core'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { useDemo } from '../../support/node/demo.ts'

const demo = useDemo()
let context: BrowserContext
let page: Page
/** Every address that the tab has shown, or was led past. */
let trail: URL[]

const at = (host: string, path = '/') => `http://${host}.localhost:${demo.servers.gatehouse.port}${path}`

/** One callback URL for all hosts, and one for the site that signs people in itself. */
beforeAll(async () => {
  const own = demo.servers.gatehouse.origin
  const response = await fetch(new URL('/simulator/redirects', demo.servers.simulator), {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      post_login_uris: [`${own}/auth/callback`, at('login', '/auth/callback')],
      initiate_login_uri: `${own}/auth/login`,
      post_logout_redirect_uris: [`${own}/auth/signed-out`, at('login', '/auth/signed-out')],
    }),
  })
  expect(response.status).toBe(200)
})

beforeEach(async () => {
  context = await demo.browser.newContext()
  page = await context.newPage()
  trail = []
  page.on('request', (request) => request.isNavigationRequest() && trail.push(new URL(request.url())))
})
afterEach(() => context.close())

/** The identity provider's page, whose form has somebody's address in it. */
async function passIdentityProvider(email: string): Promise<void> {
  await page.waitForURL(`${demo.servers.simulator.href}idp/**`)
  await page.locator('input[name=email]').fill(email)
  await page.locator('form button[type=submit]').click()
}

async function signInAtDocs(email: string): Promise<void> {
  await page.goto(at('docs', '/guides/'))
  expect(new URL(page.url()).hostname).toBe('login.localhost')
  await page.getByLabel('Work e-mail').fill(email)
  await page.getByRole('button', { name: 'Continue' }).click()
  await passIdentityProvider(email)
  await page.waitForURL(at('docs', '/guides/'))
}

const who = async () => {
  await page.locator('html[data-session]').waitFor()
  return page.locator('.who[data-field=person]').textContent()
}

/** Opens a page, which has to come without a question and without Scalekit. */
async function opensByItself(address: string): Promise<void> {
  trail.length = 0
  await page.goto(address)
  expect(page.url()).toBe(address)
  expect(trail.map(({ origin }) => origin)).not.toContain(demo.servers.simulator.origin)
}

const expireSessions = () => context.clearCookies({ name: 'gh-session' })

async function asksAgain(address: string): Promise<void> {
  trail.length = 0
  await page.goto(address)
  expect(page.url(), `${address} opened`).not.toBe(address)
  expect(trail.map(({ hostname }) => hostname)).toContain('login.localhost')
  expect(trail.some(({ pathname }) => pathname === '/auth/handoff')).toBe(false)
}

test('whoever signed in at one host opens the others: no form, no visit to Scalekit’s page', async () => {
  await signInAtDocs('jane@acme.example')
  expect(await who()).toBe('Jane Doe')
  await opensByItself(at('acme'))
  expect(trail.map(({ hostname, pathname }) => `${hostname}${pathname}`)).toEqual([
    'acme.localhost/',
    'acme.localhost/auth/login',
    'login.localhost/auth/login',
    'acme.localhost/auth/handoff',
    'acme.localhost/',
  ])
  expect(await page.locator('h1').textContent()).toBe('Acme’s own site')
  expect(await who()).toBe('Jane Doe')
  const sessions = (await context.cookies()).filter(({ name }) => name === 'gh-session')
  expect(new Set(sessions.map(({ domain }) => domain))).toEqual(
    new Set(['docs.localhost', 'login.localhost', 'acme.localhost']),
  )
  expect(new Set(sessions.map(({ value }) => value)).size).toBe(3)
})

test('a preview host under a wildcard signs in through the login host, without a callback URL of its own', async () => {
  const preview = (path: string) => at('pr-7.docs', path)
  await page.goto(preview('/guides/'))
  await page.getByLabel('Work e-mail').fill('ann@example.com')
  await page.getByRole('button', { name: 'Continue' }).click()
  await passIdentityProvider('ann@example.com')
  await page.waitForURL(preview('/guides/'))
  const asked = trail.find(({ pathname }) => pathname === '/oauth/authorize')
  expect(asked?.searchParams.get('redirect_uri')).toBe(at('login', '/auth/callback'))
  await opensByItself(at('pr-8.docs', '/guides/'))
})

test('Acme’s person is nobody at Globex, and stays who they are', async () => {
  await signInAtDocs('jane@acme.example')
  await page.goto(at('globex'))
  await page.waitForURL(`${demo.servers.simulator.href}idp/**`)
  await page.locator('input[name=email]').fill('hank@globex.example')
  await page.locator('form button[type=submit]').click()
  await page.getByRole('heading', { name: /continue as/i }).waitFor()
  expect(new URL(page.url()).hostname).toBe('login.localhost')
  await opensByItself(at('docs', '/guides/'))
  expect(await who()).toBe('Jane Doe')
  await asksAgain(at('globex'))
})

test('signing out here ends one pass; signing out everywhere, and both ask again', async () => {
  await signInAtDocs('jane@acme.example')
  await opensByItself(at('acme'))

  await page.getByRole('button', { name: 'Sign out here' }).click()
  await page.getByText('You are still signed in at login.localhost').waitFor()
  await opensByItself(at('docs', '/guides/'))
  await opensByItself(at('acme'))
  expect(trail.map(({ pathname }) => pathname)).toContain('/auth/handoff')

  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.waitForURL(`${at('login', '/auth/signed-out')}*`)
  expect(trail.map(({ pathname }) => pathname)).toContain('/oidc/logout')
  await asksAgain(at('acme'))
  await expireSessions()
  await asksAgain(at('docs', '/guides/'))
})

test('deactivating somebody closes every host: a strict one on the next request, the other when its token has expired', async () => {
  await signInAtDocs('joe@acme.example')
  await opensByItself(at('acme'))
  const operator = await demo.browser.newPage({ javaScriptEnabled: false })
  await operator.goto(new URL('/operator', demo.servers.simulator).href)
  await operator.getByRole('heading', { name: 'Acme', exact: true }).click()
  await operator.getByRole('button', { name: 'Deactivate joe@acme.example', exact: true }).click()
  await operator.getByRole('status').getByText('organization.directory.user_updated: sent, 200.').waitFor()

  await asksAgain(at('acme'))
  await page.goto(at('docs', '/guides/'))
  expect(await page.title()).toContain('Guides')
  await expireSessions()
  await asksAgain(at('docs', '/guides/'))

  await operator.getByRole('button', { name: 'Restore all organizations' }).click()
  await operator.close()
})

test('the login host lists where somebody is signed in, and ends one of them', async () => {
  await signInAtDocs('hank@globex.example')
  await opensByItself(at('globex'))
  await page.getByRole('link', { name: 'All your sessions' }).click()
  await page.waitForURL(at('login', '/auth/sessions'))
  const entries = page.locator('.sessions li')
  expect(await entries.count()).toBe(3)
  const globex = entries.filter({ hasText: 'globex.localhost' })
  await globex.getByRole('button', { name: 'End' }).click()
  await page.waitForURL(at('login', '/auth/sessions'))
  expect(await entries.filter({ hasText: 'globex.localhost' }).count()).toBe(0)
  expect(await entries.filter({ hasText: 'docs.localhost' }).count()).toBe(1)
})

test('localhost stays apart: it signs people in itself', async () => {
  await signInAtDocs('jane@acme.example')
  trail.length = 0
  await page.goto(demo.at('/team/'))
  await page.getByLabel('Work e-mail').waitFor()
  expect(trail.map(({ hostname }) => hostname)).toEqual(['localhost', 'localhost'])
})

test('no host shows another one’s folder to whoever is signed in there', async () => {
  await signInAtDocs('hank@globex.example')
  await opensByItself(at('globex'))
  await page.goto(demo.at('/team/'))
  await page.getByLabel('Work e-mail').fill('hank@globex.example')
  await page.getByRole('button', { name: 'Continue' }).click()
  await passIdentityProvider('hank@globex.example')
  await page.waitForURL(demo.at('/team/'))

  const answer = async (address: string) => {
    const response = await page.goto(address)
    return { status: response?.status(), text: await response?.text() }
  }
  expect(await answer(demo.at('/sites/globex/'))).toMatchObject({ status: 200 })
  for (const prefix of ['/sites', '//sites', '/Sites', '/%73ites', '/sites%2Fglobex%2F%2e%2e']) {
    for (const origin of [
      at('docs', ''),
      at('pr-7.docs', ''),
      at('globex', ''),
      at('login', ''),
      demo.at('').slice(0, -1),
    ]) {
      const { status, text } = await answer(`${origin}${prefix}/acme/`)
      expect([400, 403, 404], `${origin}${prefix}`).toContain(status)
      expect(text).not.toContain('Acme’s own site')
    }
  }
  expect(await answer(at('docs', '/sites/globex/'))).toMatchObject({ status: 404 })
})

test.each([390, 1280])(
  'the pages of the demo’s hosts fit a width of %i pixels, and break none of their rules',
  async (width) => {
    await page.setViewportSize({ width, height: 800 })
    const violations: string[] = []
    page.on('console', (message) => message.type() === 'error' && violations.push(message.text()))
    await signInAtDocs('jane@acme.example')
    const addresses = [at('docs'), at('docs', '/guides/'), at('acme'), at('login', '/auth/sessions')]
    for (const address of addresses) {
      await page.goto(address)
      expect(await page.evaluate(() => document.documentElement.scrollWidth), address).toBe(width)
    }
    expect(violations).toEqual([])
  },
)

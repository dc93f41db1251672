import type { BrowserContext, Page } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { useDemo } from '../../support/node/demo.ts'

const demo = useDemo()
const { at } = demo
let context: BrowserContext
/** A tab of whoever develops. */
let page: Page

beforeEach(async () => {
  context = await demo.browser.newContext()
  page = await context.newPage()
})
afterEach(async () => {
  await postTo('/operator/organizations/restore')
  await postTo('/operator/faults/off')
  await context.close()
})

const atSimulator = (path: string) => new URL(path, demo.servers.simulator).href

const postTo = (path: string, fields: Record<string, string> = {}) =>
  fetch(atSimulator(path), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })

/** One click, from the page of the simulator to the site. */
async function signInAs(name: string): Promise<void> {
  await page.goto(atSimulator('/'))
  await page.getByRole('button', { name: `Sign in as ${name}` }).click()
}

const expectSignedIn = async (name: string) => {
  await page.waitForURL(at('/'))
  await page.locator('html[data-session=signed-in]').waitFor()
  expect(await page.locator('[data-field=person]').first().textContent()).toBe(name)
}

test('one click signs in as somebody, and a page that is open shows the requests as they come', async () => {
  const requests = await context.newPage()
  await requests.goto(atSimulator('/operator/requests'))
  await requests.getByText('new requests appear by themselves').waitFor()
  await signInAs('Jane')
  await expectSignedIn('Jane Doe')

  const token = requests.locator('.requests > li').filter({ hasText: 'POST /oauth/token' }).first()
  await token.locator('summary').click()
  await token.getByText('"jane@acme.example"').first().waitFor()
  expect(await token.textContent()).toContain('client_secret(not shown)')

  // What somebody reads is not folded away by what comes.
  await requests.getByRole('button', { name: 'Pause' }).click()
  await postTo('/operator/users/update', {
    organization_id: 'org_20000000000000002',
    email: 'joe@acme.example',
  })
  await requests.getByText('Paused.').waitFor()
  expect(await requests.getByText('organization.directory.user_updated').count()).toBe(0)
  await requests.getByRole('button', { name: 'Go on' }).click()
  await requests.getByText('organization.directory.user_updated').first().waitFor()
  expect(await token.locator('details').getAttribute('open')).toBe('')
})

test('the same without script, from the portal of a company', async () => {
  const plain = await demo.browser.newContext({ javaScriptEnabled: false })
  const tab = await plain.newPage()
  await tab.goto(atSimulator('/'))
  await tab.getByRole('link', { name: 'the company’s portal' }).click()
  await tab.getByRole('button', { name: 'Sign in as Hank' }).click()
  await tab.waitForURL(at('/'))
  expect((await plain.cookies()).map(({ name }) => name)).toContain('gh-session')
  await tab.goto(atSimulator('/operator/requests'))
  const latest = await tab.locator('.requests > li summary').allTextContents()
  expect(latest.slice(0, 2).join()).toMatch(/Token.*Authorization/s)
  await plain.close()
})

test('a person gets another group at the page of the organization, and signs in with it', async () => {
  await page.goto(atSimulator('/'))
  await page.getByRole('link', { name: 'Edit Acme' }).click()
  await page.getByText('Joe Bloggs joe@acme.example').click()
  const form = page.locator('details[open]')
  await form.getByLabel('Groups').fill('sales, Platform Team')
  await form.getByRole('button', { name: 'Save joe@acme.example' }).click()
  await page.getByRole('status').getByText('organization.directory.user_updated: sent, 200.').waitFor()
  await signInAs('Joe')
  await expectSignedIn('Joe Bloggs')
  await page.goto(atSimulator('/operator/requests'))
  await page.locator('.requests > li', { hasText: 'Token' }).first().locator('summary').click()
  await page.getByText('["sales","Platform Team"]').waitFor()
})

test('a connection is switched off by keyboard, and the login ends with the reason', async () => {
  await page.goto(atSimulator('/operator/organizations/org_20000000000000002'))
  const power = page.getByRole('switch', { name: 'OKTA SAML' })
  await power.focus()
  await page.keyboard.press('Space')
  await page.getByRole('switch', { name: 'OKTA SAML', checked: false }).waitFor()
  await page.goto(at('/auth/login?organization_id=org_20000000000000002'))
  await page.getByText('no_active_connections').first().waitFor({ state: 'attached' })
  await page.goto(atSimulator('/'))
  await page.getByText('nobody can sign in').first().waitFor()
})

test('an address that is not allowed any more is shown beside the others, and allowed with one click', async () => {
  await page.goto(atSimulator('/operator'))
  const callback = at('/auth/callback')
  await page.getByRole('button', { name: `Remove ${callback}`, exact: true }).click()
  await page.getByRole('status').getByText('The addresses are changed.').waitFor()
  await page.goto(at('/auth/login?login_hint=mona@globex.example'))
  await page.getByText('invalid_redirect_uri').waitFor()
  expect(await page.locator('mark').allTextContents()).toEqual(['localhost'])
  await page.getByText('stands for one label').waitFor()
  await page.getByRole('button', { name: 'Allow it here and go on' }).click()
  await page.getByRole('heading', { name: 'Sign in at Globex' }).waitFor()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expectSignedIn('Mona Lott')
})

test('a fault is a switch, which every page shows and switches off', async () => {
  await page.goto(atSimulator('/operator/faults'))
  await page.getByRole('switch', { name: 'Wrong nonce' }).click()
  await page.getByRole('switch', { name: 'Wrong nonce', checked: true }).waitFor()
  await signInAs('Jane')
  await page.getByText('id_token_invalid').first().waitFor({ state: 'attached' })

  await page.goto(atSimulator('/'))
  await page.getByRole('complementary', { name: 'Faults that are on' }).getByText('Wrong nonce').waitFor()
  await page.getByRole('button', { name: 'All off' }).click()
  await page.waitForURL(atSimulator('/'))
  await signInAs('Jane')
  await expectSignedIn('Jane Doe')
})

test('no page is wider than a telephone, with all that is folded opened', async () => {
  // Something on every page.
  await postTo('/operator/faults', { fault: 'extra_groups', to: 'on', amount: '5' })
  await signInAs('Joe')
  await page.goto(at('/auth/login?organization_id=org_29999999999999999'))
  await page.goto(at('/auth/login?login_hint=jane@acme.example'))
  const paths = [
    page.url(),
    '/',
    '/operator',
    '/operator/organizations/org_20000000000000003',
    '/operator/requests',
    '/operator/faults',
    '/oauth/authorize?client_id=skc_10000000000000001&redirect_uri=https://localhost/auth/callback/',
  ]
  const findings: string[] = []
  for (const path of paths) {
    await page.goto(atSimulator(path))
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true
    })
    for (const width of [320, 390, 1280]) {
      await page.setViewportSize({ width, height: 700 })
      const scrolled = await page.evaluate(() => document.documentElement.scrollWidth)
      if (scrolled > width) findings.push(`${path}: ${scrolled} px at ${width}`)
    }
  }
  expect(findings).toEqual([])
})

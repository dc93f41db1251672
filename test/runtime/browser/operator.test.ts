import { ScalekitClient } from '@scalekit-sdk/node'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEVELOPMENT_WEBHOOK_SECRET } from '../../../simulator/client.ts'
import { signWebhook } from '../../../simulator/webhook-signature.ts'
import { useDemo } from '../../support/node/demo.ts'

const demo = useDemo()
const { at, signIn } = demo
let person: BrowserContext
let bystander: BrowserContext
let operator: Page

beforeEach(async () => {
  person = await demo.browser.newContext()
  bystander = await demo.browser.newContext()
  operator = await (await demo.browser.newContext({ javaScriptEnabled: false })).newPage()
})
afterEach(async () => {
  const restored = await fetch(new URL('/simulator/organizations/restore', demo.servers.simulator), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  })
  expect(restored.status).toBe(200)
  await Promise.all([person.close(), bystander.close(), operator.context().close()])
})

const atOperator = () => new URL('/operator', demo.servers.simulator).href

/** Loads the page again after the session token's time is over. */
async function comeBack(page: Page): Promise<void> {
  await page.context().clearCookies({ name: 'gh-session' })
  await page.reload()
}

const expectSignedIn = async (page: Page) => {
  await comeBack(page)
  expect(await page.title()).toContain('Team')
}

const expectSignedOut = async (page: Page) => {
  await comeBack(page)
  await page.getByLabel('Work e-mail').waitFor()
}

async function press(name: string): Promise<void> {
  await operator.goto(atOperator())
  const button = { name, exact: true }
  // What belongs to an organization is folded into its name.
  const folded = operator.locator('details:not([open])').filter({
    has: operator.getByRole('button', { ...button, includeHidden: true }),
  })
  for (const details of await folded.all()) await details.locator('> summary').click()
  await operator.getByRole('button', button).click()
}

const latestEvent = (): Locator =>
  operator.getByRole('table', { name: 'Events, the latest first' }).locator('tbody tr').first()

async function expectDelivered(type: string, attempts = 1): Promise<void> {
  await operator.getByRole('status').getByText(`${type}: sent, 200.`).waitFor()
  const cells = await latestEvent().locator('th, td').allTextContents()
  expect(cells[0]).toContain(type)
  expect(cells[2]).toBe('delivered')
  expect(cells[3]?.match(/\b200\b/g)).toHaveLength(attempts)
}

test('signs webhooks so that Scalekit’s SDK takes them', async () => {
  const sdk = new ScalekitClient('https://acme.scalekit.dev', 'skc_1', 'test_secret')
  const timestamp = Math.floor(Date.now() / 1000)
  const body = '{"type":"user.logout","name":"Jörg"}'
  const other = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX'
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': await signWebhook([other, DEVELOPMENT_WEBHOOK_SECRET], 'msg_1', timestamp, body),
  }
  for (const secret of [other, DEVELOPMENT_WEBHOOK_SECRET]) {
    expect(sdk.verifyWebhookPayload(secret, headers, body)).toBe(true)
  }
})

test('deactivating a user leads them to the login, and the login back with a reason', async () => {
  const page = await signIn(person, 'ann@example.com')
  const other = await signIn(bystander, 'ben@example.com')
  await press('Deactivate ann@example.com')
  await expectDelivered('organization.directory.user_updated')
  await expectSignedOut(page)
  await expectSignedIn(other)

  await page.getByLabel('Work e-mail').fill('ann@example.com')
  await page.getByLabel('Work e-mail').press('Enter')
  await page.locator('form button[type=submit]').click()
  await page.waitForURL(at('/auth/callback*'))
  expect(await page.locator('footer code').first().textContent()).toBe('scalekit_error: user_not_active')

  await press('Reactivate ann@example.com')
  await expectDelivered('organization.directory.user_updated')
  await signIn(person, 'ann@example.com')
})

test('deleting a user, and removing a membership', async () => {
  const page = await signIn(person, 'jane@acme.example')
  const other = await signIn(bystander, 'joe@acme.example')
  await press('Delete jane@acme.example')
  await expectDelivered('organization.directory.user_deleted')
  await expectSignedOut(page)
  await expectSignedIn(other)
  await press('Remove membership joe@acme.example')
  await expectDelivered('user.organization_membership_deleted')
  await expectSignedOut(other)
})

test('disabling a connection', async () => {
  const page = await signIn(person, 'jane@acme.example')
  const other = await signIn(bystander, 'hank@globex.example')
  await press('Disable conn_30000000000000002')
  await expectDelivered('organization.sso_disabled')
  await expectSignedOut(page)
  await expectSignedIn(other)
})

test('deleting an organization', async () => {
  const page = await signIn(person, 'jane@acme.example')
  const other = await signIn(bystander, 'hank@globex.example')
  await press('Delete organization Acme')
  await expectDelivered('organization.deleted')
  await expectSignedOut(page)
  await expectSignedIn(other)
})

test('logging out one of two sessions of a person', async () => {
  const other = await signIn(bystander, 'hank@globex.example')
  const page = await signIn(person, 'hank@globex.example')
  await operator.goto(atOperator())
  // The latest is the first.
  await operator
    .getByRole('button', { name: /^Log out hank@globex\.example/ })
    .first()
    .click()
  await expectDelivered('user.logout')
  await expectSignedOut(page)
  await expectSignedIn(other)
})

test('what arrives twice or late harms nobody who has signed in since', async () => {
  const before = await signIn(person, 'jane@acme.example')
  await press('Deactivate jane@acme.example')
  await expectSignedOut(before)
  await press('Reactivate jane@acme.example')
  // Sessions are counted in seconds, and the new one has to be younger than the event.
  await new Promise((wake) => setTimeout(wake, 1100))
  const page = await signIn(person, 'jane@acme.example')
  await operator.goto(atOperator())
  await operator
    .getByRole('button', { name: /^Deliver again/ })
    .nth(1)
    .click()
  await operator.getByRole('status').getByText('organization.directory.user_updated: sent, 200.').waitFor()
  await expectSignedIn(page)
})

test('holding webhooks keeps a deactivated user in, until the event is delivered by hand', async () => {
  const page = await signIn(person, 'mona@globex.example')
  await operator.goto(atOperator())
  await operator.getByLabel('Hold webhooks').check()
  await operator.getByRole('button', { name: 'Save settings' }).click()
  await operator.getByRole('status').getByText('The settings are saved.').waitFor()
  await press('Deactivate mona@globex.example')
  await operator.getByRole('status').getByText('not sent yet').waitFor()
  await expectSignedIn(page)
  await latestEvent().getByRole('button', { name: 'Deliver' }).click()
  await expectDelivered('organization.directory.user_updated')
  await expectSignedOut(page)
  await operator.getByLabel('Hold webhooks').uncheck()
  await operator.getByRole('button', { name: 'Save settings' }).click()
})

test('an event that cannot be sent is corrected in its form', async () => {
  await operator.goto(atOperator())
  await operator.getByText('Send any event').click()
  await operator.getByLabel('Type').fill('organization.directory_disabled')
  await operator.getByLabel('Data, a JSON object').fill('{"id":')
  await operator.getByRole('button', { name: 'Send event' }).click()
  expect(await operator.getByRole('alert').textContent()).toContain('data')
  expect(await operator.getByLabel('Data, a JSON object').inputValue()).toBe('{"id":')
  await operator.getByLabel('Data, a JSON object').fill('{"id":"dir_1"}')
  await operator.getByRole('button', { name: 'Send event' }).click()
  await expectDelivered('organization.directory_disabled')
})

test('rotated keys do not keep anybody from signing in', async () => {
  await press('Rotate and withdraw the old ones')
  await operator.getByRole('status').getByText('A new key signs').waitFor()
  await expectSignedIn(await signIn(person, 'ann@example.com'))
})

test('the page fits a telephone, and breaks none of its own rules', async () => {
  const phone = await demo.browser.newContext({ viewport: { width: 390, height: 800 } })
  const page = await phone.newPage()
  const violations: string[] = []
  page.on('console', (message) => message.type() === 'error' && violations.push(message.text()))
  await page.goto(atOperator())
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width).toBe(390)
  expect(violations).toEqual([])
  await phone.close()
})

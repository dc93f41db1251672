import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useGatedBrowser } from '../../support/node/gated-browser.ts'

const gated = useGatedBrowser()
const { at, enter, signIn } = gated

const FORM = '/orders/new?for=acme'

const form = (attributes: string) =>
  `<!doctype html><title>New order</title><form method="post" action="/orders" ${attributes}>
    <input name="note"><input type="file" name="file"><button>Order</button>
  </form>`

/** Of the person's own disk, and more than fits one packet. */
let file = ''
let folder = ''
const FILE_SIZE = 1_250_000
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-form-'))
  file = join(folder, 'a.bin')
  await writeFile(file, Buffer.alloc(FILE_SIZE, 'x'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const posted = () => gated.world.origin.seen.filter(({ method }) => method === 'POST')

/** A form is filled in, the session ends, the form is sent. */
async function sendLate(attributes: string, headers: Record<string, string> = {}): Promise<Page> {
  const { page, context, world } = gated
  world.origin.routes.set('/orders/new', (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(form(attributes))
  })
  await signIn(page, FORM, 'ann@example.com')
  await page.locator('input[name=note]').fill('ü & more')
  await page.locator('input[name=file]').setInputFiles(file)
  await context.clearCookies()
  const [response] = await Promise.all([
    page.waitForResponse(at('/orders')),
    page.getByRole('button', { name: 'Order' }).click(),
  ])
  expect(response.status()).toBe(401)
  await page.getByRole('heading', { name: 'What you sent was not received' }).waitFor()
  return page
}

describe.each([
  ['a form', '', 'note=%C3%BC+%26+more&file=a.bin'.length],
  ['a form with a file', 'enctype="multipart/form-data"', FILE_SIZE],
])('%s that met an ended session', (_case, attributes, size) => {
  test('has reached nobody, and signing in leads back to the page with it', async () => {
    const page = await sendLate(attributes)
    expect(await page.locator('main').textContent()).toContain('back at the page that you sent it from')
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await enter(page, 'ann@example.com')
    await page.waitForURL(at(FORM))
    expect(await page.title()).toBe('New order')
    expect(posted()).toEqual([])
  })

  test('is sent as it was by whoever signs in in another tab, and reloads', async () => {
    const page = await sendLate(attributes)
    const [tab] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: 'sign in in another tab' }).click(),
    ])
    await enter(tab, 'ann@example.com')
    await tab.waitForURL(at(FORM))
    expect(posted()).toEqual([])
    await page.reload()
    await expect.poll(() => posted().length).toBe(1)
    expect(page.url()).toBe(at('/orders'))
    expect(posted()[0]?.bodyLength).toBeGreaterThanOrEqual(size)
  })
})

test('a page that does not say where it is leads to the home page, and that is said', async () => {
  const page = await sendLate('', { 'Referrer-Policy': 'no-referrer' })
  expect(await page.locator('main').textContent()).toContain('After signing in you are on the home page')
  await page.getByRole('link', { name: 'Sign in again' }).click()
  await enter(page, 'ann@example.com')
  await page.waitForURL(at('/'))
})

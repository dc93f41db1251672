import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { useGatedBrowser } from '../../support/node/gated-browser.ts'
import { rawRequest, sendRaw } from '../../support/node/raw-http.ts'

const gated = useGatedBrowser()
const at = (path: string) => gated.at(path, 'hash.localhost')

const serveHtml = (path: string, html: string) =>
  gated.world.origin.routes.set(path, (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html)
  })

beforeEach(() => serveHtml('/app', '<!doctype html><title>App</title>'))

/** What the sign-in page takes along. */
const returnTo = (page: Page) => page.locator('form input[name=return_to]').last().inputValue()

/** Opens an address and waits for the sign-in page. */
async function open(page: Page, path: string): Promise<string> {
  await page.goto(at(path))
  await page.getByLabel('Work e-mail').waitFor()
  return returnTo(page)
}

test('a hash route survives the login, without a word and without a trace in the history', async () => {
  const { page } = gated
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  page.on('console', (each) => each.text().includes('Security Policy') && errors.push(each.text()))
  await page.goto('about:blank#before')
  await page.goto(at('/app?tab=2#/orders/7?sort=name&x=ä'))
  await page.getByLabel('Work e-mail').waitFor()
  expect(new URL(page.url()).hash).toBe('')
  await page.goBack()
  expect(page.url()).toBe('about:blank#before')
  await page.goForward()
  await gated.enter(page, 'ann@example.com')
  await page.waitForURL(at('/app?tab=2#/orders/7?sort=name&x=%C3%A4'))
  expect(await page.title()).toBe('App')
  expect(errors).toEqual([])
})

test('nobody on the way is told: not Scalekit, not the identity provider, by whatever part of an address', async () => {
  const { page, world } = gated
  const elsewhere: string[] = []
  page.on('framenavigated', (frame) => elsewhere.push(frame.url()))
  page.on('request', (request) => elsewhere.push(request.url(), request.headers()['referer'] ?? ''))
  await page.goto(at('/app#/orders/4711'))
  await gated.enter(page, 'ann@example.com')
  await page.waitForURL(at('/app#/orders/4711'))
  const there = elsewhere.filter((url) => url.startsWith(world.simulator.href))
  expect(there.length).toBeGreaterThan(1)
  expect(there.filter((url) => url.includes('4711'))).toEqual([])
  expect(world.origin.seen.map(({ url }) => url)).not.toContainEqual(expect.stringContaining('4711'))
})

test('a redirect would take it along to the identity provider’s page', async () => {
  const { page, world } = gated
  const selectors = 'organization_id=org_20000000000000001&return_to=/app'
  await page.goto(at(`/auth/login?${selectors}#/orders/4711`))
  expect(page.url()).toMatch(new RegExp(`^${world.simulator.href}idp/.*#/orders/4711$`))
})

test.each([
  ['none', '', '/app'],
  ['an empty one', '#', '/app'],
  ['another host (#//evil.example)', '#//evil.example', '/app#//evil.example'],
  ['javascript:', '#javascript:alert(1)', '/app#javascript:alert(1)'],
  [
    'the end of a script',
    '#</script><img src=x onerror=alert(1)>',
    '/app#%3C/script%3E%3Cimg%20src=x%20onerror=alert(1)%3E',
  ],
  ['an attribute', '#" onload="alert(1)', '/app#%22%20onload=%22alert(1)'],
  ['line breaks (CRLF)', '#a\r\nSet-Cookie: b=c', '/app#aSet-Cookie:%20b=c'],
  ['encoded line breaks', '#a%0d%0aSet-Cookie:b=c', '/app#a%0d%0aSet-Cookie:b=c'],
  ['letters of Unicode', '#/größe/🔑/\u2028', '/app#/gr%C3%B6%C3%9Fe/%F0%9F%94%91/%E2%80%A8'],
  ['half of a character', '#/\ud83d', '/app#/%EF%BF%BD'],
  ['broken escapes', '#/%zz%', '/app#/%zz%'],
  ['a backslash', '#/a\\b', '/app#/a%5Cb'],
  ['two number signs', '#a#b', '/app#a#b'],
  ['more of a query', '#&return_to=//evil.example&prompt=none', '/app#&return_to=//evil.example&prompt=none'],
  ['plus and space', '#a+b c', '/app#a+b%20c'],
  ['the longest that goes along', `#${'a'.repeat(7800)}`, `/app#${'a'.repeat(7800)}`],
])('a fragment: %s', async (_case, fragment, expected) => {
  const { page, context } = gated
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    return dialog.dismiss()
  })
  expect(await open(page, `/app${fragment}`)).toBe(expected)
  expect(new URL(page.url()).host).toBe(new URL(at('/')).host)
  expect(dialogs).toEqual([])
  expect((await context.cookies()).map(({ name }) => name)).not.toContain('b')
})

test('whatever is in it, the browser comes back to just that', async () => {
  const { page } = gated
  await page.goto(at('/app#//evil.example/</script>/größe\\%zz?a+b c'))
  await gated.enter(page, 'ann@example.com')
  await page.waitForURL(at('/app#//evil.example/%3C/script%3E/gr%C3%B6%C3%9Fe%5C%zz?a+b%20c'))
  expect(await page.title()).toBe('App')
})

describe('a fragment stays where it was, and the page survives,', () => {
  test.each([
    ['a token of an implicit flow', '#access_token=s3cret&token_type=bearer'],
    ['an ID token behind others', '#state=a&id_token=s3cret'],
    ['a code', '#code=s3cret'],
    ['a code behind a hash route', '#/callback?code=s3cret'],
    ['a code that a hash router took for a route', '#/code=s3cret'],
    ['a link that signs somebody in', '#/reset;token=s3cret'],
    ['a name that is encoded', '#access%5Ftoken=s3cret'],
    ['a name in upper case', '#Access_Token=s3cret'],
    ['a refresh token', '#x=1&refresh_token=s3cret'],
    ['a password', '#user=a&password=s3cret'],
    ['a key of an API', '#/import?api_key=s3cret'],
    ['a token of no name', '#eyJhbGciOiJub25lIn0.eyJzdWIiOiJzM2NyZXQifQ.s3cret'],
    ['a token in a list', '#/reset?token[]=s3cret'],
    ['a code that came by mail', '#/confirm?confirmation_code=s3cret'],
    // Looked through for names, it would hold the page for minutes.
    ['what takes long to look through', `#s3cret${'auth'.repeat(120_000)}=1`],
    ['more than fits an address', `#s3cret${'a'.repeat(9000)}`],
    ['letters that grow when they are written in an address', `#s3cret${'ä'.repeat(1000)}`],
  ])('where it holds %s', async (_case, fragment) => {
    const { page } = gated
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    expect(await open(page, `/app?tab=2${fragment}`)).toBe('/app?tab=2')
    // The browser's library writes the first one with its fragment.
    expect(asked.slice(1).filter((url) => url.includes('s3cret'))).toEqual([])
  })

  test('where the page is too long itself, and the home page is another one', async () => {
    expect(await open(gated.page, `/app?${'a'.repeat(8000)}#/orders/7`)).toBe('/')
  })
})

test('a link on another site leads through it', async () => {
  const { page } = gated
  await page.route('http://portal.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<a href="${at('/app#/orders/7')}">Order</a>` }),
  )
  await page.goto('http://portal.example/')
  await page.getByRole('link').click()
  await gated.enter(page, 'ann@example.com')
  await page.waitForURL(at('/app#/orders/7'))
})

test('a browser without scripts goes on without the fragment', async () => {
  const context = await gated.browser.newContext({ javaScriptEnabled: false })
  try {
    expect(await open(await context.newPage(), '/app?tab=2#/orders/7')).toBe('/app?tab=2')
  } finally {
    await context.close()
  }
})

test('where the script is kept from running, a link appears', async () => {
  const { page } = gated
  const { port } = gated.world
  const request = rawRequest('GET', '/app', [
    ['Host', `hash.localhost:${port}`],
    ['Accept', 'text/html'],
  ])
  const { status, body } = await sendRaw(port, request)
  // As an extension does that blocks inline scripts.
  const headers = { 'Content-Type': 'text/html', 'Content-Security-Policy': "script-src 'none'" }
  await page.route(at('/app'), (route) => route.fulfill({ status, headers, body }))
  await page.goto(at('/app#/orders/7'))
  await page.getByRole('link', { name: 'Go on to sign in' }).click()
  await page.getByLabel('Work e-mail').waitFor()
  expect(await returnTo(page)).toBe('/app')
})

import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { useGatedBrowser } from '../../support/node/gated-browser.ts'

const gated = useGatedBrowser()
const { at, enter, signIn, expireSession } = gated

/** A page that anybody may have, with a script that asks for what only a person who is signed in may. */
const APP = `<!doctype html><title>App</title><script type="module">
  const response = await fetch('/api/x')
  const body = await response.json()
  if (response.status === 401) location.assign(body.login_url)
  else document.body.textContent = new Map(body.headers).get('X-Forwarded-Email')
</script><body></body>`

const serveHtml = (path: string, html: string) =>
  gated.world.origin.routes.set(path, (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html)
  })

test('sends the person to the address in the 401, who comes back to the page they were on', async () => {
  const { page } = gated
  serveHtml('/spa', APP)
  const refused = page.waitForResponse(at('/api/x'))
  await page.goto(at('/spa?tab=2'))
  const response = await refused
  expect(response.status()).toBe(401)
  expect(response.headers()['content-type']).toContain('application/problem+json')

  await enter(page, 'ann@example.com')
  await page.waitForURL(at('/spa?tab=2'))
  await page.getByText('ann@example.com').waitFor()
})

describe('from another host', () => {
  const askApi = (page: Page) =>
    page.evaluate(
      async (address) => {
        try {
          const response = await fetch(address, { credentials: 'include' })
          return { status: response.status, body: await response.json() }
        } catch (error) {
          return { status: 0, body: String(error) }
        }
      },
      at('/api/x', 'api.shop.localhost'),
    )

  test('that the site names the 401 can be read, and the login it points to helps', async () => {
    const { page, context, world } = gated
    world.origin.routes.set('/api/x', ({ headers }, response) => {
      response.setHeader('Access-Control-Allow-Origin', headers.origin ?? '')
      response.setHeader('Access-Control-Allow-Credentials', 'true')
      response.end(JSON.stringify({ email: headers['x-forwarded-email'] }))
    })
    serveHtml('/app', '<title>App</title>')
    await page.goto(at('/app', 'spa.shop.localhost'))
    const { status, body } = await askApi(page)
    expect(status).toBe(401)
    expect(body).toMatchObject({ code: 'login_required' })
    expect(new URL(body.login_url).host).toBe(`api.shop.localhost:${world.port}`)

    const tab = await context.newPage()
    await tab.goto(body.login_url)
    await enter(tab, 'ann@example.com')
    await tab.waitForURL(at('/', 'api.shop.localhost'))
    expect(await askApi(page)).toEqual({ status: 200, body: { email: 'ann@example.com' } })
  })

  test('that the site does not name nothing can be read', async () => {
    const { page } = gated
    serveHtml('/app', '<title>App</title>')
    await page.goto(at('/app', 'other.shop.localhost'))
    expect(await askApi(page)).toEqual({ status: 0, body: 'TypeError: Failed to fetch' })
  })
})

describe('with a session token whose time is over, and a session that goes on', () => {
  test('what a script posts arrives, and the session is renewed on the way', async () => {
    const { page, context, world } = gated
    await signIn(page, '/page', 'ann@example.com')
    await expireSession()
    const size = 300_000
    const posted = await page.evaluate(async (length) => {
      const response = await fetch('/api/save', { method: 'POST', body: 'x'.repeat(length) })
      return { status: response.status, body: await response.json() }
    }, size)
    expect(posted.status).toBe(200)
    expect(posted.body).toMatchObject({ method: 'POST', url: '/api/save', bodyLength: size })
    expect(world.origin.seen.filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect((await context.cookies()).map(({ name }) => name)).toContain('gh-session')
  })

  test('a form that a person sends arrives', async () => {
    const { page, world } = gated
    serveHtml('/page', '<form method="post" action="/api/save"><input name="a"><button>Send</button></form>')
    await signIn(page, '/page', 'ann@example.com')
    await page.locator('input').fill('ü & more')
    await expireSession()
    await page.getByRole('button').click()
    await page.waitForURL(at('/api/save'))
    const sent = world.origin.seen.find(({ method }) => method === 'POST')
    expect(sent?.bodyLength).toBe('a=%C3%BC+%26+more'.length)
  })

  test('and when the session has ended, a form is not sent again behind the person’s back', async () => {
    const { page, context, world } = gated
    serveHtml('/page', '<form method="post" action="/api/save"><button>Send</button></form>')
    await signIn(page, '/page', 'ann@example.com')
    await context.clearCookies()
    const [response] = await Promise.all([
      page.waitForResponse(at('/api/save')),
      page.getByRole('button').click(),
    ])
    expect(response.status()).toBe(401)
    expect(world.origin.seen.filter(({ method }) => method === 'POST')).toEqual([])
    expect(await context.cookies()).toEqual([])
  })
})

describe('signed out, what no person has opened never begins a login', () => {
  /** A page that anybody may have, which loads what only a person who is signed in may. */
  const loadedBy = async (html: string, path: string) => {
    const { page } = gated
    serveHtml('/spa', `<!doctype html><title>App</title>${html}`)
    const answered = page.waitForResponse(at(path))
    await page.goto(at('/spa'))
    return answered
  }

  const expectNoLogin = async () => {
    const { page, context, world } = gated
    expect((await context.cookies()).map(({ name }) => name)).toEqual([])
    expect(world.origin.seen.map(({ url }) => url)).toEqual(['/spa'])
    expect(page.url()).toBe(at('/spa'))
  }

  test.each([
    ['an image', '<img src="/x">'],
    ['a script', '<script src="/x"></script>'],
    ['a module', '<script type="module">import "/x"</script>'],
    ['a font', '<style>@font-face { font-family: f; src: url("/x") } body { font-family: f }</style>f'],
    ['a video', '<video src="/x" autoplay></video>'],
    ['a frame', '<iframe src="/x"></iframe>'],
    ['an object', '<object data="/x" type="text/html"></object>'],
    ['a page fetched ahead', '<link rel="prefetch" href="/x">'],
    ['a page preloaded', '<link rel="preload" as="fetch" href="/x" crossorigin>'],
    [
      'a page that is guessed',
      '<script type="speculationrules">{"prefetch":[{"urls":["/x"],"eagerness":"immediate"}]}</script>',
    ],
    [
      'a page rendered ahead',
      '<script type="speculationrules">{"prerender":[{"urls":["/x"],"eagerness":"immediate"}]}</script>',
    ],
    ['a worker', '<script>new Worker("/x")</script>'],
    ['a beacon', '<script>navigator.sendBeacon("/x", "a")</script>'],
    ['events', '<script>new EventSource("/x")</script>'],
    ['a request by script', '<script>fetch("/x")</script>'],
    [
      'a request by script that asks for a page',
      '<script>fetch("/x", { headers: { Accept: "text/html" } })</script>',
    ],
  ])('%s', async (_case, html) => {
    expect((await loadedBy(html, '/x')).status()).toBe(401)
    await expectNoLogin()
  })

  test('a service worker', async () => {
    const { page } = gated
    serveHtml('/spa', '<title>App</title>')
    await page.goto(at('/spa'))
    const said = await page.evaluate(() =>
      navigator.serviceWorker.register('/x').then(String, ({ message }: Error) => message),
    )
    expect(said).toContain('(401)')
    await expectNoLogin()
  })
})

test('a service worker that passes every request on keeps nobody from signing in', async () => {
  const { page, context, world } = gated
  world.origin.routes.set('/public/worker.js', (_request, response) => {
    response
      .writeHead(200, { 'Content-Type': 'text/javascript', 'Service-Worker-Allowed': '/' })
      .end(
        'self.onactivate = (e) => e.waitUntil(clients.claim()); self.onfetch = (e) => e.respondWith(fetch(e.request))',
      )
  })
  serveHtml('/spa', '<title>App</title>')
  serveHtml('/page', '<title>Page</title>')
  await page.goto(at('/spa'))
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/public/worker.js', { scope: '/' })
    if (navigator.serviceWorker.controller === null)
      await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done))
  })
  await page.goto(at('/page'))
  await enter(page, 'ann@example.com')
  await page.waitForURL(at('/page'))
  expect(await page.title()).toBe('Page')
  expect((await context.cookies()).map(({ name }) => name)).toContain('gh-session')
})

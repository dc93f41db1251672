import { describe, expect, test } from 'vitest'
import { HANK } from '../support/openid-provider.ts'
import { APP, createWorld, DOCS, shownCode } from '../support/world.ts'

describe('without a session', () => {
  test('a person is sent into the login, with the way back', async () => {
    const world = await createWorld()
    const response = await world.browser().visit(`${DOCS}/reports/?x=1&y=%20`)
    expect(response.status).toBe(302)
    expect(response.headers.get('Location')).toBe(
      `${DOCS}/auth/login?return_to=%2Freports%2F%3Fx%3D1%26y%3D%2520`,
    )
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(world.pages.requests).toEqual([])
  })

  test('HEAD of a page is sent there too', async () => {
    const world = await createWorld()
    expect((await world.browser().visit(`${DOCS}/reports/`, { method: 'HEAD' })).status).toBe(302)
  })

  test.each([
    ['a frame', 'GET', 'iframe', 'Sign in to continue', "'self'"],
    ['a form that was posted', 'POST', 'document', 'What you sent was not received', "'self'"],
  ])(
    '%s shows a page, whose way on leads back to where it was',
    async (_case, method, dest, title, framedBy) => {
      const world = await createWorld()
      const response = await world.browser().request(`${DOCS}/private/x`, {
        method,
        headers: {
          'Sec-Fetch-Mode': 'navigate',
          'Sec-Fetch-Dest': dest,
          Accept: 'text/html',
          Referer: `${DOCS}/the/page?of=it`,
        },
      })
      expect(response.status).toBe(401)
      expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('Content-Security-Policy')).toContain(`frame-ancestors ${framedBy}`)
      const html = await response.text()
      expect(html).toContain(`<h1>${title}</h1>`)
      expect(html).toContain('/auth/login?return_to=%2Fthe%2Fpage%3Fof%3Dit')
      expect(html).toContain('target="_top"')
    },
  )

  test.each([
    ['fetch()', 'GET', { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' }],
    ['an image', 'GET', { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' }],
    ['a script', 'GET', { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'script' }],
    ['the manifest', 'GET', { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'manifest' }],
    ['a prefetch', 'GET', { 'Sec-Fetch-Mode': 'navigate', 'Sec-Purpose': 'prefetch' }],
    ['a PUT', 'PUT', {}],
    ['a DELETE', 'DELETE', {}],
    ['a preflight', 'OPTIONS', { 'Access-Control-Request-Method': 'PUT' }],
    ['curl', 'GET', { 'Sec-Fetch-Mode': '', 'User-Agent': 'curl/8' }],
    ['jQuery', 'GET', { 'Sec-Fetch-Mode': '', Accept: 'text/html', 'X-Requested-With': 'XMLHttpRequest' }],
  ])('%s gets a 401 that a script can read', async (_case, method, headers) => {
    const world = await createWorld()
    const Referer = `${DOCS}/the/page?of=it`
    const response = await world
      .browser()
      .request(`${DOCS}/api/x`, { method, headers: { ...headers, Referer } })
    expect(response.status).toBe(401)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(response.headers.get('WWW-Authenticate')).toBe('Cookie realm="docs.example.com"')
    expect(await response.json()).toMatchObject({
      status: 401,
      code: 'login_required',
      login_url: `${DOCS}/auth/login?return_to=%2Fthe%2Fpage%3Fof%3Dit`,
    })
    expect(world.pages.requests).toEqual([])
  })

  test('the login_url leads to the home page where the referrer is of another site', async () => {
    const world = await createWorld()
    const headers = { Referer: 'https://evil.example/x' }
    const response = await world.browser().request(`${DOCS}/api/x`, { headers })
    expect(await response.json()).toMatchObject({ login_url: `${DOCS}/auth/login?return_to=%2F` })
  })

  test('a WebSocket gets a 401', async () => {
    const world = await createWorld()
    const headers = { Upgrade: 'websocket', Origin: DOCS }
    expect((await world.browser().request(`${DOCS}/socket`, { headers })).status).toBe(401)
  })
})

describe('with a session that is not enough', () => {
  test('a person reads who they are, what is asked, and how to switch', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`, undefined, { claims: { idp_roles: ['viewer'] } })
    const { response } = await browser.open(`${DOCS}/admin/users?x=1`)
    expect(response.status).toBe(403)
    expect(await shownCode(response)).toBe('access_denied')
    const html = await response.text()
    expect(html).toContain('jane@acme.example')
    expect(html).toContain('needs a role that you do not have')
    expect(html).toContain('/auth/login?return_to=%2Fadmin%2Fusers%3Fx%3D1&amp;prompt=login')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(world.pages.last?.url).not.toContain('/admin')
  })

  test('a script and a WebSocket read a 403 problem', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`)
    for (const headers of [{}, { Upgrade: 'websocket' }]) {
      const response = await browser.request(`${DOCS}/admin/api`, {
        headers: headers as Record<string, string>,
      })
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ code: 'access_denied' })
    }
  })

  test('the role opens the door', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/admin/`, undefined, { claims: { idp_roles: ['admin'] } })
    expect((await browser.open(`${DOCS}/admin/`)).response.status).toBe(200)
  })
})

describe('rules', () => {
  test('what is public needs no session, and nothing else becomes public by it', async () => {
    const world = await createWorld()
    const browser = world.browser()
    for (const path of [
      '/',
      '/?x=1',
      '/public',
      '/public/',
      '/public/deep/file.css',
      '/forms/contact',
      '/index.html',
    ])
      expect((await browser.request(DOCS + path)).status).toBe(200)
    for (const path of ['/publicity', '/public.htm', '/Public/x', '/a/public/', '/indexes', '/form'])
      expect((await browser.request(DOCS + path)).status).toBe(401)
  })

  test('a rule for GET covers HEAD and no other method', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const status = async (method: string) => (await browser.request(`${DOCS}/forms/x`, { method })).status
    expect(await status('HEAD')).toBe(200)
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) expect(await status(method)).toBe(401)
  })

  test.each([
    '/admin?x=/public/',
    '/admin/?/public/a',
    '/private?return_to=/',
    '/private?public=1&access=public',
  ])('a query that looks like a public path changes nothing: %s (CVE-2025-54576)', async (path) => {
    const world = await createWorld()
    expect((await world.browser().request(DOCS + path)).status).toBe(401)
  })

  test.each([
    '/.well-known/acme-challenge/x',
    '/.well-known/x',
    '/health',
    '/healthz',
    '/ping',
    '/ready',
    '/robots.txt',
    '/favicon.ico',
    '/_next/static/x',
  ])('no path is magic: %s needs a session (CVE-2026-34457 and relatives)', async (path) => {
    const world = await createWorld()
    for (const agent of [
      '',
      'GoogleHC/1.0',
      'kube-probe/1.30',
      'Googlebot/2.1',
      'Cloudflare-Healthchecks/1.0',
    ]) {
      const response = await world.browser().request(DOCS + path, { headers: { 'User-Agent': agent } })
      expect(response.status).toBe(401)
    }
    expect(world.pages.requests).toEqual([])
  })
})

test('a member of another organization is refused at once where a session exists already', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const { response } = await world.signIn(browser, `${DOCS}/a`, HANK)
  expect(response.status).toBe(403)
  expect((await browser.request(`${DOCS}/a`)).status).toBe(401)
})

test('an upstream that fails is a 502 that says so, not a fault', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${APP}/a`)
  world.pages.answer = () => Promise.reject(new Error('Network connection lost.'))
  const { response } = await browser.open(`${APP}/b`)
  expect(response.status).toBe(502)
  expect(await shownCode(response)).toBe('upstream_unreachable')
  expect(await response.text()).not.toContain('Network connection lost')
})

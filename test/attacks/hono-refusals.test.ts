import { describe, expect, test } from 'vitest'
import { defineConfig } from '../../src/config.ts'
import { GatehouseError, requireSession } from '../../src/hono.ts'
import { type App, CONFIG, honoWorld, page, SITE } from '../support/hono-world.ts'
import { GLOBEX, JANE } from '../support/openid-provider.ts'
import corpus from '../vectors/open-redirects.txt?raw'

const routes = (app: App) => {
  page(app)
  app.get('/open/me', requireSession(), (c) => c.text(c.var.session.user.email ?? ''))
  app.get('/open/secret-role', requireSession({ roles: ['secret-role-name'] }), (c) => c.text('in'))
  app.get('/open/secret-group', requireSession({ groups: ['secret-group-name'] }), (c) => c.text('in'))
  app.get('/open/secret-org', requireSession({ organizations: ['org_777secret'] }), (c) => c.text('in'))
  app.get('/open/secret-domain', requireSession({ emailDomains: ['secret.example'] }), (c) => c.text('in'))
  app.get(
    '/open/own',
    requireSession(() => false),
    (c) => c.text('in'),
  )
}

const names = (response: Response) => response.headers.getSetCookie().map((line) => line.split('=')[0])

describe('HEAD changes nothing, although Hono answers it with what is for GET', () => {
  test.each([
    ['/auth/login?return_to=%2Fpage', 'login'],
    ['/auth/callback?state=x&code=y', 'callback'],
    ['/auth/logout', 'logout'],
  ])('%s', async (path) => {
    const world = await honoWorld(routes)
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    const { operations } = world.kv
    const before = [operations.length, world.sessions.calls.length, world.provider.requests.length]
    const response = await browser.visit(SITE + path, { method: 'HEAD', from: 'same-origin' })
    expect(response.status).toBe(405)
    expect(response.headers.getSetCookie()).toEqual([])
    expect([operations.length, world.sessions.calls.length, world.provider.requests.length]).toEqual(before)
    expect((await browser.request(`${SITE}/page`)).status).toBe(200)
  })

  test('a callback that a link checker looked at first is still good', async () => {
    const world = await honoWorld(routes)
    const browser = world.browser()
    const address = world.provider.authorize(await world.beginLogin(browser, `${SITE}/page`), JANE)
    await browser.visit(address, { method: 'HEAD', from: 'cross-site' })
    const { response } = await world.finishLogin(browser, address)
    expect(await response.text()).toBe('page')
  })

  test('of a page it has the headers of the page, and no body', async () => {
    const world = await honoWorld(routes)
    const browser = world.browser()
    expect((await browser.request(`${SITE}/page`, { method: 'HEAD' })).status).toBe(401)
    await world.signIn(browser, `${SITE}/page`, JANE)
    const response = await browser.request(`${SITE}/page`, { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(response.headers.get('Cache-Control')).toBe('private, no-cache')
    expect(response.body).toBeNull()
  })
})

describe('return_to stays on the site (auth0-hono PR 29)', () => {
  const TRICKS = [
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/%5cevil.example',
    '/\t/evil.example',
    '/\r\nSet-Cookie: a=b',
    '/%0d%0aSet-Cookie:%20a=b',
    '/a\r\nLocation: https://evil.example',
    'javascript:alert(1)',
    ...corpus
      .trim()
      .split('\n')
      .filter((_, at) => at % 40 === 0),
  ]

  test('through a whole login', async () => {
    const world = await honoWorld((app) => {
      routes(app)
      app.get('*', (c) => c.text('anywhere'))
    })
    for (const trick of TRICKS) {
      const browser = world.browser()
      const query = new URLSearchParams({ return_to: trick })
      const { url, response, leavesTo } = await world.signIn(browser, `${SITE}/auth/login?${query}`, JANE)
      expect(leavesTo, trick).toBeUndefined()
      expect(new URL(url).origin, trick).toBe(SITE)
      expect(response.headers.has('Set-Cookie') && names(response).includes('a'), trick).toBe(false)
    }
  })

  test('and through a page that requireSession guards, with the query that it had', async () => {
    const world = await honoWorld((app) => {
      routes(app)
      app.get('/open/*', requireSession(), (c) => c.text('anywhere'))
    })
    for (const path of [
      '/open//evil.example',
      '/open/%0d%0a?x=%0d%0aSet-Cookie:a=b',
      '/open/a?return_to=//evil.example',
    ]) {
      const browser = world.browser()
      const response = await browser.visit(SITE + path)
      const location = response.headers.get('Location') ?? ''
      expect(names(response)).not.toContain('a')
      if (location === '') continue
      expect(new URL(location, SITE).origin).toBe(SITE)
      const page = await world.signIn(browser, SITE + path, JANE)
      expect(new URL(page.url).origin).toBe(SITE)
    }
  })
})

describe('a denial says nothing of what would be accepted', () => {
  test.each(['role', 'group', 'org', 'domain'])('by requireSession, of a %s', async (kind) => {
    const world = await honoWorld(routes)
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    const script = await browser.request(`${SITE}/open/secret-${kind}`)
    const person = await browser.visit(`${SITE}/open/secret-${kind}`)
    for (const response of [script, person]) {
      expect(response.status).toBe(403)
      const text = `${await response.text()} ${JSON.stringify([...response.headers])}`
      expect(text.replaceAll(`secret-${kind}"`, '')).not.toMatch(
        /secret-(?:role|group)-name|777secret|secret\.example/,
      )
    }
    // The log has it.
    expect(JSON.stringify(world.log.at(-1))).toMatch(/secret/)
  })

  test('nor the error that an app gets', async () => {
    const errors: Error[] = []
    const world = await honoWorld((app) => {
      routes(app)
      app.onError((error, c) => {
        errors.push(error)
        return c.text(`${error.message} ${JSON.stringify(error)}`, 403)
      })
    })
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    const response = await browser.request(`${SITE}/open/secret-role`)
    expect(await response.text()).not.toContain('secret-role-name')
    expect(errors).toEqual([expect.any(GatehouseError)])
  })

  test('and one by a check of one’s own is a page that can be read', async () => {
    const world = await honoWorld(routes)
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    const response = await browser.visit(`${SITE}/open/own`)
    expect(response.status).toBe(403)
    expect(await response.text()).not.toMatch(/undefined|null|: ?\.<|<li><\/li>/)
  })
})

describe('requireSession', () => {
  test('keeps what the site demands of everybody, under a public rule too', async () => {
    const world = await honoWorld(routes)
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    expect((await browser.request(`${SITE}/open/me`)).status).toBe(200)
    // The site goes to another customer, while sessions of the first go on.
    const { organization: _theirs, ...site } = CONFIG.sites['app.example.com'] ?? {}
    const config = defineConfig({ sites: { 'app.example.com': { ...site, organization: GLOBEX } } })
    const next = await honoWorld(routes, { config, env: { GATEHOUSE_KEYS: world.keys } })
    const cookies = browser.cookies.header(new URL(SITE), { crossSite: false, topLevelRead: false }) ?? ''
    for (const path of ['/page', '/open/me']) {
      const response = await next.browser().request(SITE + path, { headers: { Cookie: cookies } })
      expect(response.status, path).toBe(403)
    }
  })

  test('lets nobody on whose check throws, or gives nothing', async () => {
    const world = await honoWorld((app) => {
      page(app)
      app.get(
        '/open/throws',
        requireSession(() => {
          throw new Error('broken check')
        }),
        (c) => c.text('in'),
      )
      app.get('/open/forgets', requireSession((() => undefined) as unknown as () => boolean), (c) =>
        c.text('in'),
      )
      app.onError((error, c) =>
        error instanceof GatehouseError ? error.getResponse() : c.text(error.message, 500),
      )
    })
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    const thrown = await browser.request(`${SITE}/open/throws`)
    expect([thrown.status, await thrown.text()]).toEqual([500, 'broken check'])
    expect((await browser.request(`${SITE}/open/forgets`)).status).toBe(403)
  })

  test('brings a renewed session along with its denial, as the gate or the app renders it', async () => {
    for (const renders of [false, true]) {
      const world = await honoWorld((app) => {
        routes(app)
        app.get('/admin/x', (c) => c.text('in'))
        app.get('/closed', requireSession({ roles: ['secret-role-name'] }), (c) => c.text('in'))
        if (renders) app.onError((_error, c) => c.text('mine', 403, { 'Cache-Control': 'public' }))
      })
      const browser = world.browser()
      await world.signIn(browser, `${SITE}/page`, JANE)
      for (const path of ['/open/secret-role', '/closed', '/admin/x']) {
        world.clock.advance(6 * 60)
        const response = await browser.request(SITE + path)
        expect(response.status).toBe(403)
        expect(names(response)).toEqual(['__Host-gh-session', '__Host-gh-refresh'])
        expect(response.headers.get('Cache-Control')).toBe('no-store')
        expect((await browser.request(`${SITE}/page`)).headers.getSetCookie()).toEqual([])
      }
    }
  })

  test('gives no cookies of ours to what an app lets caches keep', async () => {
    const world = await honoWorld((app) => {
      page(app)
      app.onError((_error, c) => c.text('mine', 403, { 'Cache-Control': 'public, max-age=600' }))
    })
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    world.clock.advance(6 * 60)
    // A path for which nothing but Gatehouse stands.
    const response = await browser.request(`${SITE}/admin/nowhere`)
    expect(response.status).toBe(403)
    expect(response.headers.getSetCookie()).toEqual([])
  })

  test('clears the cookies of a session that has ended, where a person opens the page', async () => {
    const world = await honoWorld(routes)
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    await browser.clone().visit(`${SITE}/auth/logout`, { from: 'same-origin' })
    world.clock.advance(6 * 60)
    const response = await browser.visit(`${SITE}/open/me`)
    expect(response.status).toBe(302)
    expect(browser.cookie(SITE, '__Host-gh-session')).toBeUndefined()
    expect(browser.cookie(SITE, '__Host-gh-refresh')).toBeUndefined()
  })

  test('does not take a page that opened after each login for a loop, and explains one', async () => {
    const world = await honoWorld(routes)
    const browser = world.browser()
    for (let turn = 0; turn < 5; turn += 1) {
      const { response } = await world.signIn(browser, `${SITE}/open/me`, JANE)
      expect(await response.text()).toBe(JANE.email)
      for (const name of ['__Host-gh-session', '__Host-gh-refresh'])
        browser.cookies.remove(new URL(SITE), name)
    }
    for (let turn = 0; turn < 3; turn += 1) {
      const location = await world.beginLogin(browser, `${SITE}/open/me`)
      await browser.visit(world.provider.authorize(location, JANE), { from: 'cross-site' })
      for (const name of ['__Host-gh-session', '__Host-gh-refresh'])
        browser.cookies.remove(new URL(SITE), name)
    }
    const explained = await browser.open(`${SITE}/open/me`)
    expect(explained.leavesTo).toBeUndefined()
    expect(world.refusals.at(-1)).toBe('login_loop')
    // Whoever has read that may try again.
    expect((await browser.open(`${SITE}/open/me`)).leavesTo).toBeDefined()
  })

  test('waits for the registry no longer than the gate, and lets nobody on without it', async () => {
    const world = await honoWorld(routes)
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    world.clock.advance(6 * 60)
    world.sessions.unreachable = true
    const response = await browser.request(`${SITE}/open/me`)
    expect(response.status).toBe(503)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(response.headers.get('Cache-Control')).not.toMatch(/public/)
    world.sessions.unreachable = false
    expect((await browser.request(`${SITE}/open/me`)).status).toBe(200)
  })
})

test.each([
  'X-Forwarded-User',
  'X_Forwarded_User',
  'x-forwarded-email',
  'X_FORWARDED_EMAIL',
  'Gatehouse-Assertion',
  'Gatehouse_Assertion',
  'Remote-User',
  'Cf-Access-Jwt-Assertion',
  'X-Real-IP',
])('a header that would say who is there does not arrive, nor what was read before: %s', async (name) => {
  const world = await honoWorld(
    (app) => {
      page(app)
      for (const path of ['/headers', '/open/headers'])
        app.get(path, (c) =>
          c.json({
            all: [...c.req.raw.headers.keys()],
            header: c.req.header(name) ?? null,
            whole: c.req.header(),
          }),
        )
    },
    {
      before: (app) =>
        app.use(async (c, next) => {
          c.req.header()
          c.req.header(name)
          await next()
        }),
    },
  )
  const browser = world.browser()
  await world.signIn(browser, `${SITE}/page`, JANE)
  for (const path of ['/headers', '/open/headers']) {
    const response = await browser.request(SITE + path, { headers: { [name]: 'mallory' } })
    const seen = (await response.json()) as { all: string[]; header: unknown; whole: object }
    expect(seen.header).toBeNull()
    expect(JSON.stringify(seen)).not.toMatch(/mallory|gh-session/)
  }
})

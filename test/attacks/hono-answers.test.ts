import { type Context, Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { cors } from 'hono/cors'
import { HTTPException } from 'hono/http-exception'
import { describe, expect, test } from 'vitest'
import { type GatehouseEnv, type GatehouseError, requireSession } from '../../src/hono.ts'
import { type App, honoWorld, page, SITE } from '../support/hono-world.ts'
import { JANE } from '../support/openid-provider.ts'

describe('a path that the app does not have (auth0-hono PR 19, 20)', () => {
  const routes = (app: App) => {
    page(app)
    app.use('/wrapped/*', async (c, next) => {
      await next()
      c.header('X-Wrapped', 'yes')
    })
    app.use('/open/wrapped/*', async (_c, next) => next())
    const sub = new Hono<GatehouseEnv>()
    sub.get('/there', (c) => c.text('there'))
    app.route('/sub', sub)
    app.route('/open/sub', sub)
  }

  test.each([
    '/nowhere',
    '/wrapped/nowhere',
    '/sub/nowhere',
    '/open/nowhere',
    '/open/wrapped/x',
    '/open/sub/nowhere',
  ])('is a 404 to who is signed in: %s', async (path) => {
    const world = await honoWorld(routes)
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    const response = await browser.request(SITE + path)
    expect(response.status).toBe(404)
    expect(await response.text()).toBe('404 Not Found')
  })

  test('is a 404 to everybody under a public rule, and a 401 under any other', async () => {
    const world = await honoWorld(routes)
    const browser = world.browser()
    for (const path of ['/open/nowhere', '/open/wrapped/x', '/open/sub/nowhere'])
      expect((await browser.request(SITE + path)).status).toBe(404)
    for (const path of ['/nowhere', '/wrapped/nowhere', '/sub/nowhere'])
      expect((await browser.request(SITE + path)).status).toBe(401)
  })

  test('is what app.notFound makes of it', async () => {
    const world = await honoWorld((app) => {
      page(app)
      app.notFound((c) => c.text(`nothing for ${c.var.session.user.email}`, 404))
    })
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    const response = await browser.request(`${SITE}/nowhere`)
    expect(response.status).toBe(404)
    expect(await response.text()).toBe(`nothing for ${JANE.email}`)
    expect(response.headers.get('Cache-Control')).toBe('private, no-cache')
  })
})

test('a handler that gives no answer is the fault that Hono makes of it, and no empty page', async () => {
  const seen: Error[] = []
  const world = await honoWorld((app) => {
    page(app)
    app.get('/open/silent', async () => undefined as unknown as Response)
    app.get('/silent', async () => undefined as unknown as Response)
    app.onError((error, c) => {
      seen.push(error)
      return c.text('mine', 500)
    })
  })
  const browser = world.browser()
  await world.signIn(browser, `${SITE}/page`, JANE)
  for (const path of ['/silent', '/open/silent']) {
    const response = await browser.request(SITE + path)
    expect(response.status).toBe(500)
    expect(await response.text()).toBe('mine')
  }
  expect(seen.map(({ message }) => message)).toEqual(Array(2).fill(expect.stringContaining('not finalized')))
})

describe('what a handler throws is the app’s own', () => {
  const throwing = (app: App) => {
    page(app)
    for (const path of ['/boom', '/open/boom'])
      app.get(path, (c) => {
        const kind = c.req.query('kind')
        if (kind === 'http') throw new HTTPException(418, { message: 'a teapot' })
        if (kind === 'text') throw 'just a text'
        if (kind === 'nothing') throw undefined
        throw new TypeError('mine')
      })
  }

  test.each(['/boom', '/open/boom'])('app.onError gets it: %s', async (path) => {
    const seen: unknown[] = []
    const world = await honoWorld((app) => {
      throwing(app)
      app.onError((error, c) => {
        seen.push(error)
        return error instanceof HTTPException ? error.getResponse() : c.text(`sorry: ${error.message}`, 500)
      })
    })
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    const response = await browser.request(SITE + path)
    expect(response.status).toBe(500)
    expect(await response.text()).toBe('sorry: mine')
    expect((await browser.request(`${SITE}${path}?kind=http`)).status).toBe(418)
    expect(seen).toEqual([expect.any(TypeError), expect.any(HTTPException)])
    expect(world.log.filter(({ event }) => event === 'fault')).toEqual([])
  })

  test.each([
    ['text', 'just a text'],
    ['nothing', undefined],
  ])('and what is no Error goes where it would without Gatehouse: %s', async (kind, thrown) => {
    const world = await honoWorld(throwing)
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    for (const path of ['/boom', '/open/boom']) {
      const outcome = browser.request(`${SITE}${path}?kind=${kind}`).then(
        (response) => ({ answered: response.status }),
        (error: unknown) => ({ threw: error }),
      )
      expect(await outcome).toEqual({ threw: thrown })
    }
    expect(world.log.filter(({ event }) => event === 'fault')).toEqual([])
  })

  test('the answer to it is kept by no cache, and brings a renewed session along', async () => {
    const world = await honoWorld((app) => {
      throwing(app)
      app.onError((_error, c) => c.text('sorry', 500, { 'Cache-Control': 'public, max-age=60' }))
    })
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    expect((await browser.request(`${SITE}/boom`)).headers.get('Cache-Control')).toBe('private, max-age=60')
    world.clock.advance(6 * 60)
    const renewed = await browser.request(`${SITE}/boom`)
    expect(renewed.headers.get('Cache-Control')).toBe('no-store')
    expect(renewed.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
      '__Host-gh-session',
      '__Host-gh-refresh',
    ])
  })
})

describe('caches in front keep nothing of a session', () => {
  const loud = {
    'Cache-Control': 'public, s-maxage=600, max-age=60',
    'CDN-Cache-Control': 'max-age=600',
    'Cloudflare-CDN-Cache-Control': 'max-age=600',
    'Surrogate-Control': 'max-age=600',
  }
  const routes = (app: App) => {
    page(app)
    app.get('/loud', (c) => c.text('mine', 200, loud))
    app.get('/open/loud', requireSession(), (c) => c.text('mine', 200, loud))
    app.get('/raw', () => new Response('mine', { headers: loud }))
    app.get('/later', async (c, next) => {
      await next()
      for (const [name, value] of Object.entries(loud)) c.header(name, value)
    })
    app.get('/later', (c) => c.text('mine'))
  }

  test.each(['/loud', '/open/loud', '/raw', '/later'])(
    'although a handler says that all may (CVE-2025-48947): %s',
    async (path) => {
      const world = await honoWorld(routes)
      const browser = world.browser()
      await world.signIn(browser, `${SITE}/page`, JANE)
      const { headers } = await browser.request(SITE + path)
      expect(headers.get('Cache-Control')).toMatch(/^private, max-age=(?:60|600)$/)
      expect(headers.get('Vary')).toContain('Cookie')
      for (const name of ['CDN-Cache-Control', 'Cloudflare-CDN-Cache-Control', 'Surrogate-Control'])
        expect(headers.get(name)).toBeNull()
    },
  )

  test('nor the way into a login, under a public rule that lets everything be kept', async () => {
    const world = await honoWorld(routes)
    const browser = world.browser()
    const response = await browser.visit(`${SITE}/open/loud`)
    expect(response.status).toBe(302)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    const script = await browser.request(`${SITE}/open/loud`)
    expect(script.status).toBe(401)
    expect(script.headers.get('Cache-Control')).toBe('no-store')
  })
})

describe('an app cannot choose who the next request comes from', () => {
  const forged = [
    '__Host-gh-session=forged; Path=/; Secure',
    'gh-session=forged; Path=/',
    '__HOST-GH-REFRESH=forged; Path=/; Secure',
    '__Host-gh-session=; Max-Age=0; Path=/; Secure',
    '=__Host-gh-session=forged; Path=/; Secure',
  ]

  test.each(['/set', '/open/set'])('by Set-Cookie: %s', async (path) => {
    const world = await honoWorld((app) => {
      page(app)
      app.get(path, (c) => {
        for (const line of forged) c.header('Set-Cookie', line, { append: true })
        setCookie(c, 'theme', 'dark')
        return c.text('set')
      })
    })
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    const response = await browser.request(SITE + path)
    expect(response.headers.getSetCookie()).toEqual(['theme=dark; Path=/'])
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect((await browser.request(`${SITE}/page`)).status).toBe(200)
  })

  test('by Clear-Site-Data', async () => {
    const world = await honoWorld((app) => {
      page(app)
      app.get('/clear', (c) => c.text('', 200, { 'Clear-Site-Data': '"cache", "cookies"' }))
      app.get('/clear-all', (c) => c.text('', 200, { 'Clear-Site-Data': '"*"' }))
    })
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    expect((await browser.request(`${SITE}/clear`)).headers.get('Clear-Site-Data')).toBe('"cache"')
    expect((await browser.request(`${SITE}/clear-all`)).headers.get('Clear-Site-Data')).not.toMatch(
      /\*|cookies/,
    )
  })
})

describe('an answer that comes late', () => {
  test('brings no cookies of a renewal, since the person may have signed out meanwhile', async () => {
    const world = await honoWorld((app) => {
      page(app)
      for (const path of ['/slow', '/open/slow'])
        app.get(path, requireSession(), async (c) => {
          world.clock.advance(Number(c.req.query('seconds')))
          return c.text('slow')
        })
    })
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    for (const path of ['/slow', '/open/slow']) {
      world.clock.advance(6 * 60)
      const late = await browser.clone().request(`${SITE}${path}?seconds=3`)
      expect(late.status).toBe(200)
      expect(late.headers.getSetCookie()).toEqual([])
      const prompt = await browser.request(`${SITE}${path}?seconds=1`)
      expect(prompt.headers.getSetCookie()).toHaveLength(2)
    }
  })
})

test('headers that stand before do not make a cacheable answer of ours, nor of a page', async () => {
  const world = await honoWorld(page, {
    before: (app) =>
      app.use(async (c, next) => {
        c.header('Cache-Control', 'public, max-age=600')
        c.res.headers.set('Cache-Control', 'public, max-age=600')
        await next()
      }),
  })
  const browser = world.browser()
  expect((await browser.visit(`${SITE}/page`)).headers.get('Cache-Control')).toBe('no-store')
  expect((await browser.request(`${SITE}/page`)).headers.get('Cache-Control')).toBe('no-store')
  expect((await browser.visit(`${SITE}/auth/login`)).headers.get('Cache-Control')).toBe('no-store')
  await world.signIn(browser, `${SITE}/page`, JANE)
  expect((await browser.request(`${SITE}/page`)).headers.get('Cache-Control')).toBe('private, max-age=600')
})

describe('what stands before in the app does not take our cookies away', () => {
  const before = (app: App) => {
    app.use(cors({ origin: 'https://other.example', credentials: true }))
    app.use(async (c, next) => {
      setCookie(c, 'seen', '1')
      await next()
    })
  }

  test('of a login, a renewal or a logout', async () => {
    const world = await honoWorld(page, { before })
    const browser = world.browser()
    const { response } = await world.signIn(browser, `${SITE}/page`, JANE)
    expect(await response.text()).toBe('page')
    expect(browser.cookie(SITE, 'seen')).toBe('1')
    world.clock.advance(6 * 60)
    const headers = { Origin: 'https://other.example' }
    const renewed = await browser.request(`${SITE}/page`, { headers })
    expect(renewed.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
      'seen',
      '__Host-gh-session',
      '__Host-gh-refresh',
    ])
    expect(renewed.headers.get('Access-Control-Allow-Origin')).toBe('https://other.example')
    await browser.visit(`${SITE}/auth/logout`, { from: 'same-origin' })
    expect(browser.cookie(SITE, '__Host-gh-session')).toBeUndefined()
    const preflight = { method: 'OPTIONS', headers: { ...headers, 'Access-Control-Request-Method': 'PUT' } }
    expect((await browser.request(`${SITE}/page`, preflight)).status).toBe(204)
    const refused = await browser.request(`${SITE}/page`, { headers })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('Access-Control-Allow-Origin')).toBe('https://other.example')
  })

  test.each<[string, ((error: Error, c: Context) => Response) | undefined]>([
    ['as Hono renders it', undefined],
    ['as an app gives it back', (error) => (error as GatehouseError).getResponse()],
    ['as an app renders it', (_error, c) => c.text('mine', 403, { 'Cache-Control': 'public' })],
  ])('of a refusal, %s', async (_how, render) => {
    const world = await honoWorld(
      (app) => {
        page(app)
        if (render !== undefined) app.onError(render)
      },
      { before },
    )
    const browser = world.browser()
    await world.beginLogin(browser, `${SITE}/page`)
    const [login] = browser.cookies
      .of(new URL(SITE))
      .filter(({ name }) => name.startsWith('__Host-gh-login-'))
    expect(login).toBeDefined()
    const refused = await world.signIn(browser, `${SITE}/page`, JANE, { claims: { oid: 'org_other' } })
    expect(refused.response.status).toBe(403)
    expect(refused.response.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
      'seen',
      expect.stringMatching(/^__Host-gh-login-/),
    ])
    expect(refused.response.headers.get('Cache-Control')).toBe('no-store')
  })
})

import { Hono } from 'hono'
import { LinearRouter } from 'hono/router/linear-router'
import { PatternRouter } from 'hono/router/pattern-router'
import { RegExpRouter } from 'hono/router/reg-exp-router'
import { SmartRouter } from 'hono/router/smart-router'
import { TrieRouter } from 'hono/router/trie-router'
import { describe, expect, test } from 'vitest'
import { defineConfig } from '../../src/config.ts'
import { type GatehouseEnv, gatehouse, requireSession } from '../../src/hono.ts'
import type { Claims } from '../../src/tokens/session.ts'
import { type App, CONFIG, honoWorld, page, SITE } from '../support/hono-world.ts'
import { JANE } from '../support/openid-provider.ts'
import { createWorld } from '../support/world.ts'

/** Ways to write a path that some server, or router, reads as another. */
const respell = (path: string): readonly string[] => {
  const [, first = '', ...rest] = path.split('/')
  const tail = rest.length === 0 ? '' : `/${rest.join('/')}`
  const escaped = [...first].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')
  return [
    path,
    `${path}/`,
    `${path}//`,
    `/${path}`,
    `//${path}`,
    `/.${path}`,
    `/open/..${path}`,
    `/open/%2e%2e${path}`,
    `/open/..%2f${path.slice(1)}`,
    `/open%2f..${path}`,
    `/open/.%2e/${path.slice(1)}`,
    `/open/%252e%252e${path}`,
    `/open\\..\\${path.slice(1)}`,
    `/open/..;${path}`,
    `/open;${path}`,
    `/open/;/..${path}`,
    `/${first.toUpperCase()}${tail}`,
    `/${first[0]?.toUpperCase()}${first.slice(1)}${tail}`,
    `/${escaped}${tail}`,
    `/%${first.charCodeAt(0).toString(16)}${first.slice(1)}${tail}`,
    `/%25${first.charCodeAt(0).toString(16)}${first.slice(1)}${tail}`,
    `/${first}%2f${rest.join('/')}`,
    `/${first}%2F${rest.join('/')}`,
    `/${first}%252f${rest.join('/')}`,
    `/${first}%5c${rest.join('/')}`,
    `/${first}\\${rest.join('/')}`,
    `/${first};x=1${tail}`,
    `/${first}%3bx${tail}`,
    `/${first}%00${tail}`,
    `/${first}%20${tail}`,
    `/${first}.${tail}`,
    `/${first}%3f${tail}`,
    `/${first}%23${tail}`,
    `/open%23${path}`,
    `/open%3f${path}`,
    `/${first}/.${tail}`,
    `${path}?x=/open/page`,
    `${path}?x=%2fopen`,
    `${path}%c0%af`,
    `${path}%`,
    `${path}%zz`,
    `//evil.example${path}`,
    `/\\evil.example${path}`,
    `/https:/open${path}`,
  ]
}

/** A request whose address is as it was sent, which making one in a test would put in order. */
function asWritten(address: string, cookie: string): Request {
  const headers = cookie === '' ? {} : { Cookie: cookie }
  return Object.defineProperty(new Request(SITE, { headers }), 'url', { value: address })
}

const SPELLINGS = ['/admin', '/admin/page', '/private', '/private/page'].flatMap(respell)

const routers = {
  SmartRouter: () => new SmartRouter({ routers: [new RegExpRouter(), new TrieRouter()] }),
  TrieRouter: () => new TrieRouter(),
  LinearRouter: () => new LinearRouter(),
  PatternRouter: () => new PatternRouter(),
} as const

describe.each(Object.keys(routers) as (keyof typeof routers)[])('whatever spelling, with %s', (router) => {
  test.each([true, false])(
    'no handler runs that the rules would not allow its path (strict: %s)',
    async (strict) => {
      let ran: string[] = []
      const world = await createWorld()
      world.deployApp((effects) => {
        const app = new Hono<GatehouseEnv<Claims>>({ strict, router: routers[router]() as never })
        app.use(gatehouse(CONFIG, {}, effects))
        const answer = (name: string) => {
          app.get(name.replace(/^\*.*/, '*'), (c) => {
            ran.push(name)
            return c.text(`${name} ${JSON.stringify(c.req.param())}`)
          })
        }
        for (const name of ['/admin', '/admin/page', '/private', '/private/page', '/open/page', '/page'])
          answer(name)
        // Handlers that look a page up by what Hono gives them of the path, decoded once more.
        for (const pattern of ['/:name', '/:name/:page', '*'])
          app.get(pattern, (c) => {
            const { name, page: second } = c.req.param() as { name?: string; page?: string }
            const wanted = [name, second].filter((part) => part !== undefined).join('/')
            const path = `/${wanted}`.toLowerCase().replace(/\/+/g, '/').replace(/\/$/, '')
            if (/^\/(?:admin|private)(?:\/|$)/.test(path)) ran.push(path)
            return c.text('looked up')
          })
        return app
      })
      const jane = world.browser()
      await world.signIn(jane, `${SITE}/page`, JANE)
      const cookie = jane.cookies.header(new URL(SITE), { crossSite: false, topLevelRead: false }) ?? ''
      ran = []
      let reached = 0
      for (const spelling of SPELLINGS) {
        await world.fetch(asWritten(SITE + spelling, ''))
        expect(ran, `nobody: ${spelling}`).toEqual([])
        const { status } = await world.fetch(asWritten(SITE + spelling, cookie))
        if (status === 200) reached += 1
        expect(
          ran.filter((name) => name.startsWith('/admin')),
          `without the role: ${spelling}`,
        ).toEqual([])
        ran = []
      }
      // They are not all refused: what has one meaning arrives.
      expect(reached).toBeGreaterThan(10)
    },
  )
})

describe('Hono’s ways to put apps together', () => {
  const asked = (): Hono<GatehouseEnv<Claims>> => {
    const sub: App = new Hono<GatehouseEnv<Claims>>()
    sub.use(async (_c, next) => {
      await scheduler.wait(5)
      await next()
    })
    sub.use(requireSession({ roles: ['admin'] }))
    sub.get('/page', async (c) => {
      await scheduler.wait(5)
      return c.text(`sub for ${c.var.session.user.email}`)
    })
    return sub
  }

  test('requireSession of a sub-app holds, with and without an onError of its own', async () => {
    const seen: string[] = []
    const world = await honoWorld((app) => {
      page(app)
      app.route('/open/sub', asked())
      app.route(
        '/open/own',
        asked().onError((error, c) => {
          seen.push(error.name)
          return c.text('own', 500)
        }),
      )
    })
    const [nobody, jane, admin] = [world.browser(), world.browser(), world.browser()]
    await world.signIn(jane, `${SITE}/page`, JANE)
    await world.signIn(admin, `${SITE}/page`, JANE, { claims: { idp_roles: ['admin'] } })
    expect((await nobody.request(`${SITE}/open/sub/page`)).status).toBe(401)
    expect((await jane.request(`${SITE}/open/sub/page`)).status).toBe(403)
    expect(await (await admin.request(`${SITE}/open/sub/page`)).text()).toBe(`sub for ${JANE.email}`)
    expect(await (await nobody.request(`${SITE}/open/own/page`)).text()).toBe('own')
    expect(await (await jane.request(`${SITE}/open/own/page`)).text()).toBe('own')
    expect(await (await admin.request(`${SITE}/open/own/page`)).text()).toBe(`sub for ${JANE.email}`)
    expect(seen).toEqual(['GatehouseError', 'GatehouseError'])
    // A person is sent to sign in from there, too.
    expect((await nobody.visit(`${SITE}/open/own/page`)).status).toBe(302)
  })

  test('a mounted app gets the stripped request, and no session that it could take for its own', async () => {
    const inner = new Hono<GatehouseEnv<Claims>>()
    inner.get('/headers', (c) => c.json({ ...c.req.header(), session: c.var.session ?? null }))
    inner.get('/asks', requireSession(), (c) => c.text('in'))
    inner.onError((error, c) => c.text(error.message, 500))
    const world = await honoWorld((app) => {
      page(app)
      app.mount('/mounted', inner.fetch)
    })
    const jane = world.browser()
    expect((await jane.request(`${SITE}/mounted/headers`)).status).toBe(401)
    await world.signIn(jane, `${SITE}/page`, JANE)
    const headers = (await (
      await jane.request(`${SITE}/mounted/headers`, { headers: { 'X-Forwarded-User': 'mallory' } })
    ).json()) as Record<string, unknown>
    expect(Object.keys(headers).filter((name) => /forwarded|cookie/.test(name))).toEqual([])
    expect(headers['session']).toBeNull()
    const asks = await jane.request(`${SITE}/mounted/asks`)
    expect(asks.status).toBe(500)
    expect(await asks.text()).toContain('app.use(gatehouse(config))')
  })

  test('below app.basePath: with a basePath of its own it works, without one a sentence says so', async () => {
    const config = defineConfig({ ...CONFIG, basePath: '/x/auth' })
    const world = await createWorld()
    world.deployApp((effects) => {
      const app = new Hono<GatehouseEnv>().basePath('/x')
      app.use(gatehouse(config, {}, effects))
      app.get('/page', (c) => c.text(c.var.session.user.email ?? ''))
      return app
    })
    const { url, response } = await world.signIn(world.browser(), `${SITE}/x/page`, JANE)
    expect(url).toBe(`${SITE}/x/page`)
    expect(await response.text()).toBe(JANE.email)

    world.deployApp((effects) => {
      const app = new Hono<GatehouseEnv>().basePath('/x')
      app.use(gatehouse(CONFIG, {}, effects))
      app.get('/page', (c) => c.text('in'))
      return app
    })
    expect((await world.browser().request(`${SITE}/x/page`)).status).toBe(503)
    expect(JSON.stringify(world.log.at(-1))).toContain('mounted at /x/*, where it never sees /auth/login')
  })
})

describe('mounted so that something passes it by, or twice: nobody gets in, and a sentence says why', () => {
  test.each<[string, (app: App, gate: () => ReturnType<typeof gatehouse>) => void, RegExp]>([
    [
      'twice in one app',
      (app, gate) => {
        app.use(gate())
        app.use(gate())
      },
      /stands twice/,
    ],
    [
      'once more in a sub-app',
      (app, gate) => {
        app.use(gate())
        const sub = new Hono<GatehouseEnv<Claims>>()
        sub.use(gate())
        sub.get('/page', (c) => c.text('in'))
        app.route('/open', sub)
      },
      /stands twice/,
    ],
    ['for GET only', (app, gate) => app.get('*', gate()), /by GET only/],
    ['for a list of methods', (app, gate) => app.on(['GET', 'POST'], '*', gate()), /by GET only/],
    ['below a folder', (app, gate) => app.use('/open/*', gate()), /never sees \/auth\/login/],
  ])('%s', async (_case, mount, sentence) => {
    const world = await createWorld()
    world.deployApp((effects) => {
      const app: App = new Hono<GatehouseEnv<Claims>>()
      mount(app, () => gatehouse(CONFIG, {}, effects) as ReturnType<typeof gatehouse>)
      app.get('/open/page', (c) => c.text('in'))
      return app
    })
    for (const path of ['/open/page', '/open/page?again'])
      expect((await world.browser().request(SITE + path)).status).toBe(503)
    expect(JSON.stringify(world.log.at(-1))).toMatch(sentence)
  })
})

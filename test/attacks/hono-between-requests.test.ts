import { getCookie } from 'hono/cookie'
import { describe, expect, test } from 'vitest'
import { newKeys } from '../../src/crypto/new-keys.ts'
import type { Env } from '../../src/deployment/environment.ts'
import { requireSession } from '../../src/hono.ts'
import type { Claims } from '../../src/tokens/session.ts'
import { type App, CONFIG, honoWorld, page, SITE } from '../support/hono-world.ts'
import { ACME, JANE, type Person } from '../support/openid-provider.ts'
import type { World } from '../support/world.ts'

const JOE: Person = {
  organization: ACME,
  connection: JANE.connection,
  user: 'joe',
  email: 'joe@acme.example',
}

async function bothSignedIn(world: World) {
  const [jane, joe] = [world.browser(), world.browser()]
  await world.signIn(jane, `${SITE}/page`, JANE)
  await world.signIn(joe, `${SITE}/page`, JOE, { claims: { idp_roles: ['admin'] } })
  return { jane, joe, nobody: world.browser() }
}

test('nothing of one request is found by another, however they are interleaved (auth0-hono PR 23, 28)', async () => {
  let [waiting, most] = [0, 0]
  const pause = async () => {
    waiting += 1
    most = Math.max(most, waiting)
    await scheduler.wait(Math.random() * 20)
    waiting -= 1
  }
  const world = await honoWorld(
    (app) => {
      page(app)
      app.use('/open/asked/*', async (_c, next) => {
        await pause()
        await next()
      })
      app.use('/open/asked/*', requireSession())
      for (const path of ['/who', '/open/asked/who', '/open/who'])
        app.get(path, async (c) => {
          const before = c.var.session?.user.email ?? 'nobody'
          await pause()
          const after = c.var.session?.user.email ?? 'nobody'
          c.header('X-Own', getCookie(c, 'own') ?? '')
          return c.json({
            before,
            after,
            claims: c.var.session?.claims ?? null,
            roles: c.var.session?.user.roles,
          })
        })
    },
    {
      options: {
        onLogin: async ({ user }) => {
          await pause()
          return { of: user.email ?? '' }
        },
      },
    },
  )
  const { jane, joe, nobody } = await bothSignedIn(world)
  const people = [
    { browser: jane, who: JANE.email, roles: [] as string[] },
    { browser: joe, who: JOE.email, roles: ['admin'] },
    { browser: nobody, who: 'nobody', roles: undefined },
  ]
  const paths = ['/who', '/open/asked/who', '/open/who']
  const turns = Array.from({ length: 120 }, (_, at) => ({
    ...(people[at % people.length] as (typeof people)[0]),
    path: paths[Math.floor(at / people.length) % paths.length] as string,
    own: String(at),
  }))
  // Half of the turns have to be renewed, all at the same moment.
  world.clock.advance(6 * 60)
  await Promise.all(
    turns.map(async ({ browser, who, roles, path, own }) => {
      const copy = browser.clone()
      const cookie = [
        copy.cookies.header(new URL(SITE), { crossSite: false, topLevelRead: false }),
        `own=${own}`,
      ]
      const response = await copy.request(SITE + path, {
        headers: { Cookie: cookie.filter((part) => part !== undefined).join('; ') },
      })
      if (who === 'nobody' && path !== '/open/who') {
        expect(response.status).toBe(401)
        expect(response.headers.getSetCookie()).toEqual([])
        return
      }
      const seen = path === '/open/who' ? 'nobody' : who
      expect(await response.json()).toEqual({
        before: seen,
        after: seen,
        claims: seen === 'nobody' ? null : { of: who },
        ...(seen !== 'nobody' && { roles }),
      })
      expect(response.headers.get('X-Own')).toBe(own)
      // Who gets cookies gets their own.
      for (const line of response.headers.getSetCookie().filter((each) => each.includes('gh-session'))) {
        const asked = await world
          .browser()
          .request(`${SITE}/who`, { headers: { Cookie: line.split(';')[0] ?? '' } })
        expect(await asked.json()).toMatchObject({ before: who })
      }
    }),
  )
  expect(most).toBeGreaterThan(20)
})

test('what a handler does to a session stays with its request', async () => {
  const world = await honoWorld(
    (app) => {
      page(app)
      app.get('/spoil', (c) => {
        const session = c.var.session as unknown as {
          user: { email: string; roles: string[]; groups: string[] }
          organizationId: string
          authenticatedAt: Date
          claims: { plan: string; deep: { list: string[] } }
        }
        session.user.email = 'boss@acme.example'
        session.user.roles.push('admin')
        session.user.groups.push('engineering')
        session.organizationId = 'org_other'
        session.authenticatedAt.setTime(0)
        session.claims.plan = 'unlimited'
        session.claims.deep.list.push('more')
        return c.text('spoilt')
      })
      app.get('/me', (c) => c.json(c.var.session))
      app.get('/as-admin', requireSession({ roles: ['admin'] }), (c) => c.text('in'))
      app.get(
        '/made-admin',
        requireSession((session) => {
          ;(session.user.roles as string[]).push('admin')
          return true
        }),
        requireSession({ roles: ['admin'] }),
        (c) => c.text('in'),
      )
    },
    { options: { onLogin: (): Claims => ({ plan: 'free', deep: { list: ['one'] } }) } },
  )
  const browser = world.browser()
  await world.signIn(browser, `${SITE}/page`, JANE)
  const before = await (await browser.request(`${SITE}/me`)).json()
  expect(await (await browser.request(`${SITE}/spoil`)).text()).toBe('spoilt')
  expect(await (await browser.request(`${SITE}/me`)).json()).toEqual(before)
  expect((await browser.request(`${SITE}/as-admin`)).status).toBe(403)
  expect((await browser.request(`${SITE}/made-admin`)).status).toBe(403)
  expect((await browser.request(`${SITE}/admin/x`)).status).toBe(403)
})

describe('c.env is that of each request (auth0-hono issue 16)', () => {
  const routes = (app: App) => {
    page(app)
    app.get('/open/env', (c) => c.text((c.env as unknown as { NAME: string }).NAME))
    app.get('/mine', (c) =>
      c.text(`${(c.env as unknown as { NAME: string }).NAME} ${c.var.session.user.email}`),
    )
  }

  test('two of them, with keys of their own, through one app: neither takes the other’s sessions', async () => {
    const world = await honoWorld(routes)
    const { effects, env, context } = world.around()
    const { Hono } = await import('hono')
    const { gatehouse } = await import('../../src/hono.ts')
    const app: App = new Hono()
    app.use(gatehouse(CONFIG, {}, effects))
    routes(app)
    const first = { ...env, NAME: 'first' } as Env
    const second = { ...env, NAME: 'second', GATEHOUSE_KEYS: await newKeys() } as Env
    const to = (its: Env) => {
      world.fetch = async (request) => app.fetch(request, its, context)
    }

    to(first)
    const jane = world.browser()
    await world.signIn(jane, `${SITE}/page`, JANE)
    const seen = await Promise.all(
      [first, second, first, second].map(async (its) => {
        const cookie = jane.cookies.header(new URL(SITE), { crossSite: false, topLevelRead: false }) ?? ''
        const ask = (path: string) =>
          app.fetch(new Request(SITE + path, { headers: { Cookie: cookie } }), its, context)
        const [open, mine] = await Promise.all([ask('/open/env'), ask('/mine')])
        return [await open.text(), mine.status, mine.ok && (await mine.text())]
      }),
    )
    expect(seen).toEqual([
      ['first', 200, `first ${JANE.email}`],
      ['second', 401, false],
      ['first', 200, `first ${JANE.email}`],
      ['second', 401, false],
    ])
    // Another object with the same keys, as some hosts make one for each request, takes them.
    to({ ...first, NAME: 'third' } as Env)
    expect(await (await jane.request(`${SITE}/mine`)).text()).toBe(`third ${JANE.email}`)
  })

  test('one without bindings lets nobody in, and spoils nothing for the next', async () => {
    const world = await honoWorld(routes)
    const { effects, env, context } = world.around()
    const { Hono } = await import('hono')
    const { gatehouse } = await import('../../src/hono.ts')
    const app: App = new Hono()
    app.use(gatehouse(CONFIG, {}, effects))
    routes(app)
    expect((await app.request(`${SITE}/open/env`)).status).toBe(503)
    expect((await app.request(`${SITE}/open/env`, {}, {} as Env)).status).toBe(503)
    expect(
      (await app.fetch(new Request(`${SITE}/open/env`), { ...env, NAME: 'ok' } as Env, context)).status,
    ).toBe(200)
    expect((await app.request(`${SITE}/open/env`)).status).toBe(503)
  })
})

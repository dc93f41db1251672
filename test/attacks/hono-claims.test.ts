import { HTTPException } from 'hono/http-exception'
import { describe, expect, test } from 'vitest'
import type { GatehouseOptions } from '../../src/hono.ts'
import type { Claims } from '../../src/tokens/session.ts'
import { type App, honoWorld, page, SITE } from '../support/hono-world.ts'
import { ACME, JANE, type Person } from '../support/openid-provider.ts'

const JOE: Person = {
  organization: ACME,
  connection: JANE.connection,
  user: 'joe',
  email: 'joe@acme.example',
}

const routes = (app: App) => {
  page(app)
  app.get('/claims', (c) => c.json(c.var.session.claims))
}

/** An app whose `onLogin` gives this, whatever its type allows. */
const giving = (given: () => unknown) =>
  honoWorld(routes, {
    options: { onLogin: given as unknown as NonNullable<GatehouseOptions<Claims>['onLogin']> },
  })

describe('what onLogin gives that are no claims lets nobody in', () => {
  test.each<[string, () => unknown]>([
    ['false, as if it were a no', () => false],
    ['a promise of false', async () => false],
    ['null', () => null],
    ['a text, which no session token could carry', () => 'pro'],
    ['a number', () => 1],
    ['a list', () => [{ plan: 'pro' }]],
    ['a redirect', () => new Response(null, { status: 302, headers: { Location: '/upgrade' } })],
    ['an Error', () => new Error('not you')],
    ['a Map', () => new Map([['plan', 'pro']])],
    ['a function', () => () => ({ plan: 'pro' })],
    ['a BigInt among them', () => ({ credit: 10n })],
    [
      'claims in a circle',
      () => {
        const claims: Record<string, unknown> = {}
        claims['self'] = claims
        return claims
      },
    ],
    [
      'an exception of Hono’s, with an answer of its own',
      () => {
        throw new HTTPException(200, { res: new Response('welcome') })
      },
    ],
    [
      'something thrown that is no Error',
      () => {
        throw 'no'
      },
    ],
  ])('%s', async (_case, given) => {
    const world = await giving(given)
    const browser = world.browser()
    const { response } = await world.signIn(browser, `${SITE}/page`, JANE)
    expect(response.status).toBe(503)
    expect(await response.text()).not.toContain('welcome')
    expect(
      response.headers.getSetCookie().filter((line) => /gh-(?:session|refresh)=[^;]/.test(line)),
    ).toEqual([])
    expect((await browser.request(`${SITE}/page`)).status).toBe(401)
    expect(world.sessions.calls.filter((call) => call.startsWith('open'))).toEqual([])
  })
})

test('claims are what JSON makes of them, the same from the first request to the last', async () => {
  const world = await giving(() => ({
    plan: 'pro',
    missing: undefined,
    empty: null,
    since: new Date(0),
    deep: { list: [1, 'two', { three: true }] },
    method: () => 'gone',
    ratio: Number.NaN,
  }))
  const claims = {
    plan: 'pro',
    empty: null,
    since: '1970-01-01T00:00:00.000Z',
    deep: { list: [1, 'two', { three: true }] },
    ratio: null,
  }
  const browser = world.browser()
  await world.signIn(browser, `${SITE}/page`, JANE)
  expect(await (await browser.request(`${SITE}/claims`)).json()).toEqual(claims)
  world.clock.advance(6 * 60)
  expect(await (await browser.request(`${SITE}/claims`)).json()).toEqual(claims)
})

test.each(['__proto__', 'constructor', 'prototype', 'toString', 'sub', 'roles', 'org', 'exp', 'sid'])(
  'a claim by the name of %s makes nobody anything else',
  async (name) => {
    const world = await giving(() =>
      JSON.parse(`{"${name}": {"isAdmin": true, "roles": ["admin"]}, "plan": "pro"}`),
    )
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    for (const wait of [0, 6 * 60]) {
      world.clock.advance(wait)
      const response = await browser.request(`${SITE}/claims`)
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({ plan: 'pro' })
      expect((await browser.request(`${SITE}/admin/x`)).status).toBe(403)
      const session = (await (await browser.request(`${SITE}/auth/session`)).json()) as { user: object }
      expect(session.user).toMatchObject({ email: JANE.email, roles: [] })
    }
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  },
)

test.each([
  ['by a little', 4_000],
  ['by far', 5_000_000],
])('claims that are too large for a cookie %s let nobody in', async (_case, length) => {
  const world = await giving(() => ({ plan: 'x'.repeat(length) }))
  const browser = world.browser()
  const { response } = await world.signIn(browser, `${SITE}/page`, JANE)
  expect(response.status).toBe(403)
  expect(world.refusals).toEqual(['session_too_large'])
  expect((await browser.request(`${SITE}/page`)).status).toBe(401)
})

test('an onLogin that hangs holds up its own login, and opens nothing', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let hangs = true
  const world = await honoWorld(routes, {
    options: {
      onLogin: async ({ user }) => {
        if (hangs) await promise
        return { of: user.email ?? '' }
      },
    },
  })
  const [slow, quick] = [world.browser(), world.browser()]
  const returns = world.provider.authorize(await world.beginLogin(slow, `${SITE}/page`), JANE)
  const hanging = world.finishLogin(slow, returns)
  await scheduler.wait(50)
  expect(world.sessions.calls.filter((call) => call.startsWith('open'))).toEqual([])
  expect((await slow.clone().request(`${SITE}/page`)).status).toBe(401)

  hangs = false
  const { response } = await world.signIn(quick, `${SITE}/claims`, JOE)
  expect(await response.json()).toEqual({ of: JOE.email })

  // The same callback again, while the first one hangs, is no second login.
  const again = await world.finishLogin(slow.clone(), returns)
  expect(again.response.status).not.toBe(200)
  resolve()
  expect((await hanging).response.status).toBe(200)
  expect(await (await slow.request(`${SITE}/claims`)).json()).toEqual({ of: JANE.email })
})

test('claims of one session are never on another of the same browser', async () => {
  const world = await honoWorld(routes, {
    options: { onLogin: ({ user }) => (user.email === JANE.email ? { plan: 'pro' } : undefined) },
  })
  const browser = world.browser()
  await world.signIn(browser, `${SITE}/page`, JANE)
  expect(await (await browser.request(`${SITE}/claims`)).json()).toEqual({ plan: 'pro' })
  await browser.visit(`${SITE}/auth/logout`, { from: 'same-origin' })
  await world.signIn(browser, `${SITE}/page`, JOE)
  expect(await (await browser.request(`${SITE}/claims`)).json()).toEqual({})
  world.clock.advance(6 * 60)
  expect(await (await browser.request(`${SITE}/claims`)).json()).toEqual({})
})

test('words of refuseLogin are text, and not markup', async () => {
  const { refuseLogin } = await import('../../src/hono.ts')
  const world = await honoWorld(routes, {
    options: {
      onLogin: () => refuseLogin('<script>alert(1)</script><a href="https://evil.example">here</a>'),
    },
  })
  const { response } = await world.signIn(world.browser(), `${SITE}/page`, JANE)
  const text = await response.text()
  expect(response.status).toBe(403)
  expect(text).not.toMatch(/<script>alert|<a href="https:\/\/evil/)
})

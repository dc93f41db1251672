import { describe, expect, test } from 'vitest'
import type { Browser } from '../support/browser.ts'
import { CONFIG, createWorld, DOCS, shownCode } from '../support/world.ts'

/** The address as another Worker passes it on, with what the browser sends. */
const request = (path: string, init: RequestInit = {}) =>
  new Request(DOCS + path, { redirect: 'manual', ...init })

const cookieOf = ({ cookies }: Browser): string =>
  cookies.header(new URL(DOCS), { crossSite: false, topLevelRead: true }) ?? ''

/** Of somebody whose session token has run out meanwhile. */
async function askAfterAWhile() {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`)
  world.clock.advance(6 * 60)
  const who = await world.authenticate(request('/a', { headers: { Cookie: cookieOf(browser) } }))
  return { world, who }
}

describe('another Worker asks who is there', () => {
  test('and learns it, without anything reaching an upstream', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`, undefined, { claims: { idp_roles: ['admin'] } })
    const before = world.pages.requests.length
    const cookie = cookieOf(browser)
    const who = await world.authenticate(request('/admin/x', { headers: { Cookie: cookie } }))
    expect(who).toEqual({
      ok: true,
      session: await (await browser.request(`${DOCS}/auth/session`)).json(),
      cookies: [],
    })
    expect(world.pages.requests).toHaveLength(before)
  })

  test('and gets the cookies of a renewal to pass on', async () => {
    const { who } = await askAfterAWhile()
    expect(who.ok && who.cookies.map((line) => line.split('=')[0])).toEqual([
      '__Host-gh-session',
      '__Host-gh-refresh',
    ])
  })

  test('and is told when the session ends, also where it was renewed just now', async () => {
    const { world, who } = await askAfterAWhile()
    const idle = 8 * 60 * 60
    expect(who.ok && who.session?.expires_at).toBe(
      new Date((world.clock.seconds + idle) * 1000).toISOString(),
    )
  })

  test('and not to let a page of another origin open a WebSocket (cross-site WebSocket hijacking)', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`)
    const cookie = cookieOf(browser)
    const ask = (path: string, origin: string) =>
      world.authenticate(request(path, { headers: { Cookie: cookie, Upgrade: 'websocket', Origin: origin } }))
    expect((await ask('/socket', DOCS)).ok).toBe(true)
    for (const path of ['/socket', '/public/socket']) {
      const who = await ask(path, 'https://evil.example')
      expect(!who.ok && who.response.status).toBe(403)
    }
  })

  test('and on a public path hears of nobody', async () => {
    const world = await createWorld()
    expect(await world.authenticate(request('/'))).toEqual({ ok: true, session: null, cookies: [] })
  })

  test.each<[string, string, RequestInit, number, string | undefined]>([
    ['a page', '/x', { headers: { Accept: 'text/html' } }, 302, undefined],
    ['a script', '/x', {}, 401, 'login_required'],
    ['a WebSocket', '/x', { headers: { Upgrade: 'websocket' } }, 401, 'login_required'],
    ['an address that nobody may have', '/a%00', {}, 400, 'bad_path'],
    ['an address that several rules claim', '/public%2Fx', {}, 400, 'bad_path'],
    ['a route of Gatehouse’s own', '/auth/session', {}, 401, 'login_required'],
    ['a route that is not there', '/auth/nothing', {}, 404, 'not_found'],
  ])('and for %s without a session gets the answer to give', async (_case, path, init, status, code) => {
    const world = await createWorld()
    const who = await world.authenticate(request(path, init))
    expect(who.ok).toBe(false)
    if (who.ok) return
    expect(who.response.status).toBe(status)
    if (code !== undefined) expect(await shownCode(who.response)).toBe(code)
  })

  test('and nobody gets in where the configuration is broken', async () => {
    const world = await createWorld({ config: { ...CONFIG, basePath: 'auth' } })
    const who = await world.authenticate(request('/'))
    expect(!who.ok && who.response.status).toBe(503)
  })
})

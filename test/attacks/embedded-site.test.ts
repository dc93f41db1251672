import { describe, expect, test } from 'vitest'
import { assets, defineConfig, service } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { ACME, JANE } from '../support/openid-provider.ts'
import { APP, createWorld, DOCS, LOCAL, shownCode, type World } from '../support/world.ts'

const PORTAL = 'https://portal.example.com'
const PARTNER = 'https://partner.example'
const EVIL = 'https://evil.example'
const MALLORY = { ...JANE, user: 'mallory', email: 'mallory@acme.example' }

const config = defineConfig({
  sites: {
    'app.example.com': {
      organization: ACME,
      upstream: service('APP'),
      embeddedIn: [PORTAL],
      cors: [PARTNER],
      rules: [
        { path: '/public/*', access: 'public' },
        { path: '/closed/*', access: 'authenticated', cors: [] },
        { path: '/admin/*', require: { roles: ['admin'] } },
      ],
    },
    'docs.example.com': { organization: ACME, upstream: assets() },
    localhost: { organization: ACME, upstream: service('APP'), embeddedIn: [PORTAL] },
  },
})

const embeddedWorld = () => createWorld({ config })

const FRAME = { 'Sec-Fetch-Dest': 'iframe' }

/** Opens an address in a frame of the portal. */
const openFramed = (browser: Browser, address: string) =>
  browser.open(address, { from: 'cross-site', headers: FRAME })

async function signInFramed(world: World, browser: Browser, address = `${APP}/a`) {
  const { leavesTo = '' } = await openFramed(browser, address)
  return openFramed(browser, world.provider.authorize(leavesTo))
}

const ancestorsOf = (response: Response) =>
  /frame-ancestors ([^;,]*)/.exec(response.headers.get('Content-Security-Policy') ?? '')?.[1]

describe('in a frame', () => {
  test('a person signs in and out, and every cookie of ours is partitioned', async () => {
    const world = await embeddedWorld()
    const browser = world.browser()
    const lines: string[] = []
    const { fetch } = world
    world.fetch = async (request) => {
      const response = await fetch(request)
      lines.push(...response.headers.getSetCookie())
      return response
    }
    const { response, url } = await signInFramed(world, browser)
    expect(url).toBe(`${APP}/a`)
    expect(response.status).toBe(200)
    expect(browser.cookies.rejected).toEqual([])

    const { leavesTo } = await browser.open(`${APP}/auth/logout`, {
      from: 'same-origin',
      headers: { ...FRAME, 'Sec-Fetch-User': '?1' },
    })
    expect(leavesTo).toContain('/oidc/logout')
    expect(browser.cookies.ofUse(new URL(APP))).toEqual([])

    const names = ['session', 'refresh', 'login-', 'attempts']
    for (const name of names) expect(lines.join('\n')).toContain(`__Host-gh-${name}`)
    const others = lines.filter((line) => !line.endsWith('; HttpOnly; Secure; SameSite=None; Partitioned'))
    // Only what an unembedded site may have left is deleted in another way.
    expect(others.filter((line) => !/^__Host-gh-(session|refresh)=; Max-Age=0; /.test(line))).toEqual([])
  })

  test('a page that was overlooked is renewed there', async () => {
    const world = await embeddedWorld()
    const browser = world.browser()
    await signInFramed(world, browser)
    world.clock.advance(400)
    const { response } = await openFramed(browser, `${APP}/b`)
    expect(response.status).toBe(200)
    expect(response.headers.getSetCookie().join()).toContain('Partitioned')
  })

  test.each(['object', 'embed', 'image', 'script', 'empty'])(
    'what loads as %s is sent into no login',
    async (dest) => {
      const world = await embeddedWorld()
      const mode = dest === 'empty' ? 'cors' : 'no-cors'
      const headers = { 'Sec-Fetch-Mode': mode, 'Sec-Fetch-Dest': dest, 'Sec-Fetch-Site': 'cross-site' }
      expect((await world.browser().request(`${APP}/a`, { headers })).status).toBe(401)
      expect((await world.browser().request(`${APP}/auth/login`, { headers })).status).toBe(400)
    },
  )

  test('an ordinary site is still sent into no login', async () => {
    const world = await embeddedWorld()
    const { response } = await openFramed(world.browser(), `${DOCS}/a`)
    expect(response.status).toBe(401)
    const login = await openFramed(world.browser(), `${DOCS}/auth/login`)
    expect(await shownCode(login.response)).toBe('bad_request')
  })

  test('a portal cannot sign a person in as somebody else: a foreign callback does not fit, and a login asks first', async () => {
    const world = await embeddedWorld()
    const [attacker, victim] = [world.browser(), world.browser()]
    const begun = await openFramed(attacker, `${APP}/a`)
    const callback = world.provider.authorize(begun.leavesTo ?? '')
    expect(await shownCode((await openFramed(victim, callback)).response)).toBe('state_mismatch')
    expect(world.refusals).toEqual(['binding_cookie_missing'])

    await signInFramed(world, victim)
    const before = victim.cookie(APP, '__Host-gh-session')
    const again = await openFramed(victim, `${APP}/auth/login`)
    const { response } = await openFramed(victim, world.provider.authorize(again.leavesTo ?? '', MALLORY))
    expect(await response.text()).toContain('/auth/continue')
    expect(ancestorsOf(response)).toBe(`'self' ${PORTAL}`)
    expect(victim.cookie(APP, '__Host-gh-session')).toBe(before)
  })

  test('a portal, or a frame that somebody wrote into a page, signs nobody out', async () => {
    const world = await embeddedWorld()
    const browser = world.browser()
    await signInFramed(world, browser)
    for (const from of ['cross-site', 'same-origin'] as const) {
      const headers = { ...FRAME, 'Sec-Fetch-User': '' }
      const { response } = await browser.open(`${APP}/auth/logout`, { from, headers })
      expect(response.status).toBe(200)
      expect(await response.text()).toContain('<form method="post" action="/auth/logout">')
    }
    expect((await browser.request(`${APP}/auth/session`)).status).toBe(200)
  })
})

describe('clickjacking: only the site itself and the portal that is named may show', () => {
  test('pages of ours, and those of the upstream, whatever the upstream says of its own', async () => {
    const world = await embeddedWorld()
    const browser = world.browser()
    world.pages.answer = async () =>
      new Response('<p>', { headers: { 'Content-Security-Policy': "default-src 'self'" } })
    const open = (path: string) => browser.visit(APP + path, { from: 'cross-site', headers: FRAME })
    await signInFramed(world, browser)
    for (const path of [
      '/a',
      '/public/x',
      '/auth/signed-out',
      '/auth/sessions',
      '/auth/logout',
      '/admin/x',
    ]) {
      const response = await open(path)
      expect([path, ancestorsOf(response)]).toEqual([path, `'self' ${PORTAL}`])
      expect(response.headers.get('X-Frame-Options')).toBeNull()
    }
    expect((await open('/a')).headers.get('Content-Security-Policy')).toContain("default-src 'self'")
  })

  test('an ordinary site: ours by nobody, and the upstream says it itself', async () => {
    const world = await embeddedWorld()
    const browser = world.browser()
    const { response } = await world.signIn(browser, `${DOCS}/a`)
    expect(ancestorsOf(response)).toBeUndefined()
    expect(ancestorsOf(await browser.visit(`${DOCS}/auth/signed-out`))).toBe("'none'")
  })

  test('a page that a browser has kept is not left with less than it was kept with', async () => {
    const world = await embeddedWorld()
    const browser = world.browser()
    await signInFramed(world, browser)
    world.pages.answer = async () => new Response(null, { status: 304 })
    expect(ancestorsOf(await browser.visit(`${APP}/a`))).toBeUndefined()
  })
})

describe('CSRF: cookies come along from everywhere, so what another origin sends is refused', () => {
  const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE']

  async function send(path: string, method: string, headers: Record<string, string>) {
    const world = await embeddedWorld()
    const browser = world.browser()
    await signInFramed(world, browser)
    const before = world.pages.requests.length
    const response = await browser.request(APP + path, { method, headers })
    return { world, response, arrived: world.pages.requests.length > before }
  }

  test.each(METHODS)('%s of a page of another origin', async (method) => {
    const headers = { Origin: EVIL, 'Sec-Fetch-Site': 'cross-site' }
    const { world, response, arrived } = await send('/a', method, headers)
    expect(response.status).toBe(403)
    expect(await shownCode(response)).toBe('access_denied')
    expect(arrived).toBe(false)
    expect(world.log.at(-1)?.refusal).toEqual({ reason: 'foreign_request', origin: EVIL })
  })

  test.each<[string, Record<string, string>]>([
    ['the portal around it', { Origin: PORTAL, 'Sec-Fetch-Site': 'same-site' }],
    ['an origin that begins alike', { Origin: `${APP}.evil.example`, 'Sec-Fetch-Site': 'cross-site' }],
    ['the same host over http', { Origin: 'http://app.example.com', 'Sec-Fetch-Site': 'cross-site' }],
    ['another port', { Origin: `${APP}:8443`, 'Sec-Fetch-Site': 'same-site' }],
    ['a sandboxed frame', { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }],
    ['no origin, from another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['no origin, from a neighbour', { 'Sec-Fetch-Site': 'same-site' }],
    ['a browser without Fetch Metadata', { Origin: EVIL, 'Sec-Fetch-Site': '' }],
  ])('from %s', async (_case, headers) => {
    const { response, arrived } = await send('/a', 'POST', headers)
    expect(response.status).toBe(403)
    expect(arrived).toBe(false)
  })

  test.each([
    '/public/x',
    '/closed/x',
    '/auth/logout',
    '/auth/continue',
    '/auth/sessions/end',
    '/auth/webhooks',
  ])('to %s', async (path) => {
    const headers = { Origin: EVIL, 'Sec-Fetch-Site': 'cross-site' }
    const { world, arrived } = await send(path, 'POST', headers)
    expect(arrived).toBe(false)
    expect(world.refusals.at(-1)).toBe('foreign_request')
  })

  test('a person who posted such a form sees a page that says so', async () => {
    const world = await embeddedWorld()
    const options = { from: 'cross-site', method: 'POST', headers: { ...FRAME, Origin: EVIL } } as const
    const { response } = await world.browser().open(`${APP}/a`, options)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('Another site may not send this')
  })

  test.each<[string, Record<string, string>]>([
    ['the site itself', { Origin: APP, 'Sec-Fetch-Site': 'same-origin' }],
    ['a page of it that sends no referrers', { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }],
    ['an old browser, by its origin', { Origin: APP, 'Sec-Fetch-Site': '' }],
    ['an origin that `cors` names', { Origin: PARTNER, 'Sec-Fetch-Site': 'cross-site' }],
  ])('what %s sends goes on', async (_case, headers) => {
    const { response, arrived } = await send('/a', 'POST', headers)
    expect(response.status).toBe(200)
    expect(arrived).toBe(true)
  })

  test('what is no browser says nothing of where it comes from, and goes on', async () => {
    const world = await embeddedWorld()
    const response = await world.fetch(new Request(`${APP}/public/x`, { method: 'POST', body: 'x' }))
    expect(response.status).toBe(200)
  })

  test('a rule that names fewer origins takes them from fewer', async () => {
    const headers = { Origin: PARTNER, 'Sec-Fetch-Site': 'cross-site' }
    expect((await send('/closed/x', 'POST', headers)).response.status).toBe(403)
  })

  test('reading stays what it was, and shows scripts of other origins nothing', async () => {
    const headers = { Origin: EVIL, 'Sec-Fetch-Site': 'cross-site' }
    const { response } = await send('/a', 'GET', headers)
    expect(response.status).toBe(200)
    expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })

  test('an ordinary site passes on what its upstream has always had to judge', async () => {
    const world = await embeddedWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`)
    const headers = { Origin: EVIL, 'Sec-Fetch-Site': 'same-site' }
    expect((await browser.request(`${DOCS}/a`, { method: 'POST', headers })).status).toBe(200)
  })

  test('another Worker that only asks is told so, too', async () => {
    const world = await embeddedWorld()
    const request = new Request(`${APP}/public/x`, { method: 'POST', headers: { Origin: EVIL } })
    const asked = await world.authenticate(request)
    expect(asked.ok ? undefined : asked.response.status).toBe(403)
  })
})

test('a site that becomes embedded forgets the cookies from before with a logout', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${APP}/a`)
  world.deploy({ config })
  const response = await browser.request(`${APP}/auth/logout`, { method: 'POST' })
  const deleted = response.headers.getSetCookie().filter((line) => line.startsWith('__Host-gh-refresh=;'))
  expect(deleted.map((line) => line.includes('Partitioned')).sort()).toEqual([false, true])
})

test('on http of this machine cookies stay as they are, and the rest holds', async () => {
  const world = await embeddedWorld()
  const browser = world.browser()
  const { response } = await signInFramed(world, browser, `${LOCAL}/a`)
  expect(response.status).toBe(200)
  expect(browser.cookies.of(new URL(LOCAL)).map(({ sameSite }) => sameSite)).toContain('lax')
  expect(ancestorsOf(response)).toBe(`'self' ${PORTAL}`)
  const headers = { Origin: EVIL, 'Sec-Fetch-Site': 'cross-site' }
  expect((await browser.request(`${LOCAL}/a`, { method: 'POST', headers })).status).toBe(403)
})

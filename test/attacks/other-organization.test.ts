import { reset } from 'cloudflare:test'
import { Hono } from 'hono'
import { afterEach, describe, expect, test } from 'vitest'
import { defineConfig, type GatehouseConfig, minutes, type Site, service } from '../../src/config.ts'
import { type GatehouseEnv, gatehouse, requireSession } from '../../src/hono.ts'
import type { Browser } from '../support/browser.ts'
import { ACME, GLOBEX, HANK, JANE, type Person } from '../support/openid-provider.ts'
import { APP, createWorld, shownCode, type World } from '../support/world.ts'

afterEach(() => reset())

/** A host that belongs to whom `pin` says. */
const siteOf = (pin: Pick<Site, 'organization' | 'connection'>, key = 'app.example.com'): GatehouseConfig =>
  defineConfig({
    sites: {
      [key]: {
        ...pin,
        upstream: service('APP'),
        rules: [
          { path: '/public/*', access: 'public' },
          { path: '/strict/*', strict: true },
        ],
      },
    },
  })

const ACMES = siteOf({ organization: ACME })
const GLOBEXES = siteOf({ organization: GLOBEX })

/** Jane of Acme has signed in at Acme's site, whose host is Globex's from now on; the keys stay the same. */
async function changedHands(to = GLOBEXES, from = ACMES): Promise<{ world: World; browser: Browser }> {
  const world = await createWorld({ config: from })
  const browser = world.browser()
  const page = await world.signIn(browser, `${APP}/a`, JANE)
  expect(page.response.status).toBe(200)
  world.deploy({ config: to })
  world.log.length = 0
  world.pages.requests.length = 0
  world.sessions.calls.length = 0
  return { world, browser }
}

/** What is wrong, in the log with both sides, and no cookie changed. */
async function expectRefused(
  world: World,
  response: Response,
  code: 'organization_mismatch' | 'connection_mismatch' = 'organization_mismatch',
): Promise<void> {
  expect(response.status).toBe(403)
  expect(await shownCode(response)).toBe(code)
  expect(response.headers.getSetCookie()).toEqual([])
  expect(world.log.at(-1)?.refusal).toMatchObject({
    reason: code,
    who: JANE.email,
    signedIn: true,
    ...(code === 'organization_mismatch' && { demanded: GLOBEX, received: ACME }),
  })
  expect(world.pages.requests).toEqual([])
}

const cookieHeader = (browser: Browser): string =>
  browser.cookies.header(new URL(APP), { crossSite: false, topLevelRead: true }) ?? ''

describe('a session of another organization, at a host that has changed hands', () => {
  test('opens no page, and the page says who is there and how to change accounts', async () => {
    const { world, browser } = await changedHands()
    const response = await browser.visit(`${APP}/a?tab=2`)
    await expectRefused(world, response)
    const html = await response.text()
    expect(html).toContain(`You are signed in as ${JANE.email}.`)
    expect(html).toContain('This site is for people of another organization.')
    expect(html).toContain(
      `<a class="button" href="${APP}/auth/login?return_to=%2Fa%3Ftab%3D2&amp;prompt=login">Switch account</a>`,
    )
    expect(html).not.toContain('Sign in again')
    expect(html).not.toMatch(/org_2000/)
    expect(world.sessions.calls).toEqual([])
  })

  test('gives a script the problem', async () => {
    const { world, browser } = await changedHands()
    const response = await browser.request(`${APP}/a`)
    await expectRefused(world, response)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await response.text()).not.toMatch(/org_2000/)
  })

  test('is not renewed', async () => {
    const { world, browser } = await changedHands()
    world.clock.advance(minutes(6))
    for (const time of [1, 2, 3]) {
      await expectRefused(world, await browser.visit(`${APP}/a`))
      expect(world.sessions.calls).toHaveLength(time)
    }
  })

  test('nor with the refresh token alone', async () => {
    const { world, browser } = await changedHands()
    const refresh = browser.cookie(APP, '__Host-gh-refresh')
    const stolen = await world.browser().visit(`${APP}/a`, {
      headers: { Cookie: `__Host-gh-refresh=${refresh}` },
    })
    await expectRefused(world, stolen)
  })

  test('is lost by nobody: where the change was a mistake, people go on', async () => {
    const { world, browser } = await changedHands()
    world.clock.advance(minutes(6))
    await browser.visit(`${APP}/a`)
    await browser.visit(`${APP}/a`)
    world.deploy({ config: ACMES })
    expect((await browser.visit(`${APP}/a`)).status).toBe(200)
  })

  test('that has ended is no session, and asks to sign in', async () => {
    const { world, browser } = await changedHands()
    const copy = browser.clone()
    await copy.request(`${APP}/auth/logout`, { method: 'POST' })
    world.clock.advance(minutes(6))
    const { leavesTo } = await browser.open(`${APP}/a`)
    expect(new URL(leavesTo ?? '').searchParams.get('organization_id')).toBe(GLOBEX)
  })

  test('says nothing at /auth/session', async () => {
    const { world, browser } = await changedHands()
    for (const wait of [0, minutes(6)]) {
      world.clock.advance(wait)
      const response = await browser.request(`${APP}/auth/session`)
      await expectRefused(world, response)
      expect(response.headers.get('Content-Type')).toBe('application/problem+json')
      expect(await response.json()).not.toHaveProperty('user')
    }
  })

  test('lists and ends no sessions', async () => {
    const { world, browser } = await changedHands()
    const post = { method: 'POST', body: new URLSearchParams({ others: '1' }) }
    await expectRefused(world, await browser.visit(`${APP}/auth/sessions`))
    await expectRefused(world, await browser.request(`${APP}/auth/sessions`))
    await expectRefused(world, await browser.request(`${APP}/auth/sessions/end`, post))
    expect(world.sessions.calls).toEqual([])
  })

  test('is not shown as signed in, nor as signed out, at /auth/signed-out', async () => {
    const { world, browser } = await changedHands()
    await expectRefused(world, await browser.visit(`${APP}/auth/signed-out`))
  })

  test('is nobody to another Worker that asks by RPC', async () => {
    const { world, browser } = await changedHands()
    for (const path of ['/a', '/strict/a', '/auth/session']) {
      const headers = { Cookie: cookieHeader(browser) }
      const who = await world.authenticate(new Request(APP + path, { headers }))
      if (who.ok) throw new Error('let in')
      await expectRefused(world, who.response)
    }
  })

  test('opens no WebSocket', async () => {
    const { world, browser } = await changedHands()
    const headers = { Upgrade: 'websocket', Connection: 'Upgrade', Origin: APP }
    const response = await browser.request(`${APP}/socket`, { headers })
    await expectRefused(world, response)
    expect(response.webSocket).toBeNull()
    expect(world.sessions.calls).toEqual([])
  })

  test('begins no stream of events, and passes no strict rule', async () => {
    const { world, browser } = await changedHands()
    const headers = { Accept: 'text/event-stream' }
    await expectRefused(world, await browser.request(`${APP}/events`, { headers }))
    await expectRefused(world, await browser.visit(`${APP}/strict/a`))
  })

  test('leaves public pages open', async () => {
    const { browser } = await changedHands()
    expect((await browser.visit(`${APP}/public/a`)).status).toBe(200)
  })

  test('can be signed out of, here and at Scalekit', async () => {
    for (const wait of [0, minutes(6)]) {
      const { world, browser } = await changedHands()
      world.clock.advance(wait)
      const { leavesTo } = await browser.open(`${APP}/auth/logout`, { from: 'same-origin' })
      expect(leavesTo).toContain(`${world.provider.issuer}/oidc/logout?id_token_hint=`)
      expect(browser.cookie(APP, '__Host-gh-session')).toBeUndefined()
      expect(browser.cookie(APP, '__Host-gh-refresh')).toBeUndefined()
      expect(world.log.at(-1)).toMatchObject({ event: 'logout', subject: `${JANE.connection};${JANE.user}` })
    }
  })

  test('gives way to an account of the right one', async () => {
    const { world, browser } = await changedHands()
    const { leavesTo } = await browser.open(`${APP}/auth/login?return_to=/a&prompt=login`, {
      from: 'same-origin',
    })
    expect(new URL(leavesTo ?? '').searchParams.get('prompt')).toBe('login')
    const page = await world.finishLogin(browser, world.provider.authorize(leavesTo ?? '', HANK))
    expect(page).toMatchObject({ url: `${APP}/a`, response: { status: 200 } })
    const { user } = await (await browser.request(`${APP}/auth/session`)).json<{ user: { email: string } }>()
    expect(user.email).toBe(HANK.email)
  })

  test('is no reason to go on for a callback that belongs to no login', async () => {
    const { world, browser } = await changedHands()
    const { response } = await browser.open(`${APP}/auth/callback?code=x&state=${'s'.repeat(43)}`, {
      from: 'cross-site',
    })
    expect(await shownCode(response)).toBe('state_mismatch')
    expect(world.pages.requests).toEqual([])
  })
})

test('a host below a wildcard that gets an owner of its own', async () => {
  const wildcard = siteOf({ organization: ACME }, '*.example.com')
  const { world, browser } = await changedHands({ sites: { ...wildcard.sites, ...GLOBEXES.sites } }, wildcard)
  await expectRefused(world, await browser.visit(`${APP}/a`))
})

describe('a session that came by another connection', () => {
  const pinned = siteOf({ connection: HANK.connection })

  test('opens no page, renewed or not', async () => {
    const { world, browser } = await changedHands(pinned)
    for (const wait of [0, minutes(6)]) {
      world.clock.advance(wait)
      const response = await browser.visit(`${APP}/a`)
      await expectRefused(world, response, 'connection_mismatch')
      const html = await response.text()
      expect(html).toContain(`You are signed in as ${JANE.email}.`)
      expect(html).toContain('Switch account')
      expect(html).not.toMatch(/conn_3000/)
    }
    expect(world.log.at(-1)?.refusal).toMatchObject({ demanded: HANK.connection, received: JANE.connection })
  })

  test('of the right organization does not do either', async () => {
    const { world, browser } = await changedHands(siteOf({ organization: ACME, connection: 'conn_39999' }))
    await expectRefused(world, await browser.visit(`${APP}/a`), 'connection_mismatch')
  })
})

test('a session without an organization is of another one', async () => {
  const world = await createWorld({ config: siteOf({ connection: JANE.connection }) })
  const browser = world.browser()
  await world.signIn(browser, `${APP}/a`, { ...JANE, organization: undefined })
  world.deploy({ config: ACMES })
  const response = await browser.visit(`${APP}/a`)
  expect(await shownCode(response)).toBe('organization_mismatch')
  expect(world.log.at(-1)?.refusal).toMatchObject({ demanded: ACME, received: 'none' })
})

describe('a login of another organization', () => {
  test.each<[string, GatehouseConfig, Person]>([
    ['organization', ACMES, HANK],
    ['connection', siteOf({ connection: HANK.connection }), JANE],
  ])('is refused by its %s, says who it was and offers another account', async (kind, config, person) => {
    const world = await createWorld({ config })
    const browser = world.browser()
    const { response } = await world.signIn(browser, `${APP}/a`, person)
    expect(response.status).toBe(403)
    expect(await shownCode(response)).toBe(`${kind}_mismatch`)
    const html = await response.text()
    expect(html).toContain(`You signed in as ${person.email}, but this sign-in was`)
    expect(html).toContain(`href="${APP}/auth/login?return_to=%2Fa&amp;prompt=login">Switch account</a>`)
    expect(html).not.toMatch(/org_2000|conn_3000/)
    expect(browser.cookie(APP, '__Host-gh-session')).toBeUndefined()
    expect(world.log.at(-1)?.refusal).toMatchObject({ reason: `${kind}_mismatch`, who: person.email })
    expect(world.sessions.calls).toEqual([])
  })

  test('begun by another site asks nobody whose own session is of another', async () => {
    const { world, browser } = await changedHands()
    const { leavesTo } = await browser.open(`${APP}/auth/login?return_to=/a`, { from: 'cross-site' })
    const page = await world.finishLogin(browser, world.provider.authorize(leavesTo ?? '', HANK))
    expect(page.url).toBe(`${APP}/a`)
  })
})

describe('in a Hono app', () => {
  const appOf = (config: GatehouseConfig) => (effects: Parameters<typeof gatehouse>[2]) => {
    const app = new Hono<GatehouseEnv>()
    app.use(gatehouse({ audit: { subjects: 'plain' }, sites: appSites(config) }, {}, effects))
    app.get('/a', (c) => c.json(c.var.session))
    app.get('/public/a', (c) => c.text('for everybody'))
    app.get('/public/me', requireSession(), (c) => c.json(c.var.session))
    return app
  }
  /** Without an upstream the app itself has the pages. */
  const appSites = ({ sites }: GatehouseConfig): GatehouseConfig['sites'] =>
    Object.fromEntries(Object.entries(sites).map(([key, { upstream: _, ...site }]) => [key, site]))

  test('no handler sees such a session, behind a rule or behind requireSession', async () => {
    const world = await createWorld()
    world.deployApp(appOf(ACMES))
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`, JANE)
    expect((await browser.request(`${APP}/public/me`)).status).toBe(200)
    world.deployApp(appOf(GLOBEXES))
    for (const wait of [0, minutes(6)]) {
      world.clock.advance(wait)
      for (const path of ['/a', '/public/me']) {
        const response = await browser.request(APP + path)
        await expectRefused(world, response)
        expect(await response.text()).not.toContain('"user"')
        expect(response.headers.get('Cache-Control')).toBe('no-store')
      }
    }
    expect((await browser.request(`${APP}/public/a`)).status).toBe(200)
  })
})

import { runInDurableObject } from 'cloudflare:test'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import type { Browser } from '../support/browser.ts'
import { ACME } from '../support/openid-provider.ts'
import { createWorld, DOCS, LOCAL, type World } from '../support/world.ts'

const SESSION = '__Host-gh-session'

async function signedIn(site = DOCS): Promise<{ world: World; browser: Browser }> {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${site}/a`)
  return { world, browser }
}

/** What the registry says of the session of a browser. */
async function endOf(world: World, browser: Browser): Promise<Record<string, unknown> | undefined> {
  const { sid } = decodeJwt(browser.cookie(DOCS, SESSION) ?? '')
  return runInDurableObject(world.sessions.inside.getByName(ACME), (_instance, state) =>
    state.storage.sql
      .exec('SELECT ended_at, end_reason FROM sessions WHERE id = ?', String(sid))
      .toArray()
      .at(0),
  )
}

describe('who may sign a person out', () => {
  type Row = [string, 'GET' | 'POST', Record<string, string>, 'ends' | 'asks']
  const rows: Row[] = [
    ['a link of the site', 'GET', { 'Sec-Fetch-Site': 'same-origin' }, 'ends'],
    ['a form of the site', 'POST', { 'Sec-Fetch-Site': 'same-origin', Origin: DOCS }, 'ends'],
    ['the address bar', 'GET', { 'Sec-Fetch-Site': 'none' }, 'ends'],
    ['a POST from nowhere', 'POST', { 'Sec-Fetch-Site': 'none' }, 'asks'],
    ['a link on another site', 'GET', { 'Sec-Fetch-Site': 'cross-site' }, 'asks'],
    [
      'a form on another site',
      'POST',
      { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' },
      'asks',
    ],
    [
      'a form on another site that lies about its origin',
      'POST',
      { 'Sec-Fetch-Site': 'cross-site', Origin: DOCS },
      'asks',
    ],
    ['a link on a neighbouring subdomain', 'GET', { 'Sec-Fetch-Site': 'same-site' }, 'asks'],
    ['a form on a neighbouring subdomain', 'POST', { 'Sec-Fetch-Site': 'same-site' }, 'asks'],
    ['a Sec-Fetch-Site that nobody knows', 'GET', { 'Sec-Fetch-Site': 'same-galaxy' }, 'asks'],
    ['an old browser that follows a link', 'GET', {}, 'asks'],
    ['an old browser that posts our form', 'POST', { Origin: DOCS }, 'ends'],
    ["an old browser that posts another site's form", 'POST', { Origin: 'https://evil.example' }, 'asks'],
    ['an old browser that posts from a sandbox', 'POST', { Origin: 'null' }, 'asks'],
    ['an old browser that posts and says nothing', 'POST', {}, 'asks'],
    ['an old browser that posts from plain http', 'POST', { Origin: 'http://docs.example.com' }, 'asks'],
  ]
  test.each(rows)('%s: %s with %o %s', async (_case, method, headers, outcome) => {
    const { world, browser } = await signedIn()
    const Cookie = `${SESSION}=${browser.cookie(DOCS, SESSION)}`
    const request = new Request(`${DOCS}/auth/logout`, {
      method,
      headers: { Accept: 'text/html', Cookie, ...headers },
      redirect: 'manual',
    })
    const response = await world.fetch(request)
    if (outcome === 'ends') {
      expect(response.status).toBe(303)
      expect(await endOf(world, browser)).toMatchObject({ end_reason: 'logout' })
      return
    }
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('<form method="post" action="/auth/logout">')
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await endOf(world, browser)).toEqual({ ended_at: null, end_reason: null })
  })

  test.each(['prefetch', 'prefetch;prerender'])(
    'a page that is only fetched ahead (%s) ends nothing: typing half an address is not signing out',
    async (purpose) => {
      const { world, browser } = await signedIn()
      for (const from of ['none', 'same-origin'] as const)
        await browser.visit(`${DOCS}/auth/logout`, { from, headers: { 'Sec-Purpose': purpose } })
      expect(await endOf(world, browser)).toEqual({ ended_at: null, end_reason: null })
    },
  )

  test('a HEAD ends nothing', async () => {
    const { world, browser } = await signedIn()
    expect((await browser.visit(`${DOCS}/auth/logout`, { method: 'HEAD' })).status).toBe(405)
    expect(await endOf(world, browser)).toEqual({ ended_at: null, end_reason: null })
  })

  test('the page that asks is one click away from the logout', async () => {
    const { browser } = await signedIn()
    const asked = await browser.visit(`${DOCS}/auth/logout`, { from: 'cross-site' })
    expect(await asked.text()).toContain('This ends your session on this site, in this browser.')
    const { leavesTo } = await browser.open(`${DOCS}/auth/logout`, { method: 'POST', from: 'same-origin' })
    expect(leavesTo).toMatch(/\/oidc\/logout\?/)
  })
})

test.each([DOCS, LOCAL])(
  'goes on to Scalekit with the ID token, and comes back to the site (%s)',
  async (site) => {
    const { world, browser } = await signedIn(site)
    const { leavesTo = '' } = await browser.open(`${site}/auth/logout`, { from: 'same-origin' })
    const url = new URL(leavesTo)
    expect(url.origin + url.pathname).toBe(`${world.provider.issuer}/oidc/logout`)
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${site}/auth/signed-out`)
    const hint = decodeJwt(url.searchParams.get('id_token_hint') ?? '')
    expect(hint).toMatchObject({ iss: world.provider.issuer, aud: [world.provider.clientId] })

    const back = await browser.open(`${site}/auth/signed-out`, { from: 'cross-site' })
    expect(back.response.status).toBe(200)
    expect(await back.response.text()).toContain('was asked to end its session too')
  },
)

test('deletes the cookie by the rules of browsers (CVE-2025-55162) and clears the cache', async () => {
  for (const site of [DOCS, LOCAL]) {
    const { browser } = await signedIn(site)
    const response = await browser.visit(`${site}/auth/logout`, { from: 'same-origin' })
    expect(response.headers.get('Clear-Site-Data')).toBe('"cache"')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(browser.cookies.rejected).toEqual([])
    expect(browser.cookies.of(new URL(site))).toEqual([])
    expect((await browser.request(`${site}/a`)).status).toBe(401)
  }
})

test('with the registry down the cookie goes all the same, and the page says what was not ended', async () => {
  const { world, browser } = await signedIn()
  world.sessions.unreachable = true
  const page = await browser.open(`${DOCS}/auth/logout`, { from: 'same-origin' })
  expect(page.leavesTo).toBeUndefined()
  expect(page.url).toBe(`${DOCS}/auth/signed-out?local=1&state=others-unknown`)
  expect(await page.response.text()).toContain('could not be ended')
  expect(browser.cookies.of(new URL(DOCS))).toEqual([])
  expect(world.log.at(-1)).toMatchObject({ event: 'degraded' })
})

test('a second logout of the same session, in another tab, is no error', async () => {
  const { browser } = await signedIn()
  const twin = browser.clone()
  await browser.open(`${DOCS}/auth/logout`, { from: 'same-origin' })
  const page = await twin.open(`${DOCS}/auth/logout`, { from: 'same-origin' })
  expect(page.response.status).toBe(200)
  expect(twin.cookies.of(new URL(DOCS))).toEqual([])
})

test('without a session there is nothing to end, and the page says so without asking the registry', async () => {
  const world = await createWorld()
  const page = await world.browser().open(`${DOCS}/auth/logout`, { from: 'same-origin' })
  expect(page.url).toBe(`${DOCS}/auth/signed-out?local=1&state=others-0`)
  expect(world.sessions.calls).toEqual([])
})

test('a forged session ends nobody', async () => {
  const { world, browser } = await signedIn()
  const forged = world.browser()
  const [header, payload] = (browser.cookie(DOCS, SESSION) ?? '').split('.')
  forged.cookies.plant(new URL(DOCS), SESSION, `${header}.${payload}.${'A'.repeat(43)}`)
  await forged.open(`${DOCS}/auth/logout`, { from: 'same-origin' })
  expect(await endOf(world, browser)).toEqual({ ended_at: null, end_reason: null })
})

describe('the page of those who signed out', () => {
  const text = async (browser: Browser, query = '') =>
    (await browser.visit(`${DOCS}/auth/signed-out${query}`)).text()

  test('tells nobody who opens it by hand that a session has ended', async () => {
    const page = await text((await createWorld()).browser())
    expect(page).toContain('You are not signed in')
    expect(page).not.toMatch(/has ended|was asked to end/)
  })

  test('nor anybody who had no session to sign out of', async () => {
    const page = await (await createWorld()).browser().open(`${DOCS}/auth/logout`, { from: 'same-origin' })
    expect(await page.response.text()).toContain('You are not signed in')
  })

  test('tells of a session that has ended, although Scalekit could not be asked', async () => {
    const { world, browser } = await signedIn()
    const id = String(decodeJwt(browser.cookie(DOCS, SESSION) ?? '')['sid'])
    await runInDurableObject(world.sessions.inside.getByName(ACME), (_instance, state) =>
      state.storage.sql.exec('UPDATE sessions SET sealed_id_token = ? WHERE id = ?', new Uint8Array(40), id),
    )
    const page = await browser.open(`${DOCS}/auth/logout`, { from: 'same-origin' })
    expect(page.leavesTo).toBeUndefined()
    expect(await page.response.text()).toContain('Your session on this site has ended.')
  })
})

describe('signing out everywhere', () => {
  const EVERYWHERE = `${DOCS}/auth/logout?everywhere=1`
  const NOTHING = 'You are not signed in'
  const ALL = 'All your sessions have ended, in every browser'

  test.each(['none', 'same-origin', 'cross-site'] as const)(
    'is offered to nobody without a session: the page says so at once (%s)',
    async (from) => {
      const world = await createWorld()
      const browser = world.browser()
      const page = await browser.open(EVERYWHERE, { from })
      const html = await page.response.text()
      expect(html).toContain(NOTHING)
      expect(html).not.toContain('all your sessions')
      expect(world.sessions.calls).toEqual([])
      expect(page.response.headers.getSetCookie()).toEqual([])
    },
  )

  test('says that the sessions in other browsers have ended too', async () => {
    const { browser } = await signedIn()
    const body = new URLSearchParams({ everywhere: '1' })
    const { leavesTo = '' } = await browser.open(`${DOCS}/auth/logout`, {
      method: 'POST',
      from: 'same-origin',
      body,
    })
    const { searchParams } = new URL(leavesTo)
    const state = searchParams.get('state')
    const back = await browser.open(`${DOCS}/auth/signed-out?state=${state}`, { from: 'cross-site' })
    expect(await back.response.text()).toContain(ALL)
  })

  test.each(['others-1-everywhere', 'others-unknown-everywhere', 'others-0-Everywhere', 'others-0'])(
    'and not where some go on, or may (%s)',
    async (state) => {
      const browser = (await createWorld()).browser()
      const page = await browser.visit(`${DOCS}/auth/signed-out?state=${state}`, { from: 'cross-site' })
      expect(await page.text()).not.toContain(ALL)
    },
  )
})

test('whoever opens the page of those who signed out while signed in is told so', async () => {
  const { browser } = await signedIn()
  const page = await browser.open(`${DOCS}/auth/signed-out`)
  expect(await page.response.text()).toContain('You are still signed in')
})

test('the logout is in the log with the person, and without a token', async () => {
  const { world, browser } = await signedIn()
  const { leavesTo = '' } = await browser.open(`${DOCS}/auth/logout`, { from: 'same-origin' })
  expect(world.log.at(-1)).toMatchObject({ event: 'logout', subject: 'conn_30001;jane|1' })
  expect(JSON.stringify(world.log)).not.toContain(new URL(leavesTo).searchParams.get('id_token_hint'))
})

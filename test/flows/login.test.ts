import { describe, expect, test } from 'vitest'
import type { Browser } from '../support/browser.ts'
import { HANK, JANE } from '../support/openid-provider.ts'
import { createWorld, DOCS, LOCAL, OPEN, shownCode } from '../support/world.ts'

const loginCookies = (browser: Browser, site = DOCS) =>
  browser.cookies.of(new URL(site)).filter(({ name }) => name.includes('gh-login-'))

const query = (location: string) => Object.fromEntries(new URL(location).searchParams)

describe.each([DOCS, LOCAL])('on %s', (site) => {
  test('a deep link with a query ends at exactly that address', async () => {
    const world = await createWorld()
    const page = await world.signIn(world.browser(), `${site}/reports/2026/q3?sort=-total&q=a%20b&q=%C3%A9`)
    expect(page.url).toBe(`${site}/reports/2026/q3?sort=-total&q=a%20b&q=%C3%A9`)
    expect(await page.response.text()).toBe('the page /reports/2026/q3?sort=-total&q=a%20b&q=%C3%A9')
  })

  test('the authorization request has state, nonce and an S256 challenge, each new every time', async () => {
    const world = await createWorld()
    const asked = [
      query(await world.beginLogin(world.browser(), `${site}/a`)),
      query(await world.beginLogin(world.browser(), `${site}/a`)),
    ]
    expect(asked[0]).toMatchObject({
      response_type: 'code',
      client_id: world.provider.clientId,
      redirect_uri: `${site}/auth/callback`,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
    })
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(asked[0]?.[name]).toMatch(/^[\w-]{43}$/)
      expect(asked[0]?.[name]).not.toBe(asked[1]?.[name])
    }
  })

  test('nothing of a finished login stays in the browser or in storage', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${site}/a`)
    expect(loginCookies(browser, site)).toEqual([])
    expect(browser.cookies.rejected).toEqual([])
    const [put] = world.kv.operations.filter((operation) => operation.startsWith('put login:'))
    expect(await world.kv.inside.get(put?.slice('put '.length) ?? '')).toBeNull()
  })
})

test('a fragment in return_to survives the login', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const location = await world.beginLogin(
    browser,
    `${DOCS}/auth/login?return_to=${encodeURIComponent('/a?b=c#d')}`,
  )
  const callback = world.provider.authorize(location)
  const answer = await browser.visit(callback, { from: 'cross-site' })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('Location')).toBe('/a?b=c#d')
})

test('several tabs sign in at once, in any order, and each gets its own page', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callbacks: string[] = []
  for (const path of ['/one', '/two?x=2', '/three'])
    callbacks.push(world.provider.authorize(await world.beginLogin(browser, DOCS + path)))
  expect(loginCookies(browser)).toHaveLength(3)

  const urls: string[] = []
  for (const callback of callbacks.reverse()) urls.push((await world.finishLogin(browser, callback)).url)
  expect(urls).toEqual([`${DOCS}/three`, `${DOCS}/two?x=2`, `${DOCS}/one`])
  expect(loginCookies(browser)).toEqual([])
})

test('two tabs that come back at the same moment both succeed', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const first = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/one`))
  const second = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/two`))
  const pages = await Promise.all([world.finishLogin(browser, first), world.finishLogin(browser, second)])
  expect(pages.map(({ url }) => url)).toEqual([`${DOCS}/one`, `${DOCS}/two`])
})

test.each([
  ['a second apart', 1],
  ['within one second', 0],
])('a sixth login drops the oldest, and the other five can still be finished (%s)', async (_case, pause) => {
  const world = await createWorld()
  const browser = world.browser()
  const locations: string[] = []
  for (let tab = 1; tab <= 6; tab += 1) {
    locations.push(await world.beginLogin(browser, `${DOCS}/tab-${tab}`))
    world.clock.advance(pause)
  }
  expect(loginCookies(browser)).toHaveLength(5)

  const [oldest = '', ...others] = locations.map((location) => world.provider.authorize(location))
  const dropped = await world.finishLogin(browser.clone(), oldest)
  expect(await shownCode(dropped.response)).toBe('state_mismatch')
  for (const [index, callback] of others.entries()) {
    expect((await world.finishLogin(browser, callback)).url).toBe(`${DOCS}/tab-${index + 2}`)
  }
})

test('a second use of the same callback in a browser that is signed in goes on to the site', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a`))
  await world.finishLogin(browser, callback)
  const again = await browser.visit(callback, { from: 'cross-site' })
  expect(again.status).toBe(303)
  expect(again.headers.get('Location')).toBe('/')
  expect(world.provider.count('/oauth/token')).toBe(1)
  expect(again.headers.getSetCookie()).toEqual([])
})

test('a callback whose record is gone leads a browser that is signed in to the page it wanted', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a?b=c`))
  // The request was sent twice, as browsers do when a page is restored: both carry the cookie.
  const twin = browser.clone()
  await world.finishLogin(browser, callback)
  const session = browser.cookie(DOCS, '__Host-gh-session') ?? ''
  twin.cookies.plant(new URL(DOCS), '__Host-gh-session', session)
  expect((await world.finishLogin(twin, callback)).url).toBe(`${DOCS}/a?b=c`)
  expect(world.provider.count('/oauth/token')).toBe(1)
})

test('a transaction lives exactly ten minutes', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const inTime = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/in-time`))
  const tooLate = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/too-late`))
  // The browser drops its cookie at this very second; one that came earlier may be on its way.
  const header = browser.cookies.header(new URL(DOCS), { crossSite: true, topLevelRead: true }) ?? ''
  const headers = { Cookie: header }

  world.clock.advance(600)
  const accepted = await world.browser().visit(inTime, { headers })
  expect(accepted.headers.get('Location')).toBe('/in-time')
  world.clock.advance(1)
  const refused = await world.browser().visit(tooLate, { headers })
  expect(refused.status).toBe(400)
  expect(await shownCode(refused)).toBe('login_expired')
  expect(world.refusals).toEqual(['transaction_expired'])
  expect(world.provider.count('/oauth/token')).toBe(1)
})

test('the page that explains a login that took too long leads back to the page that was wanted', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/deep?x=1`))
  const header = browser.cookies.header(new URL(DOCS), { crossSite: true, topLevelRead: true }) ?? ''
  world.clock.advance(700)
  const refused = await browser.visit(callback, { headers: { Cookie: header } })
  expect(await refused.text()).toContain('/auth/login?return_to=%2Fdeep%3Fx%3D1')
})

describe('a site without a demand', () => {
  test('asks for a work e-mail, and finds the way from there', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const asked = await browser.open(`${OPEN}/reports?x=1`)
    expect(asked.response.status).toBe(200)
    const html = await asked.response.text()
    expect(html).toContain('name="login_hint"')
    expect(html).toContain('name="return_to" value="/reports?x=1"')

    const location = await world.beginLogin(
      browser,
      `${OPEN}/auth/login?return_to=%2Freports%3Fx%3D1&login_hint=Hank%40GLOBEX.example`,
    )
    expect(query(location)['login_hint']).toBe('Hank@globex.example')
    const page = await world.finishLogin(browser, world.provider.authorize(location, HANK))
    expect(page.url).toBe(`${OPEN}/reports?x=1`)
  })

  test('says what is wrong with an address that is none, and keeps what was typed', async () => {
    const world = await createWorld()
    const { response } = await world.browser().open(`${OPEN}/auth/login?return_to=%2Fa&login_hint=jane`)
    expect(response.status).toBe(400)
    const html = await response.text()
    expect(html).toContain('role="alert"')
    expect(html).toContain('value="jane"')
    expect(html).toContain('name="return_to" value="/a"')
  })

  test.each([
    ['organization_id', 'org_20001', 'organization_id'],
    ['connection_id', 'conn_30001', 'connection_id'],
    ['domain_hint', 'ACME.example', 'domain'],
    ['login_hint', 'jane@acme.example', 'login_hint'],
    ['provider', 'google', 'provider'],
  ])('passes %s on to Scalekit', async (name, value, sentAs) => {
    const world = await createWorld()
    const location = await world.beginLogin(world.browser(), `${OPEN}/auth/login?${name}=${value}`)
    expect(query(location)[sentAs]).toBe(value === 'ACME.example' ? 'acme.example' : value)
  })
})

test('only a page of its own starts a login: an image, a frame and a prefetch do not', async () => {
  const world = await createWorld()
  const browser = world.browser()
  for (const headers of [
    { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' },
    { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' },
    { 'Sec-Fetch-Mode': 'navigate', 'Sec-Purpose': 'prefetch;prerender' },
  ]) {
    const response = await browser.visit(`${DOCS}/auth/login`, { headers })
    expect(response.status).toBe(400)
    expect(response.headers.getSetCookie()).toEqual([])
  }
  expect(world.kv.operations).toEqual([])
})

test('a redirect into a login is kept by no cache', async () => {
  const world = await createWorld()
  const browser = world.browser()
  for (const address of [`${DOCS}/a`, `${DOCS}/auth/login`]) {
    const response = await browser.visit(address)
    expect(response.status).toBe(302)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
  }
})

test('the person who signed in is the one that the ID token names', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`)
  const session = await (await browser.request(`${DOCS}/auth/session`)).json()
  expect(session).toMatchObject({
    user: { sub: `${JANE.connection};${JANE.user}`, email: JANE.email, name: 'Jane Doe' },
    organization_id: JANE.organization,
    connection_id: JANE.connection,
  })
})

describe('where a login leads', () => {
  const twice = 'return_to=/a&return_to=/b'

  test.each([
    ['an address of the site', `return_to=${encodeURIComponent(`${OPEN}/a?b#c`)}`, '/a?b#c'],
    ['an address of another', `return_to=${encodeURIComponent('https://evil.example/a')}`, '/'],
    ['two of them', twice, '/'],
    ['two of them, on the page that asks again', `login_hint=jane&${twice}`, '/'],
  ])('%s', async (_case, query, expected) => {
    const world = await createWorld()
    const response = await world.browser().visit(`${OPEN}/auth/login?${query}`)
    expect(await response.text()).toContain(`name="return_to" value="${expected}"`)
  })
})

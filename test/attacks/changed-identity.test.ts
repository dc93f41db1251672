import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import type { Browser, Page } from '../support/browser.ts'
import { ACME, GLOBEX, HANK, JANE, type Person } from '../support/openid-provider.ts'
import { createWorld, OPEN, shownCode, type World } from '../support/world.ts'

afterEach(() => reset())

const SESSION = '__Host-gh-session'

async function signedIn(person = JANE): Promise<{ world: World; browser: Browser }> {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(
    browser,
    `${OPEN}/auth/login?return_to=/home&organization_id=${person.organization}`,
    person,
  )
  return { world, browser }
}

const whoIsThere = async (browser: Browser): Promise<string | undefined> => {
  const response = await browser.clone().request(`${OPEN}/auth/session`)
  return response.status === 200 ? (await response.json<{ user: { email: string } }>()).user.email : undefined
}

/** A link to the login, opened from somewhere, whose person signs in at once. */
async function follow(
  world: World,
  browser: Browser,
  from: 'cross-site' | 'same-site' | 'same-origin' | 'none',
  person: Person = HANK,
): Promise<Page> {
  const link = `${OPEN}/auth/login?return_to=/wiki&connection_id=${person.connection}`
  const { leavesTo } = await browser.open(link, { from })
  return world.finishLogin(browser, world.provider.authorize(leavesTo ?? '', person))
}

/** Presses the button of the question. */
async function answer(
  browser: Browser,
  page: Page,
  options: { headers?: Record<string, string> } = {},
): Promise<Page> {
  const html = await page.response.clone().text()
  const action = /<form method="post" action="([^"]*)">/.exec(html)?.[1] ?? ''
  const login = /name="login" value="([^"]*)"/.exec(html)?.[1] ?? ''
  return browser.open(OPEN + action, {
    method: 'POST',
    from: 'same-origin',
    body: new URLSearchParams({ login }),
    ...options,
  })
}

describe('a login that another site began, by somebody who is signed in', () => {
  test.each(['cross-site', 'same-site'] as const)(
    'asks before it makes them another person (%s)',
    async (from) => {
      const { world, browser } = await signedIn()
      const before = browser.cookie(OPEN, SESSION)
      const page = await follow(world, browser, from)
      expect(page.response.status).toBe(200)
      const html = await page.response.clone().text()
      expect(html).toContain(`Continue as ${HANK.email}?`)
      expect(html).toContain(JANE.email)
      expect(page.response.headers.get('Cache-Control')).toBe('no-store')
      expect(browser.cookie(OPEN, SESSION)).toBe(before)
      expect(await whoIsThere(browser)).toBe(JANE.email)
      // Still, after the token has to be renewed: the session itself goes on.
      world.clock.advance(300)
      expect(await whoIsThere(browser)).toBe(JANE.email)
    },
  )

  test('whoever says yes is that person, once, on the page that was wanted', async () => {
    const { world, browser } = await signedIn()
    const old = browser.clone()
    const page = await follow(world, browser, 'cross-site')
    const copy = browser.clone()
    const after = await answer(browser, page)
    expect(after.url).toBe(`${OPEN}/wiki`)
    expect(await whoIsThere(browser)).toBe(HANK.email)
    world.clock.advance(300)
    expect(await whoIsThere(old)).toBeUndefined()
    // The answer is good for one use, even with all its cookies.
    const again = await answer(copy, page)
    expect(await shownCode(again.response)).toBe('login_unknown')
    expect(world.provider.count('/oauth/token')).toBe(2)
  })

  test('whoever stays goes on to the page that was wanted, as themselves', async () => {
    const { world, browser } = await signedIn()
    const html = await (await follow(world, browser, 'cross-site')).response.text()
    expect(html).toContain(`href="/wiki">Stay signed in as ${JANE.email}</a>`)
    expect((await browser.open(`${OPEN}/wiki`)).response.status).toBe(200)
    expect(await whoIsThere(browser)).toBe(JANE.email)
  })

  test('another site cannot give the answer', async () => {
    const { world, browser } = await signedIn()
    const page = await follow(world, browser, 'cross-site')
    for (const headers of [{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'none' }]) {
      const refused = await answer(browser, page, { headers })
      expect(refused.response.status).toBe(403)
    }
    expect(await whoIsThere(browser)).toBe(JANE.email)
  })

  test('nor can another browser, even with the form', async () => {
    const { world, browser } = await signedIn()
    const page = await follow(world, browser, 'cross-site')
    const other = await answer(world.browser(), page)
    expect(await shownCode(other.response)).toBe('state_mismatch')
    expect((await answer(browser, page)).url).toBe(`${OPEN}/wiki`)
  })

  test('an answer after ten minutes is too late', async () => {
    const { world, browser } = await signedIn()
    const page = await follow(world, browser, 'cross-site')
    world.clock.advance(601)
    const late = await answer(browser, page)
    expect(late.response.status).toBe(400)
    expect(await whoIsThere(browser)).toBe(JANE.email)
  })

  test('what was taken away meanwhile is not opened by a late answer', async () => {
    const { world, browser } = await signedIn()
    const page = await follow(world, browser, 'cross-site')
    world.clock.advance(300)
    const stub = world.sessions.inside.getByName(GLOBEX)
    const now = world.clock.seconds as never
    await stub.revoke([{ everyone: true }], 'organization_deleted', now, now)
    const { response } = await answer(browser, page)
    expect(await shownCode(response)).toBe('access_denied')
    expect(await whoIsThere(browser)).toBe(JANE.email)
  })

  test('whoever signs out leaves no other login behind for the next person', async () => {
    const { world, browser } = await signedIn()
    const page = await follow(world, browser, 'cross-site')
    await browser.request(`${OPEN}/auth/logout`, { method: 'POST' })
    expect(await shownCode((await answer(browser, page)).response)).toBe('state_mismatch')
    expect(await whoIsThere(browser)).toBeUndefined()
  })

  test('who has the same address in another organization is told apart', async () => {
    const { world, browser } = await signedIn()
    const page = await follow(world, browser, 'cross-site', { ...HANK, email: JANE.email.toUpperCase() })
    expect(await page.response.text()).toContain(
      `Continue as ${JANE.email.toUpperCase()} (another organization)?`,
    )
  })

  test('time that passes before the answer counts for maxAge', async () => {
    const { world, browser } = await signedIn()
    const page = await follow(world, browser, 'cross-site')
    world.clock.advance(500)
    await answer(browser, page)
    const session = await browser.request(`${OPEN}/auth/session`)
    const { authenticated_at: at } = await session.json<{ authenticated_at: string }>()
    expect(Date.parse(at)).toBe(world.clock.now() - 500_000)
  })

  test('the answer counts against what one client may do', async () => {
    const { world, browser } = await signedIn()
    const page = await follow(world, browser, 'cross-site')
    const before = world.limited.length
    await answer(browser, page)
    expect(world.limited.length).toBe(before + 1)
  })

  test('a form that is altered or not ours is refused', async () => {
    const { world, browser } = await signedIn()
    await follow(world, browser, 'cross-site')
    for (const login of ['', 'x', 'A'.repeat(43), '../../etc'.padEnd(43, 'x')]) {
      const body = new URLSearchParams({ login })
      const { response } = await browser.open(`${OPEN}/auth/continue`, {
        method: 'POST',
        from: 'same-origin',
        body,
      })
      expect(response.status).toBe(400)
    }
    expect((await browser.request(`${OPEN}/auth/continue`)).status).toBe(405)
  })
})

describe('an identity provider’s hint, which anybody may have and use again', () => {
  test.each(['/auth/login', '/auth/callback'])(
    'at %s asks before it makes a signed-in person another one',
    async (route) => {
      const { world, browser } = await signedIn()
      const hint = await world.provider.idpInitiatedLogin({
        organization_id: GLOBEX,
        connection_id: HANK.connection,
        login_hint: HANK.email,
      })
      for (let use = 0; use < 2; use += 1) {
        // As if typed: a link in an e-mail.
        const { leavesTo } = await browser.open(`${OPEN}${route}?idp_initiated_login=${hint}`, {
          from: 'none',
        })
        const page = await world.finishLogin(browser, world.provider.authorize(leavesTo ?? '', HANK))
        expect(await page.response.text()).toContain(`Continue as ${HANK.email}?`)
        expect(await whoIsThere(browser)).toBe(JANE.email)
      }
    },
  )
})

describe('nobody is asked', () => {
  test('who is not signed in', async () => {
    const world = await createWorld()
    const browser = world.browser()
    expect((await follow(world, browser, 'cross-site')).url).toBe(`${OPEN}/wiki`)
    expect(await whoIsThere(browser)).toBe(HANK.email)
  })

  test('who comes back as the same person', async () => {
    const { world, browser } = await signedIn()
    const page = await follow(world, browser, 'cross-site', JANE)
    expect(page.url).toBe(`${OPEN}/wiki`)
  })

  test('who chose to change on this site, or typed the address', async () => {
    for (const from of ['same-origin', 'none'] as const) {
      const { world, browser } = await signedIn()
      expect((await follow(world, browser, from)).url).toBe(`${OPEN}/wiki`)
      expect(await whoIsThere(browser)).toBe(HANK.email)
    }
  })

  test('whose session has ended meanwhile, whatever its cookies say', async () => {
    const { world, browser } = await signedIn()
    const copy = browser.clone()
    await copy.request(`${OPEN}/auth/logout`, { method: 'POST' })
    expect((await follow(world, browser, 'cross-site')).url).toBe(`${OPEN}/wiki`)
  })
})

test('where nobody can be asked whether the old session goes on, nothing changes', async () => {
  const { world, browser } = await signedIn()
  const { leavesTo } = await browser.open(`${OPEN}/auth/login?connection_id=${HANK.connection}`, {
    from: 'cross-site',
  })
  world.sessions.unreachable = true
  const { response } = await world.finishLogin(browser, world.provider.authorize(leavesTo ?? '', HANK))
  expect(response.status).toBe(503)
  world.sessions.unreachable = false
  expect(await whoIsThere(browser)).toBe(JANE.email)
})

test('the same name in another organization is another person', async () => {
  const { world, browser } = await signedIn()
  const page = await follow(world, browser, 'cross-site', { ...JANE, organization: GLOBEX })
  expect(await page.response.text()).toContain('Continue as')
  expect(ACME).not.toBe(GLOBEX)
})

describe('an address that another site wrote into a link to our form', () => {
  test.each(['cross-site', 'same-site'] as const)(
    'is not in it, where one press of the button would make it the choice of the person (%s)',
    async (from) => {
      const { browser } = await signedIn()
      // A browser takes the space off.
      const link = `${OPEN}/auth/login?return_to=/wiki&login_hint=${encodeURIComponent(` ${HANK.email}`)}`
      const { response } = await browser.open(link, { from })
      expect(response.status).toBe(400)
      const html = await response.text()
      expect(html).toContain('name="login_hint"')
      expect(html).not.toContain(HANK.email)
      const own = await browser.open(link, { from: 'same-origin' })
      expect(await own.response.text()).toContain(`value=" ${HANK.email}"`)
    },
  )
})

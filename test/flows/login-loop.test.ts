import { describe, expect, test } from 'vitest'
import type { Browser } from '../support/browser.ts'
import { createWorld, DOCS, shownCode, type World } from '../support/world.ts'

/** A whole login whose session cookies the browser then does not keep. */
async function loseLogin(world: World, browser: Browser, address = `${DOCS}/private`): Promise<void> {
  const callback = world.provider.authorize(await world.beginLogin(browser, address))
  await browser.visit(callback, { from: 'cross-site' })
  for (const name of ['__Host-gh-session', '__Host-gh-refresh']) browser.cookies.remove(new URL(DOCS), name)
}

describe('three logins within a minute that did not open the page', () => {
  test('are explained in the place of a fourth redirect', async () => {
    const world = await createWorld()
    const browser = world.browser()
    for (let login = 1; login <= 3; login += 1) {
      await loseLogin(world, browser)
      world.clock.advance(15)
    }
    const { response } = await browser.open(`${DOCS}/private`)
    expect(response.status).toBe(400)
    expect(await shownCode(response)).toBe('login_loop')
    const html = await response.text()
    expect(html).toContain('Usual causes')
    expect(html).toContain('cookies')
    expect(html).toContain('/auth/login?return_to=%2Fprivate')
    expect(world.log.at(-1)?.refusal).toEqual({ reason: 'login_loop', why: 'no_session', sentSession: false })
  })

  test('are explained by the login route too, and nothing is stored for it', async () => {
    const world = await createWorld()
    const browser = world.browser()
    for (let login = 1; login <= 3; login += 1) await loseLogin(world, browser)
    const before = world.kv.operations.length
    const { response } = await browser.open(`${DOCS}/auth/login?return_to=/private`)
    expect(await shownCode(response)).toBe('login_loop')
    expect(world.kv.operations).toHaveLength(before)
  })

  test('whoever has read the page may try again', async () => {
    const world = await createWorld()
    const browser = world.browser()
    for (let login = 1; login <= 3; login += 1) await loseLogin(world, browser)
    await browser.open(`${DOCS}/private`)
    expect((await world.signIn(browser, `${DOCS}/private`)).response.status).toBe(200)
  })

  test('count where the session is there, and the page never takes it: a maxAge that no login meets', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const stale = { claims: { auth_time: world.clock.seconds - 60 * 60 } }
    let page = await world.signIn(browser, `${DOCS}/money/x`, undefined, stale)
    for (let login = 2; login <= 3; login += 1) {
      expect(page.leavesTo).toContain('prompt=login')
      page = await world.finishLogin(browser, world.provider.authorize(page.leavesTo ?? '', undefined, stale))
    }
    expect(await shownCode(page.response)).toBe('login_loop')
    expect(world.log.at(-1)?.refusal).toMatchObject({ why: 'max_age_exceeded', sentSession: true })
  })
})

describe('no loop', () => {
  test('three logins in more than a minute', async () => {
    const world = await createWorld()
    const browser = world.browser()
    for (let login = 1; login <= 5; login += 1) {
      await loseLogin(world, browser)
      world.clock.advance(31)
    }
    expect((await browser.open(`${DOCS}/private`)).leavesTo).toContain('/oauth/authorize')
  })

  test('ten restored tabs of different pages', async () => {
    const world = await createWorld()
    const browser = world.browser()
    for (let tab = 1; tab <= 10; tab += 1) {
      expect((await browser.open(`${DOCS}/tab-${tab}`)).leavesTo).toContain('/oauth/authorize')
    }
  })

  test('a login that led to the page starts the count anew', async () => {
    const world = await createWorld()
    const browser = world.browser()
    for (let login = 1; login <= 5; login += 1) {
      const { response } = await world.signIn(browser, `${DOCS}/private`)
      expect(response.status).toBe(200)
      await browser.visit(`${DOCS}/auth/logout`, { method: 'POST', from: 'same-origin' })
    }
  })

  test('it is the login that comes back that counts, and not the one that begins', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await browser.open(`${DOCS}/private`)
    expect(browser.cookie(DOCS, '__Host-gh-attempts')).toBeUndefined()
    await loseLogin(world, browser)
    expect(browser.cookie(DOCS, '__Host-gh-attempts')).toBeDefined()
  })

  test('images and scripts neither count nor forget', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await loseLogin(world, browser)
    const noted = browser.cookie(DOCS, '__Host-gh-attempts')
    expect(noted).toBeDefined()
    for (let request = 1; request <= 5; request += 1) await browser.request(`${DOCS}/private.png`)
    expect(browser.cookie(DOCS, '__Host-gh-attempts')).toBe(noted)
  })

  test.each(['x', '...', '-', 'zzzzzzzzzzzz-a.1-', '%00', '9'.repeat(4000), Array(50).fill('-').join('.')])(
    'a note of somebody’s own making is nothing: %s',
    async (value) => {
      const world = await createWorld()
      const browser = world.browser()
      browser.cookies.plant(new URL(DOCS), '__Host-gh-attempts', value)
      const { leavesTo } = await browser.open(`${DOCS}/private`)
      expect(leavesTo).toContain('/oauth/authorize')
      expect((browser.cookie(DOCS, '__Host-gh-attempts') ?? '').length).toBeLessThan(300)
    },
  )
})

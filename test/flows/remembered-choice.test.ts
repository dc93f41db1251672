import { describe, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import type { Browser } from '../support/browser.ts'
import { JANE } from '../support/openid-provider.ts'
import { createWorld, DOCS, LOCAL, OPEN, type World } from '../support/world.ts'

const HINT = '__Host-gh-hint'
const A_YEAR = 365 * 24 * 60 * 60

/** What a form of the sign-in page sends. */
const choose = (browser: Browser, query: string, site = OPEN) =>
  browser.open(`${site}/auth/login?${query}`, { from: 'same-origin' })

async function signInByChoice(world: World, browser: Browser, query: string, site = OPEN) {
  const { leavesTo = '' } = await choose(browser, query, site)
  return world.finishLogin(browser, world.provider.authorize(leavesTo))
}

const signInPage = async (browser: Browser, query = '', site = OPEN): Promise<string> =>
  (await browser.open(`${site}/auth/login?${query}`)).response.text()

/** @returns the value and the words of the button */
const offered = (page: string) =>
  /<button[^>]* name="domain_hint" value="([^"]*)"[^>]*>([^<]*)</.exec(page)?.slice(1)

describe('a login by an address that was typed', () => {
  test('leaves its domain behind for a year, in a cookie that says nothing', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const { response } = await signInByChoice(world, browser, 'login_hint=jane%40acme.example&return_to=%2Fa')
    expect(response.status).toBe(200)
    const cookie = browser.cookies.of(new URL(OPEN)).find(({ name }) => name === HINT)
    expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'lax' })
    expect(cookie?.expiresAt).toBe(world.clock.seconds + A_YEAR)
    expect(cookie?.value).toMatch(/^[\w-]+\.[\w-]{16}\.[\w-]+$/)
    for (const told of ['jane', 'acme', btoa('acme.example')]) expect(cookie?.value).not.toContain(told)
  })

  test('the sign-in page offers it then, and says nothing of the person', async () => {
    const world = await createWorld()
    const browser = world.browser()
    expect(offered(await signInPage(browser))).toBeUndefined()
    await signInByChoice(world, browser, 'login_hint=jane.doe%40Acme.example')
    const page = await signInPage(browser)
    expect(offered(page)).toEqual(['acme.example', 'Continue as …@acme.example'])
    expect(page).toContain('name="login_hint"')
    expect(page).not.toMatch(/jane|doe/)
  })

  test('what is offered leads there, with the return target and the prompt, and is remembered anew', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await signInByChoice(world, browser, 'login_hint=jane%40acme.example')
    world.clock.advance(A_YEAR - 60)
    const page = await signInPage(browser, 'return_to=%2Fa%3Fb&prompt=login')
    const [, first = '', second = ''] = page.split('<form ')
    for (const form of [first, second]) {
      expect(form).toContain('name="return_to" value="/a?b"')
      expect(form).toContain('name="prompt" value="login"')
    }
    const query = 'return_to=%2Fa%3Fb&prompt=login&domain_hint=acme.example'
    const { leavesTo = '' } = await choose(browser, query)
    expect(Object.fromEntries(new URL(leavesTo).searchParams)).toMatchObject({
      domain: 'acme.example',
      prompt: 'login',
    })
    expect((await world.finishLogin(browser, world.provider.authorize(leavesTo))).url).toBe(`${OPEN}/a?b`)
    world.clock.advance(A_YEAR - 60)
    expect(offered(await signInPage(browser))?.[0]).toBe('acme.example')
    world.clock.advance(60)
    expect(offered(await signInPage(browser))).toBeUndefined()
  })

  test('another address takes its place', async () => {
    const world = await createWorld()
    const browser = world.browser()
    for (const domain of ['acme.example', 'bücher.example'])
      await signInByChoice(world, browser, new URLSearchParams({ login_hint: `jane@${domain}` }).toString())
    expect(offered(await signInPage(browser))).toEqual(['bücher.example', 'Continue as …@bücher.example'])
  })

  test('it outlasts the session, and is offered beside an address that is not one', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await signInByChoice(world, browser, 'login_hint=jane%40acme.example')
    await browser.open(`${OPEN}/auth/logout`, { from: 'same-origin' })
    expect(browser.cookies.of(new URL(OPEN)).map(({ name }) => name)).toEqual([HINT])
    const { response } = await choose(browser, 'login_hint=jane')
    expect(response.status).toBe(400)
    expect(offered(await response.text())?.[0]).toBe('acme.example')
  })

  test('on a developer’s machine, too', async () => {
    const world = await createWorld({
      config: defineConfig({ sites: { localhost: { upstream: assets() } } }),
    })
    const browser = world.browser()
    await signInByChoice(world, browser, 'login_hint=jane%40acme.example', LOCAL)
    expect(browser.cookie(LOCAL, 'gh-hint')).toBeDefined()
    expect(offered(await signInPage(browser, '', LOCAL))?.[0]).toBe('acme.example')
  })
})

describe('nothing is remembered', () => {
  test('of an address before its login has succeeded: a typing error', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const { leavesTo = '' } = await choose(browser, 'login_hint=jane%40acmme.example')
    expect(browser.cookie(OPEN, HINT)).toBeUndefined()
    const state = new URL(leavesTo).searchParams.get('state')
    const { response } = await world.finishLogin(
      browser,
      `${OPEN}/auth/callback?error=invalid_request&state=${state}`,
    )
    expect(response.status).toBe(403)
    expect(browser.cookie(OPEN, HINT)).toBeUndefined()
    expect(offered(await signInPage(browser))).toBeUndefined()
  })

  test.each([
    ['an organization of the site', DOCS, 'login_hint=jane%40acme.example'],
    [
      'an organization of the link',
      OPEN,
      `organization_id=${JANE.organization}&login_hint=jane%40acme.example`,
    ],
    ['a connection of the link', OPEN, `connection_id=${JANE.connection}&domain_hint=acme.example`],
    ['a provider', OPEN, 'provider=google'],
  ])('of a login that began with %s', async (_case, site, query) => {
    const world = await createWorld()
    const browser = world.browser()
    const { response } = await signInByChoice(world, browser, query, site)
    expect(response.status).toBe(200)
    expect(browser.cookie(site, '__Host-gh-session')).toBeDefined()
    expect(browser.cookie(site, HINT)).toBeUndefined()
  })
})

test('it is sealed with the ring: a rotation keeps it, and with its key it goes', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await signInByChoice(world, browser, 'login_hint=jane%40acme.example')
  const [{ keys: old }, { keys: fresh }] = [JSON.parse(world.keys), JSON.parse(await newKeys())]
  world.deploy({ env: { GATEHOUSE_KEYS: JSON.stringify({ keys: [...fresh, ...old] }) } })
  expect(offered(await signInPage(browser))?.[0]).toBe('acme.example')
  world.deploy({ env: { GATEHOUSE_KEYS: JSON.stringify({ keys: fresh }) } })
  const { response } = await browser.open(`${OPEN}/auth/login`)
  expect(response.status).toBe(200)
  expect(offered(await response.text())).toBeUndefined()
})

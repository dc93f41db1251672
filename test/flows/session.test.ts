import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { type GatehouseConfig, hours, minutes } from '../../src/config.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import { CONFIG, createWorld, DOCS, LOCAL, OPEN, shownCode } from '../support/world.ts'

const SESSION = '__Host-gh-session'

const attributesOf = (response: Response, name: string) =>
  response.headers
    .getSetCookie()
    .find((line) => line.startsWith(`${name}=`))
    ?.split('; ')
    .slice(1)
    .sort()

describe('cookies', () => {
  test.each([
    [DOCS, '__Host-gh-session', '__Host-gh-login-', ['Secure']],
    [LOCAL, 'gh-session', 'gh-login-', []],
  ])('have the attributes that a browser needs on %s', async (site, session, login, secure) => {
    const world = await createWorld()
    const browser = world.browser()
    const begun = await browser.visit(`${site}/auth/login`)
    const loginName = begun.headers.getSetCookie()[0]?.split('=')[0] ?? ''
    expect(loginName).toMatch(new RegExp(`^${login}[\\w-]{8}$`))
    expect(attributesOf(begun, loginName)).toEqual(
      ['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax', ...secure].sort(),
    )

    const callback = world.provider.authorize(begun.headers.get('Location') ?? '')
    const finished = await browser.visit(callback, { from: 'cross-site' })
    expect(attributesOf(finished, session)).toEqual(
      ['HttpOnly', 'Max-Age=300', 'Path=/', 'SameSite=Lax', ...secure].sort(),
    )
    expect(attributesOf(finished, loginName)).toEqual(
      ['HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax', ...secure].sort(),
    )
    expect(finished.headers.get('Cache-Control')).toBe('no-store')
    expect(browser.cookies.rejected).toEqual([])
    const refresh = session.replace('session', 'refresh')
    expect(attributesOf(finished, refresh)).toEqual(
      ['HttpOnly', `Max-Age=${8 * 60 * 60}`, 'Path=/', 'SameSite=Lax', ...secure].sort(),
    )
    expect(browser.cookies.ofUse(new URL(site)).map(({ name }) => name)).toEqual([session, refresh])
  })

  test('hold nothing that Scalekit issued', async () => {
    const world = await createWorld()
    const browser = world.browser()
    let issued: { id_token: string; access_token: string } | undefined
    const fetchToken = world.provider.fetch
    const location = await world.beginLogin(browser, `${DOCS}/a`)
    world.provider.tokenEndpoint = async (request) => {
      world.provider.tokenEndpoint = undefined
      const response = await fetchToken(request)
      issued = await response.clone().json()
      return response
    }
    await world.finishLogin(browser, world.provider.authorize(location))
    const value = browser.cookie(DOCS, SESSION) ?? ''
    expect(issued?.id_token).toMatch(/^eyJ/)
    for (const token of [issued?.id_token, issued?.access_token])
      for (const part of token?.split('.') ?? []) expect(value.split('.').slice(1)).not.toContain(part)
    expect(decodeJwt(value)).not.toHaveProperty('id_token')
  })
})

describe('/auth/session', () => {
  test('tells scripts who is signed in, and has exactly these fields: no token', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`, undefined, {
      claims: { idp_roles: ['admin'], groups: ['engineering'] },
    })
    const response = await browser.request(`${DOCS}/auth/session`)
    expect(response.headers.get('Content-Type')).toBe('application/json')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await response.json()).toEqual({
      user: {
        sub: 'conn_30001;jane|1',
        email: 'jane@acme.example',
        name: 'Jane Doe',
        roles: ['admin'],
        groups: ['engineering'],
      },
      organization_id: 'org_20001',
      connection_id: 'conn_30001',
      authenticated_at: new Date(world.clock.seconds * 1000).toISOString(),
      expires_at: new Date((world.clock.seconds + 8 * 60 * 60) * 1000).toISOString(),
    })
  })

  test('is a 401 problem without a session, in a tab too', async () => {
    const world = await createWorld()
    const browser = world.browser()
    for (const response of [
      await browser.request(`${DOCS}/auth/session`),
      await browser.visit(`${DOCS}/auth/session`),
    ]) {
      expect(response.status).toBe(401)
      expect(response.headers.get('Content-Type')).toBe('application/problem+json')
      expect(await response.json()).toMatchObject({
        code: 'login_required',
        login_url: `${DOCS}/auth/login?return_to=%2F`,
      })
    }
  })
})

test('of the groups only those are kept that some rule names', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const groups = ['engineering', 'payroll', ...Array.from({ length: 500 }, (_, index) => `group-${index}`)]
  await world.signIn(browser, `${DOCS}/a`, undefined, { claims: { groups } })
  expect(decodeJwt(browser.cookie(DOCS, SESSION) ?? '')['groups']).toEqual(['engineering'])
  expect((await browser.open(`${DOCS}/engineering/`)).response.status).toBe(200)
})

test('150 roles that no rule names do not keep anybody out, and no page or script hears of them', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const roles = ['admin', ...Array.from({ length: 150 }, (_, index) => `a-role-with-a-long-name-${index}`)]
  const { response } = await world.signIn(browser, `${DOCS}/a`, undefined, { claims: { idp_roles: roles } })
  expect(response.status).toBe(200)
  expect(decodeJwt(browser.cookie(DOCS, SESSION) ?? '')['roles']).toEqual(['admin'])
  expect(await (await browser.request(`${DOCS}/auth/session`)).json()).toMatchObject({
    user: { roles: ['admin'] },
  })
  world.clock.advance(minutes(5))
  expect((await browser.open(`${DOCS}/admin/`)).response.status).toBe(200)
  expect(decodeJwt(browser.cookie(DOCS, SESSION) ?? '')['roles']).toEqual(['admin'])
})

test('a site learns no role that only another site asks for, at the login or at a renewal', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const claims = { idp_roles: ['admin'] }
  await world.signIn(browser, `${OPEN}/auth/login?organization_id=org_20001&return_to=/a`, undefined, {
    claims,
  })
  const rolesThere = () => decodeJwt(browser.cookie(OPEN, SESSION) ?? '')['roles']
  expect(rolesThere()).toBeUndefined()
  world.clock.advance(minutes(5))
  await browser.open(`${OPEN}/a`)
  expect(rolesThere()).toBeUndefined()
})

test.each([
  ['roles', 1],
  ['idp_roles', 0],
] as const)('a configuration that reads %s is warned of in the log %i times', async (claim, times) => {
  const world = await createWorld({ config: { ...CONFIG, claims: { roles: claim } } })
  for (const path of ['/', '/a']) await world.browser().visit(DOCS + path)
  const warnings = world.log.filter(({ event }) => event === 'configuration_warning')
  expect(warnings).toHaveLength(times)
  for (const { warning } of warnings)
    expect(warning).toMatch(/claims\.roles is 'roles', a name that Scalekit/)
})

test('a rule that names groups denies where the claim is absent (CVE-2021-21411)', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`)
  expect((await browser.open(`${DOCS}/engineering/`)).response.status).toBe(403)
})

/** The site with one rule more, which names roles. */
const naming = (roles: readonly string[]): GatehouseConfig => {
  const docs = CONFIG.sites['docs.example.com']
  const rules = [...(docs?.rules ?? []), { path: '/named/*', require: { roles } }]
  return { ...CONFIG, sites: { ...CONFIG.sites, 'docs.example.com': { ...docs, rules } } }
}

test('a session that does not fit into a cookie is refused at the login, with the reason', async () => {
  const roles = Array.from({ length: 300 }, (_, index) => `a-role-with-a-long-name-${index}`)
  const world = await createWorld({ config: naming(roles) })
  const browser = world.browser()
  const { response } = await world.signIn(browser, `${DOCS}/a`, undefined, { claims: { idp_roles: roles } })
  expect(response.status).toBe(403)
  expect(await shownCode(response)).toBe('session_too_large')
  expect(await response.text()).toMatch(/need \d+ bytes; 3500 fit/)
  expect(browser.cookies.ofUse(new URL(DOCS))).toEqual([])
  expect(world.sessions.calls).toEqual([])
})

test('the largest session that is accepted is one that a browser takes', async () => {
  const world = await createWorld()
  for (let length = 1500; length < 2600; length += 97) {
    const browser = world.browser()
    const roles = ['r'.repeat(length)]
    world.deploy({ config: naming(roles) })
    const { response } = await world.signIn(browser, `${DOCS}/a`, undefined, { claims: { idp_roles: roles } })
    expect([200, 403]).toContain(response.status)
    expect(browser.cookies.rejected).toEqual([])
    expect(browser.cookie(DOCS, SESSION) !== undefined).toBe(response.status === 200)
  }
})

test('a new login makes a new session, whatever cookies come along (CVE-2026-34454)', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const sid = () => decodeJwt(browser.cookie(DOCS, SESSION) ?? '')['sid']
  await world.signIn(browser, `${DOCS}/a`)
  const first = sid()
  await world.signIn(browser, `${DOCS}/auth/login?return_to=/a`)
  expect(sid()).not.toBe(first)

  // A session that somebody else planted does not become the session of whoever signs in.
  const victim = world.browser()
  victim.cookies.plant(new URL(DOCS), SESSION, browser.cookie(DOCS, SESSION) ?? '')
  await world.signIn(victim, `${DOCS}/auth/login?return_to=/a`)
  expect(decodeJwt(victim.cookie(DOCS, SESSION) ?? '')['sid']).not.toBe(sid())
})

test('a session token that nothing renews ends at its expiry, to the second', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`)
  const Cookie = `${SESSION}=${browser.cookie(DOCS, SESSION)}`
  world.clock.advance(5 * 60 - 1)
  expect((await browser.request(`${DOCS}/a`, { headers: { Cookie } })).status).toBe(200)
  world.clock.advance(1)
  expect((await browser.request(`${DOCS}/a`, { headers: { Cookie } })).status).toBe(401)
  expect(browser.cookie(DOCS, SESSION)).toBeUndefined()
})

test('the absolute limit counts where it is the shorter one', async () => {
  const world = await createWorld()
  world.deploy({ config: { ...CONFIG, session: { idle: hours(2), absolute: hours(1) } } })
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`)
  world.clock.advance(3600)
  expect((await browser.request(`${DOCS}/a`)).status).toBe(401)
})

test('a login longer ago than a rule allows has to be repeated, with prompt=login', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`)
  world.clock.advance(900)
  expect((await browser.open(`${DOCS}/money/`)).response.status).toBe(200)
  world.clock.advance(1)
  expect((await browser.request(`${DOCS}/money/`)).status).toBe(401)
  const location = await world.beginLogin(browser, `${DOCS}/money/?x=1`)
  expect(new URL(location).searchParams.get('prompt')).toBe('login')
  const page = await world.finishLogin(browser, world.provider.authorize(location))
  expect(page.url).toBe(`${DOCS}/money/?x=1`)
  expect(page.response.status).toBe(200)
})

describe('rotation of the key ring', () => {
  const merge = (first: string, second: string): string =>
    JSON.stringify({ keys: [...JSON.parse(first).keys, ...JSON.parse(second).keys] })

  test('with a new key in front, old sessions go on and new ones are signed with it', async () => {
    const world = await createWorld()
    const [old, young] = [world.browser(), world.browser()]
    await world.signIn(old, `${DOCS}/a`)
    const next = await newKeys()
    world.deploy({ env: { GATEHOUSE_KEYS: merge(next, world.keys) } })
    expect((await old.request(`${DOCS}/a`)).status).toBe(200)
    await world.signIn(young, `${DOCS}/a`)

    world.deploy({ env: { GATEHOUSE_KEYS: next } })
    expect((await young.request(`${DOCS}/a`)).status).toBe(200)
    // The key is dropped: signed out, and no fault.
    expect((await old.request(`${DOCS}/a`)).status).toBe(401)
    expect((await old.open(`${DOCS}/a`)).response.status).toBe(302)
    expect(world.log.map(({ event }) => event)).not.toContain('fault')
  })

  test('a login that was under way is finished after the new key came', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a`))
    world.deploy({ env: { GATEHOUSE_KEYS: merge(await newKeys(), world.keys) } })
    expect((await world.finishLogin(browser, callback)).url).toBe(`${DOCS}/a`)
  })

  test('a logout still finds the ID token that was sealed with the old key', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`)
    world.deploy({ env: { GATEHOUSE_KEYS: merge(await newKeys(), world.keys) } })
    const { leavesTo } = await browser.open(`${DOCS}/auth/logout`, { from: 'same-origin' })
    expect(new URL(leavesTo ?? '').searchParams.get('id_token_hint')).toMatch(/^eyJ/)
  })
})

test('a login that the identity provider let pass without asking does not count as a new one, where it says so', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const auth_time = world.clock.seconds - 901
  await world.signIn(browser, `${DOCS}/a`, undefined, { claims: { auth_time } })
  expect((await browser.request(`${DOCS}/a`)).status).toBe(200)
  expect((await browser.request(`${DOCS}/money/`)).status).toBe(401)
  const { authenticated_at } = (await (await browser.request(`${DOCS}/auth/session`)).json()) as Record<
    string,
    string
  >
  expect(authenticated_at).toBe(new Date(auth_time * 1000).toISOString())
})

import { describe, expect, test } from 'vitest'
import { assets } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import {
  expectRefused,
  type HandoffUnderWay,
  handoffUnderWay,
  parameter,
  upTo,
  whoIsAt,
  withParameters,
} from '../support/handoffs.ts'
import {
  ACME_SITE,
  GLOBEX_SITE,
  LOGIN,
  MANY_HOSTS,
  manyHosts,
  OTHER_ACME_SITE,
  PREVIEW,
  WIKI,
} from '../support/many-hosts.ts'
import { ACME, JANE } from '../support/openid-provider.ts'

const SESSION = '__Host-gh-session'
const REFRESH = '__Host-gh-refresh'

/** Every host, each of which has sessions of its own. */
const HOSTS = [LOGIN, WIKI, ACME_SITE, OTHER_ACME_SITE, PREVIEW]

/** Jane, signed in everywhere. */
async function signedInEverywhere() {
  const hosts = await manyHosts()
  const browser = hosts.world.browser()
  await hosts.signIn(browser, `${ACME_SITE}/a`)
  for (const host of [WIKI, OTHER_ACME_SITE, PREVIEW]) await hosts.roam(browser, `${host}/b`)
  return { ...hosts, browser }
}

/** A browser with nothing but these cookies at a host. */
function holding(fresh: Browser, host: string, cookies: Readonly<Record<string, string>>): Browser {
  for (const [name, value] of Object.entries(cookies)) fresh.cookies.plant(new URL(host), name, value)
  return fresh
}

describe('of one host at another', () => {
  test.each([SESSION, REFRESH])('%s signs nobody in, and ends nothing of its owner’s', async (name) => {
    const { world, browser } = await signedInEverywhere()
    for (const from of HOSTS)
      for (const to of [...HOSTS, GLOBEX_SITE].filter((host) => host !== from)) {
        const value = browser.cookie(from, name) ?? ''
        expect(value).not.toBe('')
        const thief = holding(world.browser(), to, { [name]: value })
        expect(await whoIsAt(thief, to), `${from} at ${to}`).toBeUndefined()
        const everywhere = new URLSearchParams({ everywhere: '1' })
        await thief.request(`${to}/auth/logout`, { method: 'POST', body: everywhere })
        const end = { method: 'POST', body: new URLSearchParams({ others: '1' }) }
        expect(
          (await holding(thief, to, { [name]: value }).request(`${to}/auth/sessions/end`, end)).status,
        ).toBe(401)
      }
    world.clock.advance(301)
    for (const host of HOSTS) expect(await whoIsAt(browser, host), host).toBe(JANE.email)
  })

  test('both together do not either', async () => {
    const { world, browser } = await signedInEverywhere()
    const both = {
      [SESSION]: browser.cookie(LOGIN, SESSION) ?? '',
      [REFRESH]: browser.cookie(LOGIN, REFRESH) ?? '',
    }
    for (const to of [WIKI, ACME_SITE, PREVIEW])
      expect(await whoIsAt(holding(world.browser(), to, both), to)).toBeUndefined()
  })

  test('those of a site open no ticket at the login host', async () => {
    const { world, browser, roam } = await signedInEverywhere()
    const thief = world.browser()
    for (const name of [SESSION, REFRESH])
      holding(thief, LOGIN, { [name]: browser.cookie(ACME_SITE, name) ?? '' })
    const { leavesTo } = await roam(thief, `${ACME_SITE}/a`)
    expect(leavesTo).toContain(`${world.provider.issuer}/oauth/authorize`)
  })

  test('a login cookie finishes nothing', async () => {
    const { world, browser, address, ticket } = await handoffUnderWay()
    const cookie = browser.cookies.of(new URL(ACME_SITE)).find(({ name }) => name.includes('gh-login-'))
    const { name = '', value = '' } = cookie ?? {}
    expect(value).not.toBe('')
    for (const to of [OTHER_ACME_SITE, WIKI]) {
      const thief = holding(world.browser(), to, { [name]: value })
      const { response } = await thief.open(address.replace(ACME_SITE, to), { from: 'cross-site' })
      await expectRefused(world, response, 'ticket_of_other_host', [ticket])
    }
  })

  test('a login cookie of a site does not open the login of the login host, nor the other way round', async () => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const { leavesTo = '' } = await roam(browser, `${ACME_SITE}/a`)
    const callback = world.provider.authorize(leavesTo)
    const cookieOf = (host: string) =>
      browser.cookies.of(new URL(host)).find(({ name }) => name.includes('gh-login-'))
    const thief = world.browser()
    holding(thief, LOGIN, { [cookieOf(LOGIN)?.name ?? '']: cookieOf(ACME_SITE)?.value ?? '' })
    const first = await thief.open(callback, { from: 'cross-site' })
    await expectRefused(world, first.response, 'transaction_unreadable', [])
    const back = await upTo(browser, callback, '/auth/handoff', { from: 'cross-site' })
    holding(thief, ACME_SITE, { [cookieOf(ACME_SITE)?.name ?? '']: cookieOf(LOGIN)?.value ?? '' })
    const second = await thief.open(back, { from: 'cross-site' })
    // The record has been gone since the genuine callback, or does not open: nobody is signed in by it.
    expect(second.response.status).toBe(400)
    expect(await whoIsAt(thief, ACME_SITE)).toBeUndefined()
    expect((await roam(browser, back, { from: 'cross-site' })).response.status).toBe(200)
  })

  test('a note of attempts only tells of loops: it signs nobody in and keeps nobody out of a handoff', async () => {
    const { browser, roam } = await signedInEverywhere()
    const note = browser.cookie(ACME_SITE, '__Host-gh-attempts')
    if (note !== undefined) holding(browser, PREVIEW, { '__Host-gh-attempts': note })
    browser.cookies.remove(new URL(PREVIEW), SESSION)
    browser.cookies.remove(new URL(PREVIEW), REFRESH)
    expect((await roam(browser, `${PREVIEW}/a`)).response.status).toBe(200)
  })

  test('an assertion is no session anywhere', async () => {
    const { world, signIn } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${ACME_SITE}/a`)
    const assertion = world.pages.last?.headers.get('Gatehouse-Assertion') ?? ''
    expect(assertion.split('.')).toHaveLength(3)
    for (const host of HOSTS)
      for (const name of [SESSION, REFRESH])
        expect(await whoIsAt(holding(world.browser(), host, { [name]: assertion }), host)).toBeUndefined()
  })
})

/** One of each kind, all genuine, and all Jane's. */
async function everyToken(all: HandoffUnderWay): Promise<Record<string, string>> {
  const { world, browser, ticket } = all
  const now = world.clock.seconds
  const idToken = {
    iss: world.provider.issuer,
    aud: [world.provider.clientId],
    sub: `${JANE.connection};${JANE.user}`,
    iat: now,
    exp: now + 900,
  }
  return {
    session: browser.cookie(OTHER_ACME_SITE, SESSION) ?? '',
    refresh: browser.cookie(OTHER_ACME_SITE, REFRESH) ?? '',
    'session of the login host': browser.cookie(LOGIN, SESSION) ?? '',
    'refresh of the login host': browser.cookie(LOGIN, REFRESH) ?? '',
    request: parameter(await upTo(world.browser(), `${WIKI}/b`, '/auth/login'), 'request'),
    ticket,
    'ID token': await world.provider.sign(idToken),
    hint: await world.provider.idpInitiatedLogin(),
    binding:
      browser.cookies.of(new URL(ACME_SITE)).find(({ name }) => name.includes('gh-login-'))?.value ?? '',
  }
}

const except = (tokens: Record<string, string>, ...names: string[]) =>
  Object.entries(tokens).filter(([name]) => !names.includes(name))

describe('one kind of token for another', () => {
  test('as a session or refresh cookie, at a site and at the login host', async () => {
    const all = await handoffUnderWay()
    const tokens = await everyToken(all)
    for (const [kind, token] of Object.entries(tokens)) {
      expect(token, kind).not.toBe('')
      for (const [host, own] of [
        [OTHER_ACME_SITE, { [SESSION]: 'session', [REFRESH]: 'refresh' }],
        [LOGIN, { [SESSION]: 'session of the login host', [REFRESH]: 'refresh of the login host' }],
      ] as const)
        for (const name of [SESSION, REFRESH] as const) {
          const thief = holding(all.world.browser(), host, { [name]: token })
          const who = await whoIsAt(thief, host)
          expect(who, `${kind} as ${name} at ${host}`).toBe(own[name] === kind ? JANE.email : undefined)
        }
    }
  })

  test('as a request', async () => {
    const all = await handoffUnderWay()
    const tokens = await everyToken(all)
    const operations = all.world.kv.operations.length
    for (const [kind, token] of except(tokens, 'request')) {
      const { response, leavesTo } = await all.browser.open(`${LOGIN}/auth/login?request=${token}`)
      expect(leavesTo, kind).toBeUndefined()
      const isJwt = /^[\w-]+(\.[\w-]+){2}$/.test(token)
      await expectRefused(all.world, response, isJwt ? 'login_request_invalid' : 'parameter_invalid', [token])
    }
    expect(all.world.kv.operations).toHaveLength(operations)
  })

  test('as a ticket', async () => {
    const all = await handoffUnderWay()
    const tokens = await everyToken(all)
    for (const [, token] of except(tokens, 'ticket')) {
      const { response } = await all.browser.open(withParameters(all.address, { ticket: token }))
      await expectRefused(all.world, response, 'ticket_unreadable', [token])
    }
    const { response } = await all.roam(all.browser, all.address)
    expect(response.status).toBe(200)
  })

  test('as the hint of an identity provider, at the login host and at a site', async () => {
    const all = await handoffUnderWay()
    const tokens = await everyToken(all)
    for (const host of [LOGIN, ACME_SITE])
      for (const path of ['login', 'callback'])
        for (const [kind, token] of except(tokens, 'hint')) {
          const page = await all.browser.open(`${host}/auth/${path}?idp_initiated_login=${token}`)
          expect(page.leavesTo, `${kind} at ${host}/auth/${path}`).toBeUndefined()
          expect(all.world.refusals.at(-1)).toMatch(/^(idp_initiated_invalid|parameter_invalid)$/)
          await expectRefused(all.world, page.response, all.world.refusals.at(-1) ?? '', [token])
        }
  })

  test('as a state, a code or a login to continue', async () => {
    const all = await handoffUnderWay()
    const tokens = await everyToken(all)
    for (const [, token] of Object.entries(tokens)) {
      const { response } = await all.world.browser().open(`${LOGIN}/auth/callback?state=${token}&code=x`)
      expect(all.world.refusals.at(-1)).toMatch(/^(binding_cookie_missing|parameter_invalid)$/)
      await expectRefused(all.world, response, all.world.refusals.at(-1) ?? '', [token])
      const continued = await all.browser.visit(`${ACME_SITE}/auth/continue`, {
        from: 'same-origin',
        method: 'POST',
        body: new URLSearchParams({ login: token }),
      })
      await expectRefused(all.world, continued, 'parameter_invalid', [token])
    }
    expect(all.browser.cookie(ACME_SITE, SESSION)).toBeUndefined()
  })

  test('as a logout token', async () => {
    const config = { ...MANY_HOSTS, backchannelLogout: true } as typeof MANY_HOSTS
    const all = await handoffUnderWay(await manyHosts(config))
    const tokens = await everyToken(all)
    for (const host of [LOGIN, ACME_SITE])
      for (const [kind, token] of Object.entries(tokens)) {
        const request = new Request(`${host}/auth/backchannel-logout`, {
          method: 'POST',
          body: new URLSearchParams({ logout_token: token }),
        })
        expect((await all.world.fetch(request)).status, kind).toBe(400)
        expect(all.world.refusals.at(-1)).toBe('logout_token_invalid')
        expect(JSON.stringify(all.world.log)).not.toContain(token)
      }
    expect(await whoIsAt(all.browser, OTHER_ACME_SITE)).toBe(JANE.email)
  })

  test('as a bearer token', async () => {
    const all = await handoffUnderWay()
    const tokens = await everyToken(all)
    for (const host of [LOGIN, OTHER_ACME_SITE, WIKI])
      for (const [kind, token] of Object.entries(tokens)) {
        const headers = { Authorization: `Bearer ${token}`, Accept: 'application/json' }
        for (const path of ['/auth/session', '/auth/sessions'])
          expect((await all.world.fetch(new Request(host + path, { headers }))).status, kind).toBe(401)
        const page = await all.world.fetch(new Request(`${host}/a`, { headers }))
        expect(page.status).toBe(host === LOGIN ? 404 : 401)
      }
    expect(JSON.stringify(all.world.log)).not.toContain(tokens['session'] ?? '-')
  })
})

test('a login host of another deployment with the same keys and another name takes no requests of this one', async () => {
  const { world } = await manyHosts()
  const address = await upTo(world.browser(), `${ACME_SITE}/a`, '/auth/login')
  world.deploy({
    config: {
      ...MANY_HOSTS,
      loginHost: 'sso.example.com',
      sites: { ...MANY_HOSTS.sites, 'login.example.com': { organization: ACME, upstream: assets() } },
    } as typeof MANY_HOSTS,
  })
  const moved = address.replace(LOGIN, 'https://sso.example.com')
  const { response } = await world.browser().open(moved)
  await expectRefused(world, response, 'login_request_invalid', [parameter(address, 'request')])
  expect(world.log.at(-1)?.refusal).toMatchObject({ check: 'aud' })
})

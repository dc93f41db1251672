import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, hours, minutes } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { deliver, WEBHOOK_SECRET } from '../support/deliver.ts'
import { expectRefused, parameter, sessionCookie, upTo, whoIsAt } from '../support/handoffs.ts'
import {
  ACME_SITE,
  LOGIN,
  MANY_HOSTS,
  type ManyHosts,
  manyHosts,
  OTHER_ACME_SITE,
  WIKI,
} from '../support/many-hosts.ts'
import { ACME, GLOBEX, HANK, JANE } from '../support/openid-provider.ts'

afterEach(() => reset())

/** Jane, at the login host and at two sites, and in another browser. */
async function signedIn() {
  const config = { ...MANY_HOSTS, sites: { ...MANY_HOSTS.sites, 'docs.example.com': { upstream: assets() } } }
  const hosts = await manyHosts(config as typeof MANY_HOSTS, {
    env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET },
  })
  const [browser, atHome] = [hosts.world.browser(), hosts.world.browser()]
  for (const each of [browser, atHome]) await hosts.signIn(each, `${OTHER_ACME_SITE}/a`)
  await hosts.roam(browser, `${WIKI}/b`)
  // Time has passed since: an event of now is no older than these logins.
  hosts.world.clock.advance(2)
  return { ...hosts, browser, atHome }
}

type SignedIn = ManyHosts & { readonly browser: Browser; readonly atHome: Browser }

const post = (browser: Browser, address: string, body: Record<string, string> = {}) =>
  browser.request(address, { method: 'POST', body: new URLSearchParams(body) })

/** Every way in which the session of the login host can end, but for time. The browser keeps its cookies, as a thief would. */
const ENDINGS: readonly (readonly [string, (all: SignedIn) => Promise<Response>])[] = [
  ['a logout at the login host', ({ browser }) => post(browser.clone(), `${LOGIN}/auth/logout`)],
  [
    'a logout everywhere at another site',
    ({ browser }) => post(browser.clone(), `${WIKI}/auth/logout`, { everywhere: '1' }),
  ],
  [
    'a logout everywhere in another browser',
    ({ atHome }) => post(atHome, `${OTHER_ACME_SITE}/auth/logout`, { everywhere: '1' }),
  ],
  [
    'the list of sessions in another browser',
    ({ atHome }) => post(atHome, `${LOGIN}/auth/sessions/end`, { others: '1' }),
  ],
  [
    'a deactivation',
    ({ world }) =>
      deliver(world, 'organization.directory.user_deleted', { id: 'diruser_1', email: JANE.email }),
  ],
  ['the end of the organization', ({ world }) => deliver(world, 'organization.deleted', { id: ACME })],
  [
    'a connection that is switched off',
    ({ world }) => deliver(world, 'organization.sso_disabled', { id: JANE.connection }),
  ],
]

describe.each(ENDINGS)('%s', (_name, end) => {
  test('before the request is read: no ticket, but a new login', async () => {
    const all = await signedIn()
    const request = await upTo(all.browser, `${ACME_SITE}/a`, '/auth/login')
    expect((await end(all)).status).toBeLessThan(300)
    const { leavesTo } = await all.roam(all.browser, request)
    expect(leavesTo).toContain(`${all.world.provider.issuer}/oauth/authorize`)
  })

  test('before the handoff: the ticket opens nothing', async () => {
    const all = await signedIn()
    const { world, browser } = all
    const handoff = await upTo(browser, `${ACME_SITE}/a`, '/auth/handoff')
    expect((await end(all)).status).toBeLessThan(300)
    const { response } = await browser.open(handoff, { from: 'cross-site' })
    await expectRefused(world, response, 'login_host_session_ended', [parameter(handoff, 'ticket')])
    expect(sessionCookie(browser, ACME_SITE)).toBeUndefined()
  })

  test('before the answer to the question at a site: the old session does not go on, and no new one begins', async () => {
    const all = await signedIn()
    const { world, browser, roam, signIn } = all
    // Hank is at the site, and the login host is Jane's.
    const hank = world.browser()
    await signIn(hank, `${WIKI}/auth/login?organization_id=${GLOBEX}`, HANK)
    for (const { name } of browser.cookies.of(new URL(WIKI))) browser.cookies.remove(new URL(WIKI), name)
    for (const { name, value } of hank.cookies.of(new URL(WIKI)))
      browser.cookies.plant(new URL(WIKI), name, value)
    const question = await roam(browser, `${WIKI}/auth/login`, { from: 'cross-site' })
    const login = /name="login" value="([^"]+)"/.exec(await question.response.text())?.[1] ?? ''
    expect(login).not.toBe('')
    await end({ ...all, browser: await janeAgain(all) })
    const answered = await browser.visit(`${WIKI}/auth/continue`, {
      from: 'same-origin',
      method: 'POST',
      body: new URLSearchParams({ login }),
    })
    await expectRefused(world, answered, 'login_host_session_ended', [])
    expect(await whoIsAt(browser, WIKI)).toBe(HANK.email)
  })

  test('and then: no site of its renews, and no token of before signs anybody in', async () => {
    const all = await signedIn()
    const { world, browser, roam } = all
    expect((await end(all)).status).toBeLessThan(300)
    world.clock.advance(minutes(5))
    for (const site of [LOGIN, OTHER_ACME_SITE, WIKI])
      expect(await whoIsAt(browser.clone(), site)).toBeUndefined()
    expect((await roam(browser, `${ACME_SITE}/a`)).leavesTo).toContain('/oauth/authorize')
    for (const site of [LOGIN, OTHER_ACME_SITE, WIKI]) expect(await whoIsAt(browser, site)).toBeUndefined()
  })
})

/** A browser that holds what Jane's held at the wiki before Hank's cookies came there: for endings that act from it. */
async function janeAgain({ browser, roam }: SignedIn): Promise<Browser> {
  const jane = browser.clone()
  for (const { name } of jane.cookies.of(new URL(WIKI))) jane.cookies.remove(new URL(WIKI), name)
  await roam(jane, `${WIKI}/b`)
  return jane
}

describe('time', () => {
  test('a site ends no later than the sign-in that it stands on', async () => {
    const { world, roam, browser } = await signedIn()
    for (let passed = 0; passed < 23; passed += 1) {
      world.clock.advance(hours(1))
      expect(await whoIsAt(browser, WIKI)).toBe(JANE.email)
      expect(await whoIsAt(browser, LOGIN)).toBe(JANE.email)
    }
    expect((await roam(browser, `${ACME_SITE}/a`)).response.status).toBe(200)
    world.clock.advance(hours(1))
    for (const site of [ACME_SITE, WIKI, LOGIN]) expect(await whoIsAt(browser, site), site).toBeUndefined()
    expect((await roam(browser, `${ACME_SITE}/a`)).leavesTo).toContain('/oauth/authorize')
  })

  test('a ticket from the last minute of a sign-in opens nothing after it', async () => {
    const { world, browser } = await signedIn()
    for (let passed = 0; passed < 47; passed += 1) {
      world.clock.advance(minutes(30))
      await whoIsAt(browser, LOGIN)
    }
    world.clock.advance(minutes(30) - 4)
    const handoff = await upTo(browser, `${ACME_SITE}/a`, '/auth/handoff')
    world.clock.advance(10)
    const { response } = await browser.open(handoff, { from: 'cross-site' })
    await expectRefused(world, response, 'login_host_session_ended', [parameter(handoff, 'ticket')])
  })
})

test('a revocation between the ticket and the handoff is remembered, even for a sign-in that came back since', async () => {
  const { world, browser, signIn } = await signedIn()
  const handoff = await upTo(browser, `${ACME_SITE}/a`, '/auth/handoff')
  await deliver(world, 'organization.directory.user_deleted', { id: 'diruser_1', email: JANE.email })
  await browser.open(handoff, { from: 'cross-site' })
  expect(world.refusals.at(-1)).toBe('login_host_session_ended')
  // Whoever signs in after it was let in again by Scalekit.
  world.clock.advance(2)
  expect((await signIn(browser, `${ACME_SITE}/a`)).response.status).toBe(200)
})

test('a registry that cannot be reached opens nothing, and the person may come back', async () => {
  const { world, browser } = await signedIn()
  const request = await upTo(browser, `${ACME_SITE}/a`, '/auth/login')
  world.sessions.unreachable = true
  const page = await browser.open(request, { from: 'cross-site' })
  expect(page.response.status).toBe(503)
  expect(page.leavesTo).toBeUndefined()
  world.sessions.unreachable = false
  const handoff = await upTo(browser, request, '/auth/handoff')
  world.sessions.unreachable = true
  const { response } = await browser.open(handoff, { from: 'cross-site' })
  expect(response.status).toBe(503)
  expect(sessionCookie(browser, ACME_SITE)).toBeUndefined()
  expect(JSON.stringify(world.log)).not.toContain(parameter(handoff, 'ticket'))
})

test('nothing that a script of a site can send revives a site after its logout, while the login host goes on', async () => {
  const { world, browser } = await signedIn()
  const before = browser.clone()
  await post(browser, `${WIKI}/auth/logout`)
  world.clock.advance(minutes(5))
  for (const path of ['/auth/session', '/auth/sessions', '/b', '/strict/x'])
    expect((await before.clone().request(WIKI + path)).status, path).toBe(401)
  expect(await whoIsAt(before, LOGIN)).toBe(JANE.email)
})

import { describe, expect, test } from 'vitest'
import { minutes } from '../../src/base/time.ts'
import type { Browser } from '../support/browser.ts'
import { expectRefused, parameter, sessionCookie, upTo, whoIsAt } from '../support/handoffs.ts'
import { ACME_SITE, LOGIN, type ManyHosts, manyHosts, OTHER_ACME_SITE, WIKI } from '../support/many-hosts.ts'
import { ACME, GLOBEX, HANK, JANE } from '../support/openid-provider.ts'

const MALLORY = HANK
const startOf = (organization: string | undefined) => `${WIKI}/auth/login?organization_id=${organization}`

/** Mallory, who has signed in and begins another login, and Jane, who is at work. */
async function malloryAndJane() {
  const hosts = await manyHosts()
  const [attacker, victim] = [hosts.world.browser(), hosts.world.browser()]
  await hosts.signIn(victim, startOf(ACME))
  await hosts.signIn(attacker, startOf(GLOBEX), MALLORY)
  return { ...hosts, attacker, victim }
}

async function expectStillJane(victim: Browser): Promise<void> {
  for (const site of [LOGIN, WIKI]) expect(await whoIsAt(victim, site), site).toBe(JANE.email)
}

const answer = (roam: ManyHosts['roam'], browser: Browser, host: string, login: string) =>
  roam(browser, `${host}/auth/continue`, {
    from: 'same-origin',
    method: 'POST',
    body: new URLSearchParams({ login }),
  })

const loginOf = async (response: Response): Promise<string> =>
  /name="login" value="([^"]+)"/.exec(await response.text())?.[1] ?? ''

describe('a link of an attacker', () => {
  test('with their own genuine request: who is signed in is sent to the site, which knows no such login', async () => {
    const { world, roam, attacker, victim } = await malloryAndJane()
    const request = await upTo(attacker, `${ACME_SITE}/a`, '/auth/login')
    const handoff = await upTo(victim, request, '/auth/handoff', { from: 'cross-site' })
    const { response } = await victim.open(handoff, { from: 'cross-site' })
    await expectRefused(world, response, 'binding_cookie_missing', [parameter(handoff, 'ticket')])
    expect(sessionCookie(victim, ACME_SITE)).toBeUndefined()
    await expectStillJane(victim)
    expect((await roam(victim, `${ACME_SITE}/a`)).response.status).toBe(200)
  })

  test('with that request, to somebody who is signed in nowhere: the site of the request stays closed to them', async () => {
    const { world, roam, attacker } = await malloryAndJane()
    const nobody = world.browser()
    const request = await upTo(attacker, startOf(GLOBEX), '/auth/login')
    const { leavesTo = '' } = await roam(nobody, request, { from: 'cross-site' })
    const page = await roam(nobody, world.provider.authorize(leavesTo, MALLORY), { from: 'cross-site' })
    await expectRefused(world, page.response, 'binding_cookie_missing', [])
    expect(sessionCookie(nobody, WIKI)).toBeUndefined()
  })

  test.each(['cross-site', 'same-site', 'same-origin', 'none'] as const)(
    'to a login at the login host (%s): who is signed in is asked before they are somebody else',
    async (from) => {
      const { world, roam, attacker, victim } = await malloryAndJane()
      const request = await upTo(attacker, startOf(GLOBEX), '/auth/login')
      const { leavesTo = '' } = await roam(victim, request, { from })
      const page = await roam(victim, world.provider.authorize(leavesTo, MALLORY), { from: 'cross-site' })
      expect(page.url).toContain(`${LOGIN}/auth/callback`)
      expect(world.log.at(-1)?.event).toBe('identity_change_asked')
      await expectStillJane(victim)
    },
  )

  test('to a login at a site: the same', async () => {
    const { world, roam, victim } = await malloryAndJane()
    const { leavesTo = '' } = await roam(victim, startOf(GLOBEX), { from: 'cross-site' })
    const page = await roam(victim, world.provider.authorize(leavesTo, MALLORY), { from: 'cross-site' })
    expect(page.url).toContain(`${LOGIN}/auth/callback`)
    await expectStillJane(victim)
  })

  test('with a finished ticket of theirs', async () => {
    const { world, attacker, victim } = await malloryAndJane()
    const handoff = await upTo(attacker, startOf(GLOBEX), '/auth/handoff')
    const nobody = world.browser()
    const { response } = await nobody.open(handoff, { from: 'cross-site' })
    await expectRefused(world, response, 'binding_cookie_missing', [parameter(handoff, 'ticket')])
    expect(sessionCookie(nobody, WIKI)).toBeUndefined()
    await victim.open(handoff, { from: 'cross-site' })
    await expectStillJane(victim)
  })

  test('with a finished ticket of theirs for another login of the victim’s', async () => {
    const { world, attacker } = await malloryAndJane()
    const ticket = parameter(await upTo(attacker, startOf(GLOBEX), '/auth/handoff'), 'ticket')
    const nobody = world.browser()
    const own = parameter(await upTo(nobody, startOf(GLOBEX), '/auth/login'), 'request')
    const { state } = JSON.parse(atob((own.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')))
    const { response } = await nobody.open(`${WIKI}/auth/handoff?${new URLSearchParams({ ticket, state })}`)
    await expectRefused(world, response, 'ticket_of_other_login', [ticket, state])
    expect(sessionCookie(nobody, WIKI)).toBeUndefined()
  })
})

describe('where the browser is somebody else’s at the login host than at the site', () => {
  /** Jane is signed in at the site, while the login host has become Mallory’s: its cookies are lost, as by a browser that clears them. */
  async function apart() {
    const all = await malloryAndJane()
    const { victim, attacker } = all
    for (const { name } of victim.cookies.of(new URL(LOGIN))) victim.cookies.remove(new URL(LOGIN), name)
    for (const { name, value } of attacker.cookies.of(new URL(LOGIN)))
      victim.cookies.plant(new URL(LOGIN), name, value)
    return all
  }

  test('a login that another site began asks at the site, and until the answer Jane is there', async () => {
    const { world, roam, victim } = await apart()
    const question = await roam(victim, `${WIKI}/auth/login`, { from: 'cross-site' })
    expect(question.url).toContain(`${WIKI}/auth/handoff`)
    const html = await question.response.clone().text()
    expect(html).toContain(JANE.email)
    expect(html).toContain(MALLORY.email)
    for (const part of new URL(question.url).searchParams.values()) expect(html).not.toContain(part)
    expect(await whoIsAt(victim, WIKI)).toBe(JANE.email)
    // Loaded again, it asks nothing and changes nothing.
    await roam(victim.clone(), question.url, { from: 'cross-site' })
    expect(await whoIsAt(victim, WIKI)).toBe(JANE.email)

    const login = await loginOf(question.response)
    expect((await answer(roam, victim, WIKI, login)).response.status).toBe(200)
    expect(await whoIsAt(victim, WIKI)).toBe(MALLORY.email)
    world.clock.advance(minutes(5))
    expect(await whoIsAt(victim, WIKI)).toBe(MALLORY.email)
    expect(await whoIsAt(victim, LOGIN)).toBe(MALLORY.email)
  })

  test('the answer counts once, from this site, in this browser', async () => {
    const { world, roam, victim, attacker } = await apart()
    const question = await roam(victim, `${WIKI}/auth/login`, { from: 'cross-site' })
    const login = await loginOf(question.response)
    const body = () => new URLSearchParams({ login })
    for (const from of ['cross-site', 'same-site', 'none'] as const) {
      const forced = await victim.visit(`${WIKI}/auth/continue`, { from, method: 'POST', body: body() })
      expect(forced.status).toBe(403)
      expect(world.refusals.at(-1)).toBe('cross_site_request')
    }
    for (const host of [LOGIN, OTHER_ACME_SITE]) await answer(roam, victim, host, login)
    await answer(roam, attacker, WIKI, login)
    expect(world.refusals.slice(-3)).toEqual(Array(3).fill('binding_cookie_missing'))
    expect(await whoIsAt(victim, WIKI)).toBe(JANE.email)
    const copy = victim.clone()
    await answer(roam, victim, WIKI, login)
    expect((await answer(roam, copy, WIKI, login)).response.status).toBe(400)
    expect(world.refusals.at(-1)).toBe('transaction_unknown')
  })
})

describe('after “continue”, what ends is what this browser had', () => {
  test('the session of the login host and what it opened; another browser of the same person goes on', async () => {
    const { world, roam, victim, signIn } = await malloryAndJane()
    const atHome = world.browser()
    await signIn(atHome, startOf(ACME))
    await roam(victim, `${ACME_SITE}/a`)
    const { leavesTo = '' } = await roam(victim, startOf(GLOBEX))
    const question = await roam(victim, world.provider.authorize(leavesTo, MALLORY), { from: 'cross-site' })
    const page = await answer(roam, victim, LOGIN, await loginOf(question.response))
    expect(page.response.status).toBe(200)
    world.clock.advance(minutes(5))
    expect(await whoIsAt(victim, WIKI)).toBe(MALLORY.email)
    expect(await whoIsAt(victim, LOGIN)).toBe(MALLORY.email)
    expect(await whoIsAt(victim, ACME_SITE)).toBeUndefined()
    for (const site of [WIKI, LOGIN]) expect(await whoIsAt(atHome, site)).toBe(JANE.email)
  })
})

import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import {
  expectRefused,
  handoffUnderWay,
  sessionCookie,
  upTo,
  whoIsAt,
  withParameters,
} from '../support/handoffs.ts'
import { ACME_SITE, LOGIN, MANY_HOSTS, manyHosts, OTHER_ACME_SITE, WIKI } from '../support/many-hosts.ts'
import { ACME, JANE } from '../support/openid-provider.ts'

// Sessions of one person are counted by their registry, which other tests use too.
afterEach(() => reset())

describe('who knows the state of somebody’s login', () => {
  test.each([
    ['a handoff without a ticket', (state: string) => `/handoff?state=${state}`],
    ['a handoff with junk', (state: string) => `/handoff?state=${state}&ticket=a.b.c`],
    ['a callback', (state: string) => `/callback?state=${state}&code=x`],
    ['a callback with an error', (state: string) => `/callback?state=${state}&error=access_denied`],
  ])('cannot use it up with %s, not even in its own browser', async (_name, path) => {
    const { world, roam, browser, address, ticket, state } = await handoffUnderWay()
    const { response } = await browser.open(`${ACME_SITE}/auth${path(state)}`, { from: 'cross-site' })
    expect(response.status).toBe(400)
    expect(sessionCookie(browser, ACME_SITE)).toBeUndefined()
    expect(JSON.stringify(world.log)).not.toContain(state)
    const page = await roam(browser, address, { from: 'cross-site' })
    expect([page.url, page.response.status]).toEqual([`${ACME_SITE}/a?b=c`, 200])
    expect(ticket).not.toBe('')
  })

  test.each(['Sec-Purpose', 'Purpose'])(
    'nor by a page that fetches the handoff ahead (%s)',
    async (header) => {
      const { world, roam, browser, address, ticket, state } = await handoffUnderWay()
      for (const value of ['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip']) {
        const response = await browser.visit(address, { from: 'cross-site', headers: { [header]: value } })
        expect(response.status).toBe(400)
        expect(world.refusals.at(-1)).toBe('not_a_navigation')
        const kept = (await response.text()) + JSON.stringify(world.log)
        for (const secret of [ticket, state]) expect(kept).not.toContain(secret)
      }
      expect(sessionCookie(browser, ACME_SITE)).toBeUndefined()
      expect((await roam(browser, address, { from: 'cross-site' })).url).toBe(`${ACME_SITE}/a?b=c`)
    },
  )

  test.each(['image', 'iframe', 'frame', 'script', 'empty', 'object', 'embed', 'fencedframe'])(
    'nor by a page that has it as %s',
    async (destination) => {
      const { world, roam, browser, address } = await handoffUnderWay()
      const mode = /frame|object|embed/.test(destination) ? 'navigate' : 'no-cors'
      const headers = { 'Sec-Fetch-Dest': destination, 'Sec-Fetch-Mode': mode }
      // A sibling of the same domain is the same site to browsers, and its requests bring the cookies along.
      const response = await browser.visit(address, { from: 'same-site', headers })
      expect(response.status).toBe(400)
      expect(world.refusals.at(-1)).toBe('not_a_navigation')
      expect(sessionCookie(browser, ACME_SITE)).toBeUndefined()
      expect((await roam(browser, address, { from: 'cross-site' })).url).toBe(`${ACME_SITE}/a?b=c`)
    },
  )

  test('nor the callback of the login host, in the same ways', async () => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const { leavesTo = '' } = await roam(browser, `${ACME_SITE}/a`)
    const callback = world.provider.authorize(leavesTo)
    for (const headers of [
      { 'Sec-Purpose': 'prefetch;prerender' },
      { Purpose: 'prefetch' },
      { 'Sec-Fetch-Dest': 'iframe' },
      { 'Sec-Fetch-Dest': 'image', 'Sec-Fetch-Mode': 'no-cors' },
    ]) {
      const response = await browser.visit(callback, { from: 'same-site', headers })
      expect(response.status).toBe(400)
      expect(world.refusals.at(-1)).toBe('not_a_navigation')
    }
    expect(world.provider.requests).not.toContain('/oauth/token')
    expect((await roam(browser, callback, { from: 'cross-site' })).url).toBe(`${ACME_SITE}/a`)
  })

  test('nor by a request that is no GET', async () => {
    const { world, roam, browser, address } = await handoffUnderWay()
    for (const method of ['HEAD', 'POST'] as const) {
      const response = await browser.visit(address, { from: 'same-site', method })
      expect(response.status).toBe(405)
      expect(response.headers.get('Allow')).toBe('GET')
      expect(world.refusals.at(-1)).toBe('method_not_allowed')
    }
    expect((await roam(browser, address, { from: 'cross-site' })).url).toBe(`${ACME_SITE}/a?b=c`)
  })
})

describe('a request that is only looked at', () => {
  test.each([
    { 'Sec-Purpose': 'prefetch' },
    { 'Sec-Purpose': 'prefetch;prerender' },
    { Purpose: 'prefetch' },
    { 'Sec-Fetch-Dest': 'image', 'Sec-Fetch-Mode': 'no-cors' },
    { 'Sec-Fetch-Dest': 'iframe' },
    { 'Sec-Fetch-Dest': 'empty', 'Sec-Fetch-Mode': 'cors' },
  ])('gives no ticket and begins nothing: %o', async (headers) => {
    const { world, roam, signIn } = await manyHosts()
    const [browser, stranger] = [world.browser(), world.browser()]
    await signIn(browser, `${OTHER_ACME_SITE}/a`)
    for (const each of [browser, stranger]) {
      const address = await upTo(each, `${ACME_SITE}/a`, '/auth/login')
      const operations = world.kv.operations.length
      const response = await each.visit(address, { from: 'same-site', headers })
      expect(response.status).toBe(400)
      expect(response.headers.get('Location')).toBeNull()
      expect(response.headers.getSetCookie()).toEqual([])
      expect(world.kv.operations).toHaveLength(operations)
    }
    expect((await roam(browser, `${ACME_SITE}/a`)).response.status).toBe(200)
  })

  test('HEAD is no way in either', async () => {
    const { world } = await manyHosts()
    const browser = world.browser()
    const address = await upTo(browser, `${ACME_SITE}/a`, '/auth/login')
    expect((await browser.visit(address, { method: 'HEAD' })).status).toBe(405)
  })
})

describe('floods', () => {
  /** A limit that lets so many through of each key. */
  const limited = (most: number) => {
    const counted = new Map<string, number>()
    const limit = async ({ key }: { key: string }) => {
      counted.set(key, (counted.get(key) ?? 0) + 1)
      return { success: (counted.get(key) ?? 0) <= most }
    }
    return { counted, env: { LOGIN_RATE_LIMIT: { limit } } }
  }

  test('one genuine request starts three logins on its own account, and then its network pays', async () => {
    const { counted, env } = limited(5)
    const { world } = await manyHosts(MANY_HOSTS, { env })
    const attacker = world.browser()
    const address = await upTo(attacker, `${ACME_SITE}/a`, '/auth/login')
    const statuses: number[] = []
    for (let turn = 0; turn < 80; turn += 1) statuses.push((await attacker.visit(address)).status)
    expect(statuses[0]).toBe(302)
    expect(statuses.at(-1)).toBe(429)
    expect(world.refusals.at(-1)).toBe('rate_limited')
    const ownAccount = [...counted].filter(([key]) => key.startsWith('login:request:'))
    expect(ownAccount.map(([, count]) => count)).toEqual([3])
    expect(statuses.filter((status) => status === 302).length).toBeLessThanOrEqual(3 + 5 * 10)

    // Somebody else's request, from the same network, still has its own account.
    const request = await upTo(world.browser(), `${OTHER_ACME_SITE}/a`, '/auth/login', {
      headers: { 'CF-Connecting-IP': '203.0.113.9' },
    })
    expect((await world.browser().visit(request)).status).toBe(302)
  })
  test('handoffs: of one login a few, of rubbish what the network may', async () => {
    const { env } = limited(5)
    const { world, browser, address, roam } = await handoffUnderWay(await manyHosts(MANY_HOSTS, { env }))
    const calls = world.sessions.calls.length
    const stranger = world.browser()
    const statuses: number[] = []
    for (let turn = 0; turn < 8; turn += 1)
      statuses.push((await stranger.visit(address, { from: 'cross-site' })).status)
    expect(statuses.at(-1)).toBe(429)
    expect(world.sessions.calls).toHaveLength(calls)
    // Whoever began the login is counted by it.
    for (let turn = 0; turn < 2; turn += 1) {
      const junk = withParameters(address, { ticket: 'a.b.c' })
      await expectRefused(world, await browser.visit(junk, { from: 'cross-site' }), 'ticket_unreadable', [])
    }
    expect((await roam(browser, address, { from: 'cross-site' })).response.status).toBe(200)
  })
})

describe('fifty sessions of one person', () => {
  test('at many hosts at the same moment: the sign-in that they all stand on is not the one that goes', async () => {
    const { world, roam, signIn } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${WIKI}/auth/login?organization_id=${ACME}`)
    const host = (index: number) => `https://pr-${index}.preview.example.com`
    for (let index = 0; index < 55; index += 1) {
      const page = await roam(browser, `${host(index)}/a`)
      expect(page.response.status, `host ${index}`).toBe(200)
      expect(page.url).toBe(`${host(index)}/a`)
    }
    expect(await whoIsAt(browser, LOGIN)).toBe(JANE.email)
    const listed = (await (await browser.request(`${LOGIN}/auth/sessions`)).json()) as {
      sessions: { host: string; current: boolean }[]
    }
    expect(listed.sessions).toHaveLength(50)
    expect(listed.sessions.filter(({ current }) => current)).toHaveLength(1)
    expect(listed.sessions.map((each) => each.host)).toContain('pr-54.preview.example.com')
  })

  test('with another browser beside, whose sign-in goes with the last of its sites and not before', async () => {
    const { world, roam, signIn } = await manyHosts()
    const [old, busy] = [world.browser(), world.browser()]
    const host = (index: number) => `https://pr-${index}.preview.example.com`
    await signIn(old, `${WIKI}/auth/login?organization_id=${ACME}`)
    for (let index = 0; index < 3; index += 1) await roam(old, `${host(index)}/a`)
    await signIn(busy, `${WIKI}/auth/login?organization_id=${ACME}`)
    for (let index = 0; index < 45; index += 1) await roam(busy, `${host(index)}/a`)
    // 5 and 47: the two longest unused are gone, and the others of the old browser go on.
    world.clock.advance(300)
    expect(await whoIsAt(busy, LOGIN)).toBe(JANE.email)
    expect(await whoIsAt(old, LOGIN)).toBe(JANE.email)
  })

  test('whose clocks differ: a host that is behind does not end the sign-in that it opens its session by', async () => {
    const { world, roam, signIn } = await manyHosts()
    const [slow, busy] = [world.browser(), world.browser()]
    await signIn(slow, `${WIKI}/auth/login?organization_id=${ACME}`)
    await slow.request(`${WIKI}/auth/logout`, { method: 'POST' })
    world.clock.advance(3)
    await signIn(busy, `${WIKI}/auth/login?organization_id=${ACME}`)
    for (let index = 0; index < 47; index += 1) await roam(busy, `https://pr-${index}.preview.example.com/a`)
    world.clock.advance(-2)
    const page = await roam(slow, 'https://pr-99.preview.example.com/a')
    expect(page.response.status).toBe(200)
    world.clock.advance(300)
    expect(await whoIsAt(slow, LOGIN)).toBe(JANE.email)
    expect(await whoIsAt(slow, 'https://pr-99.preview.example.com')).toBe(JANE.email)
  })
})

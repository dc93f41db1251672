import { describe, expect, test } from 'vitest'
import { minutes } from '../../src/base/time.ts'
import {
  expectRefused,
  handoffUnderWay,
  parameter,
  sessionCookie,
  upTo,
  whoIsAt,
  withParameters,
} from '../support/handoffs.ts'
import { ACME_SITE, ALONE, LOGIN, manyHosts, OTHER_ACME_SITE, PREVIEW, WIKI } from '../support/many-hosts.ts'
import { JANE } from '../support/openid-provider.ts'

const OTHER_PREVIEW = PREVIEW.replace('pr-7', 'pr-8')

const flip = (text: string, at: number): string =>
  `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`

const withPart =
  (index: number, change: (part: string) => string) =>
  (ticket: string): string =>
    ticket
      .split('.')
      .map((part, at) => (at === index ? change(part) : part))
      .join('.')

describe('an altered ticket', () => {
  const ALTERED: readonly (readonly [string, (ticket: string) => string, string])[] = [
    ['another key', withPart(0, (kid) => flip(kid, 1)), 'ticket_unreadable'],
    ['no key', withPart(0, () => ''), 'ticket_unreadable'],
    ['another initialization vector', withPart(1, (iv) => flip(iv, 3)), 'ticket_unreadable'],
    ['a shorter initialization vector', withPart(1, (iv) => iv.slice(4)), 'ticket_unreadable'],
    ['no initialization vector', withPart(1, () => ''), 'ticket_unreadable'],
    ['the first character of what is sealed', withPart(2, (text) => flip(text, 0)), 'ticket_unreadable'],
    ['one in the middle', withPart(2, (text) => flip(text, text.length >> 1)), 'ticket_unreadable'],
    ['the authentication tag', withPart(2, (text) => flip(text, text.length - 5)), 'ticket_unreadable'],
    ['a part cut off', (ticket) => ticket.slice(0, -10), 'ticket_unreadable'],
    ['less than an authentication tag', withPart(2, (text) => text.slice(0, 8)), 'ticket_unreadable'],
    ['nothing sealed', withPart(2, () => ''), 'ticket_unreadable'],
    ['more behind it', (ticket) => `${ticket}AAAA`, 'ticket_unreadable'],
    ['a fourth part', (ticket) => `${ticket}.AAAA`, 'ticket_unreadable'],
    ['two parts', (ticket) => ticket.split('.').slice(1).join('.'), 'ticket_unreadable'],
    ['its parts in another order', (ticket) => ticket.split('.').reverse().join('.'), 'ticket_unreadable'],
    ['dots alone', () => '..', 'ticket_unreadable'],
    ['a small letter for a capital', (ticket) => ticket.toLowerCase(), 'ticket_unreadable'],
    ...[
      '+',
      '/',
      '=',
      ' ',
      '%',
      '\0',
      '\n',
      '\r\nSet-Cookie: a=b',
      '\u2028',
      '<b>',
      '"',
      'é',
      '🎟',
      '\ud800',
    ].map(
      (text) =>
        [
          `${JSON.stringify(text)} behind it`,
          (ticket: string) => ticket + text,
          'parameter_invalid',
        ] as const,
    ),
    ['a newline before it', (ticket) => `\n${ticket}`, 'parameter_invalid'],
    ['8 KB', (ticket) => ticket.padEnd(8192, 'A'), 'parameter_invalid'],
    ['100 KB', (ticket) => ticket.padEnd(102_400, 'A'), 'request_too_large'],
  ]

  test('is refused, each part and each kind of character, and uses up nothing', async () => {
    const { world, roam, browser, address, ticket, state } = await handoffUnderWay()
    const operations = world.kv.operations.length
    for (const [name, alter, reason] of ALTERED) {
      const altered = withParameters(address, { ticket: alter(ticket) })
      const page = await browser.open(altered, { from: 'cross-site' })
      await expectRefused(world, page.response, reason, [ticket, alter(ticket), state])
      expect(sessionCookie(browser, ACME_SITE), name).toBeUndefined()
    }
    expect(world.kv.operations).toHaveLength(operations)
    const { url, response } = await roam(browser, address, { from: 'cross-site' })
    expect([url, response.status]).toEqual([`${ACME_SITE}/a?b=c`, 200])
  })
})

describe('the parameters of a handoff', () => {
  test.each([
    ['no ticket', (address: string) => withParameters(address, { ticket: undefined }), 'parameter_invalid'],
    ['an empty ticket', (address: string) => withParameters(address, { ticket: '' }), 'parameter_invalid'],
    ['no state', (address: string) => withParameters(address, { state: undefined }), 'state_missing'],
    ['neither', (address: string) => address.replace(/\?.*/, ''), 'state_missing'],
    [
      'two tickets',
      (address: string) => `${address}&ticket=${parameter(address, 'ticket')}`,
      'parameter_repeated',
    ],
    [
      'two states',
      (address: string) => `${address}&state=${parameter(address, 'state')}`,
      'parameter_repeated',
    ],
    ['a state of 42', (address: string) => address.slice(0, -1), 'parameter_invalid'],
    ['a state of 44', (address: string) => `${address}A`, 'parameter_invalid'],
    ['a newline in the state', (address: string) => `${address.slice(0, -1)}%0A`, 'parameter_invalid'],
    ['a newline behind the state', (address: string) => `${address}%0A`, 'parameter_invalid'],
    ['another state', (address: string) => flip(address, address.length - 20), 'binding_cookie_missing'],
    ['names in capitals', (address: string) => address.replace('ticket=', 'TICKET='), 'parameter_invalid'],
  ])('%s: refused for its own reason, and the login can still be finished', async (_name, alter, reason) => {
    const { world, roam, browser, address, ticket, state } = await handoffUnderWay()
    const { response } = await browser.open(alter(address), { from: 'cross-site' })
    await expectRefused(world, response, reason, [ticket, state])
    expect((await roam(browser, address, { from: 'cross-site' })).response.status).toBe(200)
  })
})

describe('a ticket that is late', () => {
  test('is good up to its last second', async () => {
    const { world, roam, browser, address } = await handoffUnderWay()
    world.clock.advance(59)
    expect((await roam(browser, address, { from: 'cross-site' })).response.status).toBe(200)
  })

  test.each([60, 61, minutes(10), minutes(10) + 1])('is refused after %i seconds', async (seconds) => {
    const { world, browser, address, ticket, state } = await handoffUnderWay()
    const cookies = browser.cookies.header(new URL(ACME_SITE), { crossSite: false, topLevelRead: true }) ?? ''
    world.clock.advance(seconds)
    const { response } = await browser.open(address, { from: 'cross-site', headers: { Cookie: cookies } })
    await expectRefused(world, response, 'ticket_expired', [ticket, state])
    expect(world.log.at(-1)?.refusal).toMatchObject({ ageSeconds: seconds })
    expect(sessionCookie(browser, ACME_SITE)).toBeUndefined()
  })

  test('is refused in time too, where the login began more than ten minutes ago', async () => {
    const { world, signIn } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${OTHER_ACME_SITE}/a`)
    const begun = await upTo(browser, `${ACME_SITE}/a`, '/auth/login')
    const cookies = browser.cookies.header(new URL(ACME_SITE), { crossSite: false, topLevelRead: true }) ?? ''
    world.clock.advance(minutes(10) - 10)
    const address = await upTo(browser, begun, '/auth/handoff', { from: 'cross-site' })
    world.clock.advance(20)
    const { response } = await browser.open(address, { from: 'cross-site', headers: { Cookie: cookies } })
    await expectRefused(world, response, 'transaction_expired', [parameter(address, 'ticket')])
    expect(sessionCookie(browser, ACME_SITE)).toBeUndefined()
  })

  test('where the browser has forgotten the login too, that is said', async () => {
    const { world, browser, address, ticket, state } = await handoffUnderWay()
    world.clock.advance(minutes(10) + 1)
    const { response } = await browser.open(address, { from: 'cross-site' })
    await expectRefused(world, response, 'binding_cookie_missing', [ticket, state])
  })
})

describe('a ticket in the wrong place', () => {
  test('at another host it is nothing, whichever login it comes with', async () => {
    const { world, browser, address, ticket, state } = await handoffUnderWay()
    const plain = address.replace(ACME_SITE, WIKI)
    const first = await browser.open(plain, { from: 'cross-site' })
    await expectRefused(world, first.response, 'binding_cookie_missing', [ticket, state])
    const own = await upTo(browser, `${WIKI}/b`, '/auth/handoff')
    const second = await browser.open(withParameters(own, { ticket }), { from: 'cross-site' })
    await expectRefused(world, second.response, 'ticket_of_other_host', [ticket])
    expect(sessionCookie(browser, WIKI)).toBeUndefined()
  })

  test('one wildcard is many hosts', async () => {
    const { world, browser } = await handoffUnderWay()
    const one = await upTo(browser, `${PREVIEW}/b`, '/auth/handoff')
    const other = await upTo(browser, `${OTHER_PREVIEW}/b`, '/auth/handoff')
    const ticket = parameter(one, 'ticket')
    const { response } = await browser.open(withParameters(other, { ticket }), { from: 'cross-site' })
    await expectRefused(world, response, 'ticket_of_other_host', [ticket])
  })

  test('of two logins of one browser each takes its own', async () => {
    const { world, roam, browser, address } = await handoffUnderWay()
    const other = await upTo(browser, `${ACME_SITE}/z`, '/auth/handoff')
    for (const [login, ticket] of [
      [address, parameter(other, 'ticket')],
      [other, parameter(address, 'ticket')],
    ] as const) {
      const { response } = await browser.open(withParameters(login, { ticket }), { from: 'cross-site' })
      await expectRefused(world, response, 'ticket_of_other_login', [ticket])
    }
    expect(sessionCookie(browser, ACME_SITE)).toBeUndefined()
    expect((await roam(browser, other, { from: 'cross-site' })).url).toBe(`${ACME_SITE}/z`)
    expect((await roam(browser, address, { from: 'cross-site' })).url).toBe(`${ACME_SITE}/a?b=c`)
  })

  test('in another browser it opens nothing, and its owner can still use it', async () => {
    const { world, roam, browser, address, ticket, state } = await handoffUnderWay()
    const [operations, calls] = [world.kv.operations.length, world.sessions.calls.length]
    const stranger = world.browser()
    const { response } = await stranger.open(address, { from: 'cross-site' })
    await expectRefused(world, response, 'binding_cookie_missing', [ticket, state])
    expect(stranger.cookies.of(new URL(ACME_SITE))).toEqual([])
    expect([world.kv.operations.length, world.sessions.calls.length]).toEqual([operations, calls])
    expect((await roam(browser, address, { from: 'cross-site' })).response.status).toBe(200)
  })

  test('in another browser with a login of its own it opens nothing either', async () => {
    const { world, roam, ticket, address } = await handoffUnderWay()
    const stranger = world.browser()
    const { leavesTo = '' } = await roam(stranger, `${ACME_SITE}/a`)
    expect(leavesTo).toContain(world.provider.issuer)
    const suffix = stranger.cookies.of(new URL(ACME_SITE)).find(({ name }) => name.includes('gh-login'))
    expect(suffix).toBeDefined()
    // The cookie of its own login under the name of the other.
    const own = (await import('../../src/crypto/sha256.ts')).sha256
    const name = `__Host-gh-login-${(await own(parameter(address, 'state'))).slice(0, 8)}`
    stranger.cookies.plant(new URL(ACME_SITE), name, suffix?.value ?? '')
    const { response } = await stranger.open(address, { from: 'cross-site' })
    await expectRefused(world, response, 'transaction_unreadable', [ticket])
    expect(sessionCookie(stranger, ACME_SITE)).toBeUndefined()
  })

  test.each([LOGIN, ALONE])('%s takes no tickets', async (host) => {
    const { world, browser, address, ticket, state } = await handoffUnderWay()
    const { response } = await browser.open(address.replace(ACME_SITE, host), { from: 'cross-site' })
    await expectRefused(world, response, 'route_unknown', [ticket, state])
  })
})

describe('a ticket that is used twice', () => {
  test('one after the other: whoever is signed in goes on, and nobody else is signed in', async () => {
    const { world, roam, browser, address, ticket, state } = await handoffUnderWay()
    await roam(browser, address, { from: 'cross-site' })
    const before = sessionCookie(browser, ACME_SITE)
    expect((await roam(browser, address, { from: 'cross-site' })).response.status).toBe(200)
    expect(sessionCookie(browser, ACME_SITE)).toBe(before)

    for (const name of ['__Host-gh-session', '__Host-gh-refresh'])
      browser.cookies.remove(new URL(ACME_SITE), name)
    const { response } = await browser.open(address, { from: 'cross-site' })
    await expectRefused(world, response, 'binding_cookie_missing', [ticket, state])
    expect(sessionCookie(browser, ACME_SITE)).toBeUndefined()
  })

  test('where the storage gives its login out again, the registry opens no second session', async () => {
    const { world, roam, browser, address, ticket, state } = await handoffUnderWay()
    const { keys } = await world.kv.inside.list({ prefix: 'login:' })
    const records = await Promise.all(
      keys.map(async ({ name }) => [name, (await world.kv.inside.get(name)) ?? ''] as const),
    )
    const copy = browser.clone()
    await roam(browser, address, { from: 'cross-site' })
    for (const [name, value] of records) await world.kv.inside.put(name, value)
    const { response } = await copy.open(address, { from: 'cross-site' })
    await expectRefused(world, response, 'ticket_repeated', [ticket, state])
    expect(sessionCookie(copy, ACME_SITE)).toBeUndefined()
    expect(await whoIsAt(browser, ACME_SITE)).toBe(JANE.email)
  })

  test('at once: one session, and no fault', async () => {
    const { world, browser, address } = await handoffUnderWay()
    const copies = [browser, browser.clone(), browser.clone()]
    const pages = await Promise.all(copies.map((copy) => copy.visit(address, { from: 'cross-site' })))
    const opened = copies.filter((copy) => sessionCookie(copy, ACME_SITE) !== undefined)
    expect(opened).toHaveLength(1)
    for (const { status } of pages) expect(status).toBeLessThan(500)
    expect(world.log.filter(({ event }) => event === 'login_succeeded')).toHaveLength(3)
  })

  test('after everything was ended, it brings nobody back', async () => {
    const { world, roam, browser, address } = await handoffUnderWay()
    const copy = browser.clone()
    await roam(browser, address, { from: 'cross-site' })
    await browser.request(`${ACME_SITE}/auth/logout`, {
      method: 'POST',
      body: new URLSearchParams({ everywhere: '1' }),
    })
    const { leavesTo } = await roam(copy, address, { from: 'cross-site' })
    expect(leavesTo).toContain(`${world.provider.issuer}/oauth/authorize`)
    expect(sessionCookie(copy, ACME_SITE)).toBeUndefined()
  })
})

test('no page that a ticket leads to sends it on as a referrer', async () => {
  const { browser, address, ticket } = await handoffUnderWay()
  for (const each of [withParameters(address, { ticket: `${ticket}A` }), address]) {
    const response = await browser.visit(each, { from: 'cross-site' })
    expect(response.headers.get('Referrer-Policy')).toMatch(/^(no-referrer|strict-origin)$/)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
  }
})

test('without a login host there are no handoffs', async () => {
  const { world } = await manyHosts({
    sites: { 'acme.example.com': { organization: 'org_20001', upstream: { kind: 'assets' } } },
  } as Parameters<typeof manyHosts>[0])
  const { response } = await world.browser().open(`${ACME_SITE}/auth/handoff?ticket=a&state=b`)
  expect(response.status).toBe(404)
})

import { describe, expect, test } from 'vitest'
import { minutes } from '../../src/base/time.ts'
import { expectRefused, parameter, sessionCookie, upTo, withParameters } from '../support/handoffs.ts'
import {
  ACME_SITE,
  LOGIN,
  MANY_HOSTS,
  manyHosts,
  OTHER_ACME_SITE,
  PREVIEW,
  WIKI,
} from '../support/many-hosts.ts'
import { ACME, HANK } from '../support/openid-provider.ts'

/** A request that a site has just made, and a browser of somebody who is signed in at the login host. */
async function requestUnderWay(config = MANY_HOSTS, site = ACME_SITE) {
  const hosts = await manyHosts(config)
  const browser = hosts.world.browser()
  await hosts.signIn(browser, `${OTHER_ACME_SITE}/a`)
  const address = await upTo(browser, `${site}/a?b=c`, '/auth/login')
  return { ...hosts, browser, address, request: parameter(address, 'request') }
}

const decode = (part = ''): Record<string, unknown> =>
  JSON.parse(atob(part.replace(/-/g, '+').replace(/_/g, '/')))
const encode = (value: unknown): string =>
  btoa(JSON.stringify(value)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')

/** With other claims or another header, under the old signature. */
function forged(token: string, claims: object, header: object = {}): string {
  const [head, payload, signature] = token.split('.')
  return [encode({ ...decode(head), ...header }), encode({ ...decode(payload), ...claims }), signature].join(
    '.',
  )
}

const flip = (text: string, at: number): string =>
  `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`

describe('an altered request', () => {
  const ALTERED: readonly (readonly [string, (request: string) => string, string, string?])[] = [
    [
      'another site',
      (r) => forged(r, { iss: 'https://evil.example/auth' }),
      'login_request_invalid',
      'signature',
    ],
    ['another state', (r) => forged(r, { state: 'A'.repeat(43) }), 'login_request_invalid', 'signature'],
    ['another login host', (r) => forged(r, { aud: 'evil.example' }), 'login_request_invalid', 'signature'],
    ['a later end', (r) => forged(r, { exp: 9_999_999_999 }), 'login_request_invalid', 'signature'],
    ['no end', (r) => forged(r, { exp: undefined }), 'login_request_invalid', 'signature'],
    [
      'another organization',
      (r) => forged(r, { org: HANK.organization }),
      'login_request_invalid',
      'signature',
    ],
    [
      'no prompt',
      (r) => forged(r, { prompt: undefined, hint: 'a@b.example' }),
      'login_request_invalid',
      'signature',
    ],
    ['another type', (r) => forged(r, {}, { typ: 'gh-session+jwt' }), 'login_request_invalid', 'signature'],
    ['no type', (r) => forged(r, {}, { typ: undefined }), 'login_request_invalid', 'signature'],
    ['no signature, and says so', (r) => forged(r, {}, { alg: 'none' }), 'login_request_invalid', 'alg'],
    ['another algorithm', (r) => forged(r, {}, { alg: 'ES256' }), 'login_request_invalid', 'alg'],
    ['a critical extension', (r) => forged(r, {}, { crit: ['x'], x: 1 }), 'login_request_invalid', 'format'],
    ['an unknown key', (r) => forged(r, {}, { kid: 'other' }), 'login_request_invalid', 'kid'],
    ['no key', (r) => forged(r, {}, { kid: undefined }), 'login_request_invalid', 'kid'],
    ['a key that is no text', (r) => forged(r, {}, { kid: { a: 1 } }), 'login_request_invalid', 'kid'],
    [
      'the first character of the signature',
      (r) => flip(r, r.lastIndexOf('.') + 1),
      'login_request_invalid',
      'signature',
    ],
    ['a shorter signature', (r) => r.slice(0, -4), 'login_request_invalid', 'signature'],
    ['no signature', (r) => r.replace(/[^.]*$/, ''), 'parameter_invalid'],
    ['a header that is no JSON', (r) => `AAAA${r.slice(r.indexOf('.'))}`, 'login_request_invalid', 'format'],
    ['two parts', (r) => r.split('.').slice(1).join('.'), 'parameter_invalid'],
    ['four parts', (r) => `${r}.AAAA`, 'parameter_invalid'],
    ...['+', '/', '=', ' ', '\0', '\n', '\r\nSet-Cookie: a=b', '\u2028', '<b>', '"', 'é', '🎟', '\ud800'].map(
      (text) => [JSON.stringify(text), (r: string) => r + text, 'parameter_invalid'] as const,
    ),
    ['8 KB', (r) => r.padEnd(8192, 'A'), 'parameter_invalid'],
    ['100 KB', (r) => r.padEnd(102_400, 'A'), 'request_too_large'],
  ]

  test('signs nobody in, starts nothing and says why', async () => {
    const { world, browser, address, request } = await requestUnderWay()
    const [operations, calls] = [world.kv.operations.length, world.sessions.calls.length]
    for (const [name, alter, reason, check] of ALTERED) {
      const altered = withParameters(address, { request: alter(request) })
      const page = await browser.open(altered, { from: 'cross-site' })
      expect(page.leavesTo, name).toBeUndefined()
      await expectRefused(world, page.response, reason, [request, alter(request)])
      if (check !== undefined) expect(world.log.at(-1)?.refusal, name).toMatchObject({ check })
    }
    expect([world.kv.operations.length, world.sessions.calls.length]).toEqual([operations, calls])
    expect((await browser.open(address, { from: 'cross-site' })).leavesTo).toContain(
      `${ACME_SITE}/auth/handoff`,
    )
  })

  test('two of them are none', async () => {
    const { world, browser, address, request } = await requestUnderWay()
    const { response } = await browser.open(`${address}&request=${request}`, { from: 'cross-site' })
    await expectRefused(world, response, 'parameter_repeated', [request])
  })

  test.each(['', '&request='])('an empty one is none: ?%s', async (query) => {
    const { world } = await manyHosts()
    const { response } = await world.browser().open(`${LOGIN}/auth/login?x=y${query}`, { from: 'cross-site' })
    await expectRefused(world, response, 'login_request_missing', [])
  })
})

describe('a request that is late', () => {
  test('is good up to its last second', async () => {
    const { world, browser, address } = await requestUnderWay()
    world.clock.advance(minutes(10) - 1)
    expect((await browser.open(address)).leavesTo).toContain('/auth/handoff')
  })

  test.each([minutes(10), minutes(10) + 1, minutes(60)])('is refused after %i seconds', async (seconds) => {
    const { world, browser, address, request } = await requestUnderWay()
    world.clock.advance(seconds)
    const page = await browser.open(address)
    expect(page.leavesTo).toBeUndefined()
    const html = await page.response.clone().text()
    await expectRefused(world, page.response, 'login_request_expired', [request])
    expect(world.log.at(-1)?.refusal).toMatchObject({ ageSeconds: seconds })
    expect(html).toContain(`${ACME_SITE}/`)
  })

  test('one that expires while the person signs in is not answered', async () => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const address = await upTo(browser, `${ACME_SITE}/a`, '/auth/login')
    world.clock.advance(minutes(5))
    const { leavesTo = '' } = await roam(browser, address)
    world.clock.advance(minutes(5))
    const page = await roam(browser, world.provider.authorize(leavesTo), { from: 'cross-site' })
    expect(page.leavesTo).toBeUndefined()
    await expectRefused(world, page.response, 'login_request_expired', [parameter(address, 'request')])
  })
})

describe('a request of a site that the login host does not sign people in for', () => {
  const { 'wiki.example.com': wiki, 'acme-too.example.com': acmeToo, ...otherSites } = MANY_HOSTS.sites

  test.each([
    [
      'has been taken out of the configuration',
      { ...otherSites, 'acme-too.example.com': acmeToo },
      'site_unknown',
    ],
    [
      'signs people in itself by now',
      { ...MANY_HOSTS.sites, 'wiki.example.com': { ...wiki, loginHost: false } },
      'login_request_invalid',
    ],
  ])('one that %s', async (_name, sites, reason) => {
    const { world, roam, browser, address, request } = await requestUnderWay(MANY_HOSTS, WIKI)
    world.deploy({ config: { ...MANY_HOSTS, sites } as typeof MANY_HOSTS })
    const page = await roam(browser, address)
    expect(page.leavesTo).toBeUndefined()
    await expectRefused(world, page.response, reason, [request])
  })

  test.each([
    ['is gone', { ...otherSites, 'acme-too.example.com': acmeToo }, 'site_unknown'],
    [
      'signs in itself',
      { ...MANY_HOSTS.sites, 'wiki.example.com': { ...wiki, loginHost: false } },
      'login_request_invalid',
    ],
  ])(
    'and one that %s when the person comes back from Scalekit gets no ticket',
    async (_name, sites, reason) => {
      const { world, roam } = await manyHosts()
      const browser = world.browser()
      const { leavesTo = '' } = await roam(browser, `${WIKI}/auth/login?organization_id=${ACME}`)
      world.deploy({ config: { ...MANY_HOSTS, sites } as typeof MANY_HOSTS })
      const page = await roam(browser, world.provider.authorize(leavesTo), { from: 'cross-site' })
      expect(new URL(page.url).origin).toBe(LOGIN)
      expect(page.leavesTo).toBeUndefined()
      await expectRefused(world, page.response, reason, [])
    },
  )

  test('at a site, a request is nothing: its own login begins', async () => {
    const { browser, address, world } = await requestUnderWay()
    const { leavesTo = '' } = await browser.open(address.replace(LOGIN, PREVIEW), { from: 'cross-site' })
    expect(leavesTo).toContain(`${LOGIN}/auth/login?request=`)
    expect(decode(parameter(leavesTo, 'request').split('.')[1])['iss']).toBe(`${PREVIEW}/auth`)
    expect(world.refusals).toEqual([])
  })
})

describe('what the link says beside the request', () => {
  test.each([
    ['login', 'none'],
    ['select_account', 'none'],
    ['login', 'consent'],
  ])('does not take back the prompt of the site: %s, and not %s', async (asked, instead) => {
    const { roam, signIn, world } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${OTHER_ACME_SITE}/a`)
    const address = await upTo(browser, `${ACME_SITE}/auth/login?prompt=${asked}`, '/auth/login')
    const { leavesTo = '' } = await roam(browser, `${address}&prompt=${instead}`)
    expect(parameter(leavesTo, 'prompt')).toBe(asked)
  })

  test('of a sign-in that is too old, nobody is spared the proof', async () => {
    const { roam, signIn, world } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${OTHER_ACME_SITE}/a`)
    world.clock.advance(minutes(20))
    const address = await upTo(browser, `${ACME_SITE}/money/x`, '/auth/login')
    const { leavesTo = '' } = await roam(browser, `${address}&prompt=none`)
    expect(parameter(leavesTo, 'prompt')).toBe('login')
  })

  test.each([`organization_id=${HANK.organization}`, `connection_id=${HANK.connection}`])(
    'does not take back whom the site is for: %s',
    async (selector) => {
      const { roam, world } = await manyHosts()
      const browser = world.browser()
      const address = await upTo(browser, `${ACME_SITE}/a`, '/auth/login')
      const { leavesTo = '' } = await roam(browser, `${address}&${selector}`)
      expect(parameter(leavesTo, 'organization_id')).toBe(ACME)
      const page = await roam(browser, world.provider.authorize(leavesTo, HANK), { from: 'cross-site' })
      expect(page.response.status).toBe(403)
      expect(world.refusals.at(-1)).toBe('organization_mismatch')
      expect(sessionCookie(browser, ACME_SITE)).toBeUndefined()
    },
  )

  test('nor whom the link at the site asked for: the site sees to that when the person comes back', async () => {
    const { roam, world } = await manyHosts()
    const browser = world.browser()
    const start = `${WIKI}/auth/login?organization_id=${ACME}`
    const address = await upTo(browser, start, '/auth/login')
    const { leavesTo = '' } = await roam(browser, `${address}&organization_id=${HANK.organization}`)
    const page = await roam(browser, world.provider.authorize(leavesTo, HANK), { from: 'cross-site' })
    expect(page.response.status).toBe(403)
    expect(world.refusals.at(-1)).toBe('organization_mismatch')
    expect(sessionCookie(browser, WIKI)).toBeUndefined()
    expect(await (await browser.request(`${LOGIN}/auth/session`)).json()).toMatchObject({
      user: { email: HANK.email },
    })
  })
})

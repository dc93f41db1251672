import { describe, expect, test } from 'vitest'
import { expectRefused, handoffUnderWay, parameter, upTo, whoIsAt } from '../support/handoffs.ts'
import { ACME_SITE, ALONE, LOGIN, MANY_HOSTS, manyHosts, PREVIEW, WIKI } from '../support/many-hosts.ts'
import { ACME, HANK, JANE } from '../support/openid-provider.ts'
import type { World } from '../support/world.ts'

const startAtProvider = async (world: World, relayState: string, claims = {}) =>
  `${LOGIN}/auth/login?idp_initiated_login=${await world.provider.idpInitiatedLogin({ relay_state: relayState, ...claims })}`

describe('the relay state of an identity provider, at the login host', () => {
  test.each([
    ['an unknown host', 'https://evil.example/x'],
    ['another scheme', 'javascript:alert(1)'],
    ['credentials', 'https://acme.example.com@evil.example/'],
    ['credentials at a site', 'https://evil.example@acme.example.com/'],
    ['no scheme', '//evil.example/x'],
    ['slashes the other way', '\\\\evil.example/x'],
    ['a backslash behind the scheme', 'https:\\\\evil.example/x'],
    ['a backslash behind a site', 'https://acme.example.com\\@evil.example/'],
    ['a tab in the host', 'https://acme.example.com\t.evil.example/'],
    ['a longer host', 'https://acme.example.com.evil.example/'],
    ['two labels for the wildcard', 'https://a.b.preview.example.com/'],
    ['the login host itself', `${LOGIN}/auth/logout?everywhere=1`],
    ['a path of ours', '/auth/logout?everywhere=1'],
    ['nothing that is an address', 'ses_123'],
    ['nothing', ''],
  ])('%s leads nowhere else: the login goes on at the login host', async (_name, relayState) => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const { leavesTo = '' } = await browser.open(await startAtProvider(world, relayState), {
      from: 'cross-site',
    })
    expect(new URL(leavesTo).origin).toBe(world.provider.issuer)
    const page = await roam(browser, world.provider.authorize(leavesTo), { from: 'cross-site' })
    expect(page.url).toBe(`${LOGIN}/auth/sessions`)
    expect(page.response.status).toBe(200)
  })

  test.each([
    ['a page', '/deep?x=1', '/deep?x=1'],
    ['two slashes before a host', '//evil.example/x', '/'],
    ['three slashes', '///evil.example/x', '/'],
    ['a slash and a backslash', '/\\evil.example/x', '/'],
    ['an encoded slash', '/%2Fevil.example/x', '/'],
    ['a path of ours', '/auth/logout?everywhere=1', '/'],
  ])('of a site, %s: at that site and nowhere else', async (_name, path, landing) => {
    for (const origin of [ACME_SITE, 'http://acme.example.com', 'https://ACME.example.com.']) {
      const { world, roam } = await manyHosts()
      const browser = world.browser()
      const start = await startAtProvider(world, origin + path)
      const { leavesTo = '' } = await browser.open(start, { from: 'cross-site' })
      expect(leavesTo.startsWith(`${ACME_SITE}/auth/login?`)).toBe(true)
      const asked = await roam(browser, leavesTo, { from: 'cross-site' })
      const authorize = asked.leavesTo ?? ''
      const page = await roam(browser, world.provider.authorize(authorize), { from: 'cross-site' })
      expect(page.url).toBe(ACME_SITE + landing)
    }
  })

  test('with a site for every host, it names no host that the configuration does not', async () => {
    const config = {
      ...MANY_HOSTS,
      sites: { ...MANY_HOSTS.sites, '*': MANY_HOSTS.sites['*.preview.example.com'] },
    }
    const { world } = await manyHosts(config as typeof MANY_HOSTS)
    const evil = await startAtProvider(world, 'https://evil.example/x')
    const { leavesTo = '' } = await world.browser().open(evil, { from: 'cross-site' })
    expect(new URL(leavesTo).origin).toBe(world.provider.issuer)
    const known = await startAtProvider(world, `${PREVIEW}/x`)
    expect((await world.browser().open(known, { from: 'cross-site' })).leavesTo).toContain(
      `${PREVIEW}/auth/login`,
    )
  })

  test('of a site of another organization: that site asks for its own', async () => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const globex = { organization_id: HANK.organization, connection_id: HANK.connection }
    const start = await startAtProvider(world, `${ACME_SITE}/a`, globex)
    const { leavesTo = '' } = await roam(browser, start, { from: 'cross-site' })
    expect(parameter(leavesTo, 'organization_id')).toBe(ACME)
    const page = await roam(browser, world.provider.authorize(leavesTo, HANK), { from: 'cross-site' })
    expect(page.response.status).toBe(403)
    expect(world.refusals.at(-1)).toBe('organization_mismatch')
  })

  test('a forged hint leads nowhere at all', async () => {
    const { world } = await manyHosts()
    const { newSigningKey } = await import('../support/openid-provider.ts')
    const key = await newSigningKey('snk_1')
    const forged = await world.provider.idpInitiatedLogin({ relay_state: `${ALONE}/a` }, key)
    const page = await world.browser().open(`${LOGIN}/auth/login?idp_initiated_login=${forged}`)
    expect(page.leavesTo).toBeUndefined()
    await expectRefused(world, page.response, 'idp_initiated_invalid', [forged])
  })

  test('somebody else’s hint changes nobody’s identity without a word, at the login host and at its sites', async () => {
    const { world, roam, signIn } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${WIKI}/auth/login?organization_id=${ACME}`)
    const globex = { organization_id: HANK.organization, connection_id: HANK.connection }
    for (const relayState of ['', `${WIKI}/b`]) {
      const start = await startAtProvider(world, relayState, globex)
      const { leavesTo = '' } = await roam(browser, start, { from: 'cross-site' })
      const page = await roam(browser, world.provider.authorize(leavesTo, HANK), { from: 'cross-site' })
      expect(page.response.status).toBe(200)
      expect(await page.response.text()).toContain(HANK.email)
      expect(world.log.at(-1)?.event).toBe('identity_change_asked')
      for (const site of [LOGIN, WIKI]) expect(await whoIsAt(browser, site)).toBe(JANE.email)
    }
  })
})

describe('the page that was wanted, behind a handoff', () => {
  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'https://acme.example.com@evil.example/',
    '/auth/logout?everywhere=1',
    'https://wiki.example.com/b',
    'javascript:alert(1)',
  ])('%s leads home', async (target) => {
    const { browser, roam } = await handoffUnderWay()
    const start = `${ACME_SITE}/auth/login?${new URLSearchParams({ return_to: target })}`
    const page = await roam(browser, start)
    expect(page.url).toBe(`${ACME_SITE}/`)
  })

  test('what is added to the request or the handoff is no target', async () => {
    const { browser, roam } = await handoffUnderWay()
    const more = `&return_to=${encodeURIComponent('https://evil.example/')}`
    const request = await upTo(browser, `${ACME_SITE}/a`, '/auth/login')
    const handoff = await upTo(browser, request + more, '/auth/handoff')
    expect((await roam(browser, handoff + more)).url).toBe(`${ACME_SITE}/a`)
  })
})

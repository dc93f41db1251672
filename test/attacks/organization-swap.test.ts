import { describe, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import {
  expectRefused,
  handoffUnderWay,
  parameter,
  sessionCookie,
  upTo,
  whoIsAt,
  withParameters,
} from '../support/handoffs.ts'
import { ACME_SITE, GLOBEX_SITE, LOGIN, MANY_HOSTS, manyHosts, WIKI } from '../support/many-hosts.ts'
import { ACME, GLOBEX, HANK, JANE } from '../support/openid-provider.ts'

const OTHER_CONNECTION = 'conn_30009'
const PINNED = 'https://pinned.example.com'

/** The site of Acme, whose configuration has been changed. */
const withAcmeSite = (changes: object) =>
  ({
    ...MANY_HOSTS,
    sites: { ...MANY_HOSTS.sites, 'acme.example.com': { upstream: assets(), ...changes } },
  }) as typeof MANY_HOSTS

test('a ticket of Globex opens nothing at Acme’s site, with whichever login it comes', async () => {
  const { world, signIn, browser, address } = await handoffUnderWay()
  const hank = world.browser()
  await signIn(hank, `${WIKI}/auth/login?organization_id=${GLOBEX}`, HANK)
  const foreign = await upTo(hank, `${GLOBEX_SITE}/a`, '/auth/handoff')
  const own = parameter(foreign, 'ticket')

  const first = await browser.open(withParameters(address, { ticket: own }), { from: 'cross-site' })
  await expectRefused(world, first.response, 'ticket_of_other_host', [own])
  const swapped = foreign.replace(GLOBEX_SITE, ACME_SITE)
  const second = await hank.open(swapped, { from: 'cross-site' })
  await expectRefused(world, second.response, 'binding_cookie_missing', [own])
  for (const each of [browser, hank]) expect(sessionCookie(each, ACME_SITE)).toBeUndefined()
})

test('somebody of Globex is given no ticket for Acme’s site: they sign in at Acme or not at all', async () => {
  const { world, roam, signIn } = await manyHosts()
  const hank = world.browser()
  await signIn(hank, `${GLOBEX_SITE}/a`, HANK)
  const { leavesTo = '' } = await roam(hank, `${ACME_SITE}/a`)
  expect(parameter(leavesTo, 'organization_id')).toBe(ACME)
  const page = await roam(hank, world.provider.authorize(leavesTo, HANK), { from: 'cross-site' })
  expect(page.response.status).toBe(403)
  expect(world.refusals).toEqual(['organization_mismatch'])
  expect(await whoIsAt(hank, GLOBEX_SITE)).toBe(HANK.email)
})

describe('a site that has become another organization’s', () => {
  test.each([
    ['organization', { organization: GLOBEX }],
    ['connection', { connection: OTHER_CONNECTION }],
  ])(
    'between the request and the ticket, by its %s: the login host asks for the new one',
    async (_name, site) => {
      const { world, roam, signIn } = await manyHosts()
      const browser = world.browser()
      await signIn(browser, `${WIKI}/auth/login?organization_id=${ACME}`)
      const request = await upTo(browser, `${ACME_SITE}/a`, '/auth/login')
      world.deploy({ config: withAcmeSite(site) })
      const { leavesTo } = await roam(browser, request)
      expect(leavesTo).toContain(world.provider.issuer)
    },
  )

  test.each([
    ['organization', { organization: GLOBEX }, 'organization_mismatch'],
    ['connection', { connection: OTHER_CONNECTION }, 'connection_mismatch'],
  ])('between the ticket and the handoff, by its %s: no session', async (_name, site, reason) => {
    const { world, browser, address, ticket, state } = await handoffUnderWay()
    world.deploy({ config: withAcmeSite(site) })
    const calls = world.sessions.calls.length
    const { response } = await browser.open(address, { from: 'cross-site' })
    await expectRefused(world, response, reason, [ticket, state])
    expect(response.status).toBe(403)
    expect(world.sessions.calls).toHaveLength(calls)
    expect(sessionCookie(browser, ACME_SITE)).toBeUndefined()
  })

  test('while the person signs in at Scalekit: no ticket', async () => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const { leavesTo = '' } = await roam(browser, `${ACME_SITE}/a`)
    world.deploy({ config: withAcmeSite({ organization: GLOBEX }) })
    const page = await roam(browser, world.provider.authorize(leavesTo), { from: 'cross-site' })
    expect(page.response.status).toBe(403)
    expect(new URL(page.url).origin).toBe(LOGIN)
    expect(world.refusals).toEqual(['organization_mismatch'])
  })

  test('before “continue”: no session either, and the old one goes on', async () => {
    const { world, roam, signIn } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${WIKI}/auth/login?organization_id=${ACME}`)
    const start = `${WIKI}/auth/login?organization_id=${GLOBEX}`
    const { leavesTo = '' } = await roam(browser, start, { from: 'cross-site' })
    const question = await roam(browser, world.provider.authorize(leavesTo, HANK), { from: 'cross-site' })
    const login = /name="login" value="([^"]+)"/.exec(await question.response.text())?.[1] ?? ''
    const { 'wiki.example.com': wiki } = MANY_HOSTS.sites
    const sites = { ...MANY_HOSTS.sites, 'wiki.example.com': { ...wiki, organization: ACME } }
    world.deploy({ config: { ...MANY_HOSTS, sites } as typeof MANY_HOSTS })
    const page = await roam(browser, `${LOGIN}/auth/continue`, {
      from: 'same-origin',
      method: 'POST',
      body: new URLSearchParams({ login }),
    })
    expect(page.response.status).toBe(403)
    expect(world.refusals).toEqual(['organization_mismatch'])
  })

  test('without a login host it is no different', async () => {
    const config = (organization: string) =>
      defineConfig({ sites: { 'acme.example.com': { organization, upstream: assets() } } })
    const { world, roam } = await manyHosts(config(ACME) as typeof MANY_HOSTS)
    const browser = world.browser()
    const { leavesTo = '' } = await roam(browser, `${ACME_SITE}/a`)
    world.deploy({ config: config(GLOBEX) })
    const page = await roam(browser, world.provider.authorize(leavesTo), { from: 'cross-site' })
    expect(page.response.status).toBe(403)
    expect(world.refusals).toEqual(['organization_mismatch'])
    expect(sessionCookie(browser, ACME_SITE)).toBeUndefined()
  })
})

describe('a site that is pinned to a connection', () => {
  const config = {
    ...MANY_HOSTS,
    sites: { ...MANY_HOSTS.sites, 'pinned.example.com': { connection: JANE.connection, upstream: assets() } },
  } as typeof MANY_HOSTS

  test('takes who came by it, without asking again', async () => {
    const { world, roam, signIn } = await manyHosts(config)
    const browser = world.browser()
    await signIn(browser, `${ACME_SITE}/a`)
    expect((await roam(browser, `${PINNED}/a`)).response.status).toBe(200)
  })

  test('takes nobody of the same organization who came by another', async () => {
    const { world, roam, signIn } = await manyHosts(config)
    const browser = world.browser()
    const other = { ...JANE, connection: OTHER_CONNECTION }
    await signIn(browser, `${ACME_SITE}/a`, other)
    const { leavesTo = '' } = await roam(browser, `${PINNED}/a`)
    expect(parameter(leavesTo, 'connection_id')).toBe(JANE.connection)
    const page = await roam(browser, world.provider.authorize(leavesTo, other), { from: 'cross-site' })
    expect(page.response.status).toBe(403)
    expect(world.refusals).toEqual(['connection_mismatch'])
    expect(sessionCookie(browser, PINNED)).toBeUndefined()
  })
})

import { expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import { sessionCookie, whoIsAt } from '../support/handoffs.ts'
import { LOGIN, manyHosts, WIKI } from '../support/many-hosts.ts'
import { ACME, GLOBEX, HANK, type Person } from '../support/openid-provider.ts'

const GLOBEX_SITE = 'https://globex.example.com'
const MALLORY: Person = { ...HANK, user: 'usr_mallory', email: 'mallory@globex.example' }

/** The login host is a site as well, for people of Acme. */
const CONFIG = defineConfig({
  loginHost: 'login.example.com',
  sites: {
    'login.example.com': { organization: ACME, upstream: assets() },
    'wiki.example.com': { upstream: assets() },
    'globex.example.com': { organization: GLOBEX, upstream: assets() },
  },
})

const LINK = `${WIKI}/auth/login?organization_id=${GLOBEX}&prompt=login`

test('a login that another site began makes nobody into somebody else there, whose people its pages are for', async () => {
  const { world, roam, signIn } = await manyHosts(CONFIG)
  const hank = world.browser()
  await signIn(hank, `${GLOBEX_SITE}/a`, HANK)
  const before = sessionCookie(hank, LOGIN)

  const { leavesTo = '' } = await roam(hank, LINK, { from: 'cross-site' })
  const page = await roam(hank, world.provider.authorize(leavesTo, MALLORY), { from: 'cross-site' })
  expect(new URL(page.url).origin).toBe(LOGIN)
  const html = await page.response.text()
  expect(html).toContain(HANK.email)
  expect(html).toContain(MALLORY.email)
  expect(html).toMatch(/name="login" value="[\w-]{43}"/)
  expect(sessionCookie(hank, LOGIN)).toBe(before)
  world.clock.advance(6 * 60)
  expect(await whoIsAt(hank, GLOBEX_SITE)).toBe(HANK.email)
})

test('nor after its session token has to be renewed', async () => {
  const { world, roam, signIn } = await manyHosts(CONFIG)
  const hank = world.browser()
  await signIn(hank, `${GLOBEX_SITE}/a`, HANK)
  world.clock.advance(6 * 60)
  const { leavesTo = '' } = await roam(hank, LINK, { from: 'cross-site' })
  const page = await roam(hank, world.provider.authorize(leavesTo, MALLORY), { from: 'cross-site' })
  expect(await page.response.text()).toMatch(/name="login" value="[\w-]{43}"/)
  expect(await whoIsAt(hank, GLOBEX_SITE)).toBe(HANK.email)
})

test('its own pages stay closed to them all the same', async () => {
  const { world, signIn } = await manyHosts(CONFIG)
  const hank = world.browser()
  await signIn(hank, `${GLOBEX_SITE}/a`, HANK)
  expect((await hank.visit(`${LOGIN}/a`)).status).toBe(403)
  expect(world.refusals).toEqual(['organization_mismatch'])
})

test('nor where the login host’s own page is what the link leads to', async () => {
  const { world, roam, signIn } = await manyHosts(CONFIG)
  const hank = world.browser()
  await signIn(hank, `${GLOBEX_SITE}/a`, HANK)
  const { leavesTo = '' } = await roam(hank, `${LOGIN}/a`, { from: 'cross-site' })
  expect(leavesTo).toBe('')
  const own = await roam(hank, `${LOGIN}/auth/login?prompt=login`, { from: 'cross-site' })
  const page = await roam(hank, world.provider.authorize(own.leavesTo ?? ''), { from: 'cross-site' })
  expect(await page.response.text()).toMatch(/name="login" value="[\w-]{43}"/)
  world.clock.advance(6 * 60)
  expect(await whoIsAt(hank, GLOBEX_SITE)).toBe(HANK.email)
})

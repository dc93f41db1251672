import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { assets, defineConfig, minutes } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { deliver, WEBHOOK_SECRET } from '../support/deliver.ts'
import { whoIsAt } from '../support/handoffs.ts'
import { putSite } from '../support/kv-sites.ts'
import { type ManyHosts, manyHosts } from '../support/many-hosts.ts'
import { ACME, GLOBEX, HANK, JANE } from '../support/openid-provider.ts'

const WIKI = 'https://wiki.example.com'
const LOGIN = 'https://login.example.com'
const IN_KV = 'https://acme.customers.example'
const OTHER_IN_KV = 'https://globex.customers.example'
const BROKEN = 'https://broken.customers.example'

const CONFIG = defineConfig({
  loginHost: 'login.example.com',
  sitesInKv: true,
  adminPortal: { roles: ['admin'] },
  sites: { 'wiki.example.com': { upstream: assets() } },
})

const WRITER = { claims: { idp_roles: ['writer', 'unheard-of'] } }
const rules = [
  { path: '/writers/*', require: { roles: ['writer'] } },
  { path: '/strict/*', strict: true },
]

let hosts: ManyHosts
let jane: Browser
let hank: Browser

beforeEach(async () => {
  hosts = await manyHosts(CONFIG, { env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET } })
  const { world, signIn, roam } = hosts
  await putSite(world, 'acme.customers.example', { organization: ACME, upstream: assets(), rules })
  await putSite(world, 'globex.customers.example', { organization: GLOBEX, upstream: assets(), rules })
  await putSite(world, 'broken.customers.example', '{')
  jane = world.browser()
  await signIn(jane, `${IN_KV}/writers/a`, JANE, WRITER)
  await roam(jane, `${WIKI}/a`)
  hank = world.browser()
  // Another customer's person, of the same address.
  await signIn(hank, `${OTHER_IN_KV}/writers/a`, { ...HANK, email: JANE.email }, WRITER)
  world.clock.advance(60)
})

const send = (type: string, data: object, site: string) => deliver(hosts.world, type, data, { site })

// A registry remembers what was taken away, for the next test's logins too.
afterEach(reset)

/** Where a browser ends up that asks for a page. */
async function leadsTo(browser: Browser, address: string): Promise<string> {
  const { leavesTo, response } = await hosts.roam(browser, address)
  return leavesTo === undefined ? String(response.status) : new URL(leavesTo).origin
}

describe.each([LOGIN, WIKI, IN_KV, OTHER_IN_KV])('an event that comes in at %s', (site) => {
  test('ends all that a person has on all hosts, and nothing of another customer’s', async () => {
    const { issuer } = hosts.world.provider
    const answer = await send('organization.directory.user_deleted', { email: JANE.email }, site)
    expect(answer.status).toBe(200)
    expect(await leadsTo(jane, `${IN_KV}/strict/a`)).toBe(issuer)
    hosts.world.clock.advance(minutes(5))
    for (const host of [IN_KV, WIKI, LOGIN]) expect(await whoIsAt(jane, host)).toBeUndefined()
    expect(await whoIsAt(hank, OTHER_IN_KV)).toBe(JANE.email)
  })

  test('of a role that only a site in KV asks for: nobody comes back with it by way of the login host', async () => {
    const { world, roam } = hosts
    const data = { email: JANE.email, active: true, roles: [{ role_name: 'unheard-of' }] }
    expect((await send('organization.directory.user_updated', data, site)).status).toBe(200)
    world.clock.advance(minutes(5))
    const { leavesTo = '' } = await roam(jane, `${IN_KV}/writers/a`)
    expect(leavesTo).toContain(world.provider.issuer)
    const back = world.provider.authorize(leavesTo, JANE, { claims: { idp_roles: ['unheard-of'] } })
    const page = await roam(jane, back, { from: 'cross-site' })
    expect(page.response.status).toBe(403)
    expect(world.refusals).toEqual(['requirement_unmet'])
    expect(await leadsTo(hank, `${OTHER_IN_KV}/writers/a`)).toBe('200')
  })

  test('of a group: whoever holds anything by the word of the directory signs in again, at all hosts', async () => {
    expect((await send('organization.directory.group_updated', { id: 'dirgroup_1' }, site)).status).toBe(200)
    expect(await leadsTo(jane, `${IN_KV}/strict/a`)).toBe(hosts.world.provider.issuer)
    hosts.world.clock.advance(minutes(5))
    for (const host of [IN_KV, WIKI, LOGIN]) expect(await whoIsAt(jane, host)).toBeUndefined()
    expect(await leadsTo(hank, `${OTHER_IN_KV}/strict/a`)).toBe('200')
  })

  test('that a forger signed changes nothing', async () => {
    const secret = `whsec_${btoa('another webhook secret, of a forger')}`
    const answer = await deliver(
      hosts.world,
      'organization.directory.user_deleted',
      { email: JANE.email },
      { site, secret },
    )
    expect(answer.status).toBe(400)
    expect(await leadsTo(jane, `${IN_KV}/strict/a`)).toBe('200')
  })
})

test.each([BROKEN, 'https://nobody.example'])(
  'an event at %s is not taken, so that it is sent again',
  async (site) => {
    const answer = await send('organization.directory.user_deleted', { email: JANE.email }, site)
    expect(answer.status).toBe(site === BROKEN ? 503 : 421)
    expect(await leadsTo(jane, `${IN_KV}/strict/a`)).toBe('200')
  },
)

test('while KV fails, events are applied all the same, and those that come in at a host that nobody knows are sent again', async () => {
  const { world } = hosts
  world.kv.failing = 'get'
  const known = await send('organization.directory.user_deleted', { email: JANE.email }, LOGIN)
  expect(known.status).toBe(200)
  const unknown = await send('organization.deleted', {}, 'https://new.customers.example')
  expect(unknown.status).toBe(503)
  world.kv.failing = undefined
  expect(await leadsTo(jane, `${IN_KV}/strict/a`)).toBe(world.provider.issuer)
})

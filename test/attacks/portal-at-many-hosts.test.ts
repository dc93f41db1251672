import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { deliver, WEBHOOK_SECRET } from '../support/deliver.ts'
import { roamIn } from '../support/handoffs.ts'
import { putSite } from '../support/kv-sites.ts'
import { ManagementApi } from '../support/management-api.ts'
import { ACME, GLOBEX, HANK, JANE, type Person } from '../support/openid-provider.ts'
import { createWorld, type World } from '../support/world.ts'

const WIKI = 'https://wiki.example.com'
const LOGIN = 'https://login.example.com'
const IN_KV = 'https://acme.customers.example'
const ALL = [IN_KV, WIKI, LOGIN]

const config = defineConfig({
  loginHost: 'login.example.com',
  sitesInKv: true,
  adminPortal: { roles: ['admin'] },
  sites: { 'wiki.example.com': { upstream: assets() } },
})

let world: World
let api: ManagementApi

beforeEach(async () => {
  world = await createWorld()
  api = new ManagementApi(world.provider)
  world.deploy({ config, fetch: api.fetch, env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET } })
  await putSite(world, 'acme.customers.example', { organization: ACME, upstream: assets() })
})

// A registry remembers what was taken away, for the next test's logins too.
afterEach(reset)

async function signIn(address: string, person: Person): Promise<Browser> {
  const browser = world.browser()
  const { leavesTo = '' } = await roamIn(world, browser, address)
  const back = world.provider.authorize(leavesTo, person, { claims: { idp_roles: ['admin'] } })
  const page = await roamIn(world, browser, back, { from: 'cross-site' })
  expect(page.response.status).toBe(200)
  return browser
}

/** Jane of Acme, who calls her an administrator, signed in at all hosts. */
async function janeEverywhere(): Promise<Browser> {
  const jane = await signIn(`${IN_KV}/a`, JANE)
  expect((await roamIn(world, jane, `${WIKI}/a`)).response.status).toBe(200)
  world.clock.advance(1)
  return jane
}

const portal = (browser: Browser, host: string) => browser.visit(`${host}/auth/admin-portal`)

test('each administrator comes to the portal of their own organization, at every host', async () => {
  const jane = await janeEverywhere()
  const hank = await signIn(`${WIKI}/auth/login?return_to=/a&organization_id=${GLOBEX}`, HANK)
  for (const host of ALL) {
    expect((await portal(jane, host)).headers.get('Location'), host).toContain(ACME)
    if (host !== IN_KV) expect((await portal(hank, host)).headers.get('Location'), host).toContain(GLOBEX)
  }
  expect((await portal(hank, IN_KV)).status).toBe(401)
  expect(api.links).toHaveLength(5)
  for (const link of api.links) expect(JSON.stringify(world.log)).not.toContain(link)
})

test('at a site that is Globex’s now nobody of Acme’s opens any; where it is not, they still open theirs', async () => {
  const jane = await janeEverywhere()
  await putSite(world, 'acme.customers.example', { organization: GLOBEX, upstream: assets() })
  world.clock.advance(60)
  expect((await portal(jane, IN_KV)).status).toBe(403)
  expect(world.refusals).toEqual(['organization_mismatch'])
  expect(api.links).toEqual([])
  expect((await portal(jane, LOGIN)).headers.get('Location')).toContain(ACME)
})

test.each([
  ['the role is taken away', 'organization.directory.user_updated', { active: true, roles: [] }],
  ['the person leaves', 'organization.directory.user_deleted', {}],
])('once %s, none opens at any host, although the tokens are still good', async (_what, type, data) => {
  const jane = await janeEverywhere()
  expect((await deliver(world, type, { email: JANE.email, ...data }, { site: IN_KV })).status).toBe(200)
  for (const host of ALL) expect((await portal(jane, host)).status, host).toBe(401)
  expect(api.links).toEqual([])
})

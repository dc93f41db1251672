import { expect, test } from 'vitest'
import { assets, defineConfig, type Site, service } from '../../src/config.ts'
import { sessionCookie } from '../support/handoffs.ts'
import { putSite } from '../support/kv-sites.ts'
import { manyHosts } from '../support/many-hosts.ts'
import { ACME } from '../support/openid-provider.ts'

const SITE = 'https://acme.customers.example'

const CONFIG = defineConfig({
  loginHost: 'login.example.com',
  sitesInKv: true,
  sites: { 'wiki.example.com': { upstream: service('APP') } },
})

const AT_LOGIN_HOST: Site = { organization: ACME, upstream: assets() }
const BY_ITSELF: Site = { ...AT_LOGIN_HOST, loginHost: false }

/** A login begins while the record is one thing and comes back when it is another. */
test.each([
  ['from the login host to itself', AT_LOGIN_HOST, BY_ITSELF, 'login_request_invalid'],
  ['from itself to the login host', BY_ITSELF, AT_LOGIN_HOST, 'transaction_unknown'],
  ['to one that is broken', BY_ITSELF, '{', 'misconfigured'],
])(
  'where people of a site sign in changes %s: a login on its way opens nothing, and the next one does',
  async (_what, before, later, reason) => {
    const { world, roam, signIn } = await manyHosts(CONFIG)
    await putSite(world, 'acme.customers.example', before)
    const browser = world.browser()
    const { leavesTo = '' } = await roam(browser, `${SITE}/a`)
    await putSite(world, 'acme.customers.example', later)
    world.clock.advance(60)
    const page = await roam(browser, world.provider.authorize(leavesTo), { from: 'cross-site' })
    expect(page.response.status).toBe(reason === 'misconfigured' ? 503 : 400)
    expect(world.log.map(({ event, refusal }) => refusal?.reason ?? event)).toContain(reason)
    expect(sessionCookie(browser, SITE)).toBeUndefined()
    expect(world.log.filter(({ event }) => event === 'fault')).toEqual([])

    if (later === '{') {
      await putSite(world, 'acme.customers.example', before)
      world.clock.advance(60)
    }
    expect((await signIn(world.browser(), `${SITE}/a`)).url).toBe(`${SITE}/a`)
  },
)

import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { defineConfig, type GatehouseConfig, type Site, service } from '../../src/config.ts'
import { putSite } from '../support/kv-sites.ts'
import { ACME, GLOBEX, HANK } from '../support/openid-provider.ts'
import { createWorld, DOCS, type World } from '../support/world.ts'

const EVIL = 'https://globex.customers.example'
const NAME = 'globex.customers.example'

const CONFIG: GatehouseConfig = defineConfig({
  sitesInKv: true,
  sites: { 'docs.example.com': { organization: ACME, upstream: service('APP') } },
})

const OF_GLOBEX: Site = { organization: GLOBEX, upstream: service('APP') }

async function worldWith(record: Site | string): Promise<World> {
  const world = await createWorld({ config: CONFIG })
  await putSite(world, NAME, record)
  return world
}

describe('a record that names the audience of another site', () => {
  test('gets assertions that say which site they come from, and whose person it is', async () => {
    const world = await worldWith({ ...OF_GLOBEX, audience: 'docs.example.com' })
    await world.signIn(world.browser(), `${EVIL}/a`, HANK)
    const assertion = decodeJwt(world.pages.last?.headers.get('Gatehouse-Assertion') ?? '')
    expect(assertion).toMatchObject({ iss: `${EVIL}/auth`, aud: 'docs.example.com', org: GLOBEX })

    await world.signIn(world.browser(), `${DOCS}/a`)
    const own = decodeJwt(world.pages.last?.headers.get('Gatehouse-Assertion') ?? '')
    expect(own).toMatchObject({ iss: `${DOCS}/auth`, aud: 'docs.example.com', org: ACME })
  })
})

describe('a record cannot choose', () => {
  test.each([
    ['who issues assertions', { issuer: `${DOCS}/auth` }],
    ['where Gatehouse’s own routes are', { basePath: '/' }],
    ['who opens the admin portal', { adminPortal: { roles: ['member'] } }],
    ['how long a session lasts', { session: { absolute: 34_560_000 } }],
    ['another login host', { loginHost: 'login.globex.example' }],
    ['other sites', { sites: { 'docs.example.com': OF_GLOBEX } }],
    ['for all organizations', { organization: '*' }],
    ['a header of ours to come through', { passHeaders: ['Gatehouse-Assertion'] }],
    ['the name of the person to come through', { passHeaders: ['X-Forwarded-Email'] }],
    ['the cookies to come through', { passHeaders: ['Cookie'] }],
    ['KV as an upstream', { upstream: service('GATEHOUSE_KV') }],
    ['the registry as an upstream', { upstream: service('SESSIONS') }],
    ['the rate limit as an upstream', { upstream: service('LOGIN_RATE_LIMIT') }],
    ['the keys as an upstream', { upstream: service('GATEHOUSE_KEYS') }],
    ['what every object has as an upstream', { upstream: service('__proto__') }],
    ['a prototype', JSON.parse('{ "__proto__": { "organization": "org_1" } }') as object],
    ['what every object has as a setting', { constructor: 1 }],
  ])('%s', async (_what, changes) => {
    const text = JSON.stringify({ ...OF_GLOBEX, ...changes })
    const own = Object.getOwnPropertyNames(changes).includes('__proto__')
    const world = await worldWith(own ? text.replace('{', '{"__proto__":{"organization":"org_1"},') : text)
    const { response } = await world.browser().open(`${EVIL}/a`)
    expect(response.status).toBe(503)
    expect(world.log.map(({ event }) => event)).toEqual(['misconfigured'])
    const { response: other } = await world.browser().open(`${DOCS}/a`)
    expect(other.status).toBe(302)
  })
})

test('of a setting that a record names twice the last counts, for the login and for every session', async () => {
  const { organization, ...rest } = OF_GLOBEX
  const text = `{"organization":"${ACME}","organization":"${organization}",${JSON.stringify(rest).slice(1)}`
  const world = await worldWith(text)
  const jane = world.browser()
  const page = await world.signIn(jane, `${EVIL}/a`)
  expect(page.response.status).toBe(403)
  expect((await world.signIn(world.browser(), `${EVIL}/a`, HANK)).response.status).toBe(200)
})

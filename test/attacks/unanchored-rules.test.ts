import { describe, expect, test } from 'vitest'
import { assets, type GatehouseConfig, type Requirement, type Site } from '../../src/config.ts'
import { JANE, type Person } from '../support/openid-provider.ts'
import { createWorld, DOCS, shownCode } from '../support/world.ts'

/** Anybody who can become a customer: the identity provider and its assertions are their own. */
const MALLORY: Person = {
  organization: 'org_66600000000000001',
  connection: 'conn_66600000000000001',
  user: 'mallory',
  email: 'mallory@evil.example',
}

const withRule = (require: Requirement, site: Partial<Site> = {}): GatehouseConfig => ({
  sites: { 'docs.example.com': { upstream: assets(), ...site, rules: [{ path: '/admin/*', require }] } },
})

test.each<[string, Requirement]>([
  ['a role', { roles: ['admin'] }],
  ['a group', { groups: ['engineering'] }],
  [
    'a role, though any customer will do',
    { roles: ['admin'], emails: [MALLORY.email], organizations: ['*'] },
  ],
])(
  'a customer’s administrator hands out %s that opens the site: refused at start',
  async (_case, require) => {
    const world = await createWorld({ config: withRule(require) })
    const claims = { idp_roles: ['admin'], groups: ['engineering'] }
    const start = `${DOCS}/auth/login?organization_id=${MALLORY.organization}&return_to=/admin/x`
    const signedIn = world.signIn(world.browser(), start, MALLORY, { claims })
    await expect(signedIn).rejects.toThrow('no login began: 503')
    expect(world.pages.requests).toEqual([])
    const response = await world.browser().visit(`${DOCS}/admin/x`)
    expect([response.status, await shownCode(response)]).toEqual([503, 'misconfigured'])
  },
)

describe('where the rule says that it is meant for any organization', () => {
  const enter = async (require: Requirement, person: Person, claims: Record<string, unknown>) => {
    const world = await createWorld({ config: withRule(require) })
    const browser = world.browser()
    const start = `${DOCS}/auth/login?organization_id=${person.organization}&return_to=/admin/x`
    return (await world.signIn(browser, start, person, { claims })).response.status
  }

  test('a person of any of them with the role gets in, and without it nobody does', async () => {
    const require = { roles: ['admin'], organizations: ['*'] }
    expect(await enter(require, MALLORY, { idp_roles: ['admin'] })).toBe(200)
    expect(await enter(require, JANE, { idp_roles: ['admin'] })).toBe(200)
    expect(await enter(require, JANE, { idp_roles: ['viewer'] })).toBe(403)
  })

  test('a person of no organization does not', async () => {
    const require = { roles: ['admin'], organizations: ['*'] }
    const world = await createWorld({ config: withRule(require) })
    const start = `${DOCS}/auth/login?connection_id=${JANE.connection}&return_to=/admin/x`
    const claims = { oid: undefined, idp_roles: ['admin'] }
    expect((await world.signIn(world.browser(), start, JANE, { claims })).response.status).toBe(403)
  })
})

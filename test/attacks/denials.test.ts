import { describe, expect, test } from 'vitest'
import { ANY_ORGANIZATION, defineConfig, type Requirement, service } from '../../src/config.ts'
import { ACME, JANE } from '../support/openid-provider.ts'
import { APP, createWorld, type World } from '../support/world.ts'

/** What would be accepted: names of other customers, and of what guards their pages. */
const SECRETS = {
  organizations: 'org_initech',
  connections: 'conn_initech_okta',
  emails: 'ceo@initech.example',
  emailDomains: 'initech.example',
  roles: 'initech-board',
  groups: 'project-bluebird',
} as const

type Key = keyof typeof SECRETS
const KEYS = Object.keys(SECRETS) as Key[]

const requiring = (require: Requirement, explainDenials?: boolean) =>
  defineConfig({
    organizations: { [SECRETS.organizations]: 'Initech Corporation' },
    sites: {
      'app.example.com': {
        upstream: service('APP'),
        rules: [{ path: '/initech/*', require }],
        ...(explainDenials !== undefined && { explainDenials }),
      },
    },
  })

const LOGIN = `${APP}/auth/login?return_to=/a&organization_id=${ACME}`

/** A member of another organization, to whom the page of a customer is denied. */
async function denied(key: Key, explainDenials?: boolean) {
  const isAddress = key === 'emails' || key === 'emailDomains'
  const isHandedOut = key === 'roles' || key === 'groups'
  const require = {
    [key]: [SECRETS[key]],
    ...(isAddress && { organizations: [ACME] }),
    ...(isHandedOut && { organizations: [ANY_ORGANIZATION] }),
  }
  const world = await createWorld({ config: requiring(require, explainDenials) })
  const browser = world.browser()
  await world.signIn(browser, LOGIN)
  return { world, browser }
}

/** Status, headers and body, all that anybody sees. */
const shown = async (response: Response): Promise<string> =>
  `${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`

describe('a denial tells no customer’s name to another', () => {
  test.each(KEYS)('%s: on the page, in the problem, for a WebSocket, by RPC', async (key) => {
    const { world, browser } = await denied(key)
    const page = await browser.visit(`${APP}/initech/x`)
    const script = await browser.request(`${APP}/initech/x`)
    const socket = await browser.request(`${APP}/initech/x`, { headers: { Upgrade: 'websocket' } })
    const Cookie = `__Host-gh-session=${browser.cookie(APP, '__Host-gh-session')}`
    const rpc = await world.authenticate(new Request(`${APP}/initech/x`, { headers: { Cookie } }))
    if (rpc.ok) throw new Error('let in')
    for (const response of [page, script, socket, rpc.response]) {
      expect(response.status).toBe(403)
      expect(response.headers.has('WWW-Authenticate')).toBe(false)
      const text = await shown(response)
      expect(text).toContain(JANE.email)
      expect(text).not.toMatch(/initech(?!\\?\/|%2F)|bluebird/i)
    }
  })

  test.each(KEYS)('%s: the log has it in full', async (key) => {
    const { world, browser } = await denied(key)
    await browser.visit(`${APP}/initech/x`)
    expect(accepted(world)).toEqual([{ key, accepted: [SECRETS[key]] }])
  })
})

const accepted = (world: World) => {
  const unmet = (world.log.at(-1)?.refusal?.['unmet'] ?? []) as { key: string; accepted: string[] }[]
  return unmet.map(({ key, accepted: values }) => ({ key, accepted: values }))
}

const WORDS: [Key, string, string][] = [
  ['organizations', 'This page is for another organization.', 'for people of Initech Corporation.'],
  ['connections', 'This page is for people who sign in another way.', 'for people who sign in another way.'],
  ['emails', 'This page is for certain e-mail addresses.', 'for certain e-mail addresses.'],
  ['emailDomains', 'This page is for e-mail addresses of another domain.', 'addresses at initech.example.'],
  ['roles', 'This page needs a role that you do not have.', 'needs the role “initech-board”.'],
  ['groups', 'This page needs a group that you are not in.', 'needs the group “project-bluebird”.'],
]

describe('it says which kind of thing is missing', () => {
  test.each(WORDS)('%s: %s', async (key, words) => {
    const { browser } = await denied(key)
    const problem = await (await browser.request(`${APP}/initech/x`)).json<{ detail: string }>()
    expect(problem.detail).toContain(`You are signed in as ${JANE.email}. ${words}`)
  })

  test('all that a rule asks for; what the site itself asks for comes before any rule', async () => {
    const { world, browser } = await denied('roles')
    const problemOf = async (organization: string) => {
      const require = { organizations: ['org_3'], roles: ['a', 'b'] }
      const site = { upstream: service('APP'), organization, rules: [{ path: '/initech/*', require }] }
      world.deploy({ config: defineConfig({ sites: { 'app.example.com': site } }) })
      return (await browser.request(`${APP}/initech/x`)).json<{ code: string; detail: string }>()
    }
    const ofRule = await problemOf(ACME)
    expect(ofRule.code).toBe('access_denied')
    expect(ofRule.detail.match(/another organization/g)).toHaveLength(1)
    expect(ofRule.detail).toContain('needs a role')
    const ofSite = await problemOf('org_2')
    expect(ofSite.code).toBe('organization_mismatch')
    expect(ofSite.detail.match(/another organization/g)).toHaveLength(1)
    expect(ofSite.detail).not.toContain('role')
    expect(await (await browser.visit(`${APP}/initech/x`)).text()).not.toMatch(/org_|conn_/)
  })

  test('whoever has neither an address nor a name is called what their identity provider calls them', async () => {
    const world = await createWorld({ config: requiring({ organizations: ['org_3'] }) })
    const browser = world.browser()
    const nameless = { email: undefined, name: undefined, given_name: undefined, family_name: undefined }
    await world.signIn(browser, LOGIN, JANE, { claims: nameless })
    const page = await (await browser.visit(`${APP}/initech/x`)).text()
    expect(page).toContain('You are signed in as jane|1')
    expect(page).not.toMatch(/org_|conn_/)
  })

  test('who somebody is comes with what people call their organization', async () => {
    const config = {
      ...requiring({ roles: ['board'], organizations: [ACME] }),
      organizations: { [ACME]: 'Acme' },
    }
    const world = await createWorld({ config })
    const browser = world.browser()
    await world.signIn(browser, LOGIN)
    const page = await (await browser.visit(`${APP}/initech/x`)).text()
    expect(page).toMatch(/You are signed in as .*\(Acme\)/)
  })
})

describe('with explainDenials', () => {
  test.each(WORDS)('%s: in full, except e-mail addresses', async (key, _words, full) => {
    const { browser } = await denied(key, true)
    const problem = await (await browser.request(`${APP}/initech/x`)).json<{ detail: string }>()
    expect(problem.detail).toContain(full)
    expect(problem.detail).not.toMatch(/ceo@|org_|conn_/)
    const page = await (await browser.visit(`${APP}/initech/x`)).text()
    expect(page).toContain(full)
    expect(page).not.toMatch(/org_|conn_/)
  })

  test.each(KEYS)('%s: not where it is false', async (key) => {
    const { browser } = await denied(key, false)
    const text = await (await browser.request(`${APP}/initech/x`)).text()
    expect(text).not.toContain(SECRETS[key])
  })
})

import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, defineConfig, minutes, type Rule } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { deliver, WEBHOOK_SECRET } from '../support/deliver.ts'
import { ACME, GLOBEX, HANK, type IdTokenChanges, JANE, type Person } from '../support/openid-provider.ts'
import { CONNECTION_SITE, createWorld, DOCS, OPEN, shownCode, type World } from '../support/world.ts'

afterEach(() => reset())

const strict: Rule = { path: '/strict/*', access: 'authenticated', strict: true }
const admin: Rule = { path: '/admin/*', require: { organizations: [ACME], roles: ['admin'] } }
const config = defineConfig({
  backchannelLogout: true,
  sites: {
    'docs.example.com': { organization: ACME, upstream: assets(), rules: [strict, admin] },
    'connection.example.com': { connection: HANK.connection, upstream: assets(), rules: [strict] },
    'open.example.com': {
      upstream: assets(),
      rules: [strict, { path: '/other/*', require: { organizations: ['*'], groups: ['of-another-site'] } }],
    },
  },
})

const world = () => createWorld({ config, env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET } })

async function signIn(
  at: World,
  site = DOCS,
  person: Person = JANE,
  changes?: IdTokenChanges,
): Promise<Browser> {
  const browser = at.browser()
  const { response } = await at.signIn(
    browser,
    `${site}/auth/login?return_to=/strict/x&connection_id=${person.connection}`,
    person,
    changes,
  )
  expect(response.status).toBe(200)
  return browser
}

const goesOn = async (browser: Browser, site = DOCS): Promise<boolean> =>
  (await browser.clone().request(`${site}/strict/x`)).status === 200

describe('a callback that is held back', () => {
  test.each([
    ['organization.directory.user_deleted', { email: JANE.email }],
    ['organization.directory.user_deleted', { dp_id: JANE.user }],
    ['organization.directory.user_updated', { email: JANE.email, active: false }],
    ['organization.deleted', { id: ACME }],
    ['organization.sso_disabled', { id: JANE.connection }],
    ['user.organization_membership_deleted', { user: { id: 'usr_1', email: JANE.email } }],
  ])('until after %s %j opens nothing', async (type, data) => {
    const at = await world()
    const browser = at.browser()
    const location = await at.beginLogin(browser, `${DOCS}/strict/x`)
    const callback = at.provider.authorize(location)
    at.clock.advance(5)
    await deliver(at, type, data)
    at.clock.advance(minutes(9))
    const { response } = await at.finishLogin(browser, callback)
    expect([response.status, await shownCode(response)]).toEqual([403, 'access_denied'])
    expect(at.refusals).toContain('access_withdrawn')
    expect(await goesOn(browser)).toBe(false)
    // Whoever is let in again, is let in by a login that begins after that.
    expect(await goesOn(await signIn(at))).toBe(true)
  })

  test('until after the session at Scalekit has ended opens nothing', async () => {
    const at = await world()
    const browser = at.browser()
    const location = await at.beginLogin(browser, `${DOCS}/strict/x`)
    const callback = at.provider.authorize(location, JANE, { claims: { sid: 'ses_1' } })
    at.clock.advance(5)
    await deliver(at, 'user.logout', { user_session: { session_id: 'ses_1' } })
    expect((await at.finishLogin(browser, callback)).response.status).toBe(403)
  })

  test('is not kept out by what happened to somebody else', async () => {
    const at = await world()
    const browser = at.browser()
    const callback = at.provider.authorize(await at.beginLogin(browser, `${DOCS}/strict/x`))
    at.clock.advance(5)
    await deliver(at, 'organization.directory.user_deleted', { email: 'joe@acme.example' })
    await deliver(at, 'organization.sso_disabled', { id: 'conn_other' })
    expect((await at.finishLogin(browser, callback)).response.status).toBe(200)
  })
})

describe('clocks that differ', () => {
  test.each([
    ['3 seconds', 3],
    ['a minute', 60],
    ['ten minutes', 600],
  ])(
    'an event of a Scalekit whose clock is %s behind ends the sessions from before it',
    async (_case, behind) => {
      const at = await world()
      const theirs = () => at.clock.seconds - behind
      const browser = await signIn(at, DOCS, JANE, { claims: { iat: theirs() } })
      at.clock.advance(1)
      await deliver(
        at,
        'organization.directory.user_deleted',
        { email: JANE.email },
        { occurredAt: theirs() },
      )
      expect(await goesOn(browser)).toBe(false)
    },
  )

  test.each([
    ['behind', -30],
    ['ahead', 30],
  ])('and a clock that is 30 seconds %s spares who signed in since', async (_case, apart) => {
    const at = await world()
    const theirs = () => at.clock.seconds + apart
    const occurredAt = theirs()
    at.clock.advance(5)
    const browser = await signIn(at, DOCS, JANE, { claims: { iat: theirs() } })
    await deliver(at, 'organization.directory.user_deleted', { email: JANE.email }, { occurredAt })
    expect(await goesOn(browser)).toBe(true)
  })
})

describe('sessions that were opened without an organization', () => {
  const alone: Person = { ...HANK, organization: undefined }
  test.each([
    ['organization.deleted', { id: GLOBEX }],
    ['organization.directory.user_deleted', { email: HANK.email }],
    ['organization.directory.user_updated', { email: HANK.email, active: false }],
  ])('on a site that names a connection end by %s', async (type, data) => {
    const at = await world()
    const browser = await signIn(at, CONNECTION_SITE, alone)
    at.clock.advance(1)
    await deliver(at, type, data, { organization: GLOBEX })
    expect(await goesOn(browser, CONNECTION_SITE)).toBe(false)
  })

  test.each([
    ['organization.directory.user_deleted', { dp_id: HANK.user }],
    ['organization.directory.user_updated', { email: JANE.email, dp_id: HANK.user, active: false }],
    ['organization.directory.group_updated', { id: 'dirgroup_1' }],
    ['organization.directory.group_deleted', { id: 'dirgroup_1' }],
    ['organization.directory_disabled', { id: 'dir_1' }],
    ['user.organization_membership_deleted', { user: { id: 'usr_1', email: HANK.email } }],
  ])('do not end by what the directory of another customer makes up: %s %j', async (type, data) => {
    const at = await world()
    const browser = await signIn(at, CONNECTION_SITE, alone, { claims: { idp_roles: ['admin'] } })
    at.clock.advance(1)
    await deliver(at, type, data, { organization: ACME })
    expect(await goesOn(browser, CONNECTION_SITE)).toBe(true)
  })

  test.each([GLOBEX, undefined])(
    'end with their session at Scalekit, though the event names no organization (%s)',
    async (organization_id) => {
      const at = await world()
      await deliver(at, 'organization.sso_enabled', { id: HANK.connection }, { organization: GLOBEX })
      const browser = await signIn(at, CONNECTION_SITE, alone, { claims: { sid: 'ses_hank' } })
      at.clock.advance(1)
      const data = { user_session: { session_id: 'ses_hank', organization_id } }
      await deliver(at, 'user.logout', data, { organization: null })
      expect(await goesOn(browser, CONNECTION_SITE)).toBe(false)
    },
  )

  test('end by the organization that the connection is known to be of, and by no other', async () => {
    const at = await world()
    const known = { id: HANK.connection, organization_id: GLOBEX, enabled: true }
    await deliver(at, 'organization.sso_enabled', known, { organization: GLOBEX })
    const browser = await signIn(at, CONNECTION_SITE, alone)
    at.clock.advance(1)
    await deliver(at, 'organization.deleted', { id: ACME }, { organization: ACME })
    await deliver(at, 'organization.directory.user_deleted', { email: HANK.email }, { organization: ACME })
    expect(await goesOn(browser, CONNECTION_SITE)).toBe(true)
    await deliver(at, 'organization.deleted', { id: GLOBEX }, { organization: GLOBEX })
    expect(await goesOn(browser, CONNECTION_SITE)).toBe(false)
  })
})

/** A logout token, as Scalekit would send one. */
async function logOut(at: World, who: { sub?: string; sid?: string }): Promise<number> {
  const token = await at.provider.sign({
    iss: at.provider.issuer,
    aud: at.provider.clientId,
    iat: at.clock.seconds,
    exp: at.clock.seconds + 120,
    jti: crypto.randomUUID(),
    ...who,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  })
  const body = new URLSearchParams({ logout_token: token })
  return (await at.fetch(new Request(`${OPEN}/auth/backchannel-logout`, { method: 'POST', body }))).status
}

describe('back-channel logout', () => {
  test('by subject reaches every registry that the person has sessions in', async () => {
    const at = await world()
    const subject = { claims: { sub: 'usr_1' } }
    const acme = await signIn(at, OPEN, JANE, subject)
    const globex = await signIn(at, OPEN, HANK, subject)
    at.clock.advance(1)
    expect(await logOut(at, { sub: 'usr_1' })).toBe(200)
    expect([await goesOn(acme, OPEN), await goesOn(globex, OPEN)]).toEqual([false, false])
  })

  test.each([{ sub: 'usr_1' }, { sid: 'ses_1' }])(
    '%j that comes while a login is under way is not lost',
    async (who) => {
      const at = await world()
      const browser = at.browser()
      const location = await at.beginLogin(browser, `${OPEN}/auth/login?organization_id=${ACME}`)
      const callback = at.provider.authorize(location, JANE, { claims: { sub: 'usr_1', sid: 'ses_1' } })
      at.clock.advance(5)
      expect(await logOut(at, who)).toBe(200)
      at.clock.advance(5)
      expect((await at.finishLogin(browser, callback)).response.status).toBe(403)
      expect(
        await goesOn(await signIn(at, OPEN, JANE, { claims: { sub: 'usr_1', sid: 'ses_2' } }), OPEN),
      ).toBe(true)
    },
  )
})

test('a back-channel logout ends sessions where KV takes no note of it', async () => {
  const at = await world()
  const browser = await signIn(at, OPEN, JANE, { claims: { sub: 'usr_1' } })
  at.clock.advance(1)
  at.kv.failing = 'put'
  await logOut(at, { sub: 'usr_1' })
  expect(await goesOn(browser, OPEN)).toBe(false)
})

describe('roles that were taken away', () => {
  const roles = { claims: { idp_roles: ['admin'] } }
  const adminOnly = async (at: World, browser: Browser) => {
    const strictly = await goesOn(browser)
    const plainly = (await browser.request(`${DOCS}/admin/x`)).status
    at.clock.advance(minutes(5))
    return [strictly, plainly, (await browser.request(`${DOCS}/admin/x`)).status]
  }
  /** At once where the rule is strict, with the next renewal elsewhere. */
  const AGAIN = [false, 200, 401]
  const STAYS = [true, 200, 200]

  test.each<[string, object, unknown[]]>([
    ['organization.directory.user_updated', { email: JANE.email, roles: [{ role_name: 'member' }] }, AGAIN],
    ['organization.directory.user_updated', { email: JANE.email, active: true, roles: [] }, AGAIN],
    ['organization.directory.user_updated', { dp_id: JANE.user, roles: [] }, AGAIN],
    ['organization.directory.user_updated', { email: JANE.email, roles: [{ role_name: 'admin' }] }, STAYS],
    ['organization.directory.user_updated', { email: JANE.email, name: 'Jane Roe' }, STAYS],
    [
      'organization.directory.user_updated',
      { email: JANE.email, roles: [{ role_name: 'admin' }], groups: [{ id: 'g', name: 'of-another-site' }] },
      STAYS,
    ],
    ['organization.directory.user_updated', { email: 'joe@acme.example', roles: [] }, STAYS],
    ['organization.directory.group_updated', { id: 'dirgroup_1' }, AGAIN],
    ['organization.directory.group_deleted', { id: 'dirgroup_1' }, AGAIN],
    ['organization.directory_disabled', { id: 'dir_1' }, AGAIN],
    ['user.organization_membership_updated', { user: { id: 'usr_1', email: JANE.email } }, AGAIN],
    ['user.organization_membership_updated', { user: { id: 'usr_1', email: 'joe@acme.example' } }, STAYS],
  ])('%s %j', async (type, data, expected) => {
    const at = await world()
    const browser = await signIn(at, DOCS, JANE, roles)
    at.clock.advance(1)
    await deliver(at, type, data)
    expect(await adminOnly(at, browser)).toEqual(expected)
  })

  test('a login that was under way brings them for no longer', async () => {
    const at = await world()
    const browser = at.browser()
    const callback = at.provider.authorize(await at.beginLogin(browser, `${DOCS}/admin/x`), JANE, roles)
    at.clock.advance(5)
    await deliver(at, 'organization.directory.user_updated', { email: JANE.email, roles: [] })
    await at.finishLogin(browser, callback)
    expect(await adminOnly(at, browser)).toEqual(AGAIN)
  })

  test('a role that only another site asks for is no change on this one, however often the directory says it', async () => {
    const at = await world()
    const both = { claims: { idp_roles: ['admin', 'of-nobody'] } }
    const held = [{ role_name: 'admin' }, { role_name: 'of-nobody' }]
    const elsewhere = await signIn(at, OPEN, JANE, both)
    for (let times = 0; times < 2; times += 1) {
      at.clock.advance(1)
      await deliver(at, 'organization.directory.user_updated', { email: JANE.email, roles: held })
      expect(await goesOn(elsewhere, OPEN)).toBe(true)
    }
  })

  test('a role that no rule asks for comes and goes unnoticed', async () => {
    const at = await world()
    const browser = await signIn(at, DOCS, JANE, { claims: { idp_roles: ['admin', 'one'] } })
    for (const role_name of ['one', 'two']) {
      at.clock.advance(1)
      const held = [{ role_name: 'admin' }, { role_name }]
      await deliver(at, 'organization.directory.user_updated', { email: JANE.email, roles: held })
      expect(await goesOn(browser)).toBe(true)
    }
  })

  test('a group that a rule asks for and that was given meanwhile is asked for again', async () => {
    const at = await world()
    const browser = await signIn(at, DOCS, JANE, { claims: { idp_roles: [] } })
    at.clock.advance(1)
    await deliver(at, 'organization.directory.user_updated', {
      email: JANE.email,
      roles: [{ role_name: 'admin' }],
    })
    expect(await goesOn(browser)).toBe(false)
  })
})

test('a deactivation is not forgotten for a change of roles just before it', async () => {
  const at = await world()
  const browser = at.browser()
  const callback = at.provider.authorize(await at.beginLogin(browser, `${DOCS}/strict/x`))
  at.clock.advance(5)
  await deliver(at, 'organization.directory.user_updated', { email: JANE.email, roles: [] })
  await deliver(at, 'organization.directory.user_deleted', { email: JANE.email })
  expect((await at.finishLogin(browser, callback)).response.status).toBe(403)
})

test('fifty-one sign-ins of one person leave fifty sessions', async () => {
  const at = await world()
  const browsers: Browser[] = []
  for (let n = 0; n < 51; n += 1) {
    at.clock.advance(1)
    browsers.push(await signIn(at))
  }
  const going = await Promise.all(browsers.map((browser) => goesOn(browser)))
  expect(going.map((each, at) => (each ? '' : at)).join('')).toBe('0')
})

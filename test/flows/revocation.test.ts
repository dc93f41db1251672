import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { assets, defineConfig, minutes, type Rule } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { deliver, WEBHOOK_SECRET } from '../support/deliver.ts'
import { ACME, JANE, type Person } from '../support/openid-provider.ts'
import { createWorld, DOCS, type World } from '../support/world.ts'

afterEach(() => reset())

const LIFETIME = minutes(5)
const STRICT = `${DOCS}/strict/page`
const PLAIN = `${DOCS}/plain`
const JOE: Person = { organization: ACME, connection: 'conn_30009', user: 'joe', email: 'joe@acme.example' }

const rules: Rule[] = [{ path: '/strict/*', access: 'authenticated', strict: true }]
const config = (registryShards = 1) =>
  defineConfig({ sites: { 'docs.example.com': { upstream: assets(), rules, registryShards } } })

async function world(shards = 1): Promise<World> {
  const created = await createWorld({
    config: config(shards),
    env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET },
  })
  return created
}

async function signIn(at: World, person: Person, claims: Record<string, unknown> = {}): Promise<Browser> {
  const browser = at.browser()
  await at.signIn(browser, `${DOCS}/auth/login?return_to=/plain&organization_id=${ACME}`, person, { claims })
  expect((await browser.visit(STRICT)).status).toBe(200)
  return browser
}

/** What a browser gets now on a strict path, now on another, and there once the token has expired. */
async function access(at: World, browser: Browser): Promise<[strict: number, plain: number, later: number]> {
  const copy = browser.clone()
  const strict = (await browser.clone().visit(STRICT)).status
  const plain = (await copy.visit(PLAIN)).status
  at.clock.advance(LIFETIME)
  return [strict, plain, (await copy.visit(PLAIN)).status]
}

const STAYS = [200, 200, 200]
/** On the next request where it is strict, within the lifetime elsewhere. */
const ENDS = [302, 200, 302]

describe('each event that ends sessions ends these and no others', () => {
  test.each([
    ['organization.deleted', { id: ACME }, ENDS, ENDS],
    ['organization.sso_disabled', { id: JANE.connection, enabled: false }, ENDS, STAYS],
    ['organization.sso_deleted', { id: JANE.connection }, ENDS, STAYS],
    ['organization.directory.user_deleted', { id: 'diruser_1', email: 'JANE@acme.example' }, ENDS, STAYS],
    [
      'organization.directory.user_updated',
      { id: 'diruser_1', email: JANE.email, active: false },
      ENDS,
      STAYS,
    ],
    ['organization.directory.user_deleted', { id: 'diruser_1', dp_id: 'joe' }, STAYS, ENDS],
    ['user.logout', { user_session: { session_id: 'ses_jane' } }, ENDS, STAYS],
    ['user.organization_membership_deleted', { user: { id: 'usr_1', email: JOE.email } }, STAYS, ENDS],
    [
      'organization.directory.user_updated',
      { id: 'diruser_1', email: JANE.email, active: true },
      STAYS,
      STAYS,
    ],
    ['something.new', {}, STAYS, STAYS],
  ])('%s %j', async (type, data, jane, joe) => {
    for (const shards of [1, 3]) {
      const at = await world(shards)
      const browsers = [
        await signIn(at, JANE, { sid: 'ses_jane' }),
        await signIn(at, JOE, { sid: 'ses_joe' }),
      ] as const
      at.clock.advance(1)
      const response = await deliver(at, type, data)
      expect(response.status).toBe(200)
      expect(await access(at, browsers[0]), `Jane, ${shards} shards`).toEqual(jane)
      at.clock.advance(-LIFETIME)
      expect(await access(at, browsers[1]), `Joe, ${shards} shards`).toEqual(joe)
      vi.restoreAllMocks()
      // The next ones sign in before what has just been revoked.
      await reset()
    }
  })
})

describe('an event finds the sessions', () => {
  test('that were opened when there were more shards, or fewer', async () => {
    for (const [before, after] of [
      [8, 2],
      [8, 1],
      [1, 8],
    ] as const) {
      const at = await world(before)
      const people = Array.from({ length: 6 }, (_, n) => ({
        ...JOE,
        user: `joe-${n}`,
        email: `joe-${n}@acme.example`,
      }))
      const browsers = await Promise.all(people.map((person) => signIn(at, person)))
      at.deploy({ config: config(after), env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET } })
      at.clock.advance(1)
      await deliver(at, 'organization.deleted', { id: ACME })
      for (const browser of browsers) {
        expect((await browser.visit(STRICT)).status, `${before} shards, then ${after}`).toBe(302)
      }
      vi.restoreAllMocks()
      await reset()
    }
  })

  test('of a connection that gave no organization', async () => {
    const at = await world()
    const browser = at.browser()
    const person = { ...JANE, organization: undefined }
    await at.signIn(browser, `${DOCS}/auth/login?return_to=/plain&connection_id=${JANE.connection}`, person)
    expect((await browser.visit(STRICT)).status).toBe(200)
    at.clock.advance(1)
    await deliver(at, 'organization.sso_disabled', { id: JANE.connection, enabled: false })
    expect((await browser.visit(STRICT)).status).toBe(302)
  })

  test.each([
    ['that has no e-mail address, by the directory’s own name', { email: undefined }, JANE.email],
    ['whose address is not ASCII', { email: 'Åsa@acme.example' }, 'Åsa@ACME.example'],
  ])('of a person %s', async (_case, claims, email) => {
    const at = await world()
    const browser = await signIn(at, JANE, claims)
    at.clock.advance(1)
    await deliver(at, 'organization.directory.user_deleted', { id: 'diruser_1', email, dp_id: JANE.user })
    expect((await browser.visit(STRICT)).status).toBe(302)
  })
})

describe('delivery', () => {
  test('an id that is longer than a key may be is no obstacle, and the event is applied once', async () => {
    const at = await world()
    const browser = await signIn(at, JANE)
    at.clock.advance(1)
    const id = `evt_${'x'.repeat(508)}`
    const first = await deliver(at, 'organization.deleted', { id: ACME }, { id })
    expect(await first.json()).toEqual({ received: true, applied: true })
    expect((await browser.visit(STRICT)).status).toBe(302)
    const second = await deliver(at, 'organization.deleted', { id: ACME }, { id })
    expect(await second.json()).toEqual({ received: true, applied: false })
  })

  test('a registry that hangs is answered for within a second, and the event is asked for again', async () => {
    const at = await world()
    const hanging = {
      getByName: () => ({ revoke: () => new Promise(() => {}) }),
      idFromName: () => undefined,
    }
    at.deploy({ config: config(), env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET, SESSIONS: hanging } })
    const response = await deliver(at, 'organization.deleted', { id: ACME }, { id: 'evt_hanging' })
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5'])
    expect(at.kv.operations).not.toContain('put event:evt_hanging')
  })

  test('a duplicate is answered and not applied again', async () => {
    const at = await world()
    const browser = await signIn(at, JANE)
    at.clock.advance(1)
    const first = await deliver(at, 'organization.deleted', { id: ACME }, { id: 'evt_twice' })
    expect(await first.json()).toEqual({ received: true, applied: true })
    const second = await deliver(at, 'organization.deleted', { id: ACME }, { id: 'evt_twice' })
    expect([second.status, await second.json()]).toEqual([200, { received: true, applied: false }])
    expect(at.kv.operations.filter((operation) => operation.includes('event:'))).toEqual([
      'get event:evt_twice',
      'put event:evt_twice',
      'get event:evt_twice',
    ])
    expect((await browser.visit(STRICT)).status).toBe(302)
  })

  test('an event that arrives late does not end the session of somebody who signed in since', async () => {
    const at = await world()
    at.clock.advance(3600)
    const browser = await signIn(at, JANE)
    await deliver(
      at,
      'organization.directory.user_updated',
      { id: 'd', email: JANE.email, active: false },
      { occurredAt: at.clock.seconds - 60 },
    )
    expect(await access(at, browser)).toEqual(STAYS)
  })

  test('a registry that cannot be reached asks for another delivery, which then is applied', async () => {
    const at = await world()
    const browser = await signIn(at, JANE)
    at.clock.advance(1)
    at.sessions.unreachable = true
    const failed = await deliver(at, 'organization.deleted', { id: ACME }, { id: 'evt_retry' })
    expect([failed.status, failed.headers.get('Retry-After')]).toEqual([503, '5'])
    at.sessions.unreachable = false
    expect((await deliver(at, 'organization.deleted', { id: ACME }, { id: 'evt_retry' })).status).toBe(200)
    expect((await browser.visit(STRICT)).status).toBe(302)
  })

  test('a forged event is refused and ends nothing', async () => {
    const at = await world()
    const browser = await signIn(at, JANE)
    const forged = await deliver(
      at,
      'organization.deleted',
      { id: ACME },
      { secret: `whsec_${btoa('guess')}` },
    )
    expect(forged.status).toBe(400)
    expect(at.refusals).toContain('webhook_invalid')
    expect(await access(at, browser)).toEqual(STAYS)
  })

  test('a body that is too large is not read to its end', async () => {
    const at = await world()
    const body = 'x'.repeat(256 * 1024 + 1)
    const response = await at.fetch(new Request(`${DOCS}/auth/webhooks`, { method: 'POST', body }))
    expect(response.status).toBe(413)
  })

  test('without a secret the route does not exist', async () => {
    const at = await world()
    at.deploy({ config: config() })
    expect((await deliver(at, 'organization.deleted', { id: ACME })).status).toBe(404)
  })

  test('nothing of a body is in the log', async () => {
    const at = await world()
    await deliver(at, 'organization.deleted', { id: ACME, txt_record_secret: 'do-not-log-this' })
    expect(JSON.stringify(at.log)).not.toContain('do-not-log-this')
  })
})

describe('strict rules', () => {
  test('ask the registry once each time, and nothing else', async () => {
    const at = await world()
    const browser = await signIn(at, JANE)
    at.sessions.calls.length = 0
    at.kv.operations.length = 0
    await browser.visit(STRICT)
    await browser.visit(STRICT)
    expect(at.sessions.calls).toEqual([`isLive ${ACME}`, `isLive ${ACME}`])
    expect(at.kv.operations).toEqual([])
  })

  test('let nobody in while the registry cannot be reached, and sign nobody out', async () => {
    const at = await world()
    const browser = await signIn(at, JANE)
    at.sessions.unreachable = true
    const response = await browser.visit(STRICT)
    expect([response.status, response.headers.getSetCookie()]).toEqual([503, []])
    at.sessions.unreachable = false
    expect((await browser.visit(STRICT)).status).toBe(200)
  })
})

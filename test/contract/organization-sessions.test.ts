import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { base64url } from 'jose'
import { describe, expect, test } from 'vitest'
import type { Env } from '../../src/environment.ts'
import { parseKeyRing } from '../../src/session/key-ring.ts'
import { newKeys } from '../../src/session/new-keys.ts'
import type { OrganizationSessions } from '../../src/session/organization-sessions.ts'
import type { NewSession } from '../../src/session/registered-session.ts'
import { sealCompactly } from '../../src/session/sealing.ts'
import type { SessionId } from '../../src/session/session.ts'
import { type EpochSeconds, epochSeconds, hours } from '../../src/time.ts'

const NOW = epochSeconds(Date.now())
const later = (span: number) => (NOW + span) as EpochSeconds
const id = (name: string) => name as SessionId
const IDLE = hours(8)
const ABSOLUTE = hours(24)

const newRegistry = (): DurableObjectStub<OrganizationSessions> =>
  (env as unknown as Env).SESSIONS.getByName(crypto.randomUUID())

const sealed = (name: string) => Uint8Array.from(new TextEncoder().encode(`sealed ${name}`))

const session = (name: string, changes: Partial<NewSession> = {}): NewSession => ({
  id: id(name),
  host: 'docs.example.com',
  subject: 'conn_1;jane',
  organizationId: 'org_1',
  connectionId: 'conn_1',
  email: 'Jane@Acme.example',
  name: 'Jane Doe',
  roles: ['admin'],
  groups: [],
  scalekitSessionId: `ses_${name}`,
  userAgent: 'Firefox',
  place: 'Lisbon, PT',
  sealedIdToken: sealed(name),
  authenticatedAt: NOW,
  idle: IDLE,
  absolute: ABSOLUTE,
  replaces: undefined,
  ...changes,
})

/** With the claims of Scalekit's sample, a nonce, and a signature that does not compress. */
function idTokenOfUsualSize(): string {
  const random = (bytes: number) => base64url.encode(crypto.getRandomValues(new Uint8Array(bytes)))
  const header = { alg: 'RS256', kid: 'snk_58327480989122566', typ: 'JWT' }
  const claims = {
    iss: 'https://acme.scalekit.dev',
    aud: ['skc_70087756327420046'],
    azp: 'skc_70087756327420046',
    client_id: 'skc_70087756327420046',
    sub: `conn_70087756662964366;${crypto.randomUUID()}`,
    oid: 'org_70087756646187150',
    sid: 'ses_91646612652163629',
    amr: ['conn_70087756662964366'],
    iat: 1758692838,
    exp: 1758952038,
    at_hash: random(16),
    c_hash: random(16),
    nonce: random(32),
    email: 'john@example.com',
    preferred_username: 'john@example.com',
    given_name: 'John',
    family_name: 'Doe',
  }
  return [
    base64url.encode(JSON.stringify(header)),
    base64url.encode(JSON.stringify(claims)),
    random(256),
  ].join('.')
}

describe('open and refresh', () => {
  test('a session begins at generation 1 and remembers who it is', async () => {
    const registry = newRegistry()
    await registry.open(session('s'), NOW)
    expect(await registry.refresh(id('s'), 1, later(60))).toEqual({
      kind: 'renewed',
      generation: 2,
      session: {
        subject: 'conn_1;jane',
        organizationId: 'org_1',
        connectionId: 'conn_1',
        email: 'Jane@Acme.example',
        name: 'Jane Doe',
        roles: ['admin'],
        groups: [],
        authenticatedAt: NOW,
        endsAt: later(60 + IDLE),
      },
    })
  })

  test('fifty refreshes at once with one generation make one new generation, and nobody is thrown out', async () => {
    const registry = newRegistry()
    await registry.open(session('s'), NOW)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => registry.refresh(id('s'), 1, later(300))),
    )
    expect(new Set(answers.map((answer) => answer.kind === 'renewed' && answer.generation))).toEqual(
      new Set([2]),
    )
  })

  test('an answer that never arrived can be asked for again, however much later', async () => {
    const registry = newRegistry()
    await registry.open(session('s'), NOW)
    await registry.refresh(id('s'), 1, later(60))
    expect(await registry.refresh(id('s'), 1, later(7200))).toMatchObject({ kind: 'renewed', generation: 2 })
  })

  test('reuse of an old generation ends the session for both holders', async () => {
    const registry = newRegistry()
    await registry.open(session('s'), NOW)
    await registry.refresh(id('s'), 1, later(60))
    await registry.refresh(id('s'), 2, later(120))
    expect(await registry.refresh(id('s'), 1, later(180))).toEqual({ kind: 'reuse', subject: 'conn_1;jane' })
    expect(await registry.refresh(id('s'), 3, later(181))).toEqual({ kind: 'ended', reason: 'reuse' })
    expect(await registry.isLive(id('s'), later(182))).toBe(false)
  })

  test('a session that was never opened here is ended', async () => {
    expect(await newRegistry().refresh(id('nobody'), 1, NOW)).toEqual({ kind: 'ended', reason: 'unknown' })
  })

  test('a new login ends the session it replaces', async () => {
    const registry = newRegistry()
    await registry.open(session('old'), NOW)
    await registry.open(session('new', { replaces: id('old') }), later(1))
    expect(await registry.refresh(id('old'), 1, later(2))).toEqual({ kind: 'ended', reason: 'replaced' })
    expect(await registry.isLive(id('new'), later(2))).toBe(true)
  })
})

test('a login that cannot be recorded leaves the session alone that it was to replace', async () => {
  const registry = newRegistry()
  await registry.open(session('old'), NOW)
  await registry.open(session('taken'), NOW)
  await runInDurableObject(registry, async (instance) => {
    await expect(instance.open(session('taken', { replaces: id('old') }), later(1))).rejects.toThrow()
  })
  expect(await registry.isLive(id('old'), later(2))).toBe(true)
})

describe('limits', () => {
  test('an idle session ends at the second, counted from its last renewal', async () => {
    const registry = newRegistry()
    await registry.open(session('s'), NOW)
    await registry.refresh(id('s'), 1, later(hours(7)))
    expect(await registry.isLive(id('s'), later(hours(7) + IDLE - 1))).toBe(true)
    expect(await registry.isLive(id('s'), later(hours(7) + IDLE))).toBe(false)
    expect(await registry.refresh(id('s'), 2, later(hours(7) + IDLE))).toEqual({
      kind: 'ended',
      reason: 'limit',
    })
  })

  test('no renewal takes a session past its absolute limit', async () => {
    const registry = newRegistry()
    await registry.open(session('s'), NOW)
    for (const hour of [7, 14, 21]) await registry.refresh(id('s'), hour / 7, later(hours(hour)))
    expect(await registry.refresh(id('s'), 4, later(ABSOLUTE - 1))).toMatchObject({
      kind: 'renewed',
      session: { endsAt: later(ABSOLUTE) },
    })
    expect(await registry.refresh(id('s'), 5, later(ABSOLUTE))).toEqual({ kind: 'ended', reason: 'limit' })
  })

  test('a request with a slower clock does not shorten a session', async () => {
    const registry = newRegistry()
    await registry.open(session('s'), NOW)
    await registry.refresh(id('s'), 1, later(600))
    expect(await registry.refresh(id('s'), 1, later(590))).toMatchObject({
      session: { endsAt: later(600 + IDLE) },
    })
  })
})

describe('end', () => {
  test('a logout gets the ID token once, and learns how many sessions go on', async () => {
    const registry = newRegistry()
    await registry.open(session('a'), NOW)
    await registry.open(session('b'), NOW)
    await registry.open(session('other', { subject: 'conn_1;joe' }), NOW)
    expect(await registry.end(id('a'), 'logout', later(1))).toEqual({
      subject: 'conn_1;jane',
      sealedIdToken: sealed('a'),
      others: 1,
    })
    expect(await registry.end(id('a'), 'logout', later(2))).toEqual({ subject: 'conn_1;jane', others: 1 })
    expect(await registry.end(id('nobody'), 'logout', later(2))).toBeUndefined()
  })

  test('nothing after a logout brings a session back, not even a refresh that was on its way', async () => {
    const registry = newRegistry()
    await registry.open(session('s'), NOW)
    const [, refreshed] = await Promise.all([
      registry.end(id('s'), 'logout', later(1)),
      registry.refresh(id('s'), 1, later(1)),
    ])
    expect(refreshed).toEqual({ kind: 'ended', reason: 'logout' })
    expect(await registry.refresh(id('s'), 2, later(2))).toEqual({ kind: 'ended', reason: 'logout' })
  })

  test.each([
    ['the person', { subject: 'conn_1;jane' }, ['jane']],
    ['the e-mail address in any case', { email: 'JANE@acme.example' }, ['jane']],
    ["the identity provider's own name for the person", { idpUserId: 'joe' }, ['joe']],
    ['the connection', { connectionId: 'conn_2' }, ['joe']],
    ["Scalekit's session", { scalekitSessionId: 'ses_ann' }, ['ann']],
    ['everyone', { everyone: true }, ['jane', 'joe', 'ann']],
    ['everyone but one', { subject: 'conn_1;jane', except: id('jane') }, []],
    ['all keys at once', { subject: 'conn_1;jane', connectionId: 'conn_2' }, []],
  ] as const)('sessions are ended by %s', async (_case, selector, ended) => {
    const registry = newRegistry()
    const everybody = ['jane', 'joe', 'ann']
    await registry.open(session('jane'), NOW)
    await registry.open(
      session('joe', { subject: 'conn_2;joe', connectionId: 'conn_2', email: 'joe@x.example' }),
      NOW,
    )
    await registry.open(session('ann', { subject: 'conn_1;ann', email: undefined }), NOW)
    expect(await registry.endWhere(selector, 'user_deactivated', later(1))).toBe(ended.length)
    for (const name of everybody) {
      expect(await registry.isLive(id(name), later(2)), name).toBe(
        !(ended as readonly string[]).includes(name),
      )
    }
  })

  test('an event does not touch whoever signed in after it occurred', async () => {
    const registry = newRegistry()
    await registry.open(session('before'), NOW)
    await registry.open(session('after'), later(10))
    expect(await registry.endWhere({ subject: 'conn_1;jane' }, 'user_deactivated', later(9))).toBe(1)
    expect(await registry.isLive(id('after'), later(11))).toBe(true)
  })

  test('a selector without a key is a mistake and not everyone', async () => {
    const registry = newRegistry()
    await runInDurableObject(registry, (instance) => {
      expect(() => instance.endWhere({}, 'user_deactivated', NOW)).toThrow(TypeError)
    })
  })

  test('a session is ended by its id for its owner and for nobody else', async () => {
    const registry = newRegistry()
    await registry.open(session('theirs', { subject: 'conn_1;joe' }), NOW)
    const selector = { subject: 'conn_1;jane', id: id('theirs') }
    expect(await registry.endWhere(selector, 'user_ended', later(1))).toBe(0)
    expect(await registry.endWhere({ ...selector, subject: 'conn_1;joe' }, 'user_ended', later(1))).toBe(1)
  })

  test('an ended session keeps no ID token', async () => {
    const registry = newRegistry()
    await registry.open(session('a'), NOW)
    await registry.open(session('b'), NOW)
    await registry.end(id('a'), 'logout', later(1))
    await registry.endWhere({ everyone: true }, 'organization_deleted', later(1))
    await runInDurableObject(registry, (_instance, { storage }) => {
      const rows = storage.sql.exec('SELECT length(sealed_id_token) AS length FROM sessions').toArray()
      expect(rows).toEqual([{ length: 0 }, { length: 0 }])
    })
  })
})

describe('list', () => {
  test('shows the sessions of one person that go on, the last used first, and no token', async () => {
    const registry = newRegistry()
    await registry.open(session('a'), NOW)
    await registry.open(session('b', { host: 'app.example.com' }), later(5))
    await registry.open(session('ended'), NOW)
    await registry.open(session('theirs', { subject: 'conn_1;joe' }), NOW)
    await registry.end(id('ended'), 'logout', later(6))
    expect(await registry.list('conn_1;jane', later(7))).toEqual([
      {
        id: 'b',
        host: 'app.example.com',
        userAgent: 'Firefox',
        place: 'Lisbon, PT',
        openedAt: later(5),
        lastUsedAt: later(5),
      },
      {
        id: 'a',
        host: 'docs.example.com',
        userAgent: 'Firefox',
        place: 'Lisbon, PT',
        openedAt: NOW,
        lastUsedAt: NOW,
      },
    ])
  })
})

describe('storage', () => {
  test('a registry that is restarted forgets nothing', async () => {
    const registry = newRegistry()
    await registry.open(session('s'), NOW)
    await registry.refresh(id('s'), 1, later(60))
    await evictDurableObject(registry)
    expect(await registry.refresh(id('s'), 2, later(120))).toMatchObject({ kind: 'renewed', generation: 3 })
  })

  test('an alarm deletes what has reached its absolute limit and comes back for the rest', async () => {
    const registry = newRegistry()
    const past = (NOW - ABSOLUTE - 61) as EpochSeconds
    await registry.open(session('old'), past)
    await registry.open(session('new'), NOW)
    await runDurableObjectAlarm(registry)
    await runInDurableObject(registry, async (_instance, { storage }) => {
      expect(storage.sql.exec('SELECT id FROM sessions').toArray()).toEqual([{ id: 'new' }])
      expect(await storage.getAlarm()).toBe((NOW + ABSOLUTE + 60) * 1000)
    })
  })

  test('a session costs the registry well under 2 KB', async () => {
    const registry = newRegistry()
    const keys = await parseKeyRing(await newKeys())
    if (!keys.ok) throw new Error('no keys')
    const context = { purpose: 'ID token', record: 's' } as const
    const sealedIdToken = await sealCompactly(idTokenOfUsualSize(), context, keys.value)
    const COUNT = 200
    for (let n = 0; n < COUNT; n += 1) {
      await registry.open(session(`session-with-a-name-of-usual-length-${n}`, { sealedIdToken }), NOW)
    }
    await runInDurableObject(registry, (_instance, { storage }) => {
      expect(storage.sql.databaseSize / COUNT).toBeLessThan(1750)
    })
  })

  test('holds no token and no hash of one', async () => {
    const registry = newRegistry()
    await registry.open(session('s'), NOW)
    await runInDurableObject(registry, (_instance, { storage }) => {
      const columns = storage.sql.exec("SELECT name FROM pragma_table_info('sessions')").toArray()
      expect(columns.map(({ name }) => name)).not.toContainEqual(
        expect.stringMatching(/^(?!sealed).*(token|hash|secret)/),
      )
    })
  })
})

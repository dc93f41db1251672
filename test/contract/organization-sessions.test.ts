import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { base64url } from 'jose'
import { describe, expect, test } from 'vitest'
import { type EpochSeconds, epochSeconds, hours } from '../../src/base/time.ts'
import { parseKeyRing } from '../../src/crypto/key-ring.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import { sealCompactly } from '../../src/crypto/sealing.ts'
import type { Env } from '../../src/deployment/environment.ts'
import type { OrganizationSessions } from '../../src/registry/organization-sessions.ts'
import type { Actor, NewSession, OwnCommand, SessionSelector } from '../../src/registry/registered-session.ts'
import type { SessionId } from '../../src/tokens/session.ts'

const NOW = epochSeconds(Date.now())
const later = (span: number) => (NOW + span) as EpochSeconds
const id = (name: string) => name as SessionId
const IDLE = hours(8)
const ABSOLUTE = hours(24)

const newRegistry = (): DurableObjectStub<OrganizationSessions> =>
  (env as unknown as Env).SESSIONS.getByName(crypto.randomUUID())

const sealed = (name: string) => Uint8Array.from(new TextEncoder().encode(`sealed ${name}`))

/** The holder of a session, by its session token. */
const holder = (name: string, generation?: number): Actor => ({ id: id(name), generation })
const SIGN_OUT: OwnCommand = { kind: 'sign_out', everywhere: false }
const EVERYWHERE: OwnCommand = { kind: 'sign_out', everywhere: true }

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
  begunAt: NOW,
  issuedAt: changes.issuedAt ?? changes.begunAt ?? NOW,
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
        until: later(ABSOLUTE),
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
    const signedOut = await registry.act(holder('a'), SIGN_OUT, later(1))
    expect(signedOut).toMatchObject({
      subject: 'conn_1;jane',
      ended: 1,
      idToken: { of: 'a', sealed: sealed('a') },
    })
    expect(signedOut?.goOn.map((each) => each.id)).toEqual(['b'])
    expect(await registry.act(holder('a'), SIGN_OUT, later(2))).toBeUndefined()
    expect(await registry.act(holder('nobody'), SIGN_OUT, later(2))).toBeUndefined()
  })

  test('nothing after a logout brings a session back, not even a refresh that was on its way', async () => {
    const registry = newRegistry()
    await registry.open(session('s'), NOW)
    const [, refreshed] = await Promise.all([
      registry.act(holder('s'), SIGN_OUT, later(1)),
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
    ['everyone but one', { subject: 'conn_1;jane', except: [id('jane')] }, []],
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
    await registry.act(holder('a'), SIGN_OUT, later(1))
    await registry.endWhere({ everyone: true }, 'organization_deleted', later(1))
    await runInDurableObject(registry, (_instance, { storage }) => {
      const rows = storage.sql.exec('SELECT length(sealed_id_token) AS length FROM sessions').toArray()
      expect(rows).toEqual([{ length: 0 }, { length: 0 }])
    })
  })
})

describe('only a session that goes on has authority', () => {
  const commands: OwnCommand[] = [
    { kind: 'list' },
    { kind: 'end', id: id('other') },
    { kind: 'end_others' },
    SIGN_OUT,
    EVERYWHERE,
  ]
  const ends: [string, (registry: DurableObjectStub<OrganizationSessions>) => Promise<unknown>, number][] = [
    ['its owner ended', (registry) => registry.act(holder('ended'), SIGN_OUT, later(1)), 2],
    [
      'an event ended',
      (registry) => registry.revoke([{ scalekitSessionId: 'ses_ended' }], 'scalekit_logout', NOW, NOW),
      2,
    ],
    ['was idle for too long', async () => {}, IDLE],
    ['has reached its absolute limit', async () => {}, ABSOLUTE],
  ]
  test.each(ends)('and none that %s: nothing happens, again and again', async (_case, end, when) => {
    const registry = newRegistry()
    await registry.open(session('ended'), NOW)
    await end(registry)
    const later_ = later(when)
    await registry.open(session('other', { begunAt: later_ }), later_)
    for (const command of [...commands, ...commands]) {
      expect(await registry.act(holder('ended'), command, later_), command.kind).toBeUndefined()
      expect(await registry.isLive(id('other'), later_), command.kind).toBe(true)
    }
  })

  test('nor does a refresh token that its holder has moved on from: it is a copy, and ends the session', async () => {
    const registry = newRegistry()
    await registry.open(session('s'), NOW)
    await registry.open(session('other'), NOW)
    for (const generation of [1, 2]) await registry.refresh(id('s'), generation, later(generation))
    expect(await registry.act(holder('s', 1), EVERYWHERE, later(3))).toBeUndefined()
    expect(await registry.isLive(id('other'), later(3))).toBe(true)
    expect(await registry.refresh(id('s'), 3, later(4))).toEqual({ kind: 'ended', reason: 'reuse' })
  })

  test('the last two refresh tokens have it', async () => {
    for (const generation of [1, 2]) {
      const registry = newRegistry()
      await registry.open(session('s'), NOW)
      await registry.refresh(id('s'), 1, later(1))
      expect(await registry.act(holder('s', generation), { kind: 'list' }, later(2))).toMatchObject({
        ended: 0,
      })
    }
  })

  test('everywhere ends the sessions of the person and of nobody else', async () => {
    const registry = newRegistry()
    for (const name of ['a', 'b', 'c']) await registry.open(session(name), NOW)
    await registry.open(session('theirs', { subject: 'conn_1;joe' }), NOW)
    expect(await registry.act(holder('a'), EVERYWHERE, later(1))).toMatchObject({ ended: 3, goOn: [] })
    expect(await registry.isLive(id('theirs'), later(1))).toBe(true)
  })
})

describe('what Scalekit takes away', () => {
  const DEACTIVATED = [{ email: 'jane@acme.example' }]

  test.each([
    ['began before the event', -1, true],
    ['began in the second of the event', 0, true],
    ['began after the event', 1, false],
  ])('ends a session whose login %s', async (_case, begun, ends) => {
    const registry = newRegistry()
    await registry.open(session('s', { begunAt: later(begun) }), later(300))
    expect(await registry.revoke(DEACTIVATED, 'user_deactivated', NOW, later(301))).toBe(ends ? 1 : 0)
    expect(await registry.isLive(id('s'), later(302))).toBe(!ends)
  })

  test('is not opened by a login that was under way', async () => {
    const registry = newRegistry()
    await registry.open(session('old', { email: 'someone@else.example' }), NOW)
    await registry.revoke(DEACTIVATED, 'user_deactivated', later(10), later(12))
    const held = session('held', { begunAt: later(5), replaces: id('old') })
    expect(await registry.open(held, later(60))).toEqual({ kind: 'revoked', reason: 'user_deactivated' })
    expect(await registry.refresh(id('held'), 1, later(61))).toEqual({ kind: 'ended', reason: 'unknown' })
    expect(await registry.isLive(id('old'), later(61))).toBe(true)
    const again = session('again', { begunAt: later(11) })
    expect(await registry.open(again, later(62))).toEqual({ kind: 'opened' })
  })

  test.each([
    ['everyone', [{ everyone: true }]],
    ['the connection', [{ connectionId: 'conn_1' }]],
    ['the subject', [{ subject: 'conn_1;jane' }]],
    ['the name that the identity provider knows', [{ idpUserId: 'jane' }]],
    ['Scalekit’s session', [{ scalekitSessionId: 'ses_held' }]],
    ['the address in any case', [{ email: 'JANE@ACME.EXAMPLE' }]],
    ['one of several', [{ subject: 'somebody' }, { email: 'jane@acme.example' }]],
  ] as const)('is remembered by %s', async (_case, selectors) => {
    const registry = newRegistry()
    await registry.revoke(selectors, 'user_deactivated', NOW, NOW)
    expect(await registry.open(session('held'), later(60))).toMatchObject({ kind: 'revoked' })
    const joe = session('joe', { subject: 'conn_2;joe', email: 'joe@x.example', connectionId: 'conn_2' })
    const all = 'everyone' in selectors[0]
    expect(await registry.open(joe, later(60))).toMatchObject({ kind: all ? 'revoked' : 'opened' })
  })

  test('is remembered for longer than a login can be under way, and then forgotten', async () => {
    const registry = newRegistry()
    await registry.revoke([{ everyone: true }], 'organization_deleted', NOW, NOW)
    expect(await registry.open(session('late'), later(29 * 60))).toMatchObject({ kind: 'revoked' })
    expect(await registry.open(session('later'), later(31 * 60))).toEqual({ kind: 'opened' })
    await runInDurableObject(registry, async (_instance, { storage }) => {
      expect(await storage.getAlarm()).toBe((NOW + 30 * 60) * 1000)
    })
  })

  test('by an event from a clock that is far ahead, does not keep everybody out until then', async () => {
    const registry = newRegistry()
    await registry.revoke([{ everyone: true }], 'organization_deleted', later(365 * 86_400), NOW)
    expect(await registry.open(session('s', { begunAt: later(301) }), later(302))).toEqual({ kind: 'opened' })
  })

  test.each([
    ['before', ['roles_changed', 'user_deactivated']],
    ['after', ['user_deactivated', 'roles_changed']],
  ] as const)('is not forgotten for roles that changed %s it', async (_case, reasons) => {
    const registry = newRegistry()
    const selector = { email: 'jane@acme.example' }
    for (const reason of reasons) {
      const unlike = { roles: { held: [], wanted: [] } }
      await registry.revoke(
        [reason === 'roles_changed' ? { ...selector, unlike } : selector],
        reason,
        NOW,
        NOW,
      )
      await registry.revoke([selector], reason, NOW, NOW)
    }
    expect(await registry.open(session('s'), later(1))).toEqual({
      kind: 'revoked',
      reason: 'user_deactivated',
    })
  })

  test('counts from the token for roles, which are as new as it is, and from the beginning of the login for access', async () => {
    const registry = newRegistry()
    await registry.revoke([{ privileged: true }], 'roles_changed', later(5), later(5))
    await registry.open(session('fresh', { begunAt: NOW, issuedAt: later(6) }), later(6))
    expect(await registry.isLive(id('fresh'), later(7))).toBe(true)
    await registry.revoke([{ email: 'jane@acme.example' }], 'user_deactivated', later(5), later(8))
    expect(await registry.isLive(id('fresh'), later(9))).toBe(false)
  })

  test('finds an address however it is written', async () => {
    for (const [held, told] of [
      ['JÖRG@acme.example', 'jörg@ACME.example'],
      ['jörg@acme.example'.normalize('NFD'), 'jörg@acme.example'],
    ]) {
      const registry = newRegistry()
      await registry.open(session('s', { email: held }), NOW)
      expect(await registry.revoke([{ email: told ?? '' }], 'user_deactivated', NOW, NOW)).toBe(1)
    }
  })

  test('other roles end the session of a login that was under way, and not the login', async () => {
    const registry = newRegistry()
    await registry.revoke([{ privileged: true }], 'roles_changed', NOW, NOW)
    expect(await registry.open(session('s'), later(1))).toEqual({ kind: 'opened' })
    expect(await registry.refresh(id('s'), 1, later(2))).toEqual({ kind: 'ended', reason: 'roles_changed' })
  })

  const names = (held: string[], wanted: string[] = []) => ({ held, wanted })
  test.each<[string, Partial<NewSession>, SessionSelector['unlike'], boolean]>([
    ['the same role', { roles: ['admin'] }, { roles: names(['admin']) }, false],
    [
      'the same role among others that no rule asks for',
      { roles: ['admin'] },
      { roles: names(['x', 'admin']) },
      false,
    ],
    ['a role less', { roles: ['admin', 'editor'] }, { roles: names(['editor']) }, true],
    ['no role any more', { roles: ['admin'] }, { roles: names([]) }, true],
    ['a new role that a rule asks for', { roles: [] }, { roles: names(['admin'], ['admin']) }, true],
    ['nothing said of roles', { roles: ['admin'], groups: ['g'] }, { groups: names(['g']) }, false],
    ['a group less', { roles: [], groups: ['g'] }, { groups: names(['h']) }, true],
    [
      'a new group that a rule asks for',
      { roles: [], groups: ['g'] },
      { groups: names(['g', 'h'], ['h']) },
      true,
    ],
    ['a name with quotes in it', { roles: ['a"b\'c'] }, { roles: names(['a"b\'c']) }, false],
  ])('other roles and groups: %s', async (_case, held, unlike, touched) => {
    const registry = newRegistry()
    await registry.open(session('s', held), NOW)
    const selector = { email: 'jane@acme.example', ...(unlike && { unlike }) }
    expect(await registry.revoke([selector], 'roles_changed', NOW, NOW)).toBe(touched ? 1 : 0)
  })

  test('from a group touches whoever holds anything, and nobody else', async () => {
    const registry = newRegistry()
    await registry.open(session('admin'), NOW)
    await registry.open(session('grouped', { roles: [], groups: ['g'] }), NOW)
    await registry.open(session('plain', { roles: [] }), NOW)
    expect(await registry.revoke([{ privileged: true }], 'roles_changed', NOW, NOW)).toBe(2)
    expect(await registry.isLive(id('plain'), NOW)).toBe(true)
  })
})

test('a person has fifty sessions at most, and the longest unused goes first', async () => {
  const registry = newRegistry()
  for (let n = 0; n < 50; n += 1) await registry.open(session(`s${n}`), later(n))
  await registry.open(session('theirs', { subject: 'conn_1;joe' }), NOW)
  await registry.refresh(id('s0'), 1, later(100))
  await registry.open(session('one-more'), later(101))
  expect(await registry.refresh(id('s1'), 1, later(102))).toEqual({ kind: 'ended', reason: 'surplus' })
  for (const name of ['s0', 's2', 'one-more', 'theirs'])
    expect(await registry.isLive(id(name), later(102))).toBe(true)
  // A request whose clock is behind opens a session that is not the first to go.
  await registry.open(session('behind'), later(1))
  expect(await registry.isLive(id('behind'), later(102))).toBe(true)
  expect(await registry.refresh(id('s2'), 1, later(102))).toEqual({ kind: 'ended', reason: 'surplus' })
})

describe('a request of an operator’s', () => {
  test('is used up by the first who brings it, of fifty at once, and after a restart', async () => {
    const registry = newRegistry()
    const uses = await Promise.all(Array.from({ length: 50 }, () => registry.useRequest('r', later(60))))
    expect(uses.filter((used) => used)).toHaveLength(1)
    await evictDurableObject(registry)
    expect(await registry.useRequest('r', later(60))).toBe(false)
    expect(await registry.useRequest('another', later(60))).toBe(true)
  })

  test('is remembered for ten minutes past its end, and then deleted', async () => {
    const registry = newRegistry()
    const remembered = () =>
      runInDurableObject(registry, (_instance, { storage }) =>
        storage.sql.exec('SELECT id FROM operator_requests ORDER BY id').toArray(),
      )
    await registry.useRequest('old', later(-600))
    await registry.useRequest('new', later(-300))
    expect(await runDurableObjectAlarm(registry)).toBe(true)
    expect(await remembered()).toEqual([{ id: 'new' }])
    // The alarm comes back for the rest.
    expect(await runDurableObjectAlarm(registry)).toBe(true)
  })

  test('for one session is not remembered for logins; for a person it is', async () => {
    const registry = newRegistry()
    await registry.open(session('s'), NOW)
    const remembered = () =>
      runInDurableObject(registry, (_instance, { storage }) =>
        storage.sql.exec('SELECT selector FROM revocations').toArray(),
      )
    expect(await registry.revoke([{ id: id('s') }], 'operator_ended', later(1), later(1))).toBe(1)
    expect(await remembered()).toEqual([])
    await registry.revoke([{ subject: 'conn_1;jane' }], 'operator_ended', later(1), later(1))
    expect(await remembered()).toEqual([{ selector: '{"subject":"conn_1;jane"}' }])
    expect(await registry.open(session('t'), later(2))).toEqual({
      kind: 'revoked',
      reason: 'operator_ended',
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
    await registry.act(holder('ended'), SIGN_OUT, later(6))
    const listed = await registry.act(holder('a'), { kind: 'list' }, later(7))
    expect(listed?.goOn).toEqual([
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

describe('a session that was opened by one of the login host', () => {
  const child = (name: string, changes: Partial<NewSession> = {}): NewSession =>
    session(name, { parent: id('parent'), sealedIdToken: new Uint8Array(), ...changes })

  async function family(...children: readonly string[]) {
    const registry = newRegistry()
    await registry.open(session('parent', { host: 'login.example.com' }), NOW)
    for (const name of children) expect(await registry.open(child(name), NOW)).toEqual({ kind: 'opened' })
    const live = async (at = later(2)) => {
      const all = ['parent', ...children]
      const states = await Promise.all(all.map((name) => registry.isLive(id(name), at)))
      return all.filter((_name, index) => states[index])
    }
    return { registry, live }
  }

  test('ends with it, whatever that ends by', async () => {
    const { registry, live } = await family('a', 'b')
    expect(await registry.endWhere({ id: id('parent') }, 'user_ended', later(1))).toBe(3)
    expect(await live()).toEqual([])
    expect(await registry.refresh(id('a'), 1, later(2))).toEqual({ kind: 'ended', reason: 'user_ended' })
  })

  test('is listed with the one that it was opened by', async () => {
    const { registry } = await family('a')
    const listed = await registry.act(holder('a'), { kind: 'list' }, later(1))
    expect(listed?.goOn.map((each) => [each.id, each.parent])).toEqual([
      ['parent', undefined],
      ['a', 'parent'],
    ])
  })

  test('ends alone when its own site signs out, and has no ID token to give', async () => {
    const { registry, live } = await family('a', 'b')
    const signedOut = await registry.act(holder('a'), SIGN_OUT, later(1))
    expect(signedOut).toMatchObject({ ended: 1, idToken: undefined })
    expect(await live()).toEqual(['parent', 'b'])
  })

  test('signs out everywhere with the ID token of its parent', async () => {
    const { registry, live } = await family('a', 'b')
    const signedOut = await registry.act(holder('a'), EVERYWHERE, later(1))
    expect(signedOut).toMatchObject({ ended: 3, idToken: { of: 'parent', sealed: sealed('parent') } })
    expect(await live()).toEqual([])
  })

  test('ends all others but its parent, without which it would end too', async () => {
    const { registry, live } = await family('a', 'b')
    await registry.open(session('elsewhere'), NOW)
    const acted = await registry.act(holder('a'), { kind: 'end_others' }, later(1))
    expect(acted?.ended).toBe(2)
    expect(await live()).toEqual(['parent', 'a'])
  })

  test('is opened once: a ticket that comes again opens nothing, and ends nothing', async () => {
    const { registry, live } = await family('a')
    expect(await registry.open(child('a', { replaces: id('parent') }), later(1))).toEqual({
      kind: 'repeated',
    })
    expect(await live()).toEqual(['parent', 'a'])
  })

  test('is not opened by one that has ended, is at its limit, is unknown, or is of somebody else', async () => {
    const { registry } = await family()
    const refused = { kind: 'parent_ended' }
    expect(await registry.open(child('joe', { subject: 'conn_1;joe' }), NOW)).toEqual(refused)
    expect(await registry.open(child('late'), later(IDLE))).toEqual(refused)
    expect(await registry.open(child('none', { parent: id('nobody') }), NOW)).toEqual(refused)
    await registry.endWhere({ id: id('parent') }, 'logout', later(1))
    expect(await registry.open(child('ended'), later(1))).toEqual(refused)
    expect(await registry.isLive(id('ended'), later(1))).toBe(false)
  })

  test('goes no further than its parent may, and its use is use of the parent', async () => {
    const { registry } = await family()
    await registry.open(child('a'), later(hours(7)))
    await registry.refresh(id('a'), 1, later(hours(14)))
    await registry.refresh(id('a'), 2, later(hours(21)))
    expect(await registry.isLive(id('parent'), later(ABSOLUTE - 1))).toBe(true)
    expect(await registry.refresh(id('a'), 3, later(ABSOLUTE - 1))).toMatchObject({
      kind: 'renewed',
      session: { endsAt: later(ABSOLUTE) },
    })
    expect(await registry.refresh(id('a'), 4, later(ABSOLUTE))).toEqual({ kind: 'ended', reason: 'limit' })
  })

  test('goes over to the session that the same person puts in the place of its parent', async () => {
    const { registry, live } = await family('a')
    await registry.open(session('next', { replaces: id('parent') }), later(1))
    expect(await live()).toEqual(['a'])
    await registry.endWhere({ id: id('next') }, 'logout', later(2))
    expect(await live(later(3))).toEqual([])
  })

  test('ends when another person takes the place of its parent', async () => {
    const { registry, live } = await family('a')
    await registry.open(session('joe', { subject: 'conn_1;joe', replaces: id('parent') }), later(1))
    expect(await live()).toEqual([])
    expect(await registry.isLive(id('joe'), later(2))).toBe(true)
  })

  test('the login host learns of a session that goes on who it is, and of an ended one nothing', async () => {
    const { registry } = await family()
    expect(await registry.vouch(holder('parent'), later(1))).toMatchObject({
      subject: 'conn_1;jane',
      organizationId: 'org_1',
      roles: ['admin'],
      scalekitSessionId: 'ses_parent',
      begunAt: NOW,
      until: later(ABSOLUTE),
    })
    await registry.endWhere({ id: id('parent') }, 'logout', later(2))
    expect(await registry.vouch(holder('parent'), later(3))).toBeUndefined()
    expect(await registry.vouch(holder('nobody'), later(3))).toBeUndefined()
  })
})

import { runInDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import { hours } from '../../src/base/time.ts'
import type { OrganizationSessions } from '../../src/registry/organization-sessions.ts'
import type { OwnCommand } from '../../src/registry/registered-session.ts'
import {
  ABSOLUTE,
  EVERYWHERE,
  holder,
  IDLE,
  id,
  later,
  NOW,
  newRegistry,
  SIGN_OUT,
  sealed,
  session,
} from './sample-registry.ts'

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

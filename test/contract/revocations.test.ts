import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import { type EpochSeconds, epochSeconds } from '../../src/base/time.ts'
import type { NewSession, SessionSelector } from '../../src/registry/registered-session.ts'
import { id, later, NOW, newRegistry, session } from './sample-registry.ts'

/** Alarms go by the real clock, which is minutes past `NOW` where other files came first. */
const rightNow = () => epochSeconds(Date.now())

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
    const now = rightNow()
    const open = (name: string, minutes: number) =>
      registry.open(session(name, { begunAt: now }), (now + minutes * 60) as EpochSeconds)
    await registry.revoke([{ everyone: true }], 'organization_deleted', now, now)
    expect(await open('late', 29)).toMatchObject({ kind: 'revoked' })
    expect(await open('later', 31)).toEqual({ kind: 'opened' })
    await runInDurableObject(registry, async (_instance, { storage }) => {
      expect(await storage.getAlarm()).toBe((now + 30 * 60) * 1000)
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
    const now = rightNow()
    await registry.useRequest('old', (now - 600) as EpochSeconds)
    await registry.useRequest('new', (now - 300) as EpochSeconds)
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

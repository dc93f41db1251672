import { describe, expect, test } from 'vitest'
import { hours } from '../../src/base/time.ts'
import type { NewSession } from '../../src/registry/registered-session.ts'
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

import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, test } from 'vitest'
import type { Env } from '../../../src/deployment/environment.ts'
import { type LoginTransaction, LoginTransactions } from '../../../src/login/login-transaction.ts'
import type { ReturnTo } from '../../../src/request/return-to.ts'
import { keyRing, octKey } from '../../support/sample-keys.ts'
import { now } from '../../support/sample-session.ts'

const { GATEHOUSE_KV: kv } = env as unknown as Env

afterEach(() => reset())

const transaction: LoginTransaction = {
  codeVerifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  nonce: 'n-0S6_WzA2Mj',
  returnTo: '/stra%C3%9Fe?q=1#x' as ReturnTo,
  redirectUri: 'https://docs.example.com/auth/callback',
  host: 'docs.example.com',
  organizationId: 'org_1',
  connectionId: 'conn_1',
  createdAt: now,
}

const ring = await keyRing(octKey('k1', 1))
const BINDING = 'the text of the cookie'

/** @param pauses receives how long was waited, in milliseconds */
const transactions = ({ keys = ring, pauses = [] as number[], wait = async (_: number) => {} } = {}) =>
  new LoginTransactions(kv, keys, async (milliseconds) => {
    pauses.push(milliseconds)
    await wait(milliseconds)
  })

describe('a login transaction', () => {
  test('comes back whole, once', async () => {
    const logins = transactions()
    await logins.begin('hash', BINDING, transaction)
    expect(await logins.take('hash', BINDING)).toEqual(transaction)
    expect(await logins.take('hash', BINDING)).toBe('unknown')
  })

  test('comes back without demands where there were none', async () => {
    const { organizationId, connectionId, ...open } = transaction
    const logins = transactions()
    await logins.begin('hash', BINDING, open)
    expect(await logins.take('hash', BINDING)).toEqual(open)
  })

  test('lives ten minutes in KV, under a key and in a text that give nothing away', async () => {
    const began = Math.floor(Date.now() / 1000)
    await transactions().begin('hash', BINDING, transaction)
    const ended = Math.ceil(Date.now() / 1000)
    const { keys } = await kv.list()
    expect(keys.map(({ name }) => name)).toEqual(['login:hash'])
    expect(keys[0]?.expiration).toBeGreaterThanOrEqual(began + 600)
    expect(keys[0]?.expiration).toBeLessThanOrEqual(ended + 600)
    const stored = (await kv.get('login:hash')) ?? ''
    for (const value of Object.values(transaction)) expect(stored).not.toContain(String(value))
    expect(stored).not.toContain(BINDING)
  })

  test('is unreadable in another browser, and stays for the one it belongs to (CVE-2025-68158)', async () => {
    const logins = transactions()
    await logins.begin('hash', BINDING, transaction)
    expect(await logins.take('hash', 'another cookie')).toBe('unreadable')
    expect(await logins.take('hash', BINDING)).toEqual(transaction)
    expect(await kv.get('login:hash')).toBeNull()
    expect(await logins.take('hash', BINDING)).toBe('unknown')
  })

  test('is unreadable under the name of another one: records cannot be swapped in the storage', async () => {
    const logins = transactions()
    await logins.begin('hash', BINDING, transaction)
    await kv.put('login:other', (await kv.get('login:hash')) ?? '')
    expect(await logins.take('other', BINDING)).toBe('unreadable')
  })

  test('is unreadable once its key was dropped, and readable while it is in the ring', async () => {
    await transactions().begin('hash', BINDING, transaction)
    await transactions().begin('hash2', BINDING, transaction)
    const rotated = transactions({ keys: await keyRing(octKey('k2', 2), octKey('k1', 1)) })
    expect(await rotated.take('hash', BINDING)).toEqual(transaction)
    const dropped = transactions({ keys: await keyRing(octKey('k2', 2)) })
    expect(await dropped.take('hash2', BINDING)).toBe('unreadable')
  })

  test.each([
    ['nothing', ''],
    ['one letter', 'x'],
    ['three parts that are none', 'a.b.c'],
    ['JSON', '{}'],
    ['ten thousand letters', 'x'.repeat(10_000)],
  ])('is unreadable where storage has %s', async (_case, text) => {
    await kv.put('login:hash', text)
    expect(await transactions().take('hash', BINDING)).toBe('unreadable')
  })
})

describe('KV that has not caught up', () => {
  test('is asked three times, a little later each time', async () => {
    const pauses: number[] = []
    expect(await transactions({ pauses }).take('hash', BINDING)).toBe('unknown')
    expect(pauses).toEqual([150, 400])
  })

  test('gives the record when it has', async () => {
    const logins = transactions({
      wait: async (milliseconds) => {
        if (milliseconds === 400) await transactions().begin('hash', BINDING, transaction)
      },
    })
    expect(await logins.take('hash', BINDING)).toEqual(transaction)
  })

  test('is not waited for where the record is there', async () => {
    const pauses: number[] = []
    const logins = transactions({ pauses })
    await logins.begin('hash', BINDING, transaction)
    await logins.take('hash', BINDING)
    expect(pauses).toEqual([])
  })
})

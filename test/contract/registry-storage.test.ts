import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { base64url } from 'jose'
import { describe, expect, test } from 'vitest'
import type { EpochSeconds } from '../../src/base/time.ts'
import { parseKeyRing } from '../../src/crypto/key-ring.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import { sealCompactly } from '../../src/crypto/sealing.ts'
import { ABSOLUTE, id, later, NOW, newRegistry, session } from './sample-registry.ts'

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

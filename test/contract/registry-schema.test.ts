import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { type EpochSeconds, epochSeconds, hours } from '../../src/base/time.ts'
import type { Env } from '../../src/deployment/environment.ts'
import { MIGRATIONS, migrate } from '../../src/registry/registry-schema.ts'
import type { SessionId } from '../../src/tokens/session.ts'

const NOW = epochSeconds(Date.now())
const later = (span: number) => (NOW + span) as EpochSeconds
const ID = 's' as SessionId

/** What every version knew of a session. */
const ROW = {
  id: ID,
  host: 'docs.example.com',
  subject: 'conn_1;jane',
  email: 'jane@acme.example',
  connection: 'conn_1',
  profile: JSON.stringify({ organizationId: 'org_1', roles: ['admin'], groups: [] }),
  sealed_id_token: new Uint8Array([1]),
  authenticated_at: NOW,
  opened_at: NOW,
  last_used_at: NOW,
  idle: hours(8),
  absolute_end: later(hours(24)),
}

const versions = MIGRATIONS.map((_migration, at) => at + 1)

test.each(versions)(
  'sessions of version %i go on, and can be renewed, found by events and ended',
  async (version) => {
    const registry = (env as unknown as Env).SESSIONS.getByName(crypto.randomUUID())
    await runInDurableObject(registry, async (instance, { storage }) => {
      const { sql } = storage
      for (const table of ['sessions', 'revocations', 'schema_version']) sql.exec(`DROP TABLE ${table}`)
      sql.exec('CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT')
      sql.exec('INSERT INTO schema_version VALUES (?)', version)
      for (const migration of MIGRATIONS.slice(0, version)) sql.exec(migration)
      const columns = Object.keys(ROW)
      sql.exec(
        `INSERT INTO sessions (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
        ...Object.values(ROW),
      )

      storage.transactionSync(() => migrate(sql))
      expect(sql.exec('SELECT version FROM schema_version').one()).toEqual({ version: MIGRATIONS.length })
      expect(instance.refresh(ID, 1, later(60))).toMatchObject({
        kind: 'renewed',
        session: { subject: 'conn_1;jane', organizationId: 'org_1', until: later(hours(24)) },
      })
      expect(
        await instance.revoke([{ subject: 'conn_1;jane' }], 'user_deactivated', later(61), later(62)),
      ).toBe(1)
      expect(instance.isLive(ID, later(63))).toBe(false)
    })
  },
)

test('a storage that is up to date is left as it is', async () => {
  const registry = (env as unknown as Env).SESSIONS.getByName(crypto.randomUUID())
  await runInDurableObject(registry, (_instance, { storage }) => {
    const tables = () => storage.sql.exec('SELECT name, sql FROM sqlite_master ORDER BY name').toArray()
    const before = tables()
    storage.transactionSync(() => migrate(storage.sql))
    expect(tables()).toEqual(before)
  })
})

import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { hours } from '../../src/base/time.ts'
import type { NewSession } from '../../src/registry/registered-session.ts'
import { MIGRATIONS, migrate } from '../../src/registry/registry-schema.ts'
import { id, later, NOW, newRegistry } from './sample-registry.ts'

const ID = id('s')

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

/** What this version opens. */
const NEW: Omit<NewSession, 'id'> = {
  host: ROW.host,
  subject: ROW.subject,
  email: ROW.email,
  connectionId: ROW.connection,
  organizationId: 'org_1',
  name: undefined,
  roles: [],
  groups: [],
  scalekitSessionId: undefined,
  userAgent: undefined,
  place: undefined,
  sealedIdToken: ROW.sealed_id_token,
  authenticatedAt: NOW,
  begunAt: NOW,
  issuedAt: NOW,
  idle: hours(8),
  absolute: hours(24),
  replaces: undefined,
}

const versions = MIGRATIONS.map((_migration, at) => at + 1)

test.each(versions)(
  'sessions of version %i go on, and can be renewed, found by events and ended',
  async (version) => {
    const registry = newRegistry()
    await runInDurableObject(registry, async (instance, { storage }) => {
      const { sql } = storage
      for (const table of ['sessions', 'revocations', 'operator_requests', 'schema_version'])
        sql.exec(`DROP TABLE ${table}`)
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
      expect(await instance.useRequest('request', later(60))).toBe(true)
      expect(await instance.useRequest('request', later(60))).toBe(false)
    })
  },
)

test('a storage that is up to date is left as it is', async () => {
  const registry = newRegistry()
  await runInDurableObject(registry, (_instance, { storage }) => {
    const tables = () => storage.sql.exec('SELECT name, sql FROM sqlite_master ORDER BY name').toArray()
    const before = tables()
    storage.transactionSync(() => migrate(storage.sql))
    expect(tables()).toEqual(before)
  })
})

test('sessions go on when this version comes back to a storage that a later one has extended, and new ones are opened', async () => {
  const registry = newRegistry()
  await runInDurableObject(registry, async (instance, { storage }) => {
    const { sql } = storage
    const version = MIGRATIONS.length + 1
    sql.exec('ALTER TABLE sessions ADD COLUMN device TEXT')
    sql.exec('CREATE INDEX sessions_by_device ON sessions (device)')
    sql.exec('CREATE TABLE devices (id TEXT PRIMARY KEY) STRICT')
    sql.exec('UPDATE schema_version SET version = ?', version)
    const columns = Object.keys(ROW)
    sql.exec(
      `INSERT INTO sessions (${columns.join(', ')}, device) VALUES (${columns.map(() => '?').join(', ')}, 'd')`,
      ...Object.values(ROW),
    )

    storage.transactionSync(() => migrate(sql))
    expect(sql.exec('SELECT version FROM schema_version').one()).toEqual({ version })
    expect(instance.refresh(ID, 1, later(60))).toMatchObject({ kind: 'renewed', generation: 2 })
    expect(await instance.open({ ...NEW, id: id('n') }, later(61))).toEqual({ kind: 'opened' })
    expect(
      await instance.revoke([{ subject: 'conn_1;jane' }], 'user_deactivated', later(62), later(62)),
    ).toBe(2)
  })
})

/** What older code can stand: everything that it does not name has a value without it. */
const ADDITIONS = [
  /^CREATE TABLE (?!sessions\b)\w+ \(/,
  /^CREATE INDEX \w+ ON \w+ /,
  /^ALTER TABLE \w+ ADD COLUMN \w+ \w+( NOT NULL DEFAULT \S+)?$/,
  // Of columns that the same entry has added.
  /^UPDATE sessions SET /,
]

test.each(MIGRATIONS.map((migration, at) => [at + 1, migration] as const).slice(1))(
  'version %i only adds, so that the one before can come back',
  (_version, migration) => {
    const statements = migration.split(';').map((each) => each.trim().replace(/\s+/g, ' '))
    const others = statements.filter((each) => each !== '' && !ADDITIONS.some((form) => form.test(each)))
    expect(others).toEqual([])
    const added = [...migration.matchAll(/ADD COLUMN (\w+)/g)].map(([, column]) => column)
    const set = [...migration.matchAll(/(?<=SET |, )(\w+) = /g)].map(([, column]) => column)
    expect(set.filter((column) => !added.includes(column))).toEqual([])
  },
)

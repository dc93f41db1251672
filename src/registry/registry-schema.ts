/** Each entry brings the schema from the version of its index to the next; entries are added, never changed. */
export const MIGRATIONS = [
  `CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT,
    connection TEXT,
    scalekit_session TEXT,
    profile TEXT NOT NULL,
    user_agent TEXT,
    place TEXT,
    sealed_id_token BLOB NOT NULL,
    generation INTEGER NOT NULL DEFAULT 1,
    authenticated_at INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    idle INTEGER NOT NULL,
    absolute_end INTEGER NOT NULL,
    ended_at INTEGER,
    end_reason TEXT
  ) STRICT;
  CREATE INDEX sessions_by_subject ON sessions (subject);
  CREATE INDEX sessions_by_end ON sessions (absolute_end);`,
  // Of sessions that exist nobody knows when their login began; clocks are taken to be a minute apart at most.
  `ALTER TABLE sessions ADD COLUMN begun_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE sessions ADD COLUMN issued_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE sessions ADD COLUMN email_key TEXT;
  UPDATE sessions SET begun_at = opened_at - 60, issued_at = opened_at - 60, email_key = lower(email);
  CREATE TABLE revocations (
    topic TEXT NOT NULL,
    selector TEXT NOT NULL,
    reason TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    forget_at INTEGER NOT NULL,
    PRIMARY KEY (topic, selector, reason)
  ) STRICT, WITHOUT ROWID;`,
  `ALTER TABLE sessions ADD COLUMN parent TEXT;
  CREATE INDEX sessions_by_parent ON sessions (parent) WHERE parent IS NOT NULL;`,
  `CREATE TABLE operator_requests (
    id TEXT PRIMARY KEY,
    forget_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;`,
]

/** Brings the storage of a registry to the newest schema; has to be called in a transaction. */
export function migrate(sql: SqlStorage): void {
  sql.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT')
  const [row] = sql.exec<{ version: number }>('SELECT version FROM schema_version').toArray()
  const version = row?.version ?? 0
  for (const migration of MIGRATIONS.slice(version)) sql.exec(migration)
  if (row === undefined) sql.exec('INSERT INTO schema_version VALUES (?)', MIGRATIONS.length)
  else if (version < MIGRATIONS.length) sql.exec('UPDATE schema_version SET version = ?', MIGRATIONS.length)
}

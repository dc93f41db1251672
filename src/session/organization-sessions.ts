import { DurableObject } from 'cloudflare:workers'
import { type EpochSeconds, seconds } from '../time.ts'
import type { SessionId } from './session.ts'

/** What the registry keeps of a session: no token and no hash of one, except the sealed ID token that a logout needs. */
export interface SessionRecord {
  readonly id: SessionId
  readonly subject: string
  readonly email: string | undefined
  readonly connectionId: string | undefined
  /** Scalekit's own session, `sid` of the ID token. */
  readonly scalekitSessionId: string | undefined
  readonly userAgent: string | undefined
  /** Opened only to send `id_token_hint` at logout. */
  readonly sealedIdToken: string
  readonly openedAt: EpochSeconds
  /** No session outlives this. */
  readonly expiresAt: EpochSeconds
}

export type EndReason = 'logout'

export interface EndedSession {
  readonly sealedIdToken: string
}

/** An ended session is kept this long past its expiry, so that an answer can say why it ended. */
const RETENTION = seconds(60)

/** Each entry brings the schema from the version of its index to the next; entries are added, never changed. */
const MIGRATIONS = [
  `CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    email TEXT,
    connection TEXT,
    scalekit_session TEXT,
    user_agent TEXT,
    sealed_id_token TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    end_reason TEXT
  ) STRICT;
  CREATE INDEX sessions_by_expiry ON sessions (expires_at);`,
]

/**
 * The registry of one organization's sessions. An object runs one event at a time, so a session is ended for every
 * place at once; KV could not promise that.
 */
export class OrganizationSessions extends DurableObject {
  readonly #sql: SqlStorage

  constructor(state: DurableObjectState, env: object) {
    super(state, env)
    this.#sql = state.storage.sql
    state.storage.transactionSync(() => this.#migrate())
  }

  /** Records a new session. */
  async open(session: SessionRecord): Promise<void> {
    this.#sql.exec(
      `INSERT INTO sessions (id, subject, email, connection, scalekit_session, user_agent, sealed_id_token, opened_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      session.id,
      session.subject,
      session.email ?? null,
      session.connectionId ?? null,
      session.scalekitSessionId ?? null,
      session.userAgent ?? null,
      session.sealedIdToken,
      session.openedAt,
      session.expiresAt,
    )
    await this.#scheduleCleanUp()
  }

  /**
   * Ends a session. Ending twice is no error.
   *
   * @returns what a logout at Scalekit needs, the first time
   */
  async end(id: SessionId, reason: EndReason, now: EpochSeconds): Promise<EndedSession | undefined> {
    const [ended] = this.#sql
      .exec<{ sealed_id_token: string }>(
        'UPDATE sessions SET ended_at = ?, end_reason = ? WHERE id = ? AND ended_at IS NULL RETURNING sealed_id_token',
        now,
        reason,
        id,
      )
      .toArray()
    return ended === undefined ? undefined : { sealedIdToken: ended.sealed_id_token }
  }

  /** Answers, for the deep health check. */
  ping(): void {}

  /** Deletes what has expired, and comes back when the next session does. */
  override async alarm(): Promise<void> {
    this.#sql.exec('DELETE FROM sessions WHERE expires_at + ? <= ?', RETENTION, Math.floor(Date.now() / 1000))
    await this.#scheduleCleanUp()
  }

  async #scheduleCleanUp(): Promise<void> {
    const [next] = this.#sql
      .exec<{ at: number | null }>('SELECT min(expires_at) AS at FROM sessions')
      .toArray()
    if (next === undefined || next.at === null) return
    await this.ctx.storage.setAlarm((next.at + RETENTION) * 1000)
  }

  #migrate(): void {
    this.#sql.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT')
    const [row] = this.#sql.exec<{ version: number }>('SELECT version FROM schema_version').toArray()
    const version = row?.version ?? 0
    for (const migration of MIGRATIONS.slice(version)) this.#sql.exec(migration)
    if (row === undefined) this.#sql.exec('INSERT INTO schema_version VALUES (?)', MIGRATIONS.length)
    else if (version < MIGRATIONS.length)
      this.#sql.exec('UPDATE schema_version SET version = ?', MIGRATIONS.length)
  }
}

import { after, type EpochSeconds } from '../base/time.ts'
import type { SessionId } from '../tokens/session.ts'
import type {
  EndReason,
  NewSession,
  OperatorSession,
  SealedIdToken,
  SessionSummary,
} from './registered-session.ts'
import { type Condition, emailKey } from './selector-sql.ts'
import type { Profile, Row } from './session-row.ts'

/** Rows whose session goes on at a certain time; takes that time twice. */
const LIVE = 'ended_at IS NULL AND last_used_at + idle > ? AND absolute_end > ?'

const IDS_AT_ONCE = 10_000

/** The table of sessions: each statement once, and nothing that decides. */
export class SessionTable {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
  }

  insert(session: NewSession, now: EpochSeconds): void {
    const { organizationId, name, roles, groups } = session
    const profile: Profile = { organizationId, name, roles, groups, claims: session.claims }
    this.#sql.exec(
      `INSERT INTO sessions (id, host, subject, email, connection, scalekit_session, profile, user_agent, place,
         sealed_id_token, authenticated_at, begun_at, issued_at, email_key, opened_at, last_used_at, idle, parent, absolute_end)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
         min(?, coalesce((SELECT absolute_end FROM sessions WHERE id = ?), 9007199254740991)))`,
      session.id,
      session.host,
      session.subject,
      session.email ?? null,
      session.connectionId ?? null,
      session.scalekitSessionId ?? null,
      JSON.stringify(profile),
      session.userAgent ?? null,
      session.place ?? null,
      session.sealedIdToken,
      session.authenticatedAt,
      session.begunAt,
      session.issuedAt,
      session.email === undefined ? null : emailKey(session.email),
      now,
      now,
      session.idle,
      session.parent ?? null,
      after(now, session.absolute),
      session.parent ?? null,
    )
  }

  find(id: SessionId): Row | undefined {
    const [row] = this.#sql
      .exec<Row>(
        `SELECT subject, email, connection, scalekit_session, profile, generation, authenticated_at, begun_at, issued_at,
           last_used_at, idle, absolute_end, end_reason, parent
         FROM sessions WHERE id = ?`,
        id,
      )
      .toArray()
    return row
  }

  isLive(id: SessionId, now: EpochSeconds): boolean {
    return this.#exists({ sql: `id = ? AND ${LIVE}`, values: [id, now, now] })
  }

  /** Whether a condition means a session. */
  means(condition: Condition, id: SessionId): boolean {
    return this.#exists({ sql: `id = ? AND ${condition.sql}`, values: [id, ...condition.values] })
  }

  /** The last used first. What opened others is used whenever they are, and comes before them. */
  list(subject: string, now: EpochSeconds): SessionSummary[] {
    return this.#sql
      .exec<{
        id: string
        host: string
        user_agent: string | null
        place: string | null
        opened_at: number
        last_used_at: number
        parent: string | null
      }>(
        `SELECT id, host, user_agent, place, opened_at, last_used_at, parent FROM sessions
         WHERE subject = ? AND ${LIVE}
         ORDER BY last_used_at DESC, parent IS NOT NULL, opened_at DESC, rowid DESC`,
        subject,
        now,
        now,
      )
      .toArray()
      .map((row) => ({
        id: row.id as SessionId,
        host: row.host,
        userAgent: row.user_agent ?? undefined,
        place: row.place ?? undefined,
        openedAt: row.opened_at as EpochSeconds,
        lastUsedAt: row.last_used_at as EpochSeconds,
        parent: (row.parent ?? undefined) as SessionId | undefined,
      }))
  }

  /** Sessions that go on and that a condition means, the last opened first. @param below the place after which to go on */
  page(
    { sql, values }: Condition,
    below: number | undefined,
    limit: number,
    now: EpochSeconds,
  ): OperatorSession[] {
    return this.#sql
      .exec<{
        place: number
        id: string
        host: string
        subject: string
        email: string | null
        connection: string | null
        user_agent: string | null
        parent: string | null
        opened_at: number
        last_used_at: number
      }>(
        `SELECT rowid AS place, id, host, subject, email, connection, user_agent, parent, opened_at, last_used_at FROM sessions
         WHERE rowid < ? AND ${LIVE} AND (${sql}) ORDER BY rowid DESC LIMIT ?`,
        below ?? Number.MAX_SAFE_INTEGER,
        now,
        now,
        ...values,
        limit,
      )
      .toArray()
      .map((row) => ({
        id: row.id as SessionId,
        host: row.host,
        subject: row.subject,
        email: row.email ?? undefined,
        connectionId: row.connection ?? undefined,
        userAgent: row.user_agent ?? undefined,
        parent: (row.parent as SessionId | null) ?? undefined,
        openedAt: row.opened_at as EpochSeconds,
        lastUsedAt: row.last_used_at as EpochSeconds,
        place: row.place,
      }))
  }

  count({ sql, values }: Condition, now: EpochSeconds): number {
    const { count } = this.#sql
      .exec<{ count: number }>(
        `SELECT count(*) AS count FROM sessions WHERE ${LIVE} AND (${sql})`,
        now,
        now,
        ...values,
      )
      .one()
    return count
  }

  renew(id: SessionId, generation: number, lastUsedAt: number): void {
    this.#sql.exec(
      'UPDATE sessions SET generation = ?, last_used_at = ? WHERE id = ?',
      generation,
      lastUsedAt,
      id,
    )
  }

  /** Somebody used it. */
  touch(id: string, now: EpochSeconds): void {
    this.#sql.exec('UPDATE sessions SET last_used_at = max(last_used_at, ?) WHERE id = ?', now, id)
  }

  /** What one session opened goes over to another of the same person, and no further than that one may go. */
  passOn(from: SessionId, to: NewSession, now: EpochSeconds): void {
    this.#sql.exec(
      'UPDATE sessions SET parent = ?, absolute_end = min(absolute_end, ?) WHERE parent = ? AND subject = ?',
      to.id,
      after(now, to.absolute),
      from,
      to.subject,
    )
  }

  /** It is of no use to anybody else, and is kept no longer than its session. */
  idTokenOf(id: SessionId): SealedIdToken | undefined {
    const [live] = this.#sql
      .exec<{ sealed_id_token: ArrayBuffer }>(
        'SELECT sealed_id_token FROM sessions WHERE id = ? AND ended_at IS NULL',
        id,
      )
      .toArray()
    return live && { of: id, sealed: new Uint8Array(live.sealed_id_token) }
  }

  /**
   * Ends every session that a condition means, and with each those that it opened.
   *
   * @returns all that ended
   */
  endWhere({ sql, values }: Condition, reason: EndReason, now: EpochSeconds): string[] {
    const end = (condition: string, ...bindings: readonly SqlStorageValue[]): string[] =>
      this.#sql
        .exec<{ id: string }>(
          `UPDATE sessions SET ended_at = ?, end_reason = ?, sealed_id_token = x''
           WHERE ended_at IS NULL AND ${condition} RETURNING id`,
          now,
          reason,
          ...bindings,
        )
        .toArray()
        .map(({ id }) => id)
    const ended = end(sql, ...values)
    if (ended.length === 0) return []
    const all = [...ended]
    // SQLite takes no text over 2 MB in a Durable Object, and a large organization has more IDs than that.
    for (let at = 0; at < ended.length; at += IDS_AT_ONCE) {
      const parents = JSON.stringify(ended.slice(at, at + IDS_AT_ONCE))
      all.push(...end('parent IN (SELECT value FROM json_each(?))', parents))
    }
    return all
  }

  delete(id: SessionId): void {
    this.#sql.exec('DELETE FROM sessions WHERE id = ?', id)
  }

  /** Compared with the column as it is, so that the index finds them. @param past an absolute limit */
  deleteExpired(past: number): void {
    this.#sql.exec('DELETE FROM sessions WHERE absolute_end <= ?', past)
  }

  #exists({ sql, values }: Condition): boolean {
    return this.#sql.exec(`SELECT 1 FROM sessions WHERE ${sql}`, ...values).toArray().length > 0
  }
}

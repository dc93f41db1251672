import { DurableObject } from 'cloudflare:workers'
import { after, type EpochSeconds, epochSeconds, seconds } from '../time.ts'
import { advance } from './generation.ts'
import type {
  Ended,
  EndReason,
  NewSession,
  Refreshed,
  SessionSelector,
  SessionSummary,
} from './registered-session.ts'
import type { Person, SessionId } from './session.ts'

/** What of a person has no column of its own; as JSON. */
type Profile = Pick<Person, 'organizationId' | 'name' | 'roles' | 'groups'>

interface Row extends Record<string, SqlStorageValue> {
  subject: string
  email: string | null
  connection: string | null
  profile: string
  generation: number
  authenticated_at: number
  last_used_at: number
  idle: number
  absolute_end: number
  end_reason: string | null
}

/** A row is kept this long past its absolute limit, so that clocks that differ do not matter. */
const RETENTION = seconds(60)

/** Each entry brings the schema from the version of its index to the next; entries are added, never changed. */
const MIGRATIONS = [
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
]

/** Rows whose session goes on at a certain time; takes that time twice. */
const LIVE = 'ended_at IS NULL AND last_used_at + idle > ? AND absolute_end > ?'

/**
 * The registry of one tenant's sessions. An object runs one event at a time, and what a method writes between two awaits is
 * stored together or not at all, so a refresh is atomic and an end is final; KV could promise neither. Times come from the
 * caller: a session is judged by the clock of the request.
 */
export class OrganizationSessions extends DurableObject {
  readonly #sql: SqlStorage

  constructor(state: DurableObjectState, env: object) {
    super(state, env)
    this.#sql = state.storage.sql
    state.storage.transactionSync(() => this.#migrate())
  }

  /** Records a new session at generation 1, and ends the one it replaces. */
  async open(session: NewSession, now: EpochSeconds): Promise<void> {
    this.ctx.storage.transactionSync(() => {
      if (session.replaces !== undefined) this.#endRow(session.replaces, 'replaced', now)
      this.#insert(session, now)
    })
    await this.#scheduleCleanUp()
  }

  /**
   * Renews a session. One caller wins each generation, everybody who came with it gets the same answer; see generation.ts.
   * A refresh token from before the last two ends the session for all who hold it.
   */
  refresh(id: SessionId, generation: number, now: EpochSeconds): Refreshed {
    const row = this.#find(id)
    if (row === undefined) return { kind: 'ended', reason: 'unknown' }
    if (row.end_reason !== null) return { kind: 'ended', reason: row.end_reason as EndReason }
    if (endsAt(row) <= now) return { kind: 'ended', reason: 'limit' }
    const advanced = advance(row.generation, generation)
    if (advanced.kind === 'reuse') {
      this.#endRow(id, 'reuse', now)
      return { kind: 'reuse', subject: row.subject }
    }
    // A request that was slower than another must not set the clock back.
    const lastUsedAt = Math.max(row.last_used_at, now)
    this.#sql.exec(
      'UPDATE sessions SET generation = ?, last_used_at = ? WHERE id = ?',
      advanced.generation,
      lastUsedAt,
      id,
    )
    return {
      kind: 'renewed',
      generation: advanced.generation,
      session: {
        ...personOf(row),
        authenticatedAt: row.authenticated_at as EpochSeconds,
        endsAt: endsAt({ ...row, last_used_at: lastUsedAt }),
      },
    }
  }

  /** Whether a session goes on, for rules that ask each time. */
  isLive(id: SessionId, now: EpochSeconds): boolean {
    return (
      this.#sql.exec(`SELECT 1 FROM sessions WHERE id = ? AND ${LIVE}`, id, now, now).toArray().length > 0
    )
  }

  /** Ends a session. Ending it again changes nothing. @returns `undefined` if it is not known here any more */
  end(id: SessionId, reason: EndReason, now: EpochSeconds): Ended | undefined {
    const sealed = this.#endRow(id, reason, now)
    const subject = this.#find(id)?.subject
    if (subject === undefined) return undefined
    return { subject, sealedIdToken: sealed, others: this.list(subject, now).length }
  }

  /**
   * Ends every session that matches and was opened at or before a time: an event that arrives late, or out of order, does
   * not touch whoever signed in after it occurred.
   *
   * @returns how many were ended by this call
   */
  endWhere(selector: SessionSelector, reason: EndReason, occurredAt: EpochSeconds): number {
    const conditions: [condition: string, value: string | undefined][] = [
      ['id = ?', selector.id],
      ['subject = ?', selector.subject],
      ['lower(email) = lower(?)', selector.email],
      ["substr(subject, instr(subject, ';') + 1) = ?", selector.idpUserId],
      ['connection = ?', selector.connectionId],
      ['scalekit_session = ?', selector.scalekitSessionId],
      ['id <> ?', selector.except],
    ]
    const used = conditions.filter(([, value]) => value !== undefined)
    if (used.length === 0 && selector.everyone !== true) throw new TypeError('A selector without a key')
    const where = ['ended_at IS NULL', 'opened_at <= ?', ...used.map(([condition]) => condition)].join(
      ' AND ',
    )
    const ended = this.#sql
      .exec<{ id: string }>(
        `UPDATE sessions SET ended_at = ?, end_reason = ?, sealed_id_token = x'' WHERE ${where} RETURNING id`,
        occurredAt,
        reason,
        occurredAt,
        ...used.map(([, value]) => value ?? null),
      )
      .toArray()
    for (const { id } of ended) this.#tellWatchers(id)
    return ended.length
  }

  /** The sessions of a person that go on, the last used first. */
  list(subject: string, now: EpochSeconds): SessionSummary[] {
    return this.#sql
      .exec<{
        id: string
        host: string
        user_agent: string | null
        place: string | null
        opened_at: number
        last_used_at: number
      }>(
        `SELECT id, host, user_agent, place, opened_at, last_used_at FROM sessions
         WHERE subject = ? AND ${LIVE} ORDER BY last_used_at DESC`,
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
      }))
  }

  /**
   * Accepts a socket of somebody who wants to know when a session ends: it is closed at that moment. Nothing is sent and
   * nobody has to ask, and the object sleeps meanwhile. 410 if the session does not go on.
   *
   * @see watchRequest in session-watch.ts
   */
  override fetch(request: Request): Response {
    const query = new URL(request.url).searchParams
    const id = query.get('id') as SessionId
    const row = this.#find(id)
    const until = row === undefined || row.end_reason !== null ? 0 : endsAt(row)
    if (until <= Number(query.get('now'))) return new Response(null, { status: 410 })
    const { 0: watcher, 1: held } = new WebSocketPair()
    this.ctx.acceptWebSocket(held, [id])
    return new Response(null, { status: 101, webSocket: watcher, headers: { 'Ends-At': String(until) } })
  }

  /** Answers, for the deep health check. */
  ping(): void {}

  /** Deletes what has expired, and comes back when the next session does. */
  override async alarm(): Promise<void> {
    // Compared with the column as it is, so that the index finds them.
    const past = epochSeconds(Date.now()) - RETENTION
    this.#sql.exec('DELETE FROM sessions WHERE absolute_end <= ?', past)
    await this.#scheduleCleanUp()
  }

  #insert(session: NewSession, now: EpochSeconds): void {
    const { organizationId, name, roles, groups } = session
    const profile: Profile = { organizationId, name, roles, groups }
    this.#sql.exec(
      `INSERT INTO sessions (id, host, subject, email, connection, scalekit_session, profile, user_agent, place,
         sealed_id_token, authenticated_at, opened_at, last_used_at, idle, absolute_end)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      now,
      now,
      session.idle,
      after(now, session.absolute),
    )
  }

  #find(id: SessionId): Row | undefined {
    const [row] = this.#sql
      .exec<Row>(
        'SELECT subject, email, connection, profile, generation, authenticated_at, last_used_at, idle, absolute_end, end_reason FROM sessions WHERE id = ?',
        id,
      )
      .toArray()
    return row
  }

  /** @returns the sealed ID token, which is of no use to anybody else and is kept no longer */
  #endRow(id: SessionId, reason: EndReason, now: EpochSeconds): Uint8Array<ArrayBuffer> | undefined {
    const [live] = this.#sql
      .exec<{ sealed_id_token: ArrayBuffer }>(
        'SELECT sealed_id_token FROM sessions WHERE id = ? AND ended_at IS NULL',
        id,
      )
      .toArray()
    if (live === undefined) return undefined
    this.#sql.exec(
      "UPDATE sessions SET ended_at = ?, end_reason = ?, sealed_id_token = x'' WHERE id = ?",
      now,
      reason,
      id,
    )
    this.#tellWatchers(id)
    return new Uint8Array(live.sealed_id_token)
  }

  #tellWatchers(id: string): void {
    for (const watcher of this.ctx.getWebSockets(id)) watcher.close(1000, 'ended')
  }

  /** An alarm that is set already is early enough: nothing opened later ends before it, or it waits for the next one. */
  async #scheduleCleanUp(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) !== null) return
    const [next] = this.#sql
      .exec<{ at: number | null }>('SELECT min(absolute_end) AS at FROM sessions')
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

const endsAt = ({
  last_used_at,
  idle,
  absolute_end,
}: Pick<Row, 'last_used_at' | 'idle' | 'absolute_end'>): EpochSeconds =>
  Math.min(last_used_at + idle, absolute_end) as EpochSeconds

/** JSON leaves out what is `undefined`; a person has every key. */
function personOf({ subject, email, connection, profile }: Row): Person {
  const { organizationId, name, roles, groups } = JSON.parse(profile) as Profile
  return {
    subject,
    organizationId,
    connectionId: connection ?? undefined,
    email: email ?? undefined,
    name,
    roles,
    groups,
  }
}

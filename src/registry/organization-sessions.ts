import { DurableObject } from 'cloudflare:workers'
import { after, type EpochSeconds, epochSeconds, minutes, seconds } from '../base/time.ts'
import type { SessionId } from '../tokens/session.ts'
import { advance } from './generation.ts'
import { OperatorRequestTable } from './operator-request-table.ts'
import type {
  Acted,
  Actor,
  EndReason,
  NewSession,
  Opened,
  OperatorSession,
  OwnCommand,
  Refreshed,
  SessionSelector,
  SessionSummary,
  Vouched,
} from './registered-session.ts'
import { migrate } from './registry-schema.ts'
import { begunBy, RevocationTable } from './revocation-table.ts'
import { allOf, type Condition, conditionOf } from './selector-sql.ts'
import { endsAt, goesOn, personOf } from './session-row.ts'
import { SessionTable } from './session-table.ts'

/** A row is kept this long past its absolute limit, so that clocks that differ do not matter. */
const RETENTION = seconds(60)

/** An event is dated by a clock that may be ahead of ours; one from further in the future would lock everybody out until then. */
const MAX_AHEAD = minutes(5)

/** Of one person: far more than browsers and devices, and few enough to be listed. */
const MAX_SESSIONS = 50

/**
 * The registry of one registrant's sessions. An object runs one event at a time, and what a method writes between two awaits is
 * stored together or not at all, so a refresh is atomic and an end is final; KV could promise neither. Times come from the
 * caller: a session is judged by the clock of the request.
 */
export class OrganizationSessions extends DurableObject {
  readonly #sql: SqlStorage
  readonly #sessions: SessionTable
  readonly #revocations: RevocationTable
  readonly #operatorRequests: OperatorRequestTable

  constructor(state: DurableObjectState, env: object) {
    super(state, env)
    this.#sql = state.storage.sql
    this.#sessions = new SessionTable(this.#sql)
    this.#revocations = new RevocationTable(this.#sql)
    this.#operatorRequests = new OperatorRequestTable(this.#sql)
    state.storage.transactionSync(() => migrate(this.#sql))
  }

  /**
   * Records a new session at generation 1, and ends the one it replaces; of more than {@link MAX_SESSIONS} of a person the longest
   * unused ends too. What the replaced one was the parent of goes over to the new one where that is of the same person, and ends
   * with it otherwise.
   */
  async open(session: NewSession, now: EpochSeconds): Promise<Opened> {
    const opened = this.ctx.storage.transactionSync((): Opened => {
      if (session.parent !== undefined) {
        if (this.#sessions.find(session.id) !== undefined) return { kind: 'repeated' }
        if (!this.#isParentOf(session.parent, session, now)) return { kind: 'parent_ended' }
      }
      this.#sessions.insert(session, now)
      const revoked = this.#applyRemembered(session, now)
      if (revoked !== undefined) {
        this.#sessions.delete(session.id)
        return { kind: 'revoked', reason: revoked }
      }
      if (session.parent !== undefined) this.#sessions.touch(session.parent, now)
      if (session.replaces !== undefined) {
        this.#sessions.passOn(session.replaces, session, now)
        this.#endRow(session.replaces, 'replaced', now)
      }
      // With the session that it stands on it would end itself.
      const kept = session.parent === undefined ? [session.id] : [session.id, session.parent]
      const others = this.#sessions.list(session.subject, now).filter(({ id }) => !kept.includes(id))
      for (const { id } of others.slice(MAX_SESSIONS - kept.length)) this.#endRow(id, 'surplus', now)
      return { kind: 'opened' }
    })
    await this.#scheduleCleanUp()
    return opened
  }

  /**
   * Renews a session. One caller wins each generation, everybody who came with it gets the same answer; see generation.ts.
   * A refresh token from before the last two ends the session for all who hold it.
   */
  refresh(id: SessionId, generation: number, now: EpochSeconds): Refreshed {
    const row = this.#sessions.find(id)
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
    this.#sessions.renew(id, advanced.generation, lastUsedAt)
    if (row.parent !== null) this.#sessions.touch(row.parent, now)
    return {
      kind: 'renewed',
      generation: advanced.generation,
      ...(advanced.kind === 'again' && { again: true }),
      session: {
        ...personOf(row),
        authenticatedAt: row.authenticated_at as EpochSeconds,
        endsAt: endsAt({ ...row, last_used_at: lastUsedAt }),
        until: row.absolute_end as EpochSeconds,
      },
    }
  }

  /** Whether a session goes on, for rules that ask each time. */
  isLive(id: SessionId, now: EpochSeconds): boolean {
    return this.#sessions.isLive(id, now)
  }

  /**
   * What the login host may tell a site of somebody who is signed in there.
   *
   * @returns `undefined` if the session does not go on
   */
  vouch(actor: Actor, now: EpochSeconds): Vouched | undefined {
    const row = this.#authorize(actor, now) && this.#sessions.find(actor.id)
    if (row === undefined) return undefined
    this.#sessions.touch(actor.id, now)
    return {
      ...personOf(row),
      scalekitSessionId: row.scalekit_session ?? undefined,
      authenticatedAt: row.authenticated_at as EpochSeconds,
      begunAt: row.begun_at as EpochSeconds,
      issuedAt: row.issued_at as EpochSeconds,
      endsAt: endsAt({ ...row, last_used_at: Math.max(row.last_used_at, now) }),
      until: row.absolute_end as EpochSeconds,
    }
  }

  /**
   * Does what the holder of a session asks for. Only a session that goes on has this authority, whatever tokens of it are still
   * around.
   *
   * @returns `undefined` if it does not go on: then nothing happened
   */
  act(actor: Actor, command: OwnCommand, now: EpochSeconds): Acted | undefined {
    return this.ctx.storage.transactionSync(() => {
      const authorized = this.#authorize(actor, now)
      if (authorized === undefined) return undefined
      const { subject, parent } = authorized
      let ended = 0
      let idToken: Acted['idToken']
      switch (command.kind) {
        case 'list':
          break
        case 'end':
          ended = this.endWhere({ subject, id: command.id }, 'user_ended', now)
          break
        case 'end_others':
          // Without its parent the session itself would end.
          ended = this.endWhere(
            { subject, except: parent === undefined ? [actor.id] : [actor.id, parent] },
            'user_ended',
            now,
          )
          break
        case 'sign_out':
          // At the login host the browser stays signed in, there and at Scalekit, unless everything ends.
          if (parent === undefined || command.everywhere)
            idToken = this.#sessions.idTokenOf(parent ?? actor.id)
          ended = this.#endRow(actor.id, 'logout', now)
          if (command.everywhere) ended += this.endWhere({ subject }, 'logout', now)
      }
      return { subject, ended, goOn: this.#sessions.list(subject, now), idToken }
    })
  }

  /** Ends a session that its browser has given up for another, which is registered elsewhere. */
  replace(id: SessionId, now: EpochSeconds): void {
    this.#endRow(id, 'replaced', now)
  }

  /**
   * Ends every session that a selector means, on the word of somebody who has been asked already: another registry of the same
   * registrant, by {@link act}.
   *
   * @returns how many were ended by this call
   */
  endWhere(selector: SessionSelector, reason: EndReason, now: EpochSeconds): number {
    return this.#endAll(conditionOf(selector), reason, now)
  }

  /** The sessions of a person that go on, the last used first, on the word of {@link act} of another registry. */
  sessionsOf(subject: string, now: EpochSeconds): SessionSummary[] {
    return this.#sessions.list(subject, now)
  }

  /**
   * Takes access away, on the word of Scalekit or an operator: ends the sessions that any of the selectors means and whose login began at
   * or before a time, so that an event that arrives late does not touch whoever signed in since. It is remembered for as long as a login
   * may be under way that began before it.
   *
   * @param occurredAt by Scalekit's clock. An operator means whatever is open, so of theirs it counts for logins under way alone
   * @returns how many were ended by this call
   */
  async revoke(
    selectors: readonly SessionSelector[],
    reason: EndReason,
    occurredAt: EpochSeconds,
    now: EpochSeconds,
  ): Promise<number> {
    const at = Math.min(occurredAt, after(now, MAX_AHEAD)) as EpochSeconds
    const ended = this.ctx.storage.transactionSync(() => {
      let count = 0
      for (const selector of selectors) {
        const meant = conditionOf(selector)
        const byNow = reason === 'operator_ended' ? meant : allOf(meant, begunBy(reason, at))
        count += this.#endAll(byNow, reason, now)
        // No login that is still under way opens a session that had an ID already.
        if (selector.id === undefined) this.#revocations.remember({ selector, reason, occurredAt: at }, now)
      }
      return count
    })
    await this.#scheduleCleanUp()
    return ended
  }

  /**
   * Uses up an operator's request, once.
   *
   * @param expiresAt of the request, after which it would not be believed anyway
   * @returns whether it is the first time
   */
  async useRequest(id: string, expiresAt: EpochSeconds): Promise<boolean> {
    const { isFirst, forgetAt } = this.#operatorRequests.use(id, expiresAt)
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(forgetAt * 1000)
    return isFirst
  }

  /** Sessions that go on, the last opened first, of those below a place. On the word of an operator. */
  sessionsWhere(
    selector: SessionSelector,
    below: number | undefined,
    limit: number,
    now: EpochSeconds,
  ): OperatorSession[] {
    return this.#sessions.page(conditionOf(selector), below, limit, now)
  }

  /** How many sessions go on of those that a selector means. On the word of an operator. */
  countWhere(selector: SessionSelector, now: EpochSeconds): number {
    return this.#sessions.count(conditionOf(selector), now)
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
    const row = this.#sessions.find(id)
    if (!goesOn(row, Number(query.get('now')) as EpochSeconds)) return new Response(null, { status: 410 })
    const { 0: watcher, 1: held } = new WebSocketPair()
    this.ctx.acceptWebSocket(held, [id])
    return new Response(null, {
      status: 101,
      webSocket: watcher,
      headers: { 'Ends-At': String(endsAt(row)) },
    })
  }

  /** Answers, for the deep health check. */
  ping(): void {}

  /** Deletes what has expired, and comes back when the next session does. */
  override async alarm(): Promise<void> {
    const now = epochSeconds(Date.now())
    this.#sessions.deleteExpired(now - RETENTION)
    this.#revocations.deleteExpired(now)
    // Operators ask rarely: nothing but the alarm looks at their requests.
    await this.#scheduleCleanUp(this.#operatorRequests.deleteExpired(now))
  }

  /** Whether a session may be opened on the word of another: of the same person, and one that goes on. */
  #isParentOf(id: SessionId, { subject }: NewSession, now: EpochSeconds): boolean {
    const row = this.#sessions.find(id)
    return goesOn(row, now) && row.subject === subject
  }

  /**
   * Whose word a command is.
   *
   * @returns the subject and the parent, or `undefined` where the session does not go on. A refresh token that its holder has moved on from is a
   *   copy, and ends the session as it would at a renewal.
   */
  #authorize(
    { id, generation }: Actor,
    now: EpochSeconds,
  ): { readonly subject: string; readonly parent: SessionId | undefined } | undefined {
    const row = this.#sessions.find(id)
    if (!goesOn(row, now)) return undefined
    if (generation !== undefined && advance(row.generation, generation).kind === 'reuse') {
      this.#endRow(id, 'reuse', now)
      return undefined
    }
    return { subject: row.subject, parent: (row.parent as SessionId | null) ?? undefined }
  }

  /**
   * What was taken away while the login was under way. Where that is no more than roles, the login stands and its session ends at once,
   * so that it is renewed by another login.
   *
   * @returns why the login opens nothing, where it does not
   */
  #applyRemembered(session: NewSession, now: EpochSeconds): EndReason | undefined {
    const reasons = this.#revocations
      .of(session, now)
      .filter(({ selector, reason, occurredAt }) =>
        this.#sessions.means(allOf(conditionOf(selector), begunBy(reason, occurredAt)), session.id),
      )
      .map(({ reason }) => reason)
    const taken = reasons.find((reason) => reason !== 'roles_changed')
    if (taken === undefined && reasons.length > 0) this.#endRow(session.id, 'roles_changed', now)
    return taken
  }

  #endRow(id: SessionId, reason: EndReason, now: EpochSeconds): number {
    return this.#endAll({ sql: 'id = ?', values: [id] }, reason, now)
  }

  /** @returns how many ended, with those that were opened by them */
  #endAll(condition: Condition, reason: EndReason, now: EpochSeconds): number {
    const ended = this.#sessions.endWhere(condition, reason, now)
    for (const id of ended) for (const watcher of this.ctx.getWebSockets(id)) watcher.close(1000, 'ended')
    return ended.length
  }

  /**
   * An alarm that is set already is early enough: nothing that comes later has to go before it, or it waits for the next one.
   *
   * @param also another time at which something is to be deleted
   */
  async #scheduleCleanUp(also?: EpochSeconds): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) !== null) return
    const { at } = this.#sql
      .exec<{ at: number | null }>(
        `SELECT min(at) AS at FROM (
           SELECT min(absolute_end) + ${RETENTION} AS at FROM sessions UNION ALL SELECT min(forget_at) FROM revocations)`,
      )
      .one()
    const next = Math.min(at ?? Number.POSITIVE_INFINITY, also ?? Number.POSITIVE_INFINITY)
    if (Number.isFinite(next)) await this.ctx.storage.setAlarm(next * 1000)
  }
}

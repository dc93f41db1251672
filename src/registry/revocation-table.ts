import { after, type EpochSeconds, minutes } from '../base/time.ts'
import type { EndReason, NewSession, SessionSelector } from './registered-session.ts'
import { type Condition, topicOf, topicsOf } from './selector-sql.ts'

/** Longer than a login can be under way (ten minutes), with a question to its owner at the end (ten more). */
const MEMORY = minutes(30)

/** Access that was taken away while logins may have been under way. */
export interface Revocation {
  readonly selector: SessionSelector
  readonly reason: EndReason
  /** By Scalekit's clock. */
  readonly occurredAt: EpochSeconds
}

/** The table of revocations: each statement once, and nothing that decides. */
export class RevocationTable {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
  }

  remember({ selector, reason, occurredAt }: Revocation, now: EpochSeconds): void {
    this.#sql.exec(
      `INSERT INTO revocations VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
         occurred_at = max(occurred_at, excluded.occurred_at), forget_at = max(forget_at, excluded.forget_at)`,
      topicOf(selector),
      JSON.stringify(selector),
      reason,
      occurredAt,
      after(Math.max(occurredAt, now) as EpochSeconds, MEMORY),
    )
  }

  /** Those that may mean a session, and are not from before its login. */
  of(session: NewSession, now: EpochSeconds): Revocation[] {
    const topics = topicsOf(session)
    return this.#sql
      .exec<{ selector: string; reason: string; occurred_at: EpochSeconds }>(
        `SELECT selector, reason, occurred_at FROM revocations
         WHERE topic IN (${topics.map(() => '?').join(', ')}) AND occurred_at >= ? AND forget_at > ?`,
        ...topics,
        session.begunAt,
        now,
      )
      .toArray()
      .map(({ selector, reason, occurred_at: occurredAt }) => ({
        selector: JSON.parse(selector) as SessionSelector,
        reason: reason as EndReason,
        occurredAt,
      }))
  }

  deleteExpired(now: EpochSeconds): void {
    this.#sql.exec('DELETE FROM revocations WHERE forget_at <= ?', now)
  }
}

/**
 * Sessions from before a revocation, by Scalekit's clock. Roles are as they were when the ID token was issued; access has to be asked for
 * after it was taken away, and a token can be fetched late for a login from before.
 */
export const begunBy = (reason: EndReason, occurredAt: EpochSeconds): Condition => ({
  sql: reason === 'roles_changed' ? 'issued_at <= ?' : 'begun_at <= ?',
  values: [occurredAt],
})

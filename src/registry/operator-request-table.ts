import { after, type EpochSeconds, minutes } from '../base/time.ts'

/** A request is remembered for so long past its end: longer than clocks of two places are apart. */
const MEMORY = minutes(10)

/** The table of operators' requests that were used. */
export class OperatorRequestTable {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
  }

  /** @returns whether it is the first time, and when it may be forgotten */
  use(id: string, expiresAt: EpochSeconds): { readonly isFirst: boolean; readonly forgetAt: EpochSeconds } {
    const forgetAt = after(expiresAt, MEMORY)
    const inserted = this.#sql
      .exec('INSERT INTO operator_requests VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING id', id, forgetAt)
      .toArray()
    return { isFirst: inserted.length > 0, forgetAt }
  }

  /** @returns when the next one may be forgotten */
  deleteExpired(now: EpochSeconds): EpochSeconds | undefined {
    const first = this.#firstEnd()
    if (first === undefined || first > now) return first
    this.#sql.exec('DELETE FROM operator_requests WHERE forget_at <= ?', now)
    return this.#firstEnd()
  }

  #firstEnd(): EpochSeconds | undefined {
    const { at } = this.#sql
      .exec<{ at: EpochSeconds | null }>('SELECT min(forget_at) AS at FROM operator_requests')
      .one()
    return at ?? undefined
  }
}

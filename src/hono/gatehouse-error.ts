import { HTTPException } from 'hono/http-exception'
import type { PublicCode, PublicError } from '../pages/public-error.ts'
import type { Explanation } from '../pages/words/explanation.ts'

/**
 * A refusal, for `app.onError` of an app. Without one, or where it gives back `error.getResponse()`, people and scripts see what the gate
 * itself would have answered.
 */
export class GatehouseError extends HTTPException {
  override readonly name = 'GatehouseError'
  /** What people see, search for and report; see docs/errors.md. */
  readonly code: PublicCode
  /** Under which the log has the reason. */
  readonly reference: string

  /** What the page says, in whole sentences; that of `refuseLogin` is its `detail`. */
  readonly explanation: Explanation

  constructor(
    { status, code }: PublicError,
    explanation: Explanation,
    reference: string,
    response: Response,
  ) {
    super(status, { message: `${code} (reference ${reference})`, res: response })
    this.explanation = explanation
    this.code = code
    this.reference = reference
  }
}

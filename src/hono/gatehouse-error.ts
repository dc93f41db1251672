import { HTTPException } from 'hono/http-exception'
import type { PublicCode, PublicStatus } from '../pages/public-error.ts'

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

  constructor(status: PublicStatus, code: PublicCode, reference: string, response: Response) {
    super(status, { message: `${code} (reference ${reference})`, res: response })
    this.code = code
    this.reference = reference
  }
}

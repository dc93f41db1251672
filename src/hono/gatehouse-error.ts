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

  readonly #answer: () => Response

  /** @param answer what the gate says, to be asked for once */
  constructor(status: PublicStatus, code: PublicCode, reference: string, answer: () => Response) {
    super(status, { message: `${code} (reference ${reference})` })
    this.code = code
    this.reference = reference
    this.#answer = answer
  }

  override getResponse(): Response {
    return this.#answer()
  }
}

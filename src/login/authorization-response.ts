import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { EpochSeconds } from '../base/time.ts'
import { readParameters } from '../request/query-parameters.ts'
import { attributeIn, scalekitError } from '../scalekit/error-catalogue.ts'
import { checkTransaction, type LoginTransaction } from './login-transaction.ts'

/** The query of a callback, with every parameter at most once and of a size that can be real. */
export interface AuthorizationResponse {
  readonly state: string | undefined
  readonly code: string | undefined
  readonly error: string | undefined
  /** The attribute that a description of the error names. */
  readonly attribute?: string | undefined
  /** RFC 9207; Scalekit does not document it, so it is checked where it is there. */
  readonly iss: string | undefined
  readonly idpInitiatedLogin: string | undefined
}

/** A callback that passed every check: what the token request and the ID token's verification need. */
export interface AuthorizationGrant {
  readonly code: string
  readonly transaction: LoginTransaction
}

const PARAMETERS = {
  state: { pattern: /^[\x21-\x7e]{1,256}$/, expected: 'what this site sent' },
  code: { pattern: /^[\x21-\x7e]{1,2048}$/, expected: 'a code of visible characters' },
  error: { pattern: /^[\x20-\x7e]{1,256}$/, expected: 'an error code (RFC 6749 section 4.1.2.1)' },
  iss: { pattern: /^[\x21-\x7e]{1,256}$/, expected: 'the address of the sign-in service' },
  idp_initiated_login: { pattern: /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}$/, expected: 'a signed JWT' },
} as const

export function parseAuthorizationResponse(query: URLSearchParams): Result<AuthorizationResponse, Refusal> {
  const read = readParameters(query, PARAMETERS)
  if (!read.ok) return read
  const found = read.value
  return ok({
    state: found.state,
    code: found.code,
    error: found.error,
    attribute: attributeIn(query.get('error_description')),
    iss: found.iss,
    idpInitiatedLogin: found.idp_initiated_login,
  })
}

/**
 * Checks an authorization response against the login it answers.
 *
 * Order matters and is tested: lifetime, host, issuer, `error`, `code`.
 *
 * @param transaction the stored login, already removed from storage by the caller and opened with the browser's cookie
 * @param host        where the callback arrived
 * @see RFC 6749 sections 4.1.2 and 10.12, RFC 9207 section 2.4
 */
export function checkAuthorizationResponse(
  transaction: LoginTransaction,
  response: AuthorizationResponse,
  host: string,
  issuer: string,
  now: EpochSeconds,
): Result<AuthorizationGrant, Refusal> {
  const problem = checkTransaction(transaction, host, now)
  if (problem !== undefined) return err(problem)
  if (response.iss !== undefined && response.iss !== issuer) {
    return err({ reason: 'issuer_mismatch', issuer: response.iss })
  }
  if (response.error !== undefined) return err(scalekitRefusal(response.error, response.attribute))
  if (response.code === undefined) return err({ reason: 'code_missing' })
  return ok({ code: response.code, transaction })
}

/** An error of Scalekit's as a refusal. What was received is for the log; a page shows only codes we know. */
export const scalekitRefusal = (error: string, attribute?: string): Refusal => ({
  reason: 'scalekit_error',
  error: scalekitError(error),
  received: error.slice(0, 64),
  ...(error === 'mandatory_attribute_missing' && attribute !== undefined && { attribute }),
})

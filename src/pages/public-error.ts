import type { ScalekitCode } from '../base/evidence.ts'
import type { Concern, Refusal } from '../base/refusal.ts'

/** The codes people see, search for and report; documented in docs/errors.md. */
export type PublicCode =
  | 'access_denied'
  | 'bad_path'
  | 'bad_request'
  | 'code_rejected'
  | 'connection_mismatch'
  | 'id_token_invalid'
  | 'login_expired'
  | 'login_loop'
  | 'login_required'
  | 'login_unknown'
  | 'method_not_allowed'
  | 'misconfigured'
  | 'not_found'
  | 'operator_refused'
  | 'organization_mismatch'
  | 'rate_limited'
  | 'scalekit_error'
  | 'scalekit_unreachable'
  | 'session_too_large'
  | 'state_mismatch'
  | 'unavailable'
  | 'unknown_site'
  | 'upstream_unreachable'

export type PublicStatus = 400 | 401 | 403 | 404 | 405 | 413 | 421 | 429 | 431 | 502 | 503

/** How a refusal is answered in every language; the words are `explain`'s. */
export interface PublicError {
  readonly status: PublicStatus
  readonly code: PublicCode
  /** Whom the remedy is addressed to, if not the person who reads it. */
  readonly concerns?: Concern
  /** Whether starting the login again can help. */
  readonly retry?: boolean
  /** What a `Retry-After` header says, in seconds. */
  readonly retryAfter?: number
  readonly scalekitCode?: ScalekitCode
}

const STATE_MISMATCH: PublicError = { status: 400, code: 'state_mismatch', retry: true }
const MALFORMED_LINK: PublicError = { status: 400, code: 'bad_request', concerns: 'developer', retry: true }
const UNPROVEN: PublicError = { status: 403, code: 'id_token_invalid', concerns: 'operator', retry: true }
const UNVERIFIED_NOTICE: PublicError = { status: 400, code: 'bad_request', concerns: 'developer' }
const UNAVAILABLE: PublicError = { status: 503, code: 'unavailable', concerns: 'operator', retryAfter: 5 }

const PUBLIC_ERRORS: Readonly<Record<Refusal['reason'], PublicError>> = {
  url_ambiguous: { status: 400, code: 'bad_path' },
  rules_disagree: { status: 400, code: 'bad_path', concerns: 'operator' },
  site_unknown: { status: 421, code: 'unknown_site', concerns: 'developer' },
  site_lookups_limited: UNAVAILABLE,
  site_lookup_failed: UNAVAILABLE,
  route_unknown: { status: 404, code: 'not_found' },
  method_not_allowed: { status: 405, code: 'method_not_allowed', concerns: 'developer' },
  parameter_repeated: MALFORMED_LINK,
  parameter_invalid: MALFORMED_LINK,
  not_a_navigation: { status: 400, code: 'bad_request', concerns: 'developer', retry: true },
  rate_limited: { status: 429, code: 'rate_limited', retry: true, retryAfter: 60 },
  request_too_large: { status: 431, code: 'bad_request', retry: true },
  login_required: { status: 401, code: 'login_required', retry: true },
  login_loop: { status: 400, code: 'login_loop', concerns: 'operator', retry: true },
  requirement_unmet: { status: 403, code: 'access_denied', concerns: 'operator' },
  foreign_websocket: { status: 403, code: 'access_denied', concerns: 'developer' },
  foreign_request: { status: 403, code: 'access_denied', concerns: 'developer' },
  upstream_unreachable: { status: 502, code: 'upstream_unreachable', concerns: 'operator', retryAfter: 5 },
  state_missing: STATE_MISMATCH,
  code_missing: { status: 400, code: 'bad_request', retry: true },
  binding_cookie_missing: STATE_MISMATCH,
  transaction_unknown: { status: 400, code: 'login_unknown', retry: true },
  transaction_unreadable: STATE_MISMATCH,
  transaction_expired: { status: 400, code: 'login_expired', retry: true },
  transaction_of_other_host: STATE_MISMATCH,
  login_request_missing: { status: 400, code: 'bad_request' },
  login_request_invalid: { status: 400, code: 'state_mismatch' },
  login_request_expired: { status: 400, code: 'login_expired' },
  ticket_unreadable: STATE_MISMATCH,
  ticket_expired: { status: 400, code: 'login_expired', retry: true },
  ticket_of_other_host: STATE_MISMATCH,
  ticket_of_other_login: STATE_MISMATCH,
  ticket_repeated: { status: 400, code: 'login_unknown', retry: true },
  login_host_session_ended: { status: 400, code: 'login_unknown', retry: true },
  issuer_mismatch: UNPROVEN,
  scalekit_error: { status: 403, code: 'scalekit_error', retry: true },
  scalekit_unreachable: {
    status: 503,
    code: 'scalekit_unreachable',
    concerns: 'operator',
    retry: true,
    retryAfter: 5,
  },
  code_rejected: { status: 400, code: 'code_rejected', retry: true },
  client_rejected: { status: 502, code: 'scalekit_error', retry: true },
  token_response_invalid: UNPROVEN,
  id_token_invalid: UNPROVEN,
  idp_initiated_invalid: UNPROVEN,
  organization_mismatch: { status: 403, code: 'organization_mismatch', concerns: 'operator' },
  connection_mismatch: { status: 403, code: 'connection_mismatch', concerns: 'operator' },
  access_withdrawn: { status: 403, code: 'access_denied', concerns: 'admin', retry: true },
  login_declined: { status: 403, code: 'access_denied', concerns: 'operator' },
  session_too_large: { status: 403, code: 'session_too_large', concerns: 'admin', retry: true },
  registry_unreachable: UNAVAILABLE,
  session_not_found: { status: 404, code: 'not_found' },
  cross_site_request: { status: 403, code: 'access_denied' },
  portal_without_organization: { status: 403, code: 'access_denied' },
  portal_limited: { status: 429, code: 'rate_limited', retryAfter: 60 },
  management_unreachable: {
    status: 503,
    code: 'scalekit_unreachable',
    concerns: 'operator',
    retryAfter: 5,
  },
  management_limited: { status: 503, code: 'unavailable', retryAfter: 60 },
  management_refused: { status: 502, code: 'scalekit_error', concerns: 'operator' },
  webhook_invalid: UNVERIFIED_NOTICE,
  logout_token_invalid: UNVERIFIED_NOTICE,
  operator_request_malformed: { status: 400, code: 'bad_request', concerns: 'operator' },
  operator_request_invalid: { status: 401, code: 'operator_refused', concerns: 'operator' },
  operator_request_repeated: { status: 401, code: 'operator_refused', concerns: 'operator' },
  body_too_large: { status: 413, code: 'bad_request', concerns: 'developer' },
  misconfigured: { status: 503, code: 'misconfigured', concerns: 'operator' },
  fault: UNAVAILABLE,
}

/** What is public of a refusal besides words; the log gets the refusal itself. */
export function toPublicError(refusal: Refusal): PublicError {
  const error = PUBLIC_ERRORS[refusal.reason]
  switch (refusal.reason) {
    case 'scalekit_error':
    case 'client_rejected':
      return { ...error, concerns: refusal.error.concerns, scalekitCode: refusal.error.code }
    case 'access_withdrawn':
      return refusal.cause === 'operator_ended' ? { ...error, concerns: 'operator' } : error
    default:
      return error
  }
}

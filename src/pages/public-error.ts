import type { Concern, Refusal } from '../base/refusal.ts'
import { describeDenial } from './denial.ts'

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

/** What the browser sees of a refusal: plain words and a remedy, never the evidence. */
export interface PublicError {
  readonly status: PublicStatus
  readonly code: PublicCode
  readonly title: string
  readonly detail: string
  readonly remedy: string
  /** What usually lies behind it, most often first. */
  readonly causes?: readonly string[]
  /** Whom the remedy is addressed to, if not the person who reads it. */
  readonly concerns?: Concern
  /** Whether starting the login again can help. */
  readonly retry?: boolean
  readonly scalekitCode?: string
  /** What a `Retry-After` header says, in seconds. */
  readonly retryAfter?: number
}

const SIGN_IN_AGAIN = 'Sign in again from this page.'

/**
 * The public face of every refusal; the log gets the refusal itself.
 *
 * @param explainsDenials whether the site says what a rule would accept; see `describeDenial`
 */
export function toPublicError(refusal: Refusal, explainsDenials = false): PublicError {
  switch (refusal.reason) {
    case 'url_ambiguous':
      return {
        status: 400,
        code: 'bad_path',
        title: 'This address is ambiguous',
        detail: `It contains ${refusal.part}.`,
        remedy: 'Correct the link.',
      }
    case 'rules_disagree':
      return {
        status: 400,
        code: 'bad_path',
        title: 'This address is ambiguous',
        detail: 'Servers read it in more than one way, and this site treats those differently.',
        remedy:
          'Correct the link. If it has to be like this, give the reference below to whoever runs this site.',
        concerns: 'operator',
      }
    case 'site_unknown':
      return {
        status: 421,
        code: 'unknown_site',
        title: 'No site is configured for this host',
        detail: 'The configuration of Gatehouse does not have it.',
        remedy: "Add the host to `sites` in gatehouse.config.ts, or add '*' as the last resort.",
        concerns: 'developer',
      }
    case 'route_unknown':
      return {
        status: 404,
        code: 'not_found',
        title: 'There is nothing at this address',
        detail: 'Sign-in has no such page.',
        remedy: 'Correct the link.',
      }
    case 'method_not_allowed':
      return {
        status: 405,
        code: 'method_not_allowed',
        title: 'This address does not accept that kind of request',
        detail: `It answers ${refusal.allow} only.`,
        remedy: 'Open it as a page.',
        concerns: 'developer',
      }
    case 'parameter_repeated':
    case 'parameter_invalid':
      return {
        status: 400,
        code: 'bad_request',
        title: 'This link is malformed',
        detail: `The parameter “${refusal.parameter}” ${'expected' in refusal ? `should be ${refusal.expected}` : 'is there more than once'}.`,
        remedy: 'Correct the link.',
        concerns: 'developer',
        retry: true,
      }
    case 'not_a_navigation':
      return {
        status: 400,
        code: 'bad_request',
        title: 'Signing in needs a page of its own',
        detail: 'The browser asked for this address as part of another page.',
        remedy: 'Open it in a window, for instance by `location.assign(login_url)`.',
        concerns: 'developer',
        retry: true,
      }
    case 'rate_limited':
      return {
        status: 429,
        code: 'rate_limited',
        title: 'Too many sign-ins from your network',
        detail: 'More came within a minute than this site accepts.',
        remedy: 'Wait a minute, then sign in again.',
        retry: true,
        retryAfter: 60,
      }
    case 'login_required':
      return {
        status: 401,
        code: 'login_required',
        title: 'Sign in to continue',
        detail: 'You are not signed in, or your session has ended.',
        remedy: 'Sign in, then try again. A script opens `login_url` as a page.',
        retry: true,
      }
    case 'login_loop':
      return {
        status: 400,
        code: 'login_loop',
        title: 'Signing in keeps starting over',
        detail: 'Three sign-ins within a minute did not open the page.',
        causes: [
          'The browser does not keep the cookies of this site.',
          'The sign-in was given up.',
          'The page asks for a recent sign-in, and an older one was used.',
        ],
        remedy: 'Allow cookies for this site, then sign in again. If it lasts, tell whoever runs this site.',
        concerns: 'operator',
        retry: true,
      }
    case 'request_too_large':
      return {
        status: 431,
        code: 'bad_request',
        title: 'This request carries too much',
        detail: `Its ${refusal.part} is longer than ${refusal.limit} bytes.`,
        remedy: 'Delete the cookies of this site, or use a shorter link.',
        retry: true,
      }
    case 'requirement_unmet':
      return {
        status: 403,
        code: 'access_denied',
        title: 'You do not have access to this page',
        detail: `You are signed in as ${refusal.who}. ${describeDenial(refusal.unmet, explainsDenials)}`,
        remedy: 'Switch account, or ask whoever runs this site.',
      }
    case 'foreign_websocket':
      return {
        status: 403,
        code: 'access_denied',
        title: 'Another site may not connect',
        detail: 'A page of another origin asked for a WebSocket.',
        remedy: 'Open it from a page of this site.',
        concerns: 'developer',
      }
    case 'upstream_unreachable':
      return {
        status: 502,
        code: 'upstream_unreachable',
        title: 'The server of this page does not answer',
        detail: 'It could not be reached.',
        remedy: 'Try again in a moment. If it lasts, tell whoever runs this site.',
        concerns: 'operator',
        retryAfter: 5,
      }
    case 'state_missing':
    case 'binding_cookie_missing':
    case 'transaction_unreadable':
    case 'transaction_of_other_host':
      return {
        status: 400,
        code: 'state_mismatch',
        title: 'This sign-in was not started here',
        detail:
          'It was started in another browser or window, it was left open for more than ten minutes, or cookies are blocked.',
        remedy: `Allow cookies for this site. ${SIGN_IN_AGAIN}`,
        retry: true,
      }
    case 'code_missing':
      return {
        status: 400,
        code: 'bad_request',
        title: 'This sign-in is incomplete',
        detail: 'It carries neither a code nor an error.',
        remedy: SIGN_IN_AGAIN,
        retry: true,
      }
    case 'transaction_unknown':
      return {
        status: 400,
        code: 'login_unknown',
        title: 'This sign-in is not known any more',
        detail: 'It was used already, or its record did not arrive in time, twice in a row.',
        remedy: SIGN_IN_AGAIN,
        retry: true,
      }
    case 'transaction_expired':
      return {
        status: 400,
        code: 'login_expired',
        title: 'This sign-in took too long',
        detail: 'A sign-in has ten minutes.',
        remedy: SIGN_IN_AGAIN,
        retry: true,
      }
    case 'scalekit_error':
    case 'client_rejected':
      return {
        status: refusal.reason === 'scalekit_error' ? 403 : 502,
        code: 'scalekit_error',
        title: 'Signing in did not work',
        detail: refusal.error.meaning,
        remedy: refusal.error.remedy,
        concerns: refusal.error.concerns,
        retry: true,
        scalekitCode: refusal.error.code,
      }
    case 'scalekit_unreachable':
      return {
        status: 503,
        code: 'scalekit_unreachable',
        title: 'The sign-in service does not answer',
        detail: 'It could not be reached in time.',
        remedy: 'Try again in a moment. If it lasts, tell whoever runs this site.',
        concerns: 'operator',
        retry: true,
        retryAfter: 5,
      }
    case 'code_rejected':
      return {
        status: 400,
        code: 'code_rejected',
        title: 'This sign-in has been used already',
        detail: 'The one-time code was used before, or is too old.',
        remedy: SIGN_IN_AGAIN,
        retry: true,
      }
    case 'token_response_invalid':
    case 'id_token_invalid':
    case 'idp_initiated_invalid':
    case 'issuer_mismatch':
      return {
        status: 403,
        code: 'id_token_invalid',
        title: 'The proof of who you are did not check out',
        detail: 'What the sign-in service sent could not be verified, so nobody was signed in.',
        remedy: `${SIGN_IN_AGAIN} If it happens again, give the reference below to whoever runs this site.`,
        concerns: 'operator',
        retry: true,
      }
    case 'organization_mismatch':
      return {
        status: 403,
        code: 'organization_mismatch',
        title: 'That account belongs to another organization',
        detail: 'The sign-in worked, but for another organization than this site’s.',
        remedy: 'Sign in with an account of the right organization.',
        retry: true,
      }
    case 'connection_mismatch':
      return {
        status: 403,
        code: 'connection_mismatch',
        title: 'That account came by another way',
        detail: 'The sign-in worked, but through another connection than this site’s.',
        remedy: 'Sign in through the connection of the right organization.',
        retry: true,
      }
    case 'access_withdrawn':
      return {
        status: 403,
        code: 'access_denied',
        title: 'Your access was withdrawn while you signed in',
        detail: 'Your organization, or this site’s sign-in service, has just ended it.',
        remedy: `${SIGN_IN_AGAIN} If it does not let you in, ask the IT administrator of your organization.`,
        concerns: 'admin',
        retry: true,
      }
    case 'session_too_large':
      return {
        status: 403,
        code: 'session_too_large',
        title: 'Your account carries too much data',
        detail: `Names, roles and groups together need ${refusal.bytes} bytes; ${refusal.limit} fit.`,
        remedy: 'Ask your administrator to send fewer groups or roles to this application.',
        concerns: 'admin',
        retry: true,
      }
    case 'registry_unreachable':
      return {
        status: 503,
        code: 'unavailable',
        title: 'This is not available right now',
        detail: 'The record of sessions could not be reached. You are still signed in.',
        remedy: 'Try again in a moment.',
        concerns: 'operator',
        retryAfter: 5,
      }
    case 'session_not_found':
      return {
        status: 404,
        code: 'not_found',
        title: 'There is no such session',
        detail: 'It has ended, or it is not yours.',
        remedy: 'Reload your sessions.',
      }
    case 'cross_site_request':
      return {
        status: 403,
        code: 'access_denied',
        title: 'Another site may not ask for this',
        detail: 'Sessions are ended from pages of this site only.',
        remedy: 'Open your sessions on this site.',
      }
    case 'webhook_invalid':
    case 'logout_token_invalid':
      return {
        status: 400,
        code: 'bad_request',
        title: 'This notice could not be verified',
        detail: `The check of its ${refusal.check} failed.`,
        remedy: 'Compare secret and address with the Scalekit dashboard.',
        concerns: 'developer',
      }
    case 'body_too_large':
      return {
        status: 413,
        code: 'bad_request',
        title: 'This request is too large',
        detail: `At most ${refusal.limit} bytes are read here.`,
        remedy: 'Send less.',
        concerns: 'developer',
      }
    case 'misconfigured':
      return {
        status: 503,
        code: 'misconfigured',
        title: 'This site is not set up correctly',
        detail: 'Nobody is let in until the problems of its configuration are fixed.',
        remedy: 'Tell whoever runs this site: the log has the problems under the reference below.',
        concerns: 'operator',
      }
    case 'fault':
      return {
        status: 503,
        code: 'unavailable',
        title: 'Something went wrong on our side',
        detail: 'The request could not be finished.',
        remedy: 'Try again in a moment. If it lasts, tell whoever runs this site.',
        concerns: 'operator',
        retryAfter: 5,
      }
  }
}

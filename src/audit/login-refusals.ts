import type { ReasonSchemas } from './refusals.ts'

type LoginReason =
  | 'access_withdrawn'
  | 'binding_cookie_missing'
  | 'client_rejected'
  | 'code_missing'
  | 'code_rejected'
  | 'connection_mismatch'
  | 'id_token_invalid'
  | 'idp_initiated_invalid'
  | 'issuer_mismatch'
  | 'login_declined'
  | 'login_host_session_ended'
  | 'login_request_expired'
  | 'login_request_invalid'
  | 'login_request_missing'
  | 'organization_mismatch'
  | 'scalekit_error'
  | 'scalekit_unreachable'
  | 'session_too_large'
  | 'state_missing'
  | 'ticket_expired'
  | 'ticket_of_other_host'
  | 'ticket_of_other_login'
  | 'ticket_repeated'
  | 'ticket_unreadable'
  | 'token_response_invalid'
  | 'transaction_expired'
  | 'transaction_of_other_host'
  | 'transaction_unknown'
  | 'transaction_unreadable'

const MISMATCH_EVIDENCE = {
  demanded: 'what was asked for',
  received: 'what it is',
  who: 'the person; missing where a login stopped before Scalekit',
  signedIn:
    'it is about a session that is of another than the site, which has been given to somebody else since',
} as const

const ERROR_EVIDENCE = {
  error: 'its `code`, where that is known, and whom it `concerns`. A code that is not known may be anybody’s',
  received: 'the code that Scalekit sent',
} as const

/** Of logins: {@link REASONS} has the others. */
export const LOGIN_REASONS: ReasonSchemas<LoginReason> = {
  state_missing: {
    happened: 'a callback with nothing to act on: somebody opened the address',
    remedy: 'nothing',
    evidence: {},
  },
  code_missing: {
    happened: 'a callback with neither `code` nor `error`',
    remedy: 'nothing, if rare; otherwise ask Scalekit',
    evidence: {},
  },
  binding_cookie_missing: {
    happened:
      'the browser has no cookie of this login: another browser, blocked cookies, ten minutes over, or an attack',
    remedy: 'nothing, if rare. All logins: cookies do not get through',
    evidence: {},
  },
  transaction_unknown: {
    happened: 'the record is gone: used, or twice not readable in time',
    remedy: 'nothing, if rare; otherwise KV',
    evidence: {},
  },
  transaction_unreadable: {
    happened: 'record or cookie was altered, or sealed with a key that was dropped',
    remedy: 'after a rotation, keep the old key for as long as the docs say',
    evidence: {},
  },
  transaction_expired: {
    happened: 'the login took more than ten minutes',
    remedy: 'nothing',
    evidence: { ageSeconds: 'how long it took' },
  },
  transaction_of_other_host: {
    happened: 'it began on another host than it came back to',
    remedy: 'look at the callback addresses at Scalekit',
    evidence: { host: 'where it began' },
  },
  issuer_mismatch: {
    happened: '`iss` of the callback is another environment’s',
    remedy: 'compare `SCALEKIT_ENVIRONMENT_URL`; otherwise an attack',
    evidence: { issuer: 'what it says' },
  },
  scalekit_error: {
    happened: 'Scalekit came back with an error',
    remedy: 'as [errors.md](errors.md#scalekits-codes) and `gatehouse tail` say',
    evidence: {
      ...ERROR_EVIDENCE,
      attribute: 'the one that is missing, where Scalekit names it',
    },
  },
  organization_mismatch: {
    happened: 'of another organization than the one asked for',
    remedy: 'nothing; for a whole customer, compare `organization` of the site',
    evidence: MISMATCH_EVIDENCE,
  },
  connection_mismatch: {
    happened: 'by another connection than the one asked for',
    remedy: 'nothing; for a whole customer, compare `connection` of the site',
    evidence: MISMATCH_EVIDENCE,
  },
  access_withdrawn: {
    happened: 'access was taken away while the person signed in',
    remedy: 'nothing',
    evidence: { cause: 'as of `sessions_revoked`' },
  },
  login_declined: {
    happened: '`onLogin` of the application around Gatehouse said no',
    remedy: 'as the application says',
    evidence: { message: 'its own words, which the person read' },
  },
  session_too_large: {
    happened: 'the session does not fit into a cookie, or the ticket into an address',
    remedy: 'have the customer send fewer roles, or name fewer groups in rules',
    evidence: { bytes: 'that it has', limit: 'that it may have' },
  },

  login_request_missing: {
    happened: 'somebody opened `/login` of the login host, and no site sent them',
    remedy: 'nothing',
    evidence: {},
  },
  login_request_invalid: {
    happened: 'a request that is not genuine, for another login host, or of a site with a login of its own',
    remedy:
      'for all of a site: it has other keys or another `loginHost` than the login host. Otherwise somebody tries',
    evidence: { check: 'what failed: `signature`, `aud`, `iss`, `typ`, `format` …' },
  },
  login_request_expired: {
    happened: 'the request is older than ten minutes: a page that was left open, a link that was kept',
    remedy: 'nothing',
    evidence: { ageSeconds: 'how old it is' },
  },
  ticket_unreadable: {
    happened: 'a ticket that was altered, or sealed with a key that this site does not have',
    remedy: 'for all logins of a site: give it the login host’s keys',
    evidence: {},
  },
  ticket_expired: {
    happened: 'the browser took more than a minute from the login host back to the site',
    remedy: 'nothing, if rare',
    evidence: { ageSeconds: 'how long it took' },
  },
  ticket_of_other_host: {
    happened: 'a ticket for another site',
    remedy: 'somebody tries, or a proxy changes hosts',
    evidence: { host: 'that it is for' },
  },
  ticket_of_other_login: {
    happened: 'a ticket for another login than the one that this `state` belongs to',
    remedy: 'somebody tries',
    evidence: {},
  },
  ticket_repeated: {
    happened: 'the session of this ticket was opened already, and the browser has none',
    remedy: 'nothing, if rare',
    evidence: {},
  },
  login_host_session_ended: {
    happened:
      'the login host’s session ended between ticket and handoff, or this Worker has another registry than the login host',
    remedy:
      'for all logins of a site, such as a preview: bind the login host’s `SESSIONS`, see [hosts.md](hosts.md#previews)',
    evidence: {},
  },

  scalekit_unreachable: {
    happened: 'Scalekit gave no answer in time, or one that makes no sense',
    remedy: 'look at Scalekit’s status page, if it lasts',
    evidence: {
      endpoint: '`token` or `keys`',
      address: 'what was asked',
      detail: 'what went wrong',
      cause: 'what the runtime says',
    },
  },
  code_rejected: {
    happened: 'the one-time code was used before, or is too old',
    remedy: 'nothing, if rare',
    evidence: { error: 'Scalekit’s own code' },
  },
  client_rejected: {
    happened: 'Scalekit does not take our credentials',
    remedy: 'compare `SCALEKIT_CLIENT_ID` and `SCALEKIT_CLIENT_SECRET` with the dashboard',
    evidence: ERROR_EVIDENCE,
  },
  token_response_invalid: {
    happened: 'an answer of the token endpoint without an ID token',
    remedy: 'ask Scalekit',
    evidence: { detail: 'what there was' },
  },
  id_token_invalid: {
    happened: 'a check of the ID token failed',
    remedy: 'compare `SCALEKIT_ENVIRONMENT_URL` and the client ID; then clocks; then an attack',
    evidence: {
      check:
        'the claim or header parameter (`iss`, `aud`, `exp`, `nonce`, `kid` …), `signature`, `format`, or `kind` for another kind of token',
      expected: 'what it has to be, where that is no secret',
      received: 'what it is, at most 200 characters',
    },
  },
  idp_initiated_invalid: {
    happened: 'a check of the hint of an IdP-initiated login failed',
    remedy: '`exp`: the person took their time, or used an old link. Otherwise as `id_token_invalid`',
    evidence: { check: 'as of `id_token_invalid`' },
  },
}

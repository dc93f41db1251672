import type { Refusal } from '../base/refusal.ts'
import { LOGIN_REASONS } from './login-refusals.ts'

/**
 * Every reason of a refusal: what happened, what to do, and what its evidence says. For docs/logs.md and `gatehouse tail`, as {@link EVENTS}; what
 * the person at the browser reads is another thing (`words/en-refusals.ts`).
 */
export type ReasonSchemas<R extends Refusal['reason'] = Refusal['reason']> = {
  readonly [K in R]: ReasonSchema<keyof Omit<Extract<Refusal, { readonly reason: K }>, 'reason'> & string>
}

export interface ReasonSchema<E extends string = string> {
  readonly happened: string
  /** What the evidence adds to that, for readers of the table. */
  readonly more?: string
  readonly remedy: string
  readonly evidence: Readonly<Record<E, string>>
}

/** In the order of docs/logs.md, where each group is a table. */
export const GROUPS = {
  'The request': [
    'url_ambiguous',
    'rules_disagree',
    'site_unknown',
    'site_lookups_limited',
    'site_lookup_failed',
    'route_unknown',
    'method_not_allowed',
    'parameter_repeated',
    'parameter_invalid',
    'not_a_navigation',
    'rate_limited',
    'request_too_large',
    'body_too_large',
    'cross_site_request',
  ],
  'The gate': [
    'login_required',
    'login_loop',
    'requirement_unmet',
    'foreign_websocket',
    'foreign_request',
    'upstream_unreachable',
  ],
  'The login': [
    'state_missing',
    'code_missing',
    'binding_cookie_missing',
    'transaction_unknown',
    'transaction_unreadable',
    'transaction_expired',
    'transaction_of_other_host',
    'issuer_mismatch',
    'scalekit_error',
    'organization_mismatch',
    'connection_mismatch',
    'access_withdrawn',
    'login_declined',
    'session_too_large',
  ],
  'Between a site and the login host': [
    'login_request_missing',
    'login_request_invalid',
    'login_request_expired',
    'ticket_unreadable',
    'ticket_expired',
    'ticket_of_other_host',
    'ticket_of_other_login',
    'ticket_repeated',
    'login_host_session_ended',
  ],
  'What Scalekit sends': [
    'scalekit_unreachable',
    'code_rejected',
    'client_rejected',
    'token_response_invalid',
    'id_token_invalid',
    'idp_initiated_invalid',
    'webhook_invalid',
    'logout_token_invalid',
  ],
  'The admin portal': [
    'portal_without_organization',
    'portal_limited',
    'management_unreachable',
    'management_limited',
    'management_refused',
  ],
  Operators: ['operator_request_malformed', 'operator_request_invalid', 'operator_request_repeated'],
  'Sessions, and the deployment': ['registry_unreachable', 'session_not_found', 'misconfigured', 'fault'],
} as const satisfies Readonly<Record<string, readonly Refusal['reason'][]>>

const STATUS_PAGE = 'look at Cloudflare’s status page, if it lasts'
const SCALEKIT_STATUS_PAGE = 'look at Scalekit’s status page, if it lasts'
const MANAGEMENT_ENDPOINT = '`token`, where the token for the management API comes from, or `portal_links`'
const ORIGIN_REMEDY = 'add the origin to `cors` if it is yours'

export const REASONS: ReasonSchemas = {
  ...LOGIN_REASONS,

  url_ambiguous: {
    happened: 'the address has no one reading: a dot segment, a control character, a broken escape',
    remedy: 'nothing: scanners. If people meet it, correct the link',
    evidence: { part: 'what it contains' },
  },
  rules_disagree: {
    happened: 'readings of the path meet different rules',
    remedy:
      'nothing for scanners. Where people need the address, one rule has to cover it, or `caseSensitive: true`',
    evidence: { met: 'each rule, with one reading that meets it' },
  },
  site_unknown: {
    happened: 'no site is configured for the host',
    remedy: 'add it to `sites`, or take the route to the Worker away',
    evidence: { host: 'that was asked for' },
  },
  site_lookups_limited: {
    happened:
      'this isolate has asked KV for too many hosts that have no site, so it did not ask for this one',
    remedy:
      'nothing, if rare. Otherwise somebody floods a wildcard of your DNS with made-up names: block them in front of the Worker',
    evidence: { host: 'that was asked for' },
  },
  site_lookup_failed: {
    happened: 'KV did not say whether the host has a site, and nothing recent is remembered of it',
    remedy: STATUS_PAGE,
    evidence: { host: 'that was asked for', detail: 'what KV says' },
  },
  route_unknown: {
    happened: 'nothing is there below the base path',
    more: 'or `/webhooks`, `/backchannel-logout`, `/admin-portal` or `/operator` is not switched on',
    remedy:
      'for Scalekit’s own requests, set `SCALEKIT_WEBHOOK_SECRET` or `backchannelLogout`; for the portal `adminPortal`; for operators `GATEHOUSE_OPERATOR_KEYS`',
    evidence: {},
  },
  method_not_allowed: {
    happened: 'a route of ours does not take the method',
    remedy: 'nothing',
    evidence: { allow: 'the methods that it takes' },
  },
  parameter_repeated: {
    happened: 'a query parameter is there twice',
    remedy: 'correct the link',
    evidence: { parameter: 'its name' },
  },
  parameter_invalid: {
    happened: 'a parameter or form field has another form',
    remedy: 'correct the link',
    evidence: { parameter: 'its name', expected: 'what it has to be' },
  },
  not_a_navigation: {
    happened: 'a page asked for `/login`, `/logout` or `/admin-portal` as a part of itself, or ahead of time',
    remedy: 'in the site’s scripts, `location.assign(login_url)`',
    evidence: {},
  },
  rate_limited: {
    happened: 'too many logins from one network',
    remedy: 'raise `LOGIN_RATE_LIMIT` if it was a large office',
    evidence: { route: 'the route' },
  },
  request_too_large: {
    happened: 'an address, one header or all of them are too long',
    remedy: 'delete the site’s cookies; look which of its cookies grow',
    evidence: { part: 'which of them', limit: 'in bytes' },
  },
  body_too_large: {
    happened: 'more than a route of ours takes',
    remedy: 'nothing',
    evidence: { limit: 'in bytes' },
  },
  cross_site_request: {
    happened:
      'sessions were to be ended, or an account changed, from another site or by a client that does not say from where',
    remedy: 'nothing; own scripts post from the site itself',
    evidence: {},
  },

  login_required: {
    happened: 'no session',
    more: 'with `prompt`, one whose login is too long ago. Not logged',
    remedy: 'nothing',
    evidence: {
      prompt: '`login`, where a login has to be repeated',
      unsent: 'a form was posted, and is lost',
    },
  },
  login_loop: {
    happened: 'three logins in a minute did not open the page',
    remedy:
      '`sentSession: false`: the browser keeps no cookies. `true` with `no_session`: keys or clocks differ between Workers. `max_age_exceeded`: no login is recent enough for the rule',
    evidence: {
      why: '`no_session`, `max_age_exceeded`, or `login_route` where the fourth began by a link',
      sentSession: 'whether the browser sent a session cookie',
    },
  },
  requirement_unmet: {
    happened: 'signed in, and the rule or site asks for more',
    remedy: 'give the person what they lack, at Scalekit, or nothing',
    evidence: { unmet: 'each key that is not met, and what would be accepted', who: 'the person' },
  },
  foreign_websocket: {
    happened: 'a page of another origin opened a WebSocket',
    remedy: ORIGIN_REMEDY,
    evidence: { origin: 'of that page' },
  },
  foreign_request: {
    happened: 'a page of another origin sent something that may change things to a site with `embeddedIn`',
    remedy: ORIGIN_REMEDY,
    evidence: { origin: 'of that page. `null`: the browser does not name it, or it has none' },
  },
  upstream_unreachable: {
    happened: 'what is behind the gate did not answer',
    remedy: 'look at that server, the binding, the DNS name',
    evidence: { upstream: 'which one', detail: 'what the runtime says' },
  },

  webhook_invalid: {
    happened: 'a webhook that is not genuine, or too old',
    remedy: '`signature` for Scalekit’s own: compare `SCALEKIT_WEBHOOK_SECRET`',
    evidence: { check: 'what failed: `headers`, `timestamp`, `signature` or `body`' },
  },
  logout_token_invalid: {
    happened: 'a logout token that is not genuine, too old, or came before',
    remedy: 'nothing, if rare; otherwise compare the client ID',
    evidence: { check: 'what failed: `signature`, a claim; `iat`: too old; `jti`: it came before' },
  },

  portal_without_organization: {
    happened: 'the session belongs to no organization, as after a social login',
    remedy: 'nothing',
    evidence: { who: 'the person' },
  },
  portal_limited: {
    happened: 'one session opened it more often in a minute than `LOGIN_RATE_LIMIT` allows',
    remedy: 'nothing: a script, or somebody who is impatient',
    evidence: {},
  },
  management_unreachable: {
    happened:
      'no answer in time, or one that makes no sense: no token, no link, or a link that no browser should be sent to',
    remedy: SCALEKIT_STATUS_PAGE,
    evidence: { endpoint: MANAGEMENT_ENDPOINT, detail: 'what went wrong', cause: 'what the runtime says' },
  },
  management_limited: {
    happened: 'Scalekit has had too many requests of this environment in the last minute',
    remedy: 'if it lasts, ask Scalekit for more, and look what else uses the management API',
    evidence: { endpoint: MANAGEMENT_ENDPOINT },
  },
  management_refused: {
    happened: 'Scalekit said no',
    more: '`token`: our credentials. `portal_links`: 403, the application may not use the API; 404, there is no such organization; 401, it took two fresh tokens for none',
    remedy:
      'credentials: compare with the dashboard. 403: switch "Allow Scalekit Management API access" on for the application',
    evidence: { endpoint: MANAGEMENT_ENDPOINT, status: 'of HTTP', error: 'Scalekit’s own code' },
  },

  operator_request_malformed: {
    happened: 'what came to `/operator` is no token',
    remedy: 'nothing, if rare: scanners',
    evidence: { check: 'what failed: `Content-Type`, `length`, or a `cursor` of another list' },
  },
  operator_request_invalid: {
    happened: 'an operator’s request does not hold',
    remedy:
      '`iat` and `exp` of one of you: a clock. `kid` and `signature`: another key than the Worker has, or somebody tries. Anything else with an `operator`: look who has that key',
    evidence: {
      check:
        'what failed: a header parameter or claim, `signature`, `format`, or `lifetime` for more than a minute',
      operator:
        'the key that it names, where the Worker knows it; unless `check` is `format`, `alg` or `signature`, it has signed the request',
    },
  },
  operator_request_repeated: {
    happened: 'an operator’s request was used already',
    remedy: 'a network that sends twice, or somebody who took it down: look whose it was',
    evidence: { operator: 'the key that signed it' },
  },
  registry_unreachable: {
    happened: 'the Durable Object did not answer; nobody was signed out by it',
    remedy: STATUS_PAGE,
    evidence: { detail: 'what the runtime says, or that there was no answer within 10 s' },
  },
  session_not_found: {
    happened: 'a session to be ended has ended, or is somebody else’s',
    remedy: 'nothing',
    evidence: {},
  },
  misconfigured: {
    happened: 'nobody is let in, or nobody on this host',
    more: 'The log has it as the event `misconfigured`',
    remedy: 'fix what `problems` lists',
    evidence: {},
  },
  fault: {
    happened: 'an exception: the event `fault` with the same reference has it',
    remedy: 'report it',
    evidence: {},
  },
}

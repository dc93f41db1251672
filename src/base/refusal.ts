import type { AmbiguousPart, ExpectedForm, LongPart, ScalekitCode } from './evidence.ts'

/** To whom a remedy is addressed. */
export type Concern = 'user' | 'admin' | 'developer' | 'operator'

/** One of Scalekit's error codes, with who can do something about it. */
export interface ScalekitError {
  readonly code: ScalekitCode
  readonly concerns: Concern
}

/** One requirement of a rule that a session does not meet, in the words of the configuration. */
export interface UnmetRequirement {
  readonly key: 'organizations' | 'connections' | 'emails' | 'emailDomains' | 'roles' | 'groups'
  readonly accepted: readonly string[]
}

/** A way to read a path and the rule that it meets, in words for operators. */
export interface MetRule {
  readonly reading: string
  readonly rule: string
}

/** Of a login, or of a session that is of another organization or connection than the site. */
export interface MismatchEvidence {
  readonly demanded: string
  readonly received: string
  /** The person, where that is known. */
  readonly who?: string
  /** Whether it is about a session, and not about a login. */
  readonly signedIn?: boolean
}

/**
 * Every expected "no", with its evidence for the log. Never a token, code, cookie or secret.
 * A new arm does not compile until `toPublicError` answers for it.
 */
export type Refusal =
  // the request itself
  | { readonly reason: 'url_ambiguous'; readonly part: AmbiguousPart }
  | { readonly reason: 'rules_disagree'; readonly met: readonly MetRule[] }
  | { readonly reason: 'site_unknown'; readonly host: string }
  /** KV was not asked whether the host has a site, since too many hosts were asked for that have none. */
  | { readonly reason: 'site_lookups_limited'; readonly host: string }
  | { readonly reason: 'site_lookup_failed'; readonly host: string; readonly detail: string }
  | { readonly reason: 'route_unknown' }
  | { readonly reason: 'method_not_allowed'; readonly allow: string }
  | { readonly reason: 'parameter_repeated'; readonly parameter: string }
  | { readonly reason: 'parameter_invalid'; readonly parameter: string; readonly expected: ExpectedForm }
  | { readonly reason: 'not_a_navigation' }
  | { readonly reason: 'rate_limited'; readonly route: string }
  | { readonly reason: 'request_too_large'; readonly part: LongPart; readonly limit: number }
  // the gate
  /**
   * @property prompt `login` where the session is there, and the login too long ago
   * @property unsent whether a form was posted, which is lost
   */
  | {
      readonly reason: 'login_required'
      readonly prompt?: string | undefined
      readonly unsent?: boolean
    }
  | { readonly reason: 'login_loop'; readonly why: string; readonly sentSession: boolean }
  | {
      readonly reason: 'requirement_unmet'
      readonly unmet: readonly UnmetRequirement[]
      readonly who: string
    }
  | { readonly reason: 'foreign_websocket'; readonly origin: string }
  /** Sent by a page of another origin to a site that is shown in frames. `null`: the browser says only that it is another. */
  | { readonly reason: 'foreign_request'; readonly origin: string | null }
  | { readonly reason: 'upstream_unreachable'; readonly upstream: string; readonly detail: string }
  // the authorization response
  | { readonly reason: 'state_missing' }
  | { readonly reason: 'code_missing' }
  | { readonly reason: 'binding_cookie_missing' }
  | { readonly reason: 'transaction_unknown' }
  | { readonly reason: 'transaction_unreadable' }
  | { readonly reason: 'transaction_expired'; readonly ageSeconds: number }
  | { readonly reason: 'transaction_of_other_host'; readonly host: string }
  | { readonly reason: 'issuer_mismatch'; readonly issuer: string }
  /** @property attribute the one that is missing, where that is what Scalekit said */
  | {
      readonly reason: 'scalekit_error'
      readonly error: ScalekitError
      readonly received: string
      readonly attribute?: string
    }
  // between a site and the login host
  /** Somebody opened the login of a host that signs people in for others, and nobody asked it to. */
  | { readonly reason: 'login_request_missing' }
  | { readonly reason: 'login_request_invalid'; readonly check: string }
  | { readonly reason: 'login_request_expired'; readonly ageSeconds: number }
  | { readonly reason: 'ticket_unreadable' }
  | { readonly reason: 'ticket_expired'; readonly ageSeconds: number }
  | { readonly reason: 'ticket_of_other_host'; readonly host: string }
  | { readonly reason: 'ticket_of_other_login' }
  | { readonly reason: 'ticket_repeated' }
  | { readonly reason: 'login_host_session_ended' }
  // the token response
  /**
   * @property address what was asked
   * @property cause what the runtime says of a request that got no answer
   */
  | {
      readonly reason: 'scalekit_unreachable'
      readonly endpoint: string
      readonly address?: string
      readonly detail: string
      readonly cause?: string
    }
  | { readonly reason: 'code_rejected'; readonly error: string }
  | { readonly reason: 'client_rejected'; readonly error: ScalekitError; readonly received: string }
  | { readonly reason: 'token_response_invalid'; readonly detail: string }
  | {
      readonly reason: 'id_token_invalid'
      readonly check: string
      readonly expected?: string
      readonly received?: string
    }
  | { readonly reason: 'idp_initiated_invalid'; readonly check: string }
  | ({ readonly reason: 'organization_mismatch' } & MismatchEvidence)
  | ({ readonly reason: 'connection_mismatch' } & MismatchEvidence)
  /** Between the beginning of the login and its end. */
  | { readonly reason: 'access_withdrawn'; readonly cause: string }
  /** By the application around Gatehouse, in its own words. */
  | { readonly reason: 'login_declined'; readonly message: string }
  // the session
  | { readonly reason: 'session_too_large'; readonly bytes: number; readonly limit: number }
  | { readonly reason: 'registry_unreachable'; readonly detail: string }
  | { readonly reason: 'session_not_found' }
  | { readonly reason: 'cross_site_request' }
  // the admin portal
  | { readonly reason: 'portal_without_organization'; readonly who: string }
  | { readonly reason: 'portal_limited' }
  /** @property cause what the runtime says of a request that got no answer */
  | {
      readonly reason: 'management_unreachable'
      readonly endpoint: 'token' | 'portal_links'
      readonly detail: string
      readonly cause?: string
    }
  | { readonly reason: 'management_limited'; readonly endpoint: 'token' | 'portal_links' }
  /** @property error Scalekit's own code */
  | {
      readonly reason: 'management_refused'
      readonly endpoint: 'token' | 'portal_links'
      readonly status: number
      readonly error: string
    }
  // events from Scalekit
  | { readonly reason: 'webhook_invalid'; readonly check: string }
  | { readonly reason: 'logout_token_invalid'; readonly check: string }
  // operators
  | { readonly reason: 'operator_request_malformed'; readonly check: string }
  /** @property operator the key that it names, where that is one of the deployment's */
  | {
      readonly reason: 'operator_request_invalid'
      readonly check: string
      readonly operator: string | undefined
    }
  | { readonly reason: 'operator_request_repeated'; readonly operator: string }
  | { readonly reason: 'body_too_large'; readonly limit: number }
  // the deployment
  | { readonly reason: 'misconfigured' }
  | { readonly reason: 'fault' }

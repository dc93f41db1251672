import type { Refusal, ScalekitError, UnmetRequirement } from '../../src/base/refusal.ts'

type Reason = Refusal['reason']
/** A new arm does not compile until it has a sample. */
type Samples = { readonly [R in Reason]: Omit<Extract<Refusal, { readonly reason: R }>, 'reason'> }

const KEYS = ['organizations', 'connections', 'emails', 'emailDomains', 'roles', 'groups'] as const

/** One refusal of each kind, with `text` for everything that its evidence says in words. */
export function sampleRefusals(text: string): Refusal[] {
  const unmet: UnmetRequirement[] = KEYS.map((key) => ({ key, accepted: [text] }))
  const error: ScalekitError = { code: 'mandatory_attribute_missing', concerns: 'admin' }
  const samples: Samples = {
    url_ambiguous: { part: 'a dot segment' },
    rules_disagree: { met: [{ reading: text, rule: text }] },
    site_unknown: { host: text },
    site_lookups_limited: { host: text },
    site_lookup_failed: { host: text, detail: text },
    route_unknown: {},
    method_not_allowed: { allow: text },
    parameter_repeated: { parameter: text },
    parameter_invalid: { parameter: text, expected: 'a domain' },
    not_a_navigation: {},
    rate_limited: { route: text },
    request_too_large: { part: `${text} header`, limit: 8192 },
    login_required: { prompt: text },
    login_loop: { why: text, sentSession: true },
    requirement_unmet: { unmet, who: text },
    foreign_websocket: { origin: text },
    foreign_request: { origin: text },
    upstream_unreachable: { upstream: text, detail: text },
    state_missing: {},
    code_missing: {},
    binding_cookie_missing: {},
    transaction_unknown: {},
    transaction_unreadable: {},
    transaction_expired: { ageSeconds: 601 },
    transaction_of_other_host: { host: text },
    login_request_missing: {},
    login_request_invalid: { check: text },
    login_request_expired: { ageSeconds: 601 },
    ticket_unreadable: {},
    ticket_expired: { ageSeconds: 61 },
    ticket_of_other_host: { host: text },
    ticket_of_other_login: {},
    ticket_repeated: {},
    login_host_session_ended: {},
    issuer_mismatch: { issuer: text },
    scalekit_error: { error, received: text, attribute: text },
    scalekit_unreachable: { endpoint: text, detail: text },
    code_rejected: { error: text },
    client_rejected: { error, received: text },
    token_response_invalid: { detail: text },
    id_token_invalid: { check: text },
    idp_initiated_invalid: { check: text },
    organization_mismatch: { demanded: text, received: text, who: text, signedIn: true },
    connection_mismatch: { demanded: text, received: text, who: text, signedIn: true },
    access_withdrawn: { cause: text },
    login_declined: { message: `${text}.` },
    session_too_large: { bytes: 5000, limit: 3500 },
    registry_unreachable: { detail: text },
    session_not_found: {},
    cross_site_request: {},
    portal_without_organization: { who: text },
    portal_limited: {},
    management_unreachable: { endpoint: 'token', detail: text, cause: text },
    management_limited: { endpoint: 'token' },
    management_refused: { endpoint: 'token', status: 403, error: text },
    webhook_invalid: { check: text },
    logout_token_invalid: { check: text },
    operator_request_malformed: { check: text },
    operator_request_invalid: { check: text, operator: text },
    operator_request_repeated: { operator: text },
    body_too_large: { limit: 65_536 },
    misconfigured: {},
    fault: {},
  }
  return Object.entries(samples).map(([reason, evidence]) => ({ reason, ...evidence }) as Refusal)
}

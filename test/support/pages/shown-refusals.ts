import type { Refusal, UnmetRequirement } from '../../../src/base/refusal.ts'
import type { EpochSeconds } from '../../../src/base/time.ts'
import { ANY_ORGANIZATION } from '../../../src/config.ts'
import { showRefusal } from '../../../src/pages/refusal-page.tsx'
import type { Refused } from '../../../src/request/refused.ts'
import type { ReturnTo } from '../../../src/request/return-to.ts'
import { SCALEKIT_ERROR_CODES, scalekitError } from '../../../src/scalekit/error-catalogue.ts'
import { DOCS, EXPLAINS, FOR_REPORTS, LOGIN_HOST, REPORTS, SHOWN_AT } from './places.ts'
import { type Reader, type ShownPage, shown } from './shown-page.ts'

type Reason = Refusal['reason']
/** As they really are: a reason without evidence of its own does not compile. */
type Evidence = { readonly [R in Reason]: Omit<Extract<Refusal, { readonly reason: R }>, 'reason'> }

const WHO = 'maximiliane.mustermann-obermayer@engineering.acme.example'
const ACME = 'org_20000000000000002'
const GLOBEX = 'org_20000000000000003'

const EVIDENCE: Evidence = {
  url_ambiguous: { part: 'a backslash behind the host' },
  rules_disagree: { met: [{ reading: '/a/b', rule: '/a/*' }] },
  site_unknown: { host: 'other.example.com' },
  site_lookups_limited: { host: 'other.example.com' },
  site_lookup_failed: { host: 'other.example.com', detail: 'KV GET failed: 500' },
  route_unknown: {},
  method_not_allowed: { allow: 'GET, HEAD' },
  parameter_repeated: { parameter: 'return_to' },
  parameter_invalid: { parameter: 'organization_id', expected: 'an organization ID, org_…' },
  not_a_navigation: {},
  rate_limited: { route: '/login' },
  request_too_large: { part: 'the Cookie header', limit: 8192 },
  login_required: { unsent: true },
  login_loop: { why: 'no_session', sentSession: false },
  requirement_unmet: { unmet: [{ key: 'roles', accepted: ['editor'] }], who: WHO },
  foreign_websocket: { origin: 'https://elsewhere.example' },
  foreign_request: { origin: 'https://elsewhere.example' },
  upstream_unreachable: { upstream: 'https://backend.example.com', detail: 'connection refused' },
  state_missing: {},
  code_missing: {},
  binding_cookie_missing: {},
  transaction_unknown: {},
  transaction_unreadable: {},
  transaction_expired: { ageSeconds: 640 },
  transaction_of_other_host: { host: 'reports.example.com' },
  issuer_mismatch: { issuer: 'https://other.scalekit.com' },
  scalekit_error: { error: scalekitError('no_active_connections'), received: 'no_active_connections' },
  login_request_missing: {},
  login_request_invalid: { check: 'signature' },
  login_request_expired: { ageSeconds: 640 },
  ticket_unreadable: {},
  ticket_expired: { ageSeconds: 75 },
  ticket_of_other_host: { host: 'reports.example.com' },
  ticket_of_other_login: {},
  ticket_repeated: {},
  login_host_session_ended: {},
  scalekit_unreachable: {
    endpoint: 'token',
    address: 'https://acme.scalekit.com/oauth/token',
    detail: 'no answer within 10 s',
  },
  code_rejected: { error: 'invalid_grant' },
  client_rejected: { error: scalekitError('invalid_client'), received: 'invalid_client' },
  token_response_invalid: { detail: 'no id_token' },
  id_token_invalid: { check: 'aud', expected: 'skc_1', received: 'skc_2' },
  idp_initiated_invalid: { check: 'exp' },
  organization_mismatch: { demanded: ACME, received: GLOBEX, who: WHO, signedIn: true },
  connection_mismatch: { demanded: 'conn_1', received: 'conn_2', who: WHO },
  access_withdrawn: { cause: 'user_removed' },
  login_declined: { message: 'Your trial of this handbook has ended.' },
  session_too_large: { bytes: 5120, limit: 3500 },
  registry_unreachable: { detail: 'Durable Object is overloaded' },
  session_not_found: {},
  cross_site_request: {},
  portal_without_organization: { who: WHO },
  portal_limited: {},
  management_unreachable: { endpoint: 'token', detail: 'no answer within 10 s' },
  management_limited: { endpoint: 'portal_links' },
  management_refused: { endpoint: 'portal_links', status: 403, error: 'PERMISSION_DENIED' },
  webhook_invalid: { check: 'signature' },
  logout_token_invalid: { check: 'signature' },
  operator_request_malformed: { check: 'Content-Type' },
  operator_request_invalid: { check: 'signature', operator: 'ops' },
  operator_request_repeated: { operator: 'ops' },
  body_too_large: { limit: 65_536 },
  misconfigured: {},
  fault: {},
}

/** Those that people meet, and one of each kind of page: the others differ by a sentence. */
const PICTURED: ReadonlySet<Reason> = new Set([
  'access_withdrawn',
  'binding_cookie_missing',
  'fault',
  'login_loop',
  'login_required',
  'organization_mismatch',
  'rate_limited',
  'route_unknown',
  'scalekit_unreachable',
  'session_too_large',
  'site_unknown',
  'upstream_unreachable',
])

/** Of each addressee one, and those that show more than their code. */
const PICTURED_CODES: ReadonlySet<string> = new Set([
  'access_denied',
  'invalid_redirect_uri',
  'mandatory_attribute_missing',
  'temporarily_unavailable',
])

/** What somebody lacks, from the least to all at once. */
const LACKS: Readonly<Record<string, readonly UnmetRequirement[]>> = {
  organization: [{ key: 'organizations', accepted: [ACME] }],
  'any organization': [{ key: 'organizations', accepted: [ANY_ORGANIZATION] }],
  connection: [{ key: 'connections', accepted: ['conn_20000000000000021'] }],
  'e-mail': [{ key: 'emails', accepted: ['ann@acme.example'] }],
  'e-mail domain': [{ key: 'emailDomains', accepted: ['acme.example', 'acme.test'] }],
  group: [{ key: 'groups', accepted: ['engineering'] }],
  everything: [
    { key: 'organizations', accepted: [ACME, GLOBEX] },
    { key: 'roles', accepted: ['editor', 'owner'] },
    { key: 'groups', accepted: ['engineering'] },
  ],
}

const refusalOf = (reason: Reason): Refusal => ({ reason, ...EVIDENCE[reason] }) as Refusal

const returnTo = '/handbook/?page=2' as ReturnTo
const CALLBACK = '/auth/callback' as ReturnTo

/**
 * @param host where it is met; empty: at one that has no site
 * @param path of what is opened there
 */
const met =
  (refusal: Refusal, host = DOCS, more: Omit<Refused, 'refusal'> = { returnTo }, path = returnTo) =>
  (page: typeof showRefusal, { words, visit, arrival }: Reader) =>
    page(host === '' ? arrival() : visit(host, path), words, { ...more, refusal }, host === EXPLAINS)

const slug = (text: string): string => text.replaceAll(/[^a-z0-9]+/g, '-')

const reasons = (Object.keys(EVIDENCE) as Reason[]).map((reason) =>
  shown(
    `refused/${slug(reason)}`,
    `refused: ${reason}`,
    showRefusal,
    met(refusalOf(reason), reason.startsWith('site_') ? '' : DOCS),
    { isPictured: PICTURED.has(reason) },
  ),
)

const denials = Object.entries(LACKS).flatMap(([name, unmet]) => {
  const refusal: Refusal = { reason: 'requirement_unmet', unmet, who: WHO }
  const isPictured = name === 'everything' || name === 'organization'
  return [
    shown(`denied/${slug(name)}`, `refused for want of: ${name}`, showRefusal, met(refusal), {
      isPictured,
      isMain: name === 'everything',
    }),
    shown(
      `denied/${slug(name)}-explained`,
      `the same on a site that explains denials`,
      showRefusal,
      met(refusal, EXPLAINS),
      { isPictured },
    ),
  ]
})

/** When a role may have been given since, and where the contact of the site is a page. */
const mayBeNew = [
  { name: 'new-role', title: 'refused for want of a role, long after the sign-in', host: DOCS },
  { name: 'new-role-and-a-contact-page', title: 'the same where the contact is a page', host: REPORTS },
].map(({ name, title, host }) =>
  shown(
    `denied/${name}`,
    title,
    showRefusal,
    met({ reason: 'requirement_unmet', unmet: [{ key: 'roles', accepted: ['editor'] }], who: WHO }, host, {
      returnTo,
      signedInAt: (SHOWN_AT - 3600) as EpochSeconds,
    }),
    { isMain: host === DOCS },
  ),
)

const codes = [...SCALEKIT_ERROR_CODES, 'of_tomorrow'].map((code) =>
  shown(
    `scalekit/${slug(code)}`,
    `an error of Scalekit’s: ${code}`,
    showRefusal,
    met(
      {
        reason: 'scalekit_error',
        error: scalekitError(code),
        received: code,
        ...(code === 'mandatory_attribute_missing' && { attribute: 'email' }),
      },
      DOCS,
      { returnTo },
      CALLBACK,
    ),
    {
      isPictured: PICTURED_CODES.has(code),
      isMain: code === 'mandatory_attribute_missing',
      isOpen: PICTURED_CODES.has(code),
    },
  ),
)

/** Where the address was typed on our page, it is put right on this one. */
const mistyped = shown(
  'scalekit/domain-not-found-typed',
  'an address that leads to no organization, after it was typed',
  showRefusal,
  met(
    {
      reason: 'scalekit_error',
      error: scalekitError('domain_not_found'),
      received: 'domain_not_found',
    },
    DOCS,
    { returnTo, typedAddress: 'ann.lee@amce.example' },
    CALLBACK,
  ),
  { isMain: true },
)

/** At the login host, which leads back to the site that it was for, or to none. */
const atLoginHost = [
  shown(
    'login-host/for-a-site',
    'refused at the login host, on the way to a site',
    showRefusal,
    met(refusalOf('transaction_expired'), LOGIN_HOST, {
      forSite: { ...FOR_REPORTS, request: 'eyJhbGciOiJFZERTQSJ9.e30.c2ln' },
    }),
  ),
  shown(
    'login-host/for-a-site-that-is-over',
    'the same when the site has to ask again',
    showRefusal,
    met(refusalOf('transaction_expired'), LOGIN_HOST, { forSite: FOR_REPORTS }),
    { isPictured: false },
  ),
  shown(
    'login-host/for-nobody',
    'refused at the login host, for no site',
    showRefusal,
    met(refusalOf('login_request_missing'), LOGIN_HOST, {}),
  ),
]

/** Every refusal and every error of Scalekit's, as people meet them. */
export const SHOWN_REFUSALS: readonly ShownPage[] = [
  ...reasons,
  ...denials,
  ...mayBeNew,
  ...codes,
  mistyped,
  ...atLoginHost,
]

/** The reasons that are among them. */
export const SHOWN_REASONS: readonly string[] = Object.keys(EVIDENCE)

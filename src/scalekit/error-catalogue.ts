import type { ScalekitCode } from '../base/evidence.ts'
import type { Concern, ScalekitError } from '../base/refusal.ts'

/**
 * Every error code that Scalekit documents for a callback or a token response, and who can do something about it. The list is not promised to
 * be closed: see {@link scalekitError}. What each is called stands with the words of the pages.
 */
const CONCERNS: { readonly [C in ScalekitCode]: Concern } = {
  // RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core section 3.1.2.6
  access_denied: 'user',
  invalid_request: 'developer',
  server_error: 'operator',
  temporarily_unavailable: 'operator',
  login_required: 'user',
  invalid_state: 'user',
  invalid_grant: 'user',
  unauthorized_client: 'developer',
  unsupported_response_type: 'developer',
  unsupported_grant_type: 'developer',
  invalid_scope: 'developer',
  // Scalekit: integration errors
  invalid_redirect_uri: 'developer',
  invalid_connection_selector: 'developer',
  no_active_connections: 'admin',
  connection_not_active: 'admin',
  no_configured_connections: 'admin',
  invalid_organization_id: 'developer',
  invalid_connection_id: 'developer',
  domain_not_found: 'admin',
  invalid_user_domain: 'admin',
  invalid_client: 'developer',
  application_not_active: 'developer',
  unauthorized: 'developer',
  user_not_active: 'admin',
  // Scalekit: configuration errors of the connection
  mandatory_attribute_missing: 'admin',
  invalid_id_token: 'admin',
  failed_to_exchange_token: 'admin',
  user_info_retrieve_failed: 'admin',
  invalid_saml_metadata: 'admin',
  invalid_saml_response: 'admin',
  invalid_saml_request: 'admin',
  invalid_saml_form_params: 'admin',
  signature_validation_failed: 'admin',
  invalid_acs_url: 'admin',
  invalid_assertion_url: 'admin',
  invalid_status: 'admin',
  malformed_saml_response: 'admin',
  assertion_expired: 'admin',
  response_expired: 'admin',
  authentication_not_completed: 'user',
  user_login_required: 'user',
  // All others.
  unknown: 'operator',
}

/** All codes of the catalogue, for tests and documentation. */
export const SCALEKIT_ERROR_CODES = Object.keys(CONCERNS) as readonly ScalekitCode[]

/**
 * What is known of a code from Scalekit. A code outside the catalogue is answered in general words and is not
 * shown, since anybody can write one into a callback URL.
 */
export function scalekitError(code: string): ScalekitError {
  const known = isKnown(code) ? code : 'unknown'
  return { code: known, concerns: CONCERNS[known] }
}

const isKnown = (code: string): code is ScalekitCode => Object.hasOwn(CONCERNS, code)

/** What Scalekit asks identity providers for, as tokens and SAML responses name it. */
const ATTRIBUTE =
  /\b(email|email_address|emailaddress|username|preferred_username|given_?name|family_?name|first_?name|last_?name|full_?name|display_?name|name_?id|sub|oid|groups|roles)\b/i

/**
 * The attribute that the description of `mandatory_attribute_missing` names. Nothing else of a description is ever shown, and of this only a
 * name that is known: anybody can write one into a callback URL.
 */
export const attributeIn = (description: string | null): string | undefined =>
  ATTRIBUTE.exec((description ?? '').slice(0, MAX_DESCRIPTION))?.[0]

const MAX_DESCRIPTION = 500

/**
 * Every error code that Scalekit documents for a callback, with its meaning.
 *
 * @see https://docs.scalekit.com/sso/reference/sso-integration-errors/
 */
export const SSO_ERRORS = {
  invalid_redirect_uri: 'The redirect URI is not one of the allowed callback URLs.',
  invalid_connection_selector:
    'One of organization_id, connection_id, domain, login_hint or provider is needed.',
  no_active_connections: 'No active SSO connection can serve this request.',
  connection_not_active: 'The chosen SSO connection is not active.',
  no_configured_connections: 'No SSO connection is configured.',
  invalid_organization_id: 'There is no organization with this id.',
  invalid_connection_id: 'There is no connection with this id.',
  domain_not_found: 'No organization has registered this domain.',
  invalid_user_domain: "The domain of the user's email address is not allowed on this connection.",
  invalid_client: 'The client is unknown or misconfigured.',
  application_not_active: 'The application is disabled.',
  invalid_request: 'A parameter is missing or invalid.',
  unauthorized: 'The request is not authorised.',
  user_not_active: 'The user account is not active.',
  server_error: 'The identity provider did not answer as expected.',
  mandatory_attribute_missing: 'The identity provider did not send a required attribute: email.',
  invalid_id_token: "The identity provider's ID token is invalid.",
  failed_to_exchange_token: 'The identity provider refused the token request.',
  user_info_retrieve_failed: "The identity provider's user info could not be retrieved.",
  invalid_saml_metadata: 'The SAML metadata is invalid.',
  invalid_saml_response: 'The SAML response is invalid.',
  invalid_saml_request: 'The SAML request is invalid.',
  invalid_saml_form_params: 'The SAML form parameters are malformed.',
  signature_validation_failed: 'The signature of the SAML response could not be validated.',
  invalid_acs_url: 'The ACS URL is invalid.',
  invalid_assertion_url: 'The assertion URL is invalid.',
  invalid_status: 'The status of the SAML response is not success.',
  malformed_saml_response: 'The SAML response cannot be parsed.',
  assertion_expired: 'The SAML assertion has expired.',
  response_expired: 'The SAML response has expired.',
  authentication_not_completed: 'The authentication was not completed.',
  user_login_required: 'The user has to log in.',
  // OAuth and OpenID Connect codes that Scalekit's other pages name.
  access_denied: 'The user refused.',
  login_required: 'There is no session, and prompt=none forbids to ask the user.',
  invalid_state: 'The login request has expired or is unknown.',
  invalid_scope: 'The scope must contain openid.',
  unsupported_response_type: 'The response type must be code.',
} as const satisfies Record<string, string>

export type SsoError = keyof typeof SSO_ERRORS

export const SSO_ERROR_CODES = Object.keys(SSO_ERRORS) as [SsoError, ...SsoError[]]

/** An expected "no" of a request that comes through the browser. */
export interface SsoRefusal {
  readonly ok: false
  readonly error: SsoError
  readonly description: string
}

export const refusal = (error: SsoError, description: string = SSO_ERRORS[error]): SsoRefusal => ({
  ok: false,
  error,
  description,
})

import type { Concern, ScalekitError } from '../base/refusal.ts'

type Entry = readonly [concerns: Concern, meaning: string, remedy: string]

const ADMIN_SETUP = 'Ask your IT administrator to check the single sign-on setup of your organization.'

/**
 * Every error code that Scalekit documents for a callback or a token response, with words for a person and a
 * remedy for whoever can act. The list is not promised to be closed: see {@link scalekitError}.
 */
const CATALOGUE: Readonly<Record<string, Entry>> = {
  // RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core section 3.1.2.6
  access_denied: ['user', 'The sign-in was cancelled or refused.', 'Sign in again, and allow the access.'],
  invalid_request: [
    'developer',
    'The sign-in request was malformed.',
    'Check the parameters of the login link.',
  ],
  server_error: [
    'operator',
    'The sign-in service had an internal error.',
    'Try again in a moment. If it lasts, contact Scalekit support.',
  ],
  temporarily_unavailable: [
    'operator',
    'The sign-in service is overloaded or under maintenance.',
    'Try again in a moment.',
  ],
  login_required: ['user', 'You are not signed in at the sign-in service.', 'Sign in again.'],
  invalid_state: ['user', 'The sign-in took too long.', 'Sign in again.'],
  invalid_grant: ['user', 'The one-time code was used already, or is too old.', 'Sign in again.'],
  unauthorized_client: [
    'developer',
    'This application may not sign people in this way.',
    'Allow the authorization code grant for the application in the Scalekit dashboard.',
  ],
  unsupported_response_type: [
    'developer',
    'The sign-in service does not support this kind of request.',
    'Check that SCALEKIT_ENVIRONMENT_URL names a Scalekit environment.',
  ],
  unsupported_grant_type: [
    'developer',
    'The sign-in service does not support this kind of request.',
    'Check that SCALEKIT_ENVIRONMENT_URL names a Scalekit environment.',
  ],
  invalid_scope: [
    'developer',
    'The sign-in request was malformed.',
    'Allow the scopes openid, email and profile for the application.',
  ],
  // Scalekit: integration errors
  invalid_redirect_uri: [
    'developer',
    'The address to return to is not registered.',
    "Add this site's callback URL to the allowed callback URLs in the Scalekit dashboard.",
  ],
  invalid_connection_selector: [
    'developer',
    'The sign-in request names no organization or connection.',
    'Set `organization` or `connection` for the site, or send login_hint.',
  ],
  no_active_connections: [
    'admin',
    'Your organization has no active single sign-on connection.',
    'Ask your IT administrator to set up or enable one.',
  ],
  connection_not_active: [
    'admin',
    'The single sign-on connection of your organization is switched off.',
    'Ask your IT administrator to enable it.',
  ],
  no_configured_connections: [
    'admin',
    'Single sign-on is not set up for your organization yet.',
    'Ask your IT administrator to finish the setup.',
  ],
  invalid_organization_id: [
    'developer',
    'The sign-in request names an organization that does not exist.',
    'Check the ID in the configuration or in the link.',
  ],
  invalid_connection_id: [
    'developer',
    'The sign-in request names a connection that does not exist.',
    'Check the ID in the configuration or in the link.',
  ],
  domain_not_found: [
    'admin',
    'No organization is registered for the domain of that e-mail address.',
    'Check the address, or ask your IT administrator to register the domain.',
  ],
  invalid_user_domain: [
    'admin',
    'The domain of your e-mail address is not allowed on this connection.',
    'Ask your IT administrator to add the domain.',
  ],
  invalid_client: [
    'developer',
    'The sign-in service does not accept the credentials of this site.',
    'Check SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET.',
  ],
  application_not_active: [
    'developer',
    'This application is switched off at the sign-in service.',
    'Enable the application in the Scalekit dashboard.',
  ],
  unauthorized: [
    'developer',
    'The sign-in service does not accept the credentials of this site.',
    'Check SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET.',
  ],
  user_not_active: [
    'admin',
    'Your account is not active.',
    'Ask your IT administrator to activate your account.',
  ],
  // Scalekit: configuration errors of the connection
  mandatory_attribute_missing: [
    'admin',
    "Your company's identity provider did not send an attribute that is required.",
    'Ask your IT administrator to correct the attribute mapping.',
  ],
  invalid_id_token: ['admin', "Your company's identity provider sent an invalid ID token.", ADMIN_SETUP],
  failed_to_exchange_token: [
    'admin',
    "Your company's identity provider refused to issue a token.",
    'Ask your IT administrator to check the client secret of the connection.',
  ],
  user_info_retrieve_failed: [
    'admin',
    "Your profile could not be read from your company's identity provider.",
    'Ask your IT administrator to check the client secret of the connection.',
  ],
  invalid_saml_metadata: [
    'admin',
    "The SAML metadata of your company's identity provider is not valid.",
    'Ask your IT administrator to correct the metadata URL.',
  ],
  invalid_saml_response: ['admin', "Your company's identity provider sent a bad SAML response.", ADMIN_SETUP],
  invalid_saml_request: ['admin', "Your company's identity provider refused the SAML request.", ADMIN_SETUP],
  invalid_saml_form_params: ['admin', "Your company's identity provider sent a bad SAML form.", ADMIN_SETUP],
  signature_validation_failed: [
    'admin',
    "The answer of your company's identity provider has a wrong signature.",
    'Ask your IT administrator to check the certificate and the ACS URL of the connection.',
  ],
  invalid_acs_url: [
    'admin',
    "Your company's identity provider is set up with a wrong ACS URL.",
    'Ask your IT administrator to correct the ACS URL.',
  ],
  invalid_assertion_url: [
    'admin',
    "Your company's identity provider is set up with a wrong ACS URL.",
    'Ask your IT administrator to correct the ACS URL.',
  ],
  invalid_status: ['admin', "Your company's identity provider reported a failure.", ADMIN_SETUP],
  malformed_saml_response: [
    'admin',
    "Your company's identity provider sent a bad SAML response.",
    ADMIN_SETUP,
  ],
  assertion_expired: [
    'admin',
    "The answer of your company's identity provider came too late.",
    'Sign in again. If it lasts, ask your IT administrator to check its clock.',
  ],
  response_expired: [
    'admin',
    "The answer of your company's identity provider came too late.",
    'Sign in again. If it lasts, ask your IT administrator to check its clock.',
  ],
  authentication_not_completed: [
    'user',
    "The sign-in at your company's identity provider was not finished.",
    'Sign in again, and finish it there.',
  ],
  user_login_required: ['user', 'You have to sign in.', 'Sign in again.'],
}

/** All codes of the catalogue, for tests and documentation. */
export const SCALEKIT_ERROR_CODES: readonly string[] = Object.keys(CATALOGUE)

/**
 * What a code from Scalekit means. A code outside the catalogue is answered in general words and is not
 * shown, since anybody can write one into a callback URL.
 */
export function scalekitError(code: string): ScalekitError {
  const entry = Object.hasOwn(CATALOGUE, code) ? CATALOGUE[code] : undefined
  if (entry === undefined) {
    return {
      code: 'unknown',
      meaning: 'The sign-in service reported an error that it does not document.',
      remedy: 'Sign in again. If it lasts, tell whoever runs this site.',
      concerns: 'operator',
    }
  }
  const [concerns, meaning, remedy] = entry
  return { code, meaning, remedy, concerns }
}

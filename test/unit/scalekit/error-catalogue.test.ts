import { expect, test } from 'vitest'
import { attributeIn, SCALEKIT_ERROR_CODES, scalekitError } from '../../../src/scalekit/error-catalogue.ts'

const DOCUMENTED = `
  access_denied invalid_request server_error login_required invalid_state invalid_grant invalid_client
  invalid_redirect_uri invalid_connection_selector no_active_connections connection_not_active
  no_configured_connections invalid_organization_id invalid_connection_id domain_not_found invalid_user_domain
  application_not_active unauthorized user_not_active mandatory_attribute_missing invalid_id_token
  failed_to_exchange_token user_info_retrieve_failed invalid_saml_metadata invalid_saml_response invalid_saml_request
  invalid_saml_form_params signature_validation_failed invalid_acs_url invalid_assertion_url invalid_status
  malformed_saml_response assertion_expired response_expired authentication_not_completed user_login_required
`
  .trim()
  .split(/\s+/)

test.each(DOCUMENTED)('%s, which Scalekit documents for logins, has words of its own', (code) => {
  expect(scalekitError(code)).toMatchObject({ code })
  expect(SCALEKIT_ERROR_CODES).toContain(code)
})

test.each([
  'unauthorized_client',
  'unsupported_response_type',
  'unsupported_grant_type',
  'invalid_scope',
  'temporarily_unavailable',
])('%s (RFC 6749 sections 4.1.2.1 and 5.2) has words of its own', (code) => {
  expect(scalekitError(code)).toMatchObject({ code })
})

test.each(SCALEKIT_ERROR_CODES)('%s says who can do something about it', (code) => {
  expect(['user', 'admin', 'developer', 'operator']).toContain(scalekitError(code).concerns)
})

test.each([
  ['The identity provider did not send a required attribute: email.', 'email'],
  ["Missing required attribute 'given_name'", 'given_name'],
  ['attribute familyName is missing', 'familyName'],
  ['required attribute: Groups', 'Groups'],
  ['required attribute: call +1 555 0100', undefined],
  ['required attribute: emails-are-lost.example', undefined],
  ['required attribute: <script>alert(1)</script>', undefined],
  [`${'x '.repeat(300)}email`, undefined],
  ['', undefined],
  [null, undefined],
])('of the description %j, %s is shown', (description, attribute) => {
  expect(attributeIn(description)).toBe(attribute)
})

test.each([
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  ' access_denied',
  'ACCESS_DENIED',
  'access_denied\u0000',
  '<script>alert(1)</script>',
  'Call +1 555 0100 to unlock your account',
])('%j is not in the catalogue, and is not repeated', (code) => {
  const error = scalekitError(code)
  expect(error).toEqual(scalekitError('no such code'))
  expect(error.code).toBe('unknown')
})

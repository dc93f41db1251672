import type { ScalekitWords } from './explanation.ts'

const SIGN_IN_AGAIN = 'Sign in again.'
const SEND_TO_SITE = 'You cannot put this right yourself: send the details below to whoever runs this site.'
const SEND_TO_ADMIN =
  'You cannot put this right yourself: send the details below to the IT administrator of your organization.'

/** The site asks the sign-in service for something that this does not do for it. */
const ofSite = (technical: string) => ({
  detail: 'This site and its sign-in service do not work together as they should.',
  remedy: SEND_TO_SITE,
  technical,
})

/** The single sign-on of a customer is not set up as it has to be. */
const ofSetup = (technical: string) => ({
  detail: 'The single sign-on of your organization does not work as it should.',
  remedy: SEND_TO_ADMIN,
  technical,
})

const tooLate = {
  detail: 'The answer from the sign-in of your organization came too late.',
  remedy:
    'Sign in again. If it happens again, send the details below to the IT administrator of your organization.',
  technical: 'The answer of the identity provider came too late, or its clock is wrong. Check the clock.',
}

const badCredentials = ofSite(
  'The sign-in service does not accept the credentials of this site. Check SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET.',
)

const unsupported = ofSite(
  'The sign-in service does not support this kind of request. Check that SCALEKIT_ENVIRONMENT_URL names a Scalekit environment.',
)

const wrongAcsUrl = ofSetup('The identity provider is set up with a wrong ACS URL. Correct it there.')

/** What is said of each of Scalekit's error codes. */
export function scalekitWords(): ScalekitWords {
  return {
    // Of the person
    access_denied: {
      detail: 'The sign-in was cancelled or refused.',
      remedy: 'Sign in again, and allow the access if you are asked.',
      technical:
        'If nobody cancelled it, the identity provider refused: check that this person may use the application there.',
    },
    login_required: { detail: 'You are not signed in at the sign-in service.', remedy: SIGN_IN_AGAIN },
    user_login_required: { detail: 'You have to sign in.', remedy: SIGN_IN_AGAIN },
    authentication_not_completed: {
      detail: 'The sign-in at your organization was not finished.',
      remedy: 'Sign in again, and go on to its end.',
    },
    invalid_state: { detail: 'The sign-in took too long.', remedy: SIGN_IN_AGAIN },
    invalid_grant: { detail: 'This sign-in was used already, or took too long.', remedy: SIGN_IN_AGAIN },

    // Of the sign-in service
    server_error: {
      detail: 'The sign-in service had an internal error.',
      remedy: 'Try again in a moment. If it keeps happening, tell whoever runs this site.',
      technical: 'Scalekit reported an internal error. If it lasts, contact its support with the time below.',
    },
    temporarily_unavailable: {
      detail: 'The sign-in service is overloaded, or is being worked on.',
      remedy: 'Try again in a few minutes.',
      technical: 'Scalekit says that it is temporarily unavailable. If it lasts, contact its support.',
    },
    unknown: {
      detail: 'The sign-in service reported an error.',
      remedy: 'Sign in again. If it keeps happening, tell whoever runs this site.',
      technical:
        'Scalekit reported an error that it does not document. The log has its code, under the reference below.',
    },

    // Of the site
    invalid_request: ofSite(
      'The sign-in request was malformed. Check the parameters of the link that started the sign-in.',
    ),
    unauthorized_client: ofSite(
      'The application may not sign people in this way. Allow the authorization code grant for it in the Scalekit dashboard.',
    ),
    unsupported_response_type: unsupported,
    unsupported_grant_type: unsupported,
    invalid_scope: ofSite(
      'The sign-in request asks for scopes that the application may not have. Allow openid, email and profile in the Scalekit dashboard.',
    ),
    invalid_redirect_uri: ofSite(
      'The address to return to is not registered. Add the callback URL below to the redirect URLs in the Scalekit dashboard, letter by letter.',
    ),
    invalid_connection_selector: {
      detail: 'The sign-in did not say which organization you belong to.',
      remedy:
        'Open the home page, and sign in from there. If you come back here, send the details below to whoever runs this site.',
      technical:
        'The sign-in request names no organization or connection. Set `organization` or `connection` for the site, or send `login_hint`.',
    },
    invalid_organization_id: ofSite(
      'The sign-in request names an organization that does not exist. Check its ID in the configuration, or in the link that started the sign-in.',
    ),
    invalid_connection_id: ofSite(
      'The sign-in request names a connection that does not exist. Check its ID in the configuration, or in the link that started the sign-in.',
    ),
    invalid_client: badCredentials,
    unauthorized: badCredentials,
    application_not_active: ofSite(
      'This application is switched off at the sign-in service. Enable it in the Scalekit dashboard.',
    ),

    // Of the customer's single sign-on
    no_active_connections: {
      detail: 'Your organization has no active single sign-on connection.',
      remedy: SEND_TO_ADMIN,
      technical:
        'No connection of the organization is active. Set one up, or enable one, in the admin portal.',
    },
    connection_not_active: {
      detail: 'The single sign-on connection of your organization is switched off.',
      remedy: SEND_TO_ADMIN,
      technical: 'The connection exists, and is disabled. Enable it in the admin portal.',
    },
    no_configured_connections: {
      detail: 'Single sign-on is not set up for your organization yet.',
      remedy: SEND_TO_ADMIN,
      technical: 'The setup of the connection was begun, and not finished. Finish it in the admin portal.',
    },
    domain_not_found: {
      detail: 'No organization is registered for the domain of that e-mail address.',
      remedy:
        'Check the address for a slip, and sign in again. If it is right, send the details below to the IT administrator of your organization.',
      technical: 'No organization has the domain of this address. Register the domain for the organization.',
    },
    invalid_user_domain: {
      detail: 'The domain of your e-mail address is not allowed here.',
      remedy: SEND_TO_ADMIN,
      technical:
        'The identity provider sent an address of a domain that the organization does not have. Register the domain for the organization.',
    },
    user_not_active: {
      detail: 'Your account is not active.',
      remedy: SEND_TO_ADMIN,
      technical:
        'The account of this person is not active. Activate it in the directory of your organization.',
    },
    mandatory_attribute_missing: {
      detail: 'The sign-in of your organization did not say enough about you.',
      remedy: SEND_TO_ADMIN,
      technical:
        'The identity provider did not send an attribute that is required. Correct the attribute mapping of the connection.',
    },
    invalid_id_token: ofSetup(
      'The identity provider sent an invalid ID token. Check the client ID and the issuer of the connection.',
    ),
    failed_to_exchange_token: ofSetup(
      'The identity provider refused to issue a token. Check the client secret of the connection.',
    ),
    user_info_retrieve_failed: ofSetup(
      'The profile could not be read from the identity provider. Check the client secret of the connection.',
    ),
    invalid_saml_metadata: ofSetup(
      'The SAML metadata of the identity provider is not valid. Correct the metadata URL of the connection.',
    ),
    invalid_saml_response: ofSetup(
      'The identity provider sent a bad SAML response. Check the setup of the connection on both sides.',
    ),
    malformed_saml_response: ofSetup(
      'The identity provider sent a bad SAML response, which cannot be read. Check the setup of the connection on both sides.',
    ),
    invalid_saml_request: ofSetup(
      'The identity provider refused the SAML request. Check the setup of the connection on both sides.',
    ),
    invalid_saml_form_params: ofSetup(
      'The identity provider sent a bad SAML form. Check the setup of the connection on both sides.',
    ),
    invalid_status: ofSetup('The identity provider reported a failure. Its own log says which one.'),
    signature_validation_failed: ofSetup(
      'The answer of the identity provider has a wrong signature. Check the certificate and the ACS URL of the connection.',
    ),
    invalid_acs_url: wrongAcsUrl,
    invalid_assertion_url: wrongAcsUrl,
    assertion_expired: tooLate,
    response_expired: tooLate,
  }
}

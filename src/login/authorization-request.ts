/** Which login page a person is sent to. Scalekit's precedence: provider, connection, organization, domain, hint. */
export interface Selectors {
  readonly provider?: string
  readonly connectionId?: string
  readonly organizationId?: string
  /** An e-mail domain that an organization has registered. */
  readonly domainHint?: string
  /** An e-mail address; its domain selects, and the identity provider pre-fills it. */
  readonly loginHint?: string
}

export interface AuthorizationRequest extends Selectors {
  readonly clientId: string
  readonly redirectUri: string
  readonly scope: string
  readonly state: string
  readonly nonce: string
  /** S256; there is no other method here (RFC 7636 section 4.2). */
  readonly codeChallenge: string
  readonly prompt?: string
}

/**
 * The address that a login starts at.
 *
 * The domain goes out under both names that Scalekit's sources use for it, as its SDK does.
 *
 * @see RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1
 */
export function buildAuthorizationUrl(issuer: string, request: AuthorizationRequest): URL {
  const url = new URL(`${issuer}/oauth/authorize`)
  const parameters = {
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    scope: request.scope,
    state: request.state,
    nonce: request.nonce,
    login_hint: request.loginHint,
    domain_hint: request.domainHint,
    domain: request.domainHint,
    connection_id: request.connectionId,
    organization_id: request.organizationId,
    code_challenge: request.codeChallenge,
    code_challenge_method: 'S256',
    provider: request.provider,
    prompt: request.prompt,
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value)
  }
  return url
}

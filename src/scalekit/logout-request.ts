export interface LogoutRequest {
  readonly idTokenHint?: string
  /** Must be registered as a post-logout URL. */
  readonly postLogoutRedirectUri?: string
  readonly state?: string
}

/**
 * The address that ends the browser's session at Scalekit. It has to be visited by the browser, whose cookie
 * it needs.
 *
 * @see OpenID Connect RP-Initiated Logout 1.0 section 2
 */
export function buildLogoutUrl(issuer: string, request: LogoutRequest): URL {
  const url = new URL(`${issuer}/oidc/logout`)
  const parameters = {
    id_token_hint: request.idTokenHint,
    post_logout_redirect_uri: request.postLogoutRedirectUri,
    state: request.state,
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value)
  }
  return url
}

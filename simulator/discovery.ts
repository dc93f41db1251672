import type { Handler } from 'hono'
import type { Environment } from './environment.ts'

/** `GET /.well-known/openid-configuration`, OpenID Connect Discovery 1.0 section 3. */
export function discovery(environment: Environment): Handler {
  return (c) => {
    const issuer = environment.issuer(c.req.raw)
    return c.json({
      issuer,
      authorization_endpoint: `${issuer}/oauth/authorize`,
      token_endpoint: `${issuer}/oauth/token`,
      jwks_uri: `${issuer}/keys`,
      end_session_endpoint: `${issuer}/oidc/logout`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      code_challenge_methods_supported: ['S256'],
    })
  }
}

/** `GET /keys`: RFC 7517 section 5. */
export function keySet(environment: Environment): Handler {
  return async (c) => c.json(await environment.keys.published())
}

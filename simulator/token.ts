import type { Context, Handler } from 'hono'
import { base64url } from 'jose'
import { ACCESS_TOKEN_SECONDS, managementTokenClaims, userAccessTokenClaims } from './access-token.ts'
import type { Environment } from './environment.ts'
import { faultyClaims, withWrongSignature } from './faulty.ts'
import { idTokenClaims } from './id-token.ts'
import { isSameSecret, randomSecret, sha256 } from './identifiers.ts'
import type { Login } from './login.ts'
import { type Parameters, readForm } from './parameters.ts'

/** Scalekit does not say; a refresh token certainly ends with its session. */
const REFRESH_TOKEN_SECONDS = 30 * 24 * 60 * 60

/**
 * `POST /oauth/token`, with the client's id and secret in the body (`client_secret_post`) and nowhere else.
 *
 * A code or refresh token is spent by the first attempt of an authenticated client, whatever comes of it; presenting
 * it again ends the session as well (RFC 6749 section 10.5, RFC 9700 section 4.14.2).
 */
export function token(environment: Environment): Handler {
  return async (c) => {
    c.header('Cache-Control', 'no-store')
    if (c.req.header('authorization') !== undefined) {
      c.header('WWW-Authenticate', 'Basic realm="not accepted here"')
      return tokenError(
        c,
        'invalid_client',
        'Send client_id and client_secret in the body, without Authorization.',
      )
    }
    const form = await readForm(c.req.raw)
    if (form === undefined) {
      return tokenError(c, 'invalid_request', 'The body must be application/x-www-form-urlencoded.')
    }
    if (form.repeated.length > 0)
      return tokenError(c, 'invalid_request', 'A parameter occurs more than once.')
    const isClient = form.get('client_id') === environment.client.id
    if (!(await isSameSecret(form.get('client_secret') ?? '', environment.client.secret)) || !isClient) {
      return tokenError(c, 'invalid_client', 'The client is unknown or its secret is wrong.')
    }
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return exchangeCode(c, environment, form)
      case 'refresh_token':
        return refresh(c, environment, form)
      case 'client_credentials':
        return issueManagementToken(c, environment)
      case undefined:
        return tokenError(c, 'invalid_request', 'grant_type is missing.')
      default:
        return tokenError(c, 'unsupported_grant_type', 'This grant type does not exist here.')
    }
  }
}

async function exchangeCode(c: Context, environment: Environment, form: Parameters) {
  const code = form.get('code')
  const redirectUri = form.get('redirect_uri')
  if (code === undefined || redirectUri === undefined) {
    return tokenError(c, 'invalid_request', 'code or redirect_uri is missing.')
  }
  const taken = environment.codes.take(code, environment.now())
  if (taken.kind === 'unknown') return tokenError(c, 'invalid_grant', 'The code is unknown or has expired.')
  const { request, login } = taken.value
  if (taken.kind === 'replayed') {
    revoke(environment, login)
    return tokenError(c, 'invalid_grant', 'The code has already been used.')
  }
  if (environment.sessions.get(login.sessionId)?.status !== 'active') {
    return tokenError(c, 'invalid_grant', 'The session of this code has ended.')
  }
  if (redirectUri !== request.redirectUri) {
    return tokenError(c, 'invalid_grant', 'redirect_uri is not the one of the authorization request.')
  }
  const problem = await verifierProblem(form.get('code_verifier'), request.codeChallenge)
  if (problem !== undefined) return tokenError(c, 'invalid_grant', problem)

  const { settings, client, keys } = environment
  const input = { issuer: environment.issuer(c.req.raw), clientId: client.id, now: environment.now() }
  const { mode } = settings
  const accessToken = await keys.sign(userAccessTokenClaims(input, mode, login))
  const nonce = settings.echo_nonce ? request.nonce : undefined
  const claims = await idTokenClaims({ ...input, mode, login, nonce, code, accessToken })
  const idToken = await keys.sign(faultyClaims(environment, claims))
  const isRefreshable = mode === 'fsa' && request.scope.includes('offline_access')
  return c.json({
    access_token: accessToken,
    id_token: environment.faults.wrong_signature ? withWrongSignature(idToken) : idToken,
    ...(isRefreshable && { refresh_token: issueRefreshToken(environment, login) }),
    expires_in: ACCESS_TOKEN_SECONDS[mode] - 1,
  })
}

/** Full-Stack Auth only. The answer has no new ID token: Scalekit's pages disagree, and a client must bear that. */
async function refresh(c: Context, environment: Environment, form: Parameters) {
  if (environment.settings.mode !== 'fsa') {
    return tokenError(c, 'unsupported_grant_type', 'There are no refresh tokens in Modular SSO.')
  }
  const presented = form.get('refresh_token')
  if (presented === undefined) return tokenError(c, 'invalid_request', 'refresh_token is missing.')
  const taken = environment.refreshTokens.take(presented, environment.now())
  if (taken.kind === 'unknown')
    return tokenError(c, 'invalid_grant', 'The refresh token is unknown or has expired.')
  const login = taken.value
  if (taken.kind === 'replayed') revoke(environment, login)
  if (environment.sessions.get(login.sessionId)?.status !== 'active') {
    return tokenError(c, 'invalid_grant', 'The refresh token was used before, or its session has ended.')
  }
  const input = {
    issuer: environment.issuer(c.req.raw),
    clientId: environment.client.id,
    now: environment.now(),
  }
  return c.json({
    access_token: await environment.keys.sign(userAccessTokenClaims(input, 'fsa', login)),
    refresh_token: issueRefreshToken(environment, login),
    expires_in: ACCESS_TOKEN_SECONDS.fsa - 1,
  })
}

async function issueManagementToken(c: Context, environment: Environment) {
  const input = {
    issuer: environment.issuer(c.req.raw),
    clientId: environment.client.id,
    now: environment.now(),
  }
  return c.json({
    access_token: await environment.keys.sign(managementTokenClaims(input)),
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_SECONDS.management - 1,
    scope: 'openid',
  })
}

/** RFC 7636 section 4.6; a verifier that nobody announced is refused too (RFC 9700 section 2.1.1). */
async function verifierProblem(verifier: string | undefined, challenge: string | undefined) {
  if (challenge === undefined) {
    return verifier === undefined ? undefined : 'code_verifier belongs to a request without code_challenge.'
  }
  if (verifier === undefined) return 'code_verifier is missing.'
  if (!/^[\w.~-]{43,128}$/.test(verifier)) return 'code_verifier is not 43 to 128 unreserved characters.'
  const isRight = base64url.encode(await sha256(verifier)) === challenge
  return isRight ? undefined : 'code_verifier does not match code_challenge.'
}

function issueRefreshToken({ refreshTokens, now }: Environment, login: Login): string {
  const refreshToken = `rt_${randomSecret()}`
  refreshTokens.put(refreshToken, login, now() + REFRESH_TOKEN_SECONDS, now())
  return refreshToken
}

function revoke({ sessions }: Environment, { sessionId }: Login): void {
  const session = sessions.get(sessionId)
  if (session !== undefined) session.status = 'revoked'
}

type TokenError = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type'

/** RFC 6749 section 5.2. */
function tokenError(c: Context, error: TokenError, description: string) {
  return c.json({ error, error_description: description }, error === 'invalid_client' ? 401 : 400)
}

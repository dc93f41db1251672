import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import { type EpochSeconds, elapsed } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { checkPerson } from '../policy/demands.ts'
import type { Visit } from '../request/visit.ts'
import { verifyIdToken } from '../scalekit/id-token.ts'
import {
  processTokenResponse,
  type TokenResponse,
  tokenEndpoint,
  tokenRequest,
} from '../scalekit/token-request.ts'
import type { FinishedLogin } from '../session/open-session.ts'
import {
  type AuthorizationGrant,
  type AuthorizationResponse,
  checkAuthorizationResponse,
} from './authorization-response.ts'
import type { LoginTransaction } from './login-transaction.ts'

/**
 * From the authorization response to a verified identity that meets what the login asked for: the checks of the response, the token
 * request, the ID token in full, then organization and connection.
 */
export async function identify(
  deployment: Deployment,
  visit: Visit,
  transaction: LoginTransaction,
  response: AuthorizationResponse,
): Promise<Result<FinishedLogin, Refusal>> {
  const { scalekit } = deployment
  visit.trail.whose = transaction
  const grant = checkAuthorizationResponse(transaction, response, visit.url.host, scalekit.issuer, visit.now)
  if (!grant.ok) return grant
  const tokens = await exchange(deployment, grant.value)
  if (!tokens.ok) return tokens
  const verified = await verifyIdToken(
    tokens.value.idToken,
    {
      issuer: scalekit.issuer,
      clientId: scalekit.clientId,
      nonce: transaction.nonce,
      code: grant.value.code,
      accessToken: tokens.value.accessToken,
      requireNonce: deployment.requireNonce,
      claims: visit.site.claims,
    },
    deployment.keySet.at(visit.now, 'token_endpoint'),
    visit.now,
  )
  if (!verified.ok) return verified
  visit.trail.whose = verified.value
  const mismatch = checkPerson(transaction, verified.value)
  if (mismatch !== undefined) return err(mismatch)
  const took = elapsed(transaction.createdAt, visit.now)
  const begunAt = (verified.value.issuedAt - took) as EpochSeconds
  const by = { idToken: tokens.value.idToken }
  return ok({ identity: verified.value, by, begunAt, finishedAt: visit.now })
}

async function exchange(
  { scalekit, effects }: Deployment,
  { code, transaction }: AuthorizationGrant,
): Promise<Result<TokenResponse, Refusal>> {
  const address = tokenEndpoint(scalekit)
  try {
    const { codeVerifier, redirectUri } = transaction
    const response = await tokenRequest(scalekit, { code, codeVerifier, redirectUri }, effects.fetch)
    const tokens = await processTokenResponse(response)
    return !tokens.ok && tokens.error.reason === 'scalekit_unreachable'
      ? err({ ...tokens.error, address })
      : tokens
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'unknown', message: String(error) }
    return err({ reason: 'scalekit_unreachable', endpoint: 'token', address, detail: name, cause: message })
  }
}

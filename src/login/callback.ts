import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import { type EpochSeconds, elapsed } from '../base/time.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { refuse } from '../pages/refusal-page.tsx'
import { redirect, withCookies } from '../pages/response.ts'
import { clearCookie, readCookie } from '../request/cookies.ts'
import { HOME, parseReturnTo, type ReturnTo } from '../request/return-to.ts'
import { isSecure, type Visit } from '../request/visit.ts'
import { type Identity, verifyIdToken } from '../scalekit/id-token.ts'
import { processTokenResponse, type TokenResponse, tokenRequest } from '../scalekit/token-request.ts'
import { currentSession } from '../session/current-session.ts'
import type { FinishedLogin } from '../session/open-session.ts'
import {
  type AuthorizationGrant,
  type AuthorizationResponse,
  checkAuthorizationResponse,
  parseAuthorizationResponse,
  scalekitRefusal,
} from './authorization-response.ts'
import { bindingSuffix, parseBinding } from './binding-cookie.ts'
import { askWhetherToChange, completeLogin } from './change-of-identity.ts'
import { startIdpInitiated } from './login.ts'
import { applyDemands, parseLoginQuery } from './login-query.ts'
import { type LoginTransaction, loginsOf } from './login-transaction.ts'
import { checkRateLimit } from './rate-limit.ts'
import { startLogin } from './start-login.ts'

/** `GET /auth/callback`: the browser comes back from Scalekit. */
export async function callback(deployment: Deployment, visit: Visit): Promise<Response> {
  const limited = await checkRateLimit(deployment, visit, 'callback')
  if (limited !== undefined) return refuse(visit, limited)
  const parsed = parseAuthorizationResponse(new URLSearchParams(visit.url.search))
  if (!parsed.ok) return refuse(visit, parsed.error)
  const response = parsed.value
  if (response.state === undefined) return callbackWithoutState(deployment, visit, response)

  const secure = isSecure(visit)
  const hash = await sha256(response.state)
  const suffix = bindingSuffix(hash)
  const binding = readCookie(visit.cookies, 'login', secure, suffix)
  if (binding === undefined)
    return withoutTransaction(deployment, visit, { reason: 'binding_cookie_missing' })

  const transaction = await loginsOf(deployment).take(hash, binding)
  // The transaction is over, however it ends.
  const cookies = [clearCookie('login', secure, suffix)]
  if (transaction === 'unreadable') return refuse(visit, { reason: 'transaction_unreadable' }, { cookies })
  if (transaction === 'unknown') {
    return withoutTransaction(deployment, visit, { reason: 'transaction_unknown' }, binding, cookies)
  }

  const { returnTo, begunElsewhere = false } = transaction
  const finished = await identify(deployment, visit, transaction, response)
  if (!finished.ok) return refuse(visit, finished.error, { returnTo, cookies })
  if (begunElsewhere) {
    const question = await askWhetherToChange(
      deployment,
      visit,
      { hash, binding },
      { ...finished.value, returnTo },
    )
    if (question !== undefined) return question
  }
  return completeLogin(deployment, visit, { ...finished.value, returnTo }, cookies)
}

/** From the authorization response to a verified identity that meets what the login asked for. */
async function identify(
  deployment: Deployment,
  visit: Visit,
  transaction: LoginTransaction,
  response: AuthorizationResponse,
): Promise<Result<FinishedLogin, Refusal>> {
  const { scalekit } = deployment
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
  const mismatch = checkDemands(transaction, verified.value)
  if (mismatch !== undefined) return err(mismatch)
  const took = elapsed(transaction.createdAt, visit.now)
  const begunAt = (verified.value.issuedAt - took) as EpochSeconds
  return ok({ identity: verified.value, idToken: tokens.value.idToken, begunAt, finishedAt: visit.now })
}

async function exchange(
  { scalekit, effects }: Deployment,
  { code, transaction }: AuthorizationGrant,
): Promise<Result<TokenResponse, Refusal>> {
  try {
    const { codeVerifier, redirectUri } = transaction
    return await processTokenResponse(
      await tokenRequest(scalekit, { code, codeVerifier, redirectUri }, effects.fetch),
    )
  } catch (error) {
    const detail = error instanceof Error ? error.name : 'unknown'
    return err({ reason: 'scalekit_unreachable', endpoint: 'token', detail })
  }
}

/** The organization and the connection that a login asked for are the ones that have to come back. */
function checkDemands(
  demanded: Pick<LoginTransaction, 'organizationId' | 'connectionId'>,
  identity: Pick<Identity, 'organizationId' | 'connectionId'>,
): Refusal | undefined {
  const { organizationId, connectionId } = demanded
  if (organizationId !== undefined && identity.organizationId !== organizationId) {
    return {
      reason: 'organization_mismatch',
      demanded: organizationId,
      received: identity.organizationId ?? 'none',
    }
  }
  if (connectionId !== undefined && identity.connectionId !== connectionId) {
    return {
      reason: 'connection_mismatch',
      demanded: connectionId,
      received: identity.connectionId ?? 'none',
    }
  }
  return undefined
}

/** Errors and IdP-initiated starts may arrive without a state; they act on no transaction. */
function callbackWithoutState(
  deployment: Deployment,
  visit: Visit,
  { error, idpInitiatedLogin }: AuthorizationResponse,
): Response | Promise<Response> {
  if (error !== undefined) return refuse(visit, scalekitRefusal(error))
  if (idpInitiatedLogin !== undefined) return startIdpInitiated(deployment, visit, idpInitiatedLogin)
  return refuse(visit, { reason: 'state_missing' })
}

/**
 * The login that this callback answers cannot be found. Whoever is signed in already, in another tab or by the first of
 * two equal callbacks, goes on to the site. Otherwise, if the browser did start it here, KV may not have caught
 * up: it starts again, once, without a word.
 */
async function withoutTransaction(
  deployment: Deployment,
  visit: Visit,
  refusal: Refusal,
  bindingText?: string,
  cookies: readonly string[] = [],
): Promise<Response> {
  const binding = bindingText === undefined ? undefined : parseBinding(bindingText)
  const query = parseLoginQuery(new URLSearchParams(binding?.query))
  const returnTo: ReturnTo = query.ok
    ? parseReturnTo(query.value.returnTo, visit.url.origin, visit.basePath)
    : HOME
  const current = await currentSession(deployment, visit)
  if (current.kind === 'signed_in')
    return redirect(visit.url, returnTo, 303, [...cookies, ...current.cookies])
  if (binding === undefined || binding.restarts > 0 || !query.ok)
    return refuse(visit, refusal, { returnTo, cookies })

  const selectors = applyDemands(visit.site, query.value.selectors)
  const restarted = await startLogin(deployment, visit, {
    selectors,
    prompt: query.value.prompt,
    returnTo,
    begunElsewhere: true,
    restarts: binding.restarts + 1,
  })
  return withCookies(restarted, cookies)
}

import { log } from '../audit/log.ts'
import { ok } from '../base/result.ts'
import { randomSecret } from '../crypto/random-secret.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { redirect } from '../pages/response.ts'
import { clearCookie, setCookie } from '../request/cookies.ts'
import { forgetAttempts, isLooping, loopRefusal, tidyAttempts } from '../request/login-attempts.ts'
import { type Answer, refused } from '../request/refused.ts'
import type { ReturnTo } from '../request/return-to.ts'
import { cookieScope, routeUrl, type Visit } from '../request/visit.ts'
import { presentedSession } from '../session/presented.ts'
import { buildAuthorizationUrl, type Selectors } from './authorization-request.ts'
import { bindingSuffix, MAX_QUERY_LENGTH, sealedBinding, surplusBindings } from './binding-cookie.ts'
import { LOGIN_TRANSACTION_LIFETIME, type LoginTransaction, loginsOf } from './login-transaction.ts'
import { choiceOf } from './remembered-choice.ts'

export interface LoginStart {
  /** With the site's demands already applied. */
  readonly selectors: Selectors
  readonly prompt?: string | undefined
  readonly returnTo: ReturnTo
  readonly begunElsewhere: NonNullable<LoginTransaction['begunElsewhere']>
  /** How often this login has been started again already. */
  readonly restarts?: number
}

const SCOPE = 'openid profile email'

/** Begins a login transaction and sends the browser to Scalekit: one KV write, one cookie. */
export async function startLogin(
  deployment: Deployment,
  visit: Visit,
  { selectors, prompt, returnTo, begunElsewhere, restarts = 0 }: LoginStart,
): Promise<Answer> {
  // Whoever is signed in is not going round in circles, whatever they sign in for again.
  if (isLooping(visit, returnTo) && (await presentedSession(deployment, visit)) === undefined) {
    return refused(loopRefusal(visit, 'login_route'), { returnTo, cookies: forgetAttempts(visit) })
  }
  const { scalekit } = deployment
  const { now, url } = visit
  const [state, nonce, codeVerifier] = [randomSecret(), randomSecret(), randomSecret()]
  const hash = await sha256(state)
  const redirectUri = routeUrl(visit, '/callback')
  const query = loginQuery(selectors, prompt, returnTo)
  const half = { createdAt: now, restarts, secret: randomSecret(), query }
  const binding = await sealedBinding(half, hash, deployment.keyRing)

  await loginsOf(deployment).begin(hash, binding, {
    codeVerifier,
    nonce,
    returnTo,
    redirectUri,
    host: url.host,
    ...(selectors.organizationId !== undefined && { organizationId: selectors.organizationId }),
    ...(selectors.connectionId !== undefined && { connectionId: selectors.connectionId }),
    ...(begunElsewhere && { begunElsewhere }),
    ...choiceOf(visit, selectors),
    createdAt: now,
  })

  const location = buildAuthorizationUrl(scalekit.issuer, {
    ...selectors,
    clientId: scalekit.clientId,
    redirectUri,
    scope: SCOPE,
    state,
    nonce,
    codeChallenge: await sha256(codeVerifier),
    ...(prompt !== undefined && { prompt }),
  })
  const scope = cookieScope(visit)
  log({ event: restarts === 0 ? 'login_started' : 'login_restarted' }, visit)
  const cookies = [
    ...surplusBindings(visit.cookies, scope).map((suffix) => clearCookie('login', scope, suffix)),
    setCookie('login', scope, binding, LOGIN_TRANSACTION_LIFETIME, bindingSuffix(hash)),
    ...tidyAttempts(visit),
  ]
  return ok(redirect(location.href, 302, cookies))
}

/** The link that would start this login again. */
function loginQuery(selectors: Selectors, prompt: string | undefined, returnTo: ReturnTo): string {
  const parameters = {
    return_to: returnTo,
    provider: selectors.provider,
    connection_id: selectors.connectionId,
    organization_id: selectors.organizationId,
    domain_hint: selectors.domainHint,
    login_hint: selectors.loginHint,
    prompt,
  }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value)
  // Where not all of it fits into the cookie, the deep link goes first: who was asked for is not forgotten.
  if (query.toString().length > MAX_QUERY_LENGTH) query.delete('return_to')
  return query.toString()
}

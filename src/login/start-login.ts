import { log } from '../audit/log.ts'
import { ok } from '../base/result.ts'
import { after } from '../base/time.ts'
import { randomSecret } from '../crypto/random-secret.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { redirect } from '../pages/response.ts'
import { parseCanonicalUrl } from '../policy/canonical-url.ts'
import { ruleFor } from '../policy/policy.ts'
import { clearCookie, setCookie } from '../request/cookies.ts'
import { forgetAttempts, isLooping, loopRefusal, tidyAttempts } from '../request/login-attempts.ts'
import { type Answer, refused } from '../request/refused.ts'
import { type ReturnTo, withoutFragment } from '../request/return-to.ts'
import { cookieScope, localesOf, routeUrl, routeUrlAt, type Visit } from '../request/visit.ts'
import { presentedSession } from '../session/presented.ts'
import { issueLoginRequest, LOGIN_REQUEST_LIFETIME } from '../tokens/login-request.ts'
import { buildAuthorizationUrl, type Selectors } from './authorization-request.ts'
import { bindingSuffix, MAX_QUERY_LENGTH, sealedBinding, surplusBindings } from './binding-cookie.ts'
import { type HandoffTransaction, LOGIN_TRANSACTION_LIFETIME, loginsOf } from './login-transaction.ts'
import { choiceOf, typedAddressOf } from './remembered-choice.ts'

export interface LoginStart {
  /** With the site's demands already applied. */
  readonly selectors: Selectors
  readonly prompt?: string | undefined
  readonly returnTo: ReturnTo
  readonly begunElsewhere: boolean
  /** At the login host: what a site asked for. Loops are noticed there, where the pages are. */
  readonly request?: string | undefined
  /** How often this login has been started again already. */
  readonly restarts?: number
}

/** A login that is about to begin: what its browser and its record are found by. */
interface Beginning {
  readonly state: string
  readonly hash: string
  readonly binding: string
  readonly transaction: HandoffTransaction
}

const SCOPE = 'openid profile email'

/** Begins a login transaction and sends the browser to Scalekit, or to the login host: one KV write, one cookie. */
export async function startLogin(deployment: Deployment, visit: Visit, start: LoginStart): Promise<Answer> {
  const { selectors, returnTo, begunElsewhere, restarts = 0 } = start
  const loops = start.request === undefined && isLooping(visit, returnTo)
  // Whoever is signed in is not going round in circles, whatever they sign in for again.
  if (loops && (await presentedSession(deployment, visit)) === undefined) {
    return refused(loopRefusal(visit, 'login_route'), { returnTo, cookies: forgetAttempts(visit) })
  }
  const { now, url, site } = visit
  const state = randomSecret()
  const hash = await sha256(state)
  const half = { createdAt: now, restarts, secret: randomSecret(), query: loginQuery(visit, start) }
  const binding = await sealedBinding(half, hash, deployment.keyRing)
  const transaction = {
    returnTo,
    host: url.host,
    ...(selectors.organizationId !== undefined && { organizationId: selectors.organizationId }),
    ...(selectors.connectionId !== undefined && { connectionId: selectors.connectionId }),
    ...(begunElsewhere && { begunElsewhere }),
    createdAt: now,
  }
  const beginning = { state, hash, binding, transaction }
  const { loginHost } = deployment
  const location =
    loginHost !== undefined && site.signsIn === 'at_login_host'
      ? await beginAtLoginHost(deployment, visit, loginHost, beginning, start)
      : await beginAtScalekit(deployment, visit, beginning, start)

  const scope = cookieScope(visit)
  await log({ event: restarts === 0 ? 'login_started' : 'login_restarted' }, visit, selectors)
  const cookies = [
    ...surplusBindings(visit.cookies, scope).map((suffix) => clearCookie('login', scope, suffix)),
    setCookie('login', scope, binding, LOGIN_TRANSACTION_LIFETIME, bindingSuffix(hash)),
    ...tidyAttempts(visit),
  ]
  return ok(redirect(location, 302, cookies))
}

/** @returns the address of the authorization request */
async function beginAtScalekit(
  deployment: Deployment,
  visit: Visit,
  { state, hash, binding, transaction }: Beginning,
  { selectors, prompt, request }: LoginStart,
): Promise<string> {
  const { scalekit } = deployment
  const [nonce, codeVerifier] = [randomSecret(), randomSecret()]
  const redirectUri = routeUrl(visit, '/callback')
  await loginsOf(deployment).begin(hash, binding, {
    ...transaction,
    codeVerifier,
    nonce,
    redirectUri,
    ...choiceOf(visit, selectors),
    ...typedAddressOf(visit, selectors),
    ...(request !== undefined && { request }),
  })
  return buildAuthorizationUrl(scalekit.issuer, {
    ...selectors,
    clientId: scalekit.clientId,
    redirectUri,
    scope: SCOPE,
    state,
    nonce,
    codeChallenge: await sha256(codeVerifier),
    ...(prompt !== undefined && { prompt }),
  }).href
}

/** @returns the address of the request to the login host */
async function beginAtLoginHost(
  deployment: Deployment,
  visit: Visit,
  loginHost: string,
  { state, hash, binding, transaction }: Beginning,
  { selectors, prompt, returnTo }: LoginStart,
): Promise<string> {
  await loginsOf(deployment).beginHandoff(hash, binding, transaction)
  const request = await issueLoginRequest(
    { issuer: routeUrl(visit, ''), state, selectors, prompt, maxAge: maxAgeOf(visit, returnTo) },
    loginHost,
    deployment.keyRing,
    after(visit.now, LOGIN_REQUEST_LIFETIME),
  )
  return `${routeUrlAt(loginHost, visit, '/login')}?${new URLSearchParams({ request, ...localesOf(visit) })}`
}

/** How old a sign-in may be for the page that is wanted: then nobody comes back with one that is too old for it. */
function maxAgeOf({ site, url }: Visit, returnTo: ReturnTo): number | undefined {
  const wanted = parseCanonicalUrl(url.origin + withoutFragment(returnTo))
  const rule = wanted.ok ? ruleFor(site, wanted.value.readings, 'GET') : undefined
  return rule?.ok ? rule.value?.maxAge : undefined
}

/** The link that would start this login again, in the same language; what comes back from the login goes by it, too. */
function loginQuery(visit: Visit, { selectors, prompt, returnTo, request }: LoginStart): string {
  const parameters = {
    request,
    return_to: request === undefined ? returnTo : undefined,
    provider: selectors.provider,
    connection_id: selectors.connectionId,
    organization_id: selectors.organizationId,
    domain_hint: selectors.domainHint,
    login_hint: selectors.loginHint,
    prompt,
    ...localesOf(visit),
  }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value)
  // Where not all of it fits into the cookie, the deep link goes first, and of that its fragment: who was asked for is not forgotten.
  if (query.has('return_to') && query.toString().length > MAX_QUERY_LENGTH)
    query.set('return_to', withoutFragment(returnTo))
  for (const least of request === undefined ? LEAST : [...LEAST, ...IN_REQUEST])
    if (query.toString().length > MAX_QUERY_LENGTH) query.delete(least)
  return query.toString()
}

/** What goes first where not all of it can be remembered. */
const LEAST = ['return_to', 'ui_locales']

/** What the request of a site says, too, but for an address that was typed here: so that goes last. */
const IN_REQUEST = ['provider', 'organization_id', 'connection_id', 'domain_hint', 'login_hint']

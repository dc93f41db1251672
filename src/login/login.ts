import type { Deployment } from '../deployment/deployment.ts'
import { refuse } from '../pages/refusal-page.tsx'
import { signInPage } from '../pages/sign-in-page.tsx'
import { isDeclaredSubresource } from '../request/request-kind.ts'
import { parseReturnTo } from '../request/return-to.ts'
import { isSentByAnotherSite } from '../request/same-origin.ts'
import type { Visit } from '../request/visit.ts'
import { scalekitRefusal } from './authorization-response.ts'
import { verifyIdpInitiatedLogin } from './idp-initiated.ts'
import { applyDemands, parseLoginQuery } from './login-query.ts'
import { checkRateLimit } from './rate-limit.ts'
import { startLogin } from './start-login.ts'

/** `GET /auth/login`: starts a login, or asks for what is missing to start one. */
export async function login(deployment: Deployment, visit: Visit): Promise<Response> {
  const { request, site, url, basePath } = visit
  if (isDeclaredSubresource(request.headers)) return refuse(visit, { reason: 'not_a_navigation' })
  const limited = await checkRateLimit(deployment, visit, 'login')
  if (limited !== undefined) return refuse(visit, limited)

  const query = new URLSearchParams(url.search)
  // An IdP-initiated start that failed arrives here with an error and nothing else.
  const error = query.get('error')
  if (error !== null && error !== '') return refuse(visit, scalekitRefusal(error))

  const parsed = parseLoginQuery(query)
  if (!parsed.ok) {
    const { error: refusal } = parsed
    if (
      refusal.reason === 'parameter_invalid' &&
      refusal.parameter === 'login_hint' &&
      visit.kind === 'navigation'
    ) {
      const rejected = query.get('login_hint') ?? ''
      return signInPage(visit, {
        returnTo: query.get('return_to'),
        prompt: undefined,
        rejected: rejected.slice(0, 320),
      })
    }
    return refuse(visit, refusal)
  }
  const { idpInitiatedLogin, prompt, returnTo } = parsed.value
  if (idpInitiatedLogin !== undefined) return startIdpInitiated(deployment, visit, idpInitiatedLogin)

  const selectors = applyDemands(site, parsed.value.selectors)
  if (Object.keys(selectors).length === 0) return signInPage(visit, { returnTo, prompt })
  return startLogin(deployment, visit, {
    selectors,
    prompt,
    returnTo: parseReturnTo(returnTo, url.origin, basePath),
    begunElsewhere: isSentByAnotherSite(visit),
  })
}

/**
 * A person came from their identity provider's portal. The hint is verified, used up and forgotten: an ordinary login
 * follows, with a state, nonce and verifier of its own.
 */
export async function startIdpInitiated(
  deployment: Deployment,
  visit: Visit,
  token: string,
): Promise<Response> {
  const { site, now, url, basePath } = visit
  const verified = await verifyIdpInitiatedLogin(token, deployment.keySet.at(now, 'anonymous'), now)
  if (!verified.ok) return refuse(visit, verified.error)

  const { selectors, relayState } = verified.value
  const { organizationId, connectionId } = selectors
  if (
    site.organization !== undefined &&
    organizationId !== undefined &&
    organizationId !== site.organization
  ) {
    return refuse(visit, {
      reason: 'organization_mismatch',
      demanded: site.organization,
      received: organizationId,
    })
  }
  if (site.connection !== undefined && connectionId !== undefined && connectionId !== site.connection) {
    return refuse(visit, { reason: 'connection_mismatch', demanded: site.connection, received: connectionId })
  }
  return startLogin(deployment, visit, {
    selectors: applyDemands(site, selectors),
    returnTo: parseReturnTo(relayState, url.origin, basePath),
    // The hint may be anybody's, and may have been used before.
    begunElsewhere: true,
  })
}

import type { Deployment } from '../deployment/deployment.ts'
import { checkDemands, demandsOf } from '../policy/demands.ts'
import { type Answer, refused } from '../request/refused.ts'
import { parseReturnTo } from '../request/return-to.ts'
import type { Visit } from '../request/visit.ts'
import { verifyIdpInitiatedLogin } from './idp-initiated.ts'
import { applyDemands } from './login-query.ts'
import { startLogin } from './start-login.ts'

/**
 * A person came from their identity provider's portal. The hint is verified, used up and forgotten: an ordinary login
 * follows, with a state, nonce and verifier of its own.
 */
export async function startIdpInitiated(
  deployment: Deployment,
  visit: Visit,
  token: string,
): Promise<Answer> {
  const { site, now, url, basePath } = visit
  const verified = await verifyIdpInitiatedLogin(token, deployment.keySet.at(now, 'anonymous'), now)
  if (!verified.ok) return refused(verified.error)

  const { selectors, relayState } = verified.value
  const demands = demandsOf(site)
  // What the hint leaves open, the login will ask for.
  const mismatch = checkDemands(demands, { ...demands, ...selectors })
  if (mismatch !== undefined) return refused(mismatch)
  return startLogin(deployment, visit, {
    selectors: applyDemands(site, selectors),
    returnTo: parseReturnTo(relayState, url.origin, basePath),
    // The hint may be anybody's, and may have been used before.
    begunElsewhere: true,
  })
}

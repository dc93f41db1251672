import { ok } from '../base/result.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { findSiteFor } from '../deployment/site-store.ts'
import { redirect } from '../pages/response.ts'
import { parseCanonicalUrl, requestTarget } from '../policy/canonical-url.ts'
import { checkDemands, demandsOf } from '../policy/demands.ts'
import { type Answer, refused } from '../request/refused.ts'
import { parseReturnTo } from '../request/return-to.ts'
import { localesOf, type Visit } from '../request/visit.ts'
import type { Selectors } from './authorization-request.ts'
import { verifyIdpInitiatedLogin } from './idp-initiated.ts'
import { applyDemands } from './login-query.ts'
import { startLogin } from './start-login.ts'

/**
 * A person came from their identity provider's portal. The hint is verified, used up and forgotten: an ordinary login
 * follows, with a state, nonce and verifier of its own. Scalekit knows one address for it: from the login host it goes on to the site
 * that the relay state names, where there is one.
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
  visit.trail.whose = selectors
  const elsewhere = site.signsIn === 'for_others' ? await siteOf(deployment, visit, relayState) : undefined
  if (elsewhere !== undefined) return ok(redirect(loginAt(elsewhere, visit, selectors), 302))
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

/** A page of another site, in two parts that stay apart: behind an origin, `//host` would be a host. */
interface PageElsewhere {
  readonly origin: string
  /** Path and query, for the site to check. */
  readonly target: string
}

/** The page that a relay state names, if it is one of another site. What `*` stands for may be anybody's host, to which nobody is sent from here. */
async function siteOf(
  deployment: Deployment,
  { site, now }: Visit,
  relayState: string | undefined,
): Promise<PageElsewhere | undefined> {
  const address = parseCanonicalUrl(relayState ?? '')
  if (!address.ok) return undefined
  const found = await findSiteFor(deployment, address.value.host, now)
  if (found.kind !== 'site' || found.site === site || found.site === deployment.sites.fallback)
    return undefined
  return { origin: address.value.origin, target: requestTarget(address.value) }
}

/** The login of the site that is meant. What its own configuration demands goes before the hint there. */
function loginAt({ origin, target }: PageElsewhere, visit: Visit, selectors: Selectors): string {
  const { connectionId, organizationId } = selectors
  const query = new URLSearchParams({
    return_to: target,
    ...(connectionId !== undefined && { connection_id: connectionId }),
    ...(organizationId !== undefined && { organization_id: organizationId }),
    ...localesOf(visit),
  })
  return `${origin}${visit.basePath}/login?${query}`
}

import type { Deployment } from '../deployment/deployment.ts'
import type { ForSite } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { suggestAddress } from './address-suggestion.ts'
import { rememberedChoice } from './remembered-choice.ts'

/**
 * The address that somebody probably meant who typed another one on the sign-in page; see {@link suggestAddress}. It tells nothing that the
 * page does not: domains that rules or other sites name are not looked at, as they would tell who is a customer.
 *
 * @returns `undefined` where there is nothing to ask
 */
export async function addressMeant(
  deployment: Deployment,
  visit: Visit,
  typed: string,
  forSite: ForSite | undefined,
): Promise<string | undefined> {
  const remembered = await rememberedChoice(deployment, visit)
  const { support } = (forSite?.site ?? visit.site).brand
  const { hostname } = new URL(forSite?.origin ?? visit.url.origin)
  const nearby = [
    remembered?.domain,
    support !== undefined && 'email' in support ? domainOf(support.email) : undefined,
    ...domainsAbove(hostname),
  ]
  return suggestAddress(
    typed,
    nearby.filter((domain) => domain !== undefined),
  )
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** A host and the domains that it is in: people of `docs.acme.com` have addresses of `acme.com`. */
function domainsAbove(host: string): string[] {
  const labels = host.split('.')
  return labels.slice(0, -1).map((_label, index) => labels.slice(index).join('.'))
}

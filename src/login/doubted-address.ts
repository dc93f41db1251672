import type { Deployment } from '../deployment/deployment.ts'
import type { Doubts } from '../pages/sign-in-page.tsx'
import type { ForSite } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { publicMailbox, suggestAddress } from './address-suggestion.ts'
import { rememberedChoice } from './remembered-choice.ts'

/**
 * What may be wrong with an address that somebody typed on the sign-in page: they may have meant another one ({@link suggestAddress}), and it may
 * be no work address ({@link publicMailbox}). It tells nothing that the
 * page does not: domains that rules or other sites name are not looked at, as they would tell who is a customer.
 *
 * @returns `undefined` where there is nothing to ask
 */
export async function doubtsOf(
  deployment: Deployment,
  visit: Visit,
  typed: string,
  forSite: ForSite | undefined,
): Promise<Doubts | undefined> {
  const remembered = await rememberedChoice(deployment, visit)
  const { support } = (forSite?.site ?? visit.site).brand
  const { hostname } = new URL(forSite?.origin ?? visit.url.origin)
  const known = [
    remembered?.domain,
    support !== undefined && 'email' in support ? domainOf(support.email) : undefined,
    ...domainsAbove(hostname),
  ]
  const nearby = known.filter((domain) => domain !== undefined)
  const meant = suggestAddress(typed, nearby)
  const mailbox = publicMailbox(meant ?? typed, nearby)
  return meant === undefined && mailbox === undefined ? undefined : { meant, publicMailbox: mailbox }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** A host and the domains that it is in: people of `docs.acme.com` have addresses of `acme.com`. */
function domainsAbove(host: string): string[] {
  const labels = host.split('.')
  return labels.slice(0, -1).map((_label, index) => labels.slice(index).join('.'))
}

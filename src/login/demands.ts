import { lowerCaseAscii } from '../base/ascii.ts'
import type { Refusal } from '../base/refusal.ts'
import { emailDomain } from '../policy/policy.ts'
import type { CompiledSite } from '../policy/site-directory.ts'
import type { Person } from '../tokens/session.ts'
import type { Selectors } from './authorization-request.ts'

/** Whom a login is for, as far as that is said. */
export interface Demands {
  readonly organizationId?: string | undefined
  readonly connectionId?: string | undefined
}

/** What a site's configuration demands of every login. */
export const demandsOf = ({ organization, connection }: CompiledSite): Demands => ({
  organizationId: organization,
  connectionId: connection,
})

/**
 * Whether somebody who is signed in already is whom a login asks for. A social provider is never taken as given, since nothing in a session
 * says through which somebody came.
 */
export function isAskedFor(person: Person, site: CompiledSite, selectors: Selectors): boolean {
  const { provider, organizationId, connectionId, loginHint, domainHint } = selectors
  if (provider !== undefined) return false
  if (checkDemands(demandsOf(site), person) !== undefined) return false
  if (checkDemands({ organizationId, connectionId }, person) !== undefined) return false
  const email = person.email && lowerCaseAscii(person.email)
  if (loginHint !== undefined && lowerCaseAscii(loginHint) !== email) return false
  return domainHint === undefined || emailDomain(email ?? '') === lowerCaseAscii(domainHint)
}

/** The organization and the connection that were demanded are the ones that have to come back. */
export function checkDemands(demanded: Demands, received: Demands): Refusal | undefined {
  const { organizationId, connectionId } = demanded
  if (organizationId !== undefined && received.organizationId !== organizationId) {
    const other = received.organizationId ?? 'none'
    return { reason: 'organization_mismatch', demanded: organizationId, received: other }
  }
  if (connectionId !== undefined && received.connectionId !== connectionId) {
    const other = received.connectionId ?? 'none'
    return { reason: 'connection_mismatch', demanded: connectionId, received: other }
  }
  return undefined
}

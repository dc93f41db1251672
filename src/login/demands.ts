import type { Refusal } from '../base/refusal.ts'
import type { CompiledSite } from '../policy/site-directory.ts'

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

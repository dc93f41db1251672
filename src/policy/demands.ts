import type { Refusal } from '../base/refusal.ts'
import { displayName, type Person } from '../tokens/session.ts'
import type { CompiledSite } from './site-directory.ts'

/** Whom a login or a session is for, as far as that is said. */
export interface Demands {
  readonly organizationId?: string | undefined
  readonly connectionId?: string | undefined
}

/** Somebody is there who is of another organization, or came by another connection. */
export type Mismatch = Extract<Refusal, { readonly reason: 'organization_mismatch' | 'connection_mismatch' }>

/** What a site's configuration demands of every login and every session. */
export const demandsOf = ({ organization, connection }: CompiledSite): Demands => ({
  organizationId: organization,
  connectionId: connection,
})

/** The organization and the connection that were demanded are the ones that have to come back. */
export function checkDemands(demanded: Demands, received: Demands): Mismatch | undefined {
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

/** The same for somebody who can be told who they are. */
export function checkPerson(demanded: Demands, person: Person): Mismatch | undefined {
  const mismatch = checkDemands(demanded, person)
  return mismatch && { ...mismatch, who: displayName(person) }
}

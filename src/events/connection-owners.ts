import type { Deployment } from '../deployment/deployment.ts'
import { connectionData, readData, type ScalekitEvent } from '../scalekit/events.ts'

/**
 * Notes whose a connection is, from an event that says so: only of those that sites name without an organization, whose sessions would
 * otherwise be put to the events of any customer.
 */
export async function noteOwner({ env, eventScope }: Deployment, event: ScalekitEvent): Promise<void> {
  if (!event.type.startsWith('organization.sso_') || event.organization_id == null) return
  const { id } = readData(connectionData, event.data) ?? {}
  if (id !== undefined && eventScope.connections.includes(id))
    await env.GATEHOUSE_KV.put(storageKey(id), event.organization_id)
}

/** Leaves out the registrants that are known to be connections of another organization than the event's. */
export async function withoutForeign(
  { env, eventScope }: Deployment,
  { type, organization_id: organizationId }: ScalekitEvent,
  registrants: readonly string[],
): Promise<readonly string[]> {
  // A session of Scalekit's is nobody else's, whoever the event says it is of.
  if (organizationId == null || type === 'user.logout') return registrants
  const owners = await Promise.all(
    registrants.map(async (registrant) =>
      eventScope.connections.includes(registrant)
        ? env.GATEHOUSE_KV.get(storageKey(registrant)).catch(() => null)
        : null,
    ),
  )
  return registrants.filter((_registrant, at) => owners[at] == null || owners[at] === organizationId)
}

const storageKey = (connection: string): string => `connection:${connection}`

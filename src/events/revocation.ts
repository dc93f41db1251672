import type * as v from 'valibot'
import type { RevocationCause } from '../audit/event.ts'
import { epochSeconds } from '../base/time.ts'
import type { EventScope } from '../policy/event-scope.ts'
import type { Revocation, SessionSelector } from '../registry/registered-session.ts'
import {
  connectionData,
  directoryUserData,
  logoutData,
  membershipData,
  readData,
  type ScalekitEvent,
} from '../scalekit/events.ts'

/**
 * What an event takes away. Types that are unknown or do not concern sessions take nothing, and so does an event that lacks what
 * sessions would be found by.
 *
 * Sessions that were opened without an organization, on a site that names a connection alone, are reached where the event leaves no doubt
 * whom it means: a whole organization that is gone, a person by address, a session of Scalekit's. What a customer's own directory may make up
 * (its names for people, groups) ends nobody's session but its own people's.
 */
export function revocationsOf(event: ScalekitEvent, scope: EventScope): readonly Revocation[] {
  const { organization_id: organizationId, data } = event
  // Up to nine fractional digits; whole seconds decide, since sessions are counted in them.
  const occurredAt = epochSeconds(Date.parse(event.occurred_at))
  const revoke = (
    registrants: readonly (string | null | undefined)[],
    selectors: readonly (SessionSelector | undefined)[],
    reason: RevocationCause,
  ): readonly Revocation[] => {
    const present = selectors.filter((selector) => selector !== undefined)
    const named = registrants.filter((registrant) => typeof registrant === 'string')
    return named.length === 0 || present.length === 0
      ? []
      : [{ registrants: [...new Set(named)], selectors: present, reason, occurredAt }]
  }

  switch (event.type) {
    case 'organization.deleted':
      return organizationId == null
        ? []
        : revoke([organizationId, ...scope.connections], [{ everyone: true }], 'organization_deleted')
    case 'organization.sso_disabled':
    case 'organization.sso_deleted': {
      const { id } = readData(connectionData, data) ?? {}
      return id === undefined
        ? []
        : revoke([organizationId, id], [{ connectionId: id }], 'connection_disabled')
    }
    case 'organization.directory.user_deleted':
    case 'organization.directory.user_updated': {
      const user = readData(directoryUserData, data)
      if (user === undefined) return []
      const isGone = event.type.endsWith('deleted') || user.active === false
      const unlike = isGone ? undefined : heldByDirectory(user, scope)
      if (!isGone && unlike === undefined) return []
      const reason = isGone ? 'user_deactivated' : 'roles_changed'
      const also = unlike && { unlike }
      const byAddress = user.email ? { email: user.email, ...also } : undefined
      const byDirectory = user.dp_id ? { idpUserId: user.dp_id, ...also } : undefined
      return [
        ...revoke([organizationId], [byAddress, byDirectory], reason),
        ...revoke(scope.connections, [byAddress], reason),
      ]
    }
    // Whom they concern is not said: whoever holds anything by the word of the directory.
    case 'organization.directory.group_updated':
    case 'organization.directory.group_deleted':
    case 'organization.directory_disabled':
      return revoke([organizationId], [{ privileged: true }], 'roles_changed')
    case 'user.logout': {
      const session = readData(logoutData, data)?.user_session
      const registrants = [organizationId ?? session?.organization_id, ...scope.connections]
      return revoke(registrants, [session && { scalekitSessionId: session.session_id }], 'scalekit_logout')
    }
    case 'user.organization_membership_deleted':
    case 'user.organization_membership_updated': {
      const user = readData(membershipData, data)?.user
      const reason = event.type.endsWith('deleted') ? 'membership_deleted' : 'roles_changed'
      const byAddress = user?.email ? { email: user.email } : undefined
      const bySubject = user?.id ? { subject: user.id } : undefined
      return revoke([organizationId], [bySubject, byAddress], reason)
    }
    default:
      return []
  }
}

const NOTHING: ReadonlySet<string> = new Set()

/** @returns `undefined` where the event does not say what the person holds */
function heldByDirectory(
  { roles, groups }: v.InferOutput<typeof directoryUserData>,
  scope: EventScope,
): SessionSelector['unlike'] {
  if (roles == null && groups == null) return undefined
  const names = (held: readonly string[], asked: ReadonlySet<string>) => ({
    held,
    wanted: held.filter((name) => asked.has(name)),
  })
  return {
    ...(roles != null && {
      roles: names(
        roles.flatMap(({ role_name }) => role_name ?? []),
        scope.roles,
      ),
    }),
    // An identity provider may assert a group by its name or by its ID. A session keeps only groups that its own site asks for, so
    // that it lacks one says nothing.
    ...(groups != null && {
      groups: names(
        groups.flatMap(({ id, name }) => [id, name].filter((each) => typeof each === 'string')),
        NOTHING,
      ),
    }),
  }
}

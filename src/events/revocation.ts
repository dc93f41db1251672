import type * as v from 'valibot'
import { epochSeconds } from '../base/time.ts'
import type { EventScope } from '../policy/event-scope.ts'
import type { EndReason, Revocation, SessionSelector } from '../registry/registered-session.ts'
import {
  connectionData,
  directoryUserData,
  logoutData,
  membershipData,
  readData,
  type ScalekitEvent,
} from '../scalekit/events.ts'

/**
 * Which sessions an event ends. Types that are unknown or do not concern sessions end none, and so does an event that lacks
 * what it would be matched by.
 */
export function revocationOf(event: ScalekitEvent, scope: EventScope): Revocation | undefined {
  const { organization_id: organizationId, data } = event
  // Up to nine fractional digits; whole seconds decide, since sessions are counted in them.
  const occurredAt = epochSeconds(Date.parse(event.occurred_at))
  const revoke = (
    selectors: readonly (SessionSelector | undefined)[],
    reason: EndReason,
    organization: string | null | undefined = organizationId,
    connections = scope.connections,
  ): Revocation | undefined => {
    const present = selectors.filter((selector) => selector !== undefined)
    const tenants = [organization, ...connections].filter((tenant) => typeof tenant === 'string')
    return tenants.length === 0 || present.length === 0
      ? undefined
      : { tenants: [...new Set(tenants)], selectors: present, reason, occurredAt }
  }

  switch (event.type) {
    case 'organization.deleted':
      return organizationId == null ? undefined : revoke([{ everyone: true }], 'organization_deleted')
    case 'organization.sso_disabled':
    case 'organization.sso_deleted': {
      const { id } = readData(connectionData, data) ?? {}
      return id === undefined
        ? undefined
        : revoke([{ connectionId: id }], 'connection_disabled', organizationId, [id])
    }
    case 'organization.directory.user_deleted': {
      const user = readData(directoryUserData, data)
      return user && revoke(directoryUser(user), 'user_deactivated')
    }
    case 'organization.directory.user_updated': {
      const user = readData(directoryUserData, data)
      if (user?.active === false) return revoke(directoryUser(user), 'user_deactivated')
      const unlike = user && heldByDirectory(user, scope)
      return unlike && revoke(directoryUser(user, { unlike }), 'roles_changed')
    }
    // Whom they concern is not said: whoever holds anything by the word of the directory.
    case 'organization.directory.group_updated':
    case 'organization.directory.group_deleted':
    case 'organization.directory_disabled':
      return organizationId == null ? undefined : revoke([{ privileged: true }], 'roles_changed')
    case 'user.logout': {
      const session = readData(logoutData, data)?.user_session
      return (
        session &&
        revoke(
          [{ scalekitSessionId: session.session_id }],
          'scalekit_logout',
          organizationId ?? session.organization_id,
        )
      )
    }
    case 'user.organization_membership_deleted':
    case 'user.organization_membership_updated': {
      const user = readData(membershipData, data)?.user
      const reason = event.type.endsWith('deleted') ? 'membership_deleted' : 'roles_changed'
      return user && revoke([{ subject: user.id }, byEmail(user.email)], reason)
    }
    default:
      return undefined
  }
}

/** A directory knows a person by address, and perhaps by the name that their identity provider has for them. */
const directoryUser = (
  { email, dp_id: idpUserId }: v.InferOutput<typeof directoryUserData>,
  also: Pick<SessionSelector, 'unlike'> = {},
): (SessionSelector | undefined)[] => [
  email ? { email, ...also } : undefined,
  idpUserId ? { idpUserId, ...also } : undefined,
]

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
        roles.map(({ role_name }) => role_name),
        scope.roles,
      ),
    }),
    // An identity provider may assert a group by its name or by its ID.
    ...(groups != null && {
      groups: names(
        groups.flatMap(({ id, name }) => [id, name].filter((each) => typeof each === 'string')),
        scope.groups,
      ),
    }),
  }
}

const byEmail = (email: string | null | undefined): SessionSelector | undefined =>
  email ? { email } : undefined

import * as v from 'valibot'
import { type EpochSeconds, epochSeconds } from '../base/time.ts'
import type { EndReason, SessionSelector } from '../registry/registered-session.ts'

/** What an event means for sessions. */
export interface Revocation {
  /** Whose registries hold such sessions: the organization's, and those of connections for logins without an organization. */
  readonly tenants: readonly string[]
  /** Alternatives: a session that matches any of them ends. */
  readonly selectors: readonly SessionSelector[]
  readonly reason: EndReason
  /** Sessions whose login began later are not touched. */
  readonly occurredAt: EpochSeconds
}

/** What has to be known of the configuration to understand an event. */
export interface EventScope {
  /**
   * Connections that sites name without an organization. Their sessions may belong to none, and nothing in a token tells whose they
   * are: an event of any organization is put to them too.
   */
  readonly connections: readonly string[]
  /** The roles and groups that rules ask for. */
  readonly roles: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
}

const text = v.pipe(
  v.string(),
  v.check(({ length }) => length > 0 && length <= 512),
)

/** The envelope of a Scalekit event. `data` is read only for the types that matter here. */
const envelope = v.object({
  id: text,
  type: text,
  occurred_at: v.pipe(
    v.string(),
    v.check((at) => !Number.isNaN(Date.parse(at))),
  ),
  organization_id: v.nullish(text),
  data: v.optional(v.unknown()),
})

export type ScalekitEvent = v.InferOutput<typeof envelope>

const connectionData = v.object({ id: text })
const directoryUserData = v.object({
  email: v.nullish(text),
  dp_id: v.nullish(text),
  active: v.optional(v.boolean()),
  // What makes no sense here does not hide that somebody is not active any more.
  roles: v.fallback(v.nullish(v.array(v.object({ role_name: text }))), null),
  groups: v.fallback(v.nullish(v.array(v.object({ id: v.nullish(text), name: v.nullish(text) }))), null),
})
const logoutData = v.object({
  user_session: v.object({ session_id: text, organization_id: v.nullish(text) }),
})
const membershipData = v.object({ user: v.object({ id: text, email: v.nullish(text) }) })

/** @returns the event, or `undefined` for what is no event at all */
export function parseEvent(body: unknown): ScalekitEvent | undefined {
  const parsed = v.safeParse(envelope, body)
  return parsed.success ? parsed.output : undefined
}

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
      const { id } = read(connectionData, data) ?? {}
      return id === undefined
        ? undefined
        : revoke([{ connectionId: id }], 'connection_disabled', organizationId, [id])
    }
    case 'organization.directory.user_deleted': {
      const user = read(directoryUserData, data)
      return user && revoke(directoryUser(user), 'user_deactivated')
    }
    case 'organization.directory.user_updated': {
      const user = read(directoryUserData, data)
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
      const session = read(logoutData, data)?.user_session
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
      const user = read(membershipData, data)?.user
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

function read<T extends v.GenericSchema>(schema: T, data: unknown): v.InferOutput<T> | undefined {
  const parsed = v.safeParse(schema, data)
  return parsed.success ? parsed.output : undefined
}

const byEmail = (email: string | null | undefined): SessionSelector | undefined =>
  email ? { email } : undefined

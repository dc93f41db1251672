import * as v from 'valibot'
import type { EndReason, SessionSelector } from '../session/registered-session.ts'
import { type EpochSeconds, epochSeconds } from '../time.ts'

/** What an event means for sessions. */
export interface Revocation {
  /** Whose registries hold such sessions: the organization's, and the connection's for logins without an organization. */
  readonly tenants: readonly string[]
  /** Alternatives: a session that matches any of them ends. */
  readonly selectors: readonly SessionSelector[]
  readonly reason: EndReason
  /** Sessions opened later are not touched. */
  readonly occurredAt: EpochSeconds
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
export function revocationOf(event: ScalekitEvent): Revocation | undefined {
  // Up to nine fractional digits; whole seconds decide, since sessions are counted in them.
  const occurredAt = epochSeconds(Date.parse(event.occurred_at))
  const revoke = (
    selectors: readonly (SessionSelector | undefined)[],
    reason: EndReason,
    tenants: readonly (string | null | undefined)[] = [event.organization_id],
  ): Revocation | undefined => {
    const present = selectors.filter((selector) => selector !== undefined)
    const named = tenants.filter((tenant) => typeof tenant === 'string')
    return named.length === 0 || present.length === 0
      ? undefined
      : { tenants: named, selectors: present, reason, occurredAt }
  }

  switch (event.type) {
    case 'organization.deleted':
      return revoke([{ everyone: true }], 'organization_deleted')
    case 'organization.sso_disabled':
    case 'organization.sso_deleted': {
      const data = v.safeParse(connectionData, event.data)
      if (!data.success) return undefined
      const { id } = data.output
      return revoke([{ connectionId: id }], 'connection_disabled', [event.organization_id, id])
    }
    case 'organization.directory.user_deleted':
    case 'organization.directory.user_updated': {
      const data = v.safeParse(directoryUserData, event.data)
      if (!data.success) return undefined
      const { email, dp_id, active } = data.output
      if (event.type === 'organization.directory.user_updated' && active !== false) return undefined
      return revoke([byEmail(email), dp_id ? { idpUserId: dp_id } : undefined], 'user_deactivated')
    }
    case 'user.logout': {
      const data = v.safeParse(logoutData, event.data)
      if (!data.success) return undefined
      const { session_id, organization_id } = data.output.user_session
      return revoke([{ scalekitSessionId: session_id }], 'scalekit_logout', [
        event.organization_id ?? organization_id,
      ])
    }
    case 'user.organization_membership_deleted': {
      const data = v.safeParse(membershipData, event.data)
      if (!data.success) return undefined
      const { id, email } = data.output.user
      return revoke([{ subject: id }, byEmail(email)], 'membership_deleted')
    }
    default:
      return undefined
  }
}

const byEmail = (email: string | null | undefined): SessionSelector | undefined =>
  email ? { email } : undefined

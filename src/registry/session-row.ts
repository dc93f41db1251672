import type { EpochSeconds } from '../base/time.ts'
import type { NewSession, RegisteredSession } from './registered-session.ts'

/** The parts of a person without a column of their own, as JSON. */
export type Profile = Pick<NewSession, 'organizationId' | 'name' | 'roles' | 'groups' | 'claims'>

/** As much of a row of `sessions` as decides about it. */
export interface Row extends Record<string, SqlStorageValue> {
  subject: string
  email: string | null
  connection: string | null
  scalekit_session: string | null
  profile: string
  generation: number
  authenticated_at: number
  begun_at: number
  issued_at: number
  last_used_at: number
  idle: number
  absolute_end: number
  end_reason: string | null
  parent: string | null
}

/** The idle or the absolute limit, whichever comes first. */
export const endsAt = ({
  last_used_at,
  idle,
  absolute_end,
}: Pick<Row, 'last_used_at' | 'idle' | 'absolute_end'>): EpochSeconds =>
  Math.min(last_used_at + idle, absolute_end) as EpochSeconds

/** Whether a session goes on, as far as its own row says. */
export const goesOn = (row: Row | undefined, now: EpochSeconds): row is Row =>
  row !== undefined && row.end_reason === null && endsAt(row) > now

/** JSON leaves out what is `undefined`; a person has every key. */
export function personOf({
  subject,
  email,
  connection,
  profile,
}: Row): Omit<RegisteredSession, 'authenticatedAt' | 'endsAt' | 'until'> {
  const { organizationId, name, roles, groups, claims } = JSON.parse(profile) as Profile
  return {
    subject,
    organizationId,
    connectionId: connection ?? undefined,
    email: email ?? undefined,
    name,
    roles,
    groups,
    claims,
  }
}

import * as v from 'valibot'
import { type EpochSeconds, seconds } from '../base/time.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { seal, unseal } from '../crypto/sealing.ts'
import type { Person, SessionId } from './session.ts'

/** What the login host gives a site about somebody who is signed in there: for one login, once, for a minute. */
export interface HandoffTicket {
  /** Of the site: a ticket of one host is nothing on another. */
  readonly host: string
  /** The hash of the `state` of the login that it answers. */
  readonly transaction: string
  readonly expiresAt: EpochSeconds
  /** The session that it opens, which can be opened once. */
  readonly id: SessionId
  /** The login host's session, which will be its parent, and the registry where both are. */
  readonly parent: SessionId
  readonly registry: string
  /** The absolute limit of the parent. */
  readonly until: EpochSeconds
  readonly person: Person
  readonly scalekitSessionId: string | undefined
  readonly authenticatedAt: EpochSeconds
  /** When the login began, and when its ID token was issued, by Scalekit's clock. */
  readonly begunAt: EpochSeconds
  readonly issuedAt: EpochSeconds
}

export const TICKET_LIFETIME = seconds(60)

const CONTEXT = { purpose: 'handoff ticket', record: 'handoff' } as const

const time = v.pipe(
  v.number(),
  v.transform((value) => value as EpochSeconds),
)
const sessionId = v.pipe(
  v.string(),
  v.transform((value) => value as SessionId),
)
const optionalText = v.optional(v.string())

const ticket = v.object({
  host: v.string(),
  transaction: v.string(),
  expiresAt: time,
  id: sessionId,
  parent: sessionId,
  registry: v.string(),
  until: time,
  person: v.object({
    subject: v.string(),
    organizationId: optionalText,
    connectionId: optionalText,
    email: optionalText,
    name: optionalText,
    roles: v.array(v.string()),
    groups: v.array(v.string()),
  }),
  scalekitSessionId: optionalText,
  authenticatedAt: time,
  begunAt: time,
  issuedAt: time,
})

/** Seals a ticket, since it goes through the address bar: who the person is, is nothing for a history or a log. */
export const sealTicket = (contents: HandoffTicket, keyRing: KeyRing): Promise<string> =>
  seal(JSON.stringify(contents), CONTEXT, keyRing)

/** @returns what it says, or `undefined` for whatever is not a ticket; for whom, and whether in time, is for the caller to see */
export async function openTicket(sealed: string, keyRing: KeyRing): Promise<HandoffTicket | undefined> {
  const opened = await unseal(sealed, CONTEXT, keyRing)
  if (opened === undefined) return undefined
  const { person, scalekitSessionId, ...rest } = v.parse(ticket, JSON.parse(opened))
  const { organizationId, connectionId, email, name } = person
  return { ...rest, person: { ...person, organizationId, connectionId, email, name }, scalekitSessionId }
}

import type { EpochSeconds, Seconds } from '../time.ts'
import type { Person, SessionId } from './session.ts'

/** What the registry is told of a new session. It keeps no token and no hash of one, except the sealed ID token. */
export interface NewSession extends Person {
  readonly id: SessionId
  readonly host: string
  /** Scalekit's own session, `sid` of the ID token. */
  readonly scalekitSessionId: string | undefined
  readonly userAgent: string | undefined
  /** Town and country, as far as the network tells. */
  readonly place: string | undefined
  /** Opened only to send `id_token_hint` at logout. */
  readonly sealedIdToken: Uint8Array<ArrayBuffer>
  /** When the person was last seen to prove who they are. */
  readonly authenticatedAt: EpochSeconds
  readonly idle: Seconds
  readonly absolute: Seconds
  /** The session of the same browser that this login takes the place of. */
  readonly replaces: SessionId | undefined
}

/** A session as its registry knows it. */
export interface RegisteredSession extends Person {
  readonly authenticatedAt: EpochSeconds
  /** The idle or the absolute limit, whichever comes first. */
  readonly endsAt: EpochSeconds
}

export type Refreshed =
  | { readonly kind: 'renewed'; readonly generation: number; readonly session: RegisteredSession }
  | { readonly kind: 'ended'; readonly reason: EndReason | 'limit' | 'unknown' }
  | { readonly kind: 'reuse'; readonly subject: string }

/** Why a session ended before its limit. */
export type EndReason =
  | 'backchannel_logout'
  | 'connection_disabled'
  | 'logout'
  | 'membership_deleted'
  | 'organization_deleted'
  | 'replaced'
  | 'reuse'
  | 'scalekit_logout'
  | 'user_deactivated'
  | 'user_ended'

export interface Ended {
  readonly subject: string
  /** What a logout at Scalekit needs; only the first time. */
  readonly sealedIdToken: Uint8Array<ArrayBuffer> | undefined
  /** How many sessions of the same person go on. */
  readonly others: number
}

/** Which sessions to end: all that match every key. None has to be said in as many words. */
export interface SessionSelector {
  readonly everyone?: true
  readonly id?: SessionId
  readonly subject?: string
  /** In any case of ASCII letters. */
  readonly email?: string
  /** The identity provider's own part of a subject, behind `conn_…;`. */
  readonly idpUserId?: string
  readonly connectionId?: string
  readonly scalekitSessionId?: string
  readonly except?: SessionId
}

export interface SessionSummary {
  readonly id: SessionId
  readonly host: string
  readonly userAgent: string | undefined
  readonly place: string | undefined
  readonly openedAt: EpochSeconds
  readonly lastUsedAt: EpochSeconds
}

import type { RevocationCause } from '../audit/event.ts'
import type { EpochSeconds, Seconds } from '../base/time.ts'
import type { Person, SessionId } from '../tokens/session.ts'

/** What the registry is told of a new session. It keeps no token and no hash of one, except the sealed ID token. */
export interface NewSession extends Person {
  readonly id: SessionId
  readonly host: string
  /** Scalekit's own session, `sid` of the ID token. */
  readonly scalekitSessionId: string | undefined
  readonly userAgent: string | undefined
  /** Town and country, as far as the network tells. */
  readonly place: string | undefined
  /** Opened only to send `id_token_hint` at logout. Empty where there is a parent, which has it. */
  readonly sealedIdToken: Uint8Array<ArrayBuffer>
  /**
   * The session of the login host, in the same registry, that this one was opened by. It ends when that one does; its use is use of that one,
   * and no login host lets anybody stay longer than they may stay there.
   */
  readonly parent?: SessionId | undefined
  /** What the application around Gatehouse added, as JSON. */
  readonly claims?: string | undefined
  /** When the person was last seen to prove who they are. */
  readonly authenticatedAt: EpochSeconds
  /** When the login began, by Scalekit's clock, by which its events are dated too. */
  readonly begunAt: EpochSeconds
  /** When its ID token was issued, by the same clock. */
  readonly issuedAt: EpochSeconds
  readonly idle: Seconds
  readonly absolute: Seconds
  /** The session of the same browser that this login takes the place of. */
  readonly replaces: SessionId | undefined
}

/** A session as its registry knows it. */
export interface RegisteredSession extends Person {
  /** What the application around Gatehouse added, as JSON. */
  readonly claims?: string | undefined
  readonly authenticatedAt: EpochSeconds
  /** The idle or the absolute limit, whichever comes first. */
  readonly endsAt: EpochSeconds
  /** The absolute limit. */
  readonly until: EpochSeconds
}

export type Refreshed =
  /** @property again what another request was told already */
  | {
      readonly kind: 'renewed'
      readonly generation: number
      readonly session: RegisteredSession
      readonly again?: true
    }
  | { readonly kind: 'ended'; readonly reason: EndReason | 'limit' | 'unknown' }
  | { readonly kind: 'reuse'; readonly subject: string }

/** Why a session ended before its limit. */
export type EndReason = RevocationCause | 'logout' | 'replaced' | 'reuse' | 'surplus' | 'user_ended'

/** What came of recording a login. */
export type Opened =
  | { readonly kind: 'opened' }
  /** Access was taken away while the login was under way. */
  | { readonly kind: 'revoked'; readonly reason: EndReason }
  /** The session that was to be its parent does not go on. */
  | { readonly kind: 'parent_ended' }
  /** A session with this ID has been opened before. */
  | { readonly kind: 'repeated' }

/** What the login host tells a site of a session that goes on. */
export interface Vouched extends RegisteredSession {
  readonly scalekitSessionId: string | undefined
  readonly begunAt: EpochSeconds
  readonly issuedAt: EpochSeconds
}

/** Who asks for something to be done to sessions. */
export interface Actor {
  readonly id: SessionId
  /** Of the refresh token, where that is what was presented; a session token proves more. */
  readonly generation: number | undefined
}

/** What the holder of a session may do to their own sessions. */
export type OwnCommand =
  | { readonly kind: 'list' }
  | { readonly kind: 'end'; readonly id: SessionId }
  | { readonly kind: 'end_others' }
  | { readonly kind: 'sign_out'; readonly everywhere: boolean }

export interface Acted {
  readonly subject: string
  /** How many sessions this command ended. */
  readonly ended: number
  /** The sessions of the same person that go on, the last used first. */
  readonly goOn: readonly SessionSummary[]
  /** What a logout at Scalekit needs: of a `sign_out` only, and where a session of Scalekit's own ends with it. */
  readonly idToken: SealedIdToken | undefined
}

export interface SealedIdToken {
  /** The session that it was sealed for. */
  readonly of: SessionId
  readonly sealed: Uint8Array<ArrayBuffer>
}

/** Which sessions to end: all that match every key. None has to be said in as many words. */
export interface SessionSelector {
  readonly everyone?: true
  readonly id?: SessionId
  readonly subject?: string
  /** In any case and Unicode form. */
  readonly email?: string
  /** The identity provider's own part of a subject, behind `conn_…;`. */
  readonly idpUserId?: string
  readonly connectionId?: string
  readonly scalekitSessionId?: string
  readonly except?: readonly SessionId[]
  /** Only sessions that hold a role or a group. */
  readonly privileged?: true
  /** Only sessions whose roles or groups are other ones than these. */
  readonly unlike?: { readonly roles?: HeldNames; readonly groups?: HeldNames }
}

/** What somebody holds by the word of a directory. */
export interface HeldNames {
  /** Whatever a session holds besides has been taken away. */
  readonly held: readonly string[]
  /** Those of them that some rule asks for, so that it matters if a session lacks one. */
  readonly wanted: readonly string[]
}

export interface SessionSummary {
  readonly id: SessionId
  readonly host: string
  readonly userAgent: string | undefined
  readonly place: string | undefined
  readonly openedAt: EpochSeconds
  readonly lastUsedAt: EpochSeconds
  /** The session of the login host that it was opened by, and ends with. */
  readonly parent?: SessionId | undefined
}

/** A session as an operator sees it: whose it is and where, and nothing that it could be used with. */
export interface OperatorSession {
  readonly id: SessionId
  readonly host: string
  readonly subject: string
  readonly email: string | undefined
  readonly connectionId: string | undefined
  readonly userAgent: string | undefined
  /** The session of the login host that it was opened by. */
  readonly parent: SessionId | undefined
  readonly openedAt: EpochSeconds
  readonly lastUsedAt: EpochSeconds
  /** Later ones have higher places; a list goes on below one. */
  readonly place: number
}

/** What Scalekit, or an operator, takes away: sessions that end, or are not opened. */
export interface Revocation {
  /** Whose registries hold such sessions: the organization's, and those of connections for logins without an organization. */
  readonly registrants: readonly string[]
  /** Alternatives: a session that matches any of them ends. */
  readonly selectors: readonly SessionSelector[]
  readonly reason: RevocationCause
  /** Sessions whose login began later are not touched. */
  readonly occurredAt: EpochSeconds
}

import type { EpochSeconds } from '../base/time.ts'

declare const sessionId: unique symbol

/** Random, and the same for the whole life of a session. */
export type SessionId = string & { readonly [sessionId]: true }

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** What an application adds to a session when it opens. */
export type Claims = { readonly [name: string]: Json }

/** Who somebody is, as far as a session remembers. */
export interface Person {
  /** `sub` of the ID token: stable for a person as long as the connection is. */
  readonly subject: string
  readonly organizationId: string | undefined
  readonly connectionId: string | undefined
  /** What the customer's identity provider asserts; proof of nothing without the organization. */
  readonly email: string | undefined
  readonly name: string | undefined
  readonly roles: readonly string[]
  /** Only groups that some rule names. */
  readonly groups: readonly string[]
}

/** What a request's cookie says about its session, verified. */
export interface Session extends Person {
  readonly id: SessionId
  /** The name of the registry object, where it is not the organization's one; see {@link registryName}. */
  readonly registry: string | undefined
  /** What the application around Gatehouse added when it opened. */
  readonly claims?: Claims | undefined
  readonly authenticatedAt: EpochSeconds
  readonly issuedAt: EpochSeconds
  /** When the token has to be renewed, not when the session ends. */
  readonly expiresAt: EpochSeconds
}

/** How a person is called on pages: by e-mail, or name, or as their identity provider does, without the ID of the connection. */
export const displayName = ({ email, name, subject }: Person): string =>
  email ?? name ?? subject.replace(/^conn_[\w-]+;(?=.)/, '')

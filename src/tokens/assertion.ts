import { after, type EpochSeconds, minutes, seconds } from '../base/time.ts'
import { signJwt } from '../crypto/jwt.ts'
import type { AssertionKey } from '../crypto/key-ring.ts'
import type { Session } from './session.ts'

/** How long others may keep the public keys: one has to be published for longer before it signs. */
export const JWKS_MAX_AGE = minutes(5)
export const ASSERTION_LIFETIME = seconds(60)
/**
 * One signature serves a session for so long, and has at least the rest of its lifetime left when it is sent.
 */
const WINDOW = seconds(30)
/** More sessions in one window and isolate than this are signed for again. */
const MAX_REMEMBERED = 10_000

/** Who issues an assertion, and for whom. */
export interface AssertionScope {
  /** `https://<host>/auth`: behind it, `/jwks.json` has the key. */
  readonly issuer: string
  /** The host, unless the site says otherwise. */
  readonly audience: string
}

/**
 * The signed word to an upstream about who is there (RFC 7521): a JWT, ES256, for a minute. An ES256
 * signature costs as much as the rest of a request, so one is made per session and half-minute and isolate.
 */
export class Assertions {
  readonly #key: AssertionKey
  #imported: Promise<CryptoKey> | undefined
  #window = 0
  readonly #signed = new Map<string, Promise<string>>()

  constructor(key: AssertionKey) {
    this.#key = key
  }

  about(session: Session, scope: AssertionScope, now: EpochSeconds): Promise<string> {
    const window = Math.floor(now / WINDOW)
    if (window !== this.#window || this.#signed.size >= MAX_REMEMBERED) this.#signed.clear()
    this.#window = window
    const name = JSON.stringify([session.id, scope.issuer, scope.audience])
    let signed = this.#signed.get(name)
    if (signed === undefined) {
      signed = this.#sign(session, scope, now)
      this.#signed.set(name, signed)
    }
    return signed
  }

  async #sign(session: Session, scope: AssertionScope, now: EpochSeconds): Promise<string> {
    this.#imported ??= crypto.subtle.importKey(
      'jwk',
      this.#key.privateJwk,
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['sign'],
    )
    const claims = {
      iss: scope.issuer,
      aud: scope.audience,
      sub: session.subject,
      email: session.email,
      name: session.name,
      org: session.organizationId,
      conn: session.connectionId,
      roles: session.roles,
      groups: session.groups,
      sid: session.id,
      iat: now,
      exp: after(now, ASSERTION_LIFETIME),
    }
    return signJwt({ typ: 'JWT', alg: 'ES256', kid: this.#key.kid }, claims, await this.#imported)
  }
}

import { base64url, type JWTPayload } from 'jose'
import { sha256 } from './identifiers.ts'
import type { Login } from './login.ts'

const MODULAR_SECONDS = 3 * 24 * 60 * 60
const FSA_SECONDS = 30 * 60

/** Claims that no custom attribute replaces: Scalekit drops these names, and its own claims win anyway. */
const RESERVED = ['roles', 'permissions', 'name', 'email_verified']

export interface IdTokenInput {
  readonly mode: 'modular' | 'fsa'
  readonly issuer: string
  readonly clientId: string
  readonly login: Login
  /** As it should appear, or undefined. */
  readonly nonce: string | undefined
  readonly code: string
  readonly accessToken: string
  /** Epoch seconds. */
  readonly now: number
}

/**
 * The claims of an ID token, as in Scalekit's samples.
 *
 * @see https://docs.scalekit.com/guides/idtoken-claims/
 */
export async function idTokenClaims(input: IdTokenInput): Promise<JWTPayload> {
  const { mode, issuer, clientId, login, nonce, code, accessToken, now } = input
  const { email, given_name, family_name, attributes } = login.person
  const shared = {
    iss: issuer,
    aud: [clientId],
    azp: clientId,
    client_id: clientId,
    oid: login.organizationId,
    sid: login.sessionId,
    amr: [login.connectionId],
    iat: now,
    at_hash: await leftHalfHash(accessToken),
    c_hash: await leftHalfHash(code),
    email,
    given_name,
    family_name,
    nonce,
  }
  if (mode === 'fsa') {
    const name = [given_name, family_name].filter(Boolean).join(' ') || undefined
    return { ...shared, sub: login.userId, exp: now + FSA_SECONDS, email_verified: true, name }
  }
  const custom = Object.fromEntries(Object.entries(attributes).filter(([claim]) => !RESERVED.includes(claim)))
  return {
    ...custom,
    ...shared,
    sub: login.modularSubject,
    exp: now + MODULAR_SECONDS,
    preferred_username: email,
  }
}

/** OpenID Connect Core section 3.1.3.6 and 3.3.2.11: the left half of the SHA-256 of the ASCII text, in base64url. */
export async function leftHalfHash(text: string): Promise<string> {
  return base64url.encode((await sha256(text)).subarray(0, 16))
}

import { errors, jwtVerify, SignJWT } from 'jose'
import * as v from 'valibot'
import { err, ok, type Result } from '../result.ts'
import type { EpochSeconds } from '../time.ts'
import type { KeyRing, SymmetricKey } from './key-ring.ts'
import type { Session, SessionId } from './session.ts'

/** RFC 8725 section 3.11: a type of its own, so that no other token passes for a session. */
const TYPE = 'gh-session+jwt'

/** Cookies are safe up to 4,096 bytes with name and attributes (RFC 6265 section 6.1). */
export const SESSION_TOKEN_MAX_BYTES = 3500

/** Who issues a session, and for which host: a session of one host is nothing on another. */
export interface SessionScope {
  /** `https://<host>/auth` */
  readonly issuer: string
  readonly audience: string
}

export interface TooLarge {
  readonly reason: 'session_too_large'
  readonly bytes: number
  readonly limit: number
}

const claims = v.object({
  sub: v.string(),
  sid: v.string(),
  iat: v.number(),
  exp: v.number(),
  auth_time: v.number(),
  org: v.optional(v.string()),
  conn: v.optional(v.string()),
  email: v.optional(v.string()),
  name: v.optional(v.string()),
  roles: v.optional(v.array(v.string()), []),
  groups: v.optional(v.array(v.string()), []),
})

const hmacKeys = new WeakMap<SymmetricKey, Promise<CryptoKey>>()

/** Signs a session with the first `oct` key of the ring, HS256. */
export async function issueSessionToken(
  session: Session,
  scope: SessionScope,
  keyRing: KeyRing,
): Promise<Result<string, TooLarge>> {
  const token = await new SignJWT({
    sid: session.id,
    auth_time: session.authenticatedAt,
    org: session.organizationId,
    conn: session.connectionId,
    email: session.email,
    name: session.name,
    roles: session.roles.length > 0 ? session.roles : undefined,
    groups: session.groups.length > 0 ? session.groups : undefined,
  })
    .setProtectedHeader({ typ: TYPE, alg: 'HS256', kid: keyRing.current.kid })
    .setIssuer(scope.issuer)
    .setAudience(scope.audience)
    .setSubject(session.subject)
    .setIssuedAt(session.issuedAt)
    .setExpirationTime(session.expiresAt)
    .sign(await hmacKey(keyRing.current))
  const bytes = token.length
  return bytes <= SESSION_TOKEN_MAX_BYTES
    ? ok(token)
    : err({ reason: 'session_too_large', bytes, limit: SESSION_TOKEN_MAX_BYTES })
}

/**
 * Verifies a session cookie: signature by a key of the ring, HS256 only, type, issuer, audience, expiry.
 *
 * @returns the session, or `undefined` for whatever is not one: a forged, foreign or expired token and one whose
 * key was dropped all mean "signed out"
 */
export async function verifySessionToken(
  token: string,
  scope: SessionScope,
  keyRing: KeyRing,
  now: EpochSeconds,
): Promise<Session | undefined> {
  const verified = await jwtVerify(
    token,
    ({ kid }) => {
      const key = kid === undefined ? undefined : keyRing.symmetric.get(kid)
      if (key === undefined) throw new errors.JWKSNoMatchingKey()
      return hmacKey(key)
    },
    {
      algorithms: ['HS256'],
      typ: TYPE,
      issuer: scope.issuer,
      audience: scope.audience,
      currentDate: new Date(now * 1000),
    },
  ).catch((error: unknown) => {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  })
  const parsed = v.safeParse(claims, verified?.payload)
  if (!parsed.success) return undefined
  const payload = parsed.output
  return {
    id: payload.sid as SessionId,
    subject: payload.sub,
    organizationId: payload.org,
    connectionId: payload.conn,
    email: payload.email,
    name: payload.name,
    roles: payload.roles,
    groups: payload.groups,
    authenticatedAt: payload.auth_time as EpochSeconds,
    issuedAt: payload.iat as EpochSeconds,
    expiresAt: payload.exp as EpochSeconds,
  }
}

/** Imported once per key: an import costs as much as a signature. */
function hmacKey(key: SymmetricKey): Promise<CryptoKey> {
  let imported = hmacKeys.get(key)
  if (imported === undefined) {
    imported = crypto.subtle.importKey('raw', key.secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
      'verify',
    ])
    hmacKeys.set(key, imported)
  }
  return imported
}

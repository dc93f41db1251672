import * as v from 'valibot'
import type { EpochSeconds } from '../base/time.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import type { Claims, Session, SessionId } from './session.ts'
import { signToken, type TokenScope, verifyToken } from './signed-token.ts'

/**
 * What a login may need. Cookies are safe up to 4,096 bytes with name and attributes (RFC 6265 section 6.1),
 * so there is room for a key with a longer `kid`.
 */
export const SESSION_TOKEN_MAX_BYTES = 3500

export const fitsIntoCookie = (token: string): boolean => token.length <= SESSION_TOKEN_MAX_BYTES

const claims = v.object({
  sub: v.string(),
  sid: v.string(),
  reg: v.optional(v.string()),
  iat: v.number(),
  exp: v.number(),
  auth_time: v.number(),
  org: v.optional(v.string()),
  conn: v.optional(v.string()),
  email: v.optional(v.string()),
  name: v.optional(v.string()),
  roles: v.optional(v.array(v.string()), []),
  groups: v.optional(v.array(v.string()), []),
  ext: v.optional(v.record(v.string(), v.unknown())),
})

/** Signs what the edge needs to know of a session until `expiresAt`. */
export async function issueSessionToken(
  session: Session,
  scope: TokenScope,
  keyRing: KeyRing,
): Promise<string> {
  const payload = {
    sub: session.subject,
    sid: session.id,
    reg: session.registry,
    iat: session.issuedAt,
    auth_time: session.authenticatedAt,
    org: session.organizationId,
    conn: session.connectionId,
    email: session.email,
    name: session.name,
    roles: session.roles.length > 0 ? session.roles : undefined,
    groups: session.groups.length > 0 ? session.groups : undefined,
    ext: session.claims,
  }
  return signToken('session', payload, session.expiresAt, scope, keyRing)
}

/** @returns the session, or `undefined` for whatever is not one, which all means "signed out" */
export async function verifySessionToken(
  token: string,
  scope: TokenScope,
  keyRing: KeyRing,
  now: EpochSeconds,
): Promise<Session | undefined> {
  const parsed = v.safeParse(claims, await verifyToken('session', token, scope, keyRing, now))
  if (!parsed.success) return undefined
  const payload = parsed.output
  return {
    id: payload.sid as SessionId,
    registry: payload.reg,
    subject: payload.sub,
    organizationId: payload.org,
    connectionId: payload.conn,
    email: payload.email,
    name: payload.name,
    roles: payload.roles,
    groups: payload.groups,
    ...(payload.ext !== undefined && { claims: payload.ext as Claims }),
    authenticatedAt: payload.auth_time as EpochSeconds,
    issuedAt: payload.iat as EpochSeconds,
    expiresAt: payload.exp as EpochSeconds,
  }
}

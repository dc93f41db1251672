import type { JWTPayload } from 'jose'
import { err, ok, type Result } from '../base/result.ts'
import type { EpochSeconds } from '../base/time.ts'
import { signJwt, verifyJwt } from '../crypto/jwt.ts'
import type { KeyRing, SymmetricKey } from '../crypto/key-ring.ts'
import { macKey } from '../crypto/mac.ts'

/** Who issues a token, and for which host: a token of one host is nothing on another. */
export interface TokenScope {
  /** `https://<host>/auth` */
  readonly issuer: string
  readonly audience: string
}

/**
 * The kinds of token that Gatehouse signs for itself. Each has a type (RFC 8725 section 3.11) and a key of
 * its own, so that none passes for another: sessions are signed with the key of the ring, everything else
 * with a derived one.
 */
export type TokenKind = 'session' | 'refresh' | 'request'

const TYPES: Readonly<Record<TokenKind, string>> = {
  session: 'gh-session+jwt',
  refresh: 'gh-refresh+jwt',
  request: 'gh-request+jwt',
}

const ringKeys = new WeakMap<SymmetricKey, Promise<CryptoKey>>()

/** Signs with the first `oct` key of the ring, HS256. */
export async function signToken(
  kind: TokenKind,
  claims: JWTPayload,
  expiresAt: EpochSeconds,
  scope: TokenScope,
  { current }: KeyRing,
): Promise<string> {
  return signJwt(
    { typ: TYPES[kind], alg: 'HS256', kid: current.kid },
    { iss: scope.issuer, aud: scope.audience, exp: expiresAt, ...claims },
    await signingKey(current, kind),
  )
}

/**
 * Verifies signature by a key of the ring, HS256 only, type, issuer, audience and expiry.
 *
 * @returns the claims, or `undefined` for whatever is not such a token: forged, foreign, expired, or signed
 * with a key that was dropped
 */
export async function verifyToken(
  kind: TokenKind,
  token: string,
  scope: TokenScope,
  keyRing: KeyRing,
  now: EpochSeconds,
): Promise<JWTPayload | undefined> {
  const verified = await checkToken(kind, token, scope, keyRing, now)
  return verified.ok ? verified.value : undefined
}

/**
 * The same, for whom it matters what was wrong.
 *
 * @param scope without an issuer where the token is to say it
 * @returns the claims, or the check that failed
 */
export function checkToken(
  kind: TokenKind,
  token: string,
  { issuer, audience }: Partial<TokenScope> & Pick<TokenScope, 'audience'>,
  keyRing: KeyRing,
  now: EpochSeconds,
): Promise<Result<JWTPayload, string>> {
  return verifyJwt(
    token,
    async ({ kid }) => {
      const key = kid === undefined ? undefined : keyRing.symmetric.get(kid)
      return key === undefined ? err('kid') : ok(await signingKey(key, kind))
    },
    {
      algorithm: 'HS256',
      typ: TYPES[kind],
      ...(issuer !== undefined && { issuer }),
      audience,
      requiredClaims: ['exp', 'iss'],
    },
    now,
  )
}

function signingKey(key: SymmetricKey, kind: TokenKind): Promise<CryptoKey> {
  if (kind !== 'session') return macKey(key, `${kind} token`)
  const made = ringKeys.get(key) ?? importRingKey(key)
  ringKeys.set(key, made)
  return made
}

const importRingKey = ({ secret }: SymmetricKey): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])

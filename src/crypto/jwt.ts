import type { JWTHeaderParameters, JWTPayload } from 'jose'
import {
  JOSEAlgNotAllowed,
  JOSEError,
  JWKSNoMatchingKey,
  JWSSignatureVerificationFailed,
  JWTClaimValidationFailed,
  JWTExpired,
} from 'jose/errors'
import { SignJWT } from 'jose/jwt/sign'
import { jwtVerify } from 'jose/jwt/verify'
import { err, ok, type Result } from '../base/result.ts'
import type { EpochSeconds, Seconds } from '../base/time.ts'

/** What jose checks. */
export interface JwtExpectation {
  /** One and no other (RFC 8725 section 3.1). */
  readonly algorithm: 'ES256' | 'HS256' | 'RS256'
  /** Compared as RFC 7515 section 4.1.9 says: in any case, with `application/` or without. */
  readonly typ?: string
  readonly issuer?: string
  readonly audience?: string
  readonly requiredClaims?: string[]
  /** How far clocks may be apart. */
  readonly clockTolerance?: Seconds
}

/** Finds the key that a header names: `kid` where there is no such key, or why none can be had. */
export type FindKey<Unavailable = never> = (
  header: JWTHeaderParameters,
) => Promise<Result<CryptoKey, 'kid' | Unavailable>>

/** Signs a JWT (RFC 7519). Claims that are `undefined` are left out. */
export const signJwt = (header: JWTHeaderParameters, claims: JWTPayload, key: CryptoKey): Promise<string> =>
  new SignJWT(claims).setProtectedHeader(header).sign(key)

/**
 * Verifies a JWT: the signature, by one algorithm and no other, then type, required claims, `iss`, `aud`,
 * `nbf` and `exp`. Nothing of the token is believed before the signature.
 *
 * @returns the claims, the check that failed (a claim or header parameter, `signature` or `format`), or why
 * there is no key
 * @throws what `findKey` throws, except jose's own errors, which count as `format`
 */
export async function verifyJwt<Unavailable = never>(
  token: string,
  findKey: FindKey<Unavailable>,
  { algorithm, ...expected }: JwtExpectation,
  now: EpochSeconds,
): Promise<Result<JWTPayload, string | Unavailable>> {
  // jose takes from its key function a key or an exception, so a refusal is put aside for the way out.
  const aside: { refusal?: 'kid' | Unavailable } = {}
  const getKey = async (header: JWTHeaderParameters): Promise<CryptoKey> => {
    const found = await findKey(header)
    if (found.ok) return found.value
    aside.refusal = found.error
    throw new JWKSNoMatchingKey()
  }
  try {
    const options = { ...expected, algorithms: [algorithm], currentDate: new Date(now * 1000) }
    const { payload } = await jwtVerify(token, getKey, options)
    return ok(payload)
  } catch (error) {
    if (aside.refusal !== undefined) return err(aside.refusal)
    if (error instanceof JOSEError) return err(failedCheck(error, expected.issuer))
    throw error
  }
}

/**
 * The name alone: what jose says about a claim carries all claims along, and belongs into no log. jose looks
 * for missing claims first, but that somebody else issued the token says more than what it lacks.
 */
function failedCheck(error: JOSEError, issuer: string | undefined): string {
  if (error instanceof JWTExpired) return error.claim
  if (error instanceof JWTClaimValidationFailed) {
    const isForeign = issuer !== undefined && error.payload.iss !== issuer
    return error.reason === 'missing' && isForeign ? 'iss' : error.claim
  }
  if (error instanceof JOSEAlgNotAllowed) return 'alg'
  if (error instanceof JWSSignatureVerificationFailed) return 'signature'
  return 'format'
}

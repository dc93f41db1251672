import {
  type CompactJWSHeaderParameters,
  CompactSign,
  type CompactVerifyGetKey,
  compactVerify,
  type JWTPayload,
} from 'jose'
import {
  JOSEAlgNotAllowed,
  JOSEError,
  JWKSMultipleMatchingKeys,
  JWKSNoMatchingKey,
  JWSSignatureVerificationFailed,
} from 'jose/errors'
import { err, ok, type Result } from '../base/result.ts'
import type { EpochSeconds, Seconds } from '../base/time.ts'

export interface JwtExpectation {
  readonly algorithm: 'HS256' | 'RS256'
  readonly typ?: string
  readonly issuer?: string
  readonly audience?: string
  /** Claims that have to be there, in the order in which their absence is noticed. */
  readonly required?: readonly string[]
  /** How far clocks may be apart. */
  readonly tolerance?: Seconds
}

/** Signs a JWT (RFC 7519). Claims that are `undefined` are left out. */
export const signJwt = (
  header: CompactJWSHeaderParameters,
  claims: JWTPayload,
  key: CryptoKey,
): Promise<string> =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(claims))).setProtectedHeader(header).sign(key)

/**
 * Verifies a JWT: the signature, by one algorithm and no other (RFC 8725 section 3.1), then type, required claims, `iss`, `aud`, `nbf` and
 * `exp`. Nothing of the token is believed before the signature.
 *
 * @returns the claims, or the check that failed: a claim or header parameter, `signature` or `format`
 * @throws what `getKey` throws, unless that is jose's "no such key"
 */
export async function verifyJwt(
  token: string,
  getKey: CompactVerifyGetKey,
  expected: JwtExpectation,
  now: EpochSeconds,
): Promise<Result<JWTPayload, string>> {
  try {
    const { payload, protectedHeader } = await compactVerify(token, getKey, {
      algorithms: [expected.algorithm],
    })
    if (expected.typ !== undefined && protectedHeader.typ !== expected.typ) return err('typ')
    const claims = parseClaims(payload)
    if (claims === undefined) return err('format')
    const failed = checkClaims(claims, expected, now)
    return failed === undefined ? ok(claims) : err(failed)
  } catch (error) {
    if (error instanceof JOSEError) return err(failedCheck(error))
    throw error
  }
}

function parseClaims(payload: Uint8Array): JWTPayload | undefined {
  try {
    const claims: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload),
    )
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? { ...claims } : undefined
  } catch {
    return undefined
  }
}

/** RFC 7519 section 4.1. */
function checkClaims(
  claims: JWTPayload,
  { issuer, audience, required = [], tolerance = 0 as Seconds }: JwtExpectation,
  now: EpochSeconds,
): string | undefined {
  const { iss, aud, iat, nbf, exp } = claims
  if (issuer !== undefined && iss !== issuer) return 'iss'
  if (audience !== undefined && ![aud].flat().includes(audience)) return 'aud'
  const missing = required.find((claim) => !Object.hasOwn(claims, claim))
  if (missing !== undefined) return missing
  if (iat !== undefined && typeof iat !== 'number') return 'iat'
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now + tolerance)) return 'nbf'
  if (exp !== undefined && !(typeof exp === 'number' && exp > now - tolerance)) return 'exp'
  return undefined
}

function failedCheck(error: JOSEError): string {
  if (error instanceof JWKSNoMatchingKey || error instanceof JWKSMultipleMatchingKeys) return 'kid'
  if (error instanceof JOSEAlgNotAllowed) return 'alg'
  if (error instanceof JWSSignatureVerificationFailed) return 'signature'
  return 'format'
}

import type { JWTPayload, ProtectedHeaderParameters } from 'jose'
import { decodeProtectedHeader } from 'jose/decode/protected_header'
import { decodeJwt } from 'jose/jwt/decode'
import type { EpochSeconds, Seconds } from '../base/time.ts'
import type { IdTokenExpectation } from './id-token.ts'

/** What a check of an ID token was about, for the log. */
export interface Evidence {
  readonly expected: string
  readonly received: string
}

const MAX_LENGTH = 200

/**
 * What was expected of an ID token that failed a check, and what came. Values only where they say something about the deployment: never
 * the token or a part of it, its signature, nonce or hashes, or anything about the person.
 *
 * @param check as `verifyIdToken` names it
 */
export function evidenceOf(
  check: string,
  idToken: string,
  { issuer, clientId }: Pick<IdTokenExpectation, 'issuer' | 'clientId'>,
  now: EpochSeconds,
  tolerance: Seconds,
): Evidence | undefined {
  const decoded = decode(idToken)
  if (decoded === undefined) return undefined
  const { header, claims } = decoded
  const told = (expected: string, received: unknown): Evidence => ({
    expected,
    received: (JSON.stringify(received) ?? 'none').slice(0, MAX_LENGTH),
  })
  switch (check) {
    case 'iss':
      return told(issuer, claims.iss)
    case 'aud':
      return told(clientId, claims.aud)
    case 'azp':
      return told(clientId, claims['azp'])
    case 'exp':
      return told(`after ${now - tolerance}`, claims.exp)
    case 'iat':
    case 'nbf':
      return told(`at most ${now + tolerance}`, claims[check])
    case 'alg':
      return told('RS256', header.alg)
    case 'kid':
      return told('one key that is published', header.kid)
    case 'amr':
      return told(claims.sub?.split(';', 1)[0] ?? '', claims['amr'])
    case 'nonce':
    case 'c_hash':
    case 'at_hash':
      return told('that of this login', claims[check] === undefined ? undefined : 'another')
    default:
      return undefined
  }
}

function decode(
  token: string,
): { readonly header: ProtectedHeaderParameters; readonly claims: JWTPayload } | undefined {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) }
  } catch {
    return undefined
  }
}

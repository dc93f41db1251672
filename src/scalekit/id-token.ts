import type { JWTPayload } from 'jose'
import * as base64url from 'jose/base64url'
import { err, ok, type Result } from '../base/result.ts'
import { type EpochSeconds, seconds } from '../base/time.ts'
import { type FindKey, type JwtExpectation, verifyJwt } from '../crypto/jwt.ts'
import { evidenceOf } from './id-token-evidence.ts'
import type { KeysUnreachable } from './key-set.ts'

/** Who the ID token says it is. */
export interface Identity {
  readonly subject: string
  readonly organizationId: string | undefined
  readonly connectionId: string | undefined
  readonly email: string | undefined
  readonly name: string | undefined
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  /** `sid`: Scalekit's own session. */
  readonly scalekitSessionId: string | undefined
  /** `iat`, by Scalekit's clock. */
  readonly issuedAt: EpochSeconds
  /** `auth_time`, where there is one: Scalekit documents none. */
  readonly authenticatedAt: EpochSeconds | undefined
}

export interface IdTokenExpectation {
  readonly issuer: string
  readonly clientId: string
  readonly nonce: string
  /** The authorization code that the token came for; `c_hash` is compared with it. */
  readonly code: string
  /** The access token that came with it; `at_hash` is compared with it. */
  readonly accessToken: string | undefined
  readonly requireNonce: boolean
  /** Which claims carry roles and groups. */
  readonly claims: { readonly roles: string; readonly groups: string }
}

export interface IdTokenInvalid {
  readonly reason: 'id_token_invalid'
  /** The check that failed: a claim or header parameter, `signature` or `format`. */
  readonly check: string
  /** Where values say more than the name of the check; see {@link evidenceOf}. */
  readonly expected?: string
  readonly received?: string
}

const CLOCK_TOLERANCE = seconds(60)

/** Claims that only Scalekit's other tokens have: IdP-initiated hints and logout tokens. */
const CLAIMS_OF_OTHER_TOKENS = ['connection_id', 'organization_id', 'events']

/**
 * Verifies an ID token in full. Being fetched over TLS with the client secret does not make it ours: the SDK
 * only decodes it, and that is how a token of another client or login slips in.
 *
 * Order: signature (RS256 by a published key), `iss`, `aud`, `exp`, then kind, `iat`, `azp`, `nonce`,
 * `c_hash`, `at_hash`, and the connection in `sub` against `amr`.
 *
 * @see OpenID Connect Core section 3.1.3.7 and 3.3.2.11
 */
export async function verifyIdToken(
  idToken: string,
  expected: IdTokenExpectation,
  findKey: FindKey<KeysUnreachable>,
  now: EpochSeconds,
): Promise<Result<Identity, IdTokenInvalid | KeysUnreachable>> {
  const verified = await verifyScalekitToken(idToken, findKey, now, {
    issuer: expected.issuer,
    audience: expected.clientId,
    requiredClaims: ['sub', 'iat', 'exp'],
  })
  const invalid = (check: string) =>
    err({
      reason: 'id_token_invalid' as const,
      check,
      ...evidenceOf(check, idToken, expected, now, CLOCK_TOLERANCE),
    })
  if (!verified.ok)
    return verified.error.reason === 'id_token_invalid' ? invalid(verified.error.check) : verified
  const claims = verified.value

  const failed = checkIdTokenClaims(claims, expected, now) ?? (await checkHashes(claims, expected))
  if (failed !== undefined) return invalid(failed)

  const fromAccessToken = await accessTokenRoles(claims, expected, findKey, now)
  if (!fromAccessToken.ok) return fromAccessToken
  const roles = texts(claims[expected.claims.roles])
  return ok({
    subject: claims.sub ?? '',
    organizationId: text(claims['oid']),
    connectionId: connectionOf(claims),
    email: text(claims['email']),
    name: text(claims['name']) ?? fullName(claims),
    roles: roles.length > 0 ? roles : fromAccessToken.value,
    groups: texts(claims[expected.claims.groups]),
    scalekitSessionId: text(claims['sid']),
    issuedAt: (claims.iat ?? now) as EpochSeconds,
    authenticatedAt:
      typeof claims['auth_time'] === 'number' ? (claims['auth_time'] as EpochSeconds) : undefined,
  })
}

/** Checks the claims of a token whose signature, issuer, audience and expiry are already verified. */
function checkIdTokenClaims(
  claims: JWTPayload,
  expected: Pick<IdTokenExpectation, 'clientId' | 'nonce' | 'requireNonce'>,
  now: EpochSeconds,
): string | undefined {
  if (CLAIMS_OF_OTHER_TOKENS.some((claim) => claim in claims)) return 'kind'
  // All of Scalekit's tokens have the header type JWT; only its access tokens have both of these.
  if ('jti' in claims && 'nbf' in claims) return 'kind'
  if (text(claims.sub) === undefined) return 'sub'
  if (claims.iat === undefined || claims.iat > now + CLOCK_TOLERANCE) return 'iat'
  const { azp, nonce } = claims
  if (azp === undefined ? Array.isArray(claims.aud) && claims.aud.length > 1 : azp !== expected.clientId)
    return 'azp'
  if (nonce === undefined ? expected.requireNonce : nonce !== expected.nonce) return 'nonce'
  return checkConnection(claims)
}

/** In modular mode `sub` begins with the connection that `amr` names. */
function checkConnection(claims: JWTPayload): string | undefined {
  const fromSubject = /^(conn_[^;]+);/.exec(claims.sub ?? '')?.[1]
  const used = texts(claims['amr']).find((method) => method.startsWith('conn_'))
  return fromSubject !== undefined && used !== undefined && fromSubject !== used ? 'amr' : undefined
}

async function checkHashes(claims: JWTPayload, expected: IdTokenExpectation): Promise<string | undefined> {
  if (claims['c_hash'] !== undefined && claims['c_hash'] !== (await leftHalfHash(expected.code)))
    return 'c_hash'
  if (claims['at_hash'] === undefined) return undefined
  const matches =
    expected.accessToken !== undefined && claims['at_hash'] === (await leftHalfHash(expected.accessToken))
  return matches ? undefined : 'at_hash'
}

/** OpenID Connect Core section 3.1.3.6: the left half of the SHA-256 hash, for RS256. */
export async function leftHalfHash(value: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(value)))
  return base64url.encode(hash.subarray(0, hash.length / 2))
}

/** Full-stack mode puts roles into the access token; it is verified like any other before it is believed. */
async function accessTokenRoles(
  idClaims: JWTPayload,
  expected: IdTokenExpectation,
  findKey: FindKey<KeysUnreachable>,
  now: EpochSeconds,
): Promise<Result<readonly string[], KeysUnreachable>> {
  if (expected.accessToken === undefined || !idClaims.sub?.startsWith('usr_')) return ok([])
  const verified = await verifyScalekitToken(expected.accessToken, findKey, now, { issuer: expected.issuer })
  if (!verified.ok) return verified.error.reason === 'scalekit_unreachable' ? err(verified.error) : ok([])
  const { sub, client_id, roles } = verified.value
  return ok(sub === idClaims.sub && client_id === expected.clientId ? texts(roles) : [])
}

/**
 * Verifies what every token that Scalekit signs has in common: RS256 by a published key, not expired.
 *
 * @returns the claims, which check failed, or that no keys can be had
 */
export async function verifyScalekitToken(
  token: string,
  findKey: FindKey<KeysUnreachable>,
  now: EpochSeconds,
  options: Pick<JwtExpectation, 'issuer' | 'audience' | 'requiredClaims'> = {},
): Promise<Result<JWTPayload, IdTokenInvalid | KeysUnreachable>> {
  const expected = { ...options, algorithm: 'RS256', clockTolerance: CLOCK_TOLERANCE } as const
  const verified = await verifyJwt(token, findKey, expected, now)
  if (verified.ok) return verified
  const { error } = verified
  return err(typeof error === 'string' ? { reason: 'id_token_invalid', check: error } : error)
}

function connectionOf(claims: JWTPayload): string | undefined {
  const used = texts(claims['amr']).find((method) => method.startsWith('conn_'))
  // The identity provider's own part may contain further semicolons.
  return used ?? /^(conn_[^;]+);/.exec(claims.sub ?? '')?.[1]
}

function fullName(claims: JWTPayload): string | undefined {
  const parts = [text(claims['given_name']), text(claims['family_name'])].filter((part) => part !== undefined)
  return parts.length > 0 ? parts.join(' ') : undefined
}

const text = (claim: unknown): string | undefined =>
  typeof claim === 'string' && claim !== '' ? claim : undefined

const texts = (claim: unknown): string[] =>
  (Array.isArray(claim) ? claim : [claim]).filter((value): value is string => text(value) !== undefined)

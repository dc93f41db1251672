import type { JWTPayload } from 'jose'
import { randomId } from './identifiers.ts'
import type { Login } from './login.ts'

/** Lifetimes in seconds. `expires_in` is one less, as in every sample of Scalekit's. */
export const ACCESS_TOKEN_SECONDS = { modular: 900, fsa: 300, management: 86_400 } as const

interface AccessTokenInput {
  readonly issuer: string
  readonly clientId: string
  /** Epoch seconds. */
  readonly now: number
}

/** The access token of a user: `typ` is `JWT` like an ID token's, so only the claims tell them apart. */
export function userAccessTokenClaims(
  { issuer, clientId, now }: AccessTokenInput,
  mode: 'modular' | 'fsa',
  login: Login,
): JWTPayload {
  const shared = {
    iss: issuer,
    aud: [clientId],
    client_id: clientId,
    iat: now,
    nbf: now,
    exp: now + ACCESS_TOKEN_SECONDS[mode],
    jti: randomId('tkn_'),
  }
  if (mode === 'modular') return { ...shared, sub: login.modularSubject }
  return {
    ...shared,
    sub: login.userId,
    oid: login.organizationId,
    sid: login.sessionId,
    roles: login.person.roles,
  }
}

/** The token for the management API: of the client itself, without audience. */
export function managementTokenClaims({ issuer, clientId, now }: AccessTokenInput): JWTPayload {
  return {
    iss: issuer,
    sub: clientId,
    client_id: clientId,
    iat: now,
    nbf: now,
    exp: now + ACCESS_TOKEN_SECONDS.management,
    jti: randomId('tkn_'),
    scopes: ['openid'],
  }
}

/** Whether claims whose signature is good are those of a living management token. */
export const isManagementToken = (claims: JWTPayload, clientId: string, now: number): boolean =>
  claims.sub === clientId &&
  claims['client_id'] === clientId &&
  claims.aud === undefined &&
  (claims.exp ?? 0) > now

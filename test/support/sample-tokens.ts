import { base64url, exportJWK, generateKeyPair, type JWK } from 'jose'
import type { verifyScalekitToken } from '../../src/scalekit/id-token.ts'
import { KeySet } from '../../src/scalekit/key-set.ts'
import { now } from './sample-session.ts'

export const ISSUER = 'https://acme.scalekit.dev'
export const CLIENT_ID = 'skc_70087756327420046'
export const ORGANIZATION = 'org_70087756646187150'
export const CONNECTION = 'conn_70087756662964366'

/** The known answer of OpenID Connect Core for `at_hash` and `c_hash`. */
export const CODE = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y'
export const CODE_HASH = '77QmUPtjPfzWtF2AnpK9RQ'

export type Claims = Record<string, unknown>

const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
export const signingKey = privateKey
export const publishedKey: JWK = { ...(await exportJWK(publicKey)), kid: 'snk_1', alg: 'RS256', use: 'sig' }
export const publicPem = `-----BEGIN PUBLIC KEY-----\n${btoa(
  String.fromCharCode(...new Uint8Array((await crypto.subtle.exportKey('spki', publicKey)) as ArrayBuffer)),
)}\n-----END PUBLIC KEY-----`

/** What the environment publishes, without a network or storage in between. */
export function published(...keys: JWK[]): ReturnType<KeySet['at']> {
  const nothingStored = { get: async () => null, put: async () => {} } as unknown as KVNamespace
  const keySet = new KeySet(
    ISSUER,
    nothingStored,
    async () => Response.json({ keys }),
    async () => {},
  )
  return keySet.at(now, 'token_endpoint')
}
export const getKey = published(publishedKey)

export type Sign = (input: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>

export const signWith =
  (key: CryptoKey, algorithm: Parameters<SubtleCrypto['sign']>[0]): Sign =>
  (input) =>
    crypto.subtle.sign(algorithm, key, input)

const rs256: Sign = signWith(signingKey, 'RSASSA-PKCS1-v1_5')

/** A compact JWS (RFC 7515 section 3.1) of anything: a header and claims that `undefined` takes out again. */
export async function token(claims: unknown, header: object = {}, sign: Sign = rs256): Promise<string> {
  const encoded = [{ alg: 'RS256', kid: 'snk_1', typ: 'JWT', ...header }, claims]
    .map((part) => base64url.encode(JSON.stringify(part)))
    .join('.')
  const signature = await sign(Uint8Array.from(new TextEncoder().encode(encoded)))
  return `${encoded}.${base64url.encode(new Uint8Array(signature))}`
}

type Refused = Extract<Awaited<ReturnType<typeof verifyScalekitToken>>, { ok: false }>['error']

/** Which check a token has failed, or why it could not be checked. */
export const failed = (error: Refused): string =>
  error.reason === 'id_token_invalid' ? error.check : error.detail

/** An ID token of Scalekit's modular mode. */
export const idTokenClaims: Claims = {
  iss: ISSUER,
  aud: [CLIENT_ID],
  azp: CLIENT_ID,
  client_id: CLIENT_ID,
  sub: `${CONNECTION};e964d135-35c7-4a13-a3b4-2579a1cdf4e6`,
  oid: ORGANIZATION,
  sid: 'ses_91646612652163629',
  amr: [CONNECTION],
  iat: now,
  exp: now + 1800,
  nonce: 'n-0S6_WzA2Mj',
  c_hash: CODE_HASH,
  email: 'john@example.com',
  preferred_username: 'john@example.com',
  given_name: 'John',
  family_name: 'Doe',
}

/** An access token of full-stack mode. */
export const accessTokenClaims: Claims = {
  iss: ISSUER,
  aud: [CLIENT_ID],
  client_id: CLIENT_ID,
  sub: 'usr_1',
  oid: ORGANIZATION,
  sid: 'ses_91646612652163629',
  jti: 'tkn_1',
  nbf: now,
  iat: now,
  exp: now + 300,
  roles: ['admin'],
}

import { base64url, exportJWK, generateKeyPair } from 'jose'
import { type EpochSeconds, epochSeconds, timestamp } from '../base/time.ts'

/** A fresh key as it stands in `GATEHOUSE_KEYS`: the members of RFC 7517 and 7518, and when it was made. */
export type NewKey = Readonly<Record<string, unknown>> & {
  readonly kty: 'oct' | 'EC'
  /** Says what it is for and on which day it was made. */
  readonly kid: string
  readonly iat: EpochSeconds
}

/**
 * Makes a fresh value for `GATEHOUSE_KEYS`: one key that signs sessions, one that signs assertions. `nbf` says since when each signs;
 * like `iat`, it is for whoever rotates them, and the Worker does not look at it.
 */
export async function newKeys(): Promise<string> {
  const now = epochSeconds(Date.now())
  const keys = [newSessionKey(now), await newAssertionKey(now)]
  return JSON.stringify({ keys: keys.map((key) => ({ ...key, nbf: now })) })
}

/** HS256 */
export const newSessionKey = (now: EpochSeconds): NewKey => ({
  kty: 'oct',
  kid: newKid('sessions', now),
  alg: 'HS256',
  k: base64url.encode(crypto.getRandomValues(new Uint8Array(32))),
  iat: now,
})

/** ES256 */
export const newAssertionKey = (now: EpochSeconds): Promise<NewKey> => newEcKey('assertions', now)

/** ES256: for an operator's own file, and never for `GATEHOUSE_KEYS`. */
export const newOperatorKey = (now: EpochSeconds): Promise<NewKey> => newEcKey('operator', now)

async function newEcKey(purpose: string, now: EpochSeconds): Promise<NewKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const { crv, x, y, d } = await exportJWK(privateKey)
  return { kty: 'EC', crv, x, y, d, kid: newKid(purpose, now), alg: 'ES256', iat: now }
}

function newKid(purpose: string, now: EpochSeconds): string {
  const suffix = base64url.encode(crypto.getRandomValues(new Uint8Array(3)))
  return `${purpose}-${timestamp(now).slice(0, 10)}-${suffix}`
}

import { base64url } from 'jose'
import { type KeyRing, parseKeyRing } from '../../src/crypto/key-ring.ts'

/** Bytes that look random and are always the same: another seed, other bytes. */
export function sampleSecret(seed: number, bytes = 32): Uint8Array {
  let state = Math.imul(seed, 0x9e3779b1)
  return Uint8Array.from({ length: bytes }, () => {
    state = Math.imul(state, 1664525) + 1013904223
    return state >>> 24
  })
}

/** An `oct` key: another seed is another key. */
export const octKey = (kid: string, seed: number, bytes = 32) => ({
  kty: 'oct',
  kid,
  alg: 'HS256',
  k: base64url.encode(sampleSecret(seed, bytes)),
})

/** The example key of RFC 7515 appendix A.3.1, with its private half. */
export const ecKey = (kid: string) => ({
  kty: 'EC',
  kid,
  alg: 'ES256',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
})

/** A ring of these keys, the first of which signs. */
export async function keyRing(...keys: object[]): Promise<KeyRing> {
  const parsed = await parseKeyRing(JSON.stringify({ keys }))
  if (!parsed.ok) throw new Error(parsed.error.join('\n'))
  return parsed.value
}

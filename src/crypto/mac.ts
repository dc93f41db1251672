import * as base64url from 'jose/base64url'
import type { KeyRing, SymmetricKey } from './key-ring.ts'

const HMAC = { name: 'HMAC', hash: 'SHA-256', length: 256 } as const

const derived = new WeakMap<SymmetricKey, Map<string, Promise<CryptoKey>>>()

/**
 * A key for HMAC-SHA-256 that is good for one purpose, derived from a key of the ring (HKDF, RFC 5869). Made once per key and purpose: an
 * import costs as much as a signature.
 */
export function macKey(key: SymmetricKey, purpose: string): Promise<CryptoKey> {
  const made = derived.get(key) ?? new Map<string, Promise<CryptoKey>>()
  derived.set(key, made)
  let forPurpose = made.get(purpose)
  if (forPurpose === undefined) {
    forPurpose = derive(key, purpose)
    made.set(purpose, forPurpose)
  }
  return forPurpose
}

/** @returns 43 characters, base64url, that nobody makes for this text and purpose without the ring */
export async function mac(text: string, purpose: string, { current }: KeyRing): Promise<string> {
  const tag = await crypto.subtle.sign('HMAC', await macKey(current, purpose), encode(text))
  return base64url.encode(new Uint8Array(tag))
}

/** Whether some key of the ring made it, compared in constant time. */
export async function isAuthentic(
  text: string,
  tag: string,
  purpose: string,
  { symmetric }: KeyRing,
): Promise<boolean> {
  if (!/^[\w-]{43}$/.test(tag)) return false
  const bytes = Uint8Array.from(base64url.decode(tag))
  for (const key of symmetric.values())
    if (await crypto.subtle.verify('HMAC', await macKey(key, purpose), bytes, encode(text))) return true
  return false
}

async function derive({ secret }: SymmetricKey, purpose: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encode(`gatehouse ${purpose}`) },
    material,
    HMAC,
    false,
    ['sign', 'verify'],
  )
}

const encode = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(text))

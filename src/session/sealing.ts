import { base64url } from 'jose'
import type { KeyRing, SymmetricKey } from './key-ring.ts'

/** What a sealed text is for: a text sealed for one purpose, secret and context opens for no other. */
export interface SealingContext {
  readonly purpose: 'login transaction' | 'ID token'
  /** A second secret that the opener has to know, such as the browser's half. */
  readonly secret?: string
  /** The record that the text belongs to. */
  readonly record: string
}

const IV_BYTES = 12 // NIST SP 800-38D section 8.2
const encoder = new TextEncoder()

/** Encrypts with AES-256-GCM under a key derived for the context: `kid.iv.ciphertext`, base64url. */
export async function seal(text: string, context: SealingContext, keyRing: KeyRing): Promise<string> {
  const { current } = keyRing
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const ciphertext = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: encoder.encode(context.record) },
    await deriveKey(current, context),
    encoder.encode(text),
  )
  const kid = base64url.encode(current.kid)
  return [kid, base64url.encode(iv), base64url.encode(new Uint8Array(ciphertext))].join('.')
}

/** @returns the text, or `undefined` if anything at all about it, its context or the ring is not as it was */
export async function unseal(
  sealed: string,
  context: SealingContext,
  keyRing: KeyRing,
): Promise<string | undefined> {
  const [kid, iv, ciphertext, ...rest] = sealed.split('.').map(decode)
  if (kid === undefined || iv === undefined || ciphertext === undefined || rest.length > 0) return undefined
  const key = keyRing.symmetric.get(new TextDecoder().decode(kid))
  if (key === undefined || iv.length !== IV_BYTES) return undefined
  try {
    const text = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv, additionalData: encoder.encode(context.record) },
      await deriveKey(key, context),
      ciphertext,
    )
    return new TextDecoder().decode(text)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'OperationError') return undefined
    throw error
  }
}

/** HKDF (RFC 5869): the second secret is the salt, so that neither half alone gives the key. */
async function deriveKey(key: SymmetricKey, { purpose, secret = '' }: SealingContext): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', key.secret, 'HKDF', false, ['deriveKey'])
  return crypto.subtle.deriveKey(
    {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: encoder.encode(secret),
      info: encoder.encode(`gatehouse ${purpose}`),
    },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
}

function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(base64url.decode(text))
  } catch {
    return undefined
  }
}

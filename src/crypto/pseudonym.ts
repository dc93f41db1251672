import type { SymmetricKey } from './key-ring.ts'
import { macKey } from './mac.ts'

const BYTES = 8

/**
 * Stands in the log for somebody's subject or e-mail address: the same for the same text, and nobody can try out texts without the key. Nothing
 * is proven by it, so it may be short enough to be read.
 *
 * @returns 16 hexadecimal digits
 */
export async function pseudonym(text: string, key: SymmetricKey): Promise<string> {
  const bytes = new TextEncoder().encode(text)
  const tag = await crypto.subtle.sign('HMAC', await macKey(key, 'audit log'), bytes)
  return Array.from(new Uint8Array(tag, 0, BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

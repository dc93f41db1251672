import { base64url } from 'jose'

/** `prefix` and 17 random digits, the look of Scalekit's ids. */
export function randomId(prefix: string): string {
  return prefix + seventeenDigits(crypto.getRandomValues(new Uint8Array(8)))
}

/** A secret that nobody guesses: 256 random bits. */
export const randomSecret = (): string => base64url.encode(crypto.getRandomValues(new Uint8Array(32)))

/** The same id for the same text, in every run. */
export async function stableId(prefix: string, text: string): Promise<string> {
  return prefix + seventeenDigits(await sha256(text))
}

/** The same UUID for the same text, in every run: what an identity provider would call a person. */
export async function stableUuid(text: string): Promise<string> {
  const hex = [...(await sha256(text))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

/** Compares in a time that does not depend on how much of the secret was guessed. */
export async function isSameSecret(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([sha256(a), sha256(b)])
  return left.reduce((difference, byte, index) => difference | (byte ^ (right[index] ?? 0)), 0) === 0
}

function seventeenDigits(bytes: Uint8Array): string {
  const number = bytes.subarray(0, 8).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  return (10n ** 16n + (number % (9n * 10n ** 16n))).toString()
}

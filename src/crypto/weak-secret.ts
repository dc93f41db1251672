/** Of 32 random bytes, 30 differ on average; fewer than 16 do once in 3 × 10¹⁶ keys. */
const MINIMUM_DISTINCT = 16

/**
 * Why bytes that are meant to be a secret are none: what people type, paste from an example or fill a buffer
 * with while they try things out. It proves no randomness, it only catches what cannot be random.
 *
 * Of random keys of 32 bytes it refuses fewer than one in 10¹³, and of longer ones fewer still. Most of that
 * is the chance that all bytes are printable (98 of 256 values: 5 × 10⁻¹⁴); words of one case are 7 × 10⁻¹⁶,
 * the rest is less.
 *
 * @param encoded the secret as it is written, base64url
 * @returns the rest of a sentence about it, which quotes nothing; `undefined` where nothing speaks against it
 */
export function weakness(secret: Uint8Array, encoded: string): string | undefined {
  if (repeats(secret)) return 'it repeats itself'
  if (secret.every(isPrintable) || areWords(encoded) || WORDS.test(encoded)) return 'it is readable text'
  if (new Set(secret).size < MINIMUM_DISTINCT) return 'it has few different bytes'
  if (new Set(differences(secret)).size < MINIMUM_DISTINCT) return 'it is a sequence'
  return undefined
}

const isPrintable = (byte: number): boolean =>
  (byte >= 0x20 && byte <= 0x7e) || byte === 0x09 || byte === 0x0a || byte === 0x0d

/** Words and hyphens that nobody has encoded: as base64url they are bytes that look random. */
const areWords = (encoded: string): boolean => /^(?:[a-z_-]+|[A-Z_-]+)=*$/.test(encoded)

/**
 * What keys that somebody typed say of themselves. Of random ones of 32 bytes fewer than one in 10⁶ holds one
 * of these.
 */
const WORDS = /change[-_]?me|secret|passw[o0]rd|example|gatehouse|default[-_]|production/i

/** Whether it is one block, at least twice and perhaps cut off at the end. */
function repeats(secret: Uint8Array): boolean {
  for (let period = 1; period <= secret.length / 2; period += 1) {
    if (secret.every((byte, at) => at < period || byte === secret[at - period])) return true
  }
  return false
}

const differences = (secret: Uint8Array): number[] =>
  Array.from(secret.subarray(1), (byte, at) => (byte - (secret[at] ?? 0)) & 0xff)

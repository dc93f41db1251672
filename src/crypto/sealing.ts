import * as base64url from 'jose/base64url'
import type { KeyRing, SymmetricKey } from './key-ring.ts'

/** What a sealed text is for: a text sealed for one purpose, secret and record opens for no other. */
export interface SealingContext {
  readonly purpose:
    | 'login transaction'
    | 'handoff transaction'
    | 'held login'
    | 'handoff ticket'
    | 'ID token'
    | 'logout address'
    | 'remembered choice'
  /** A second secret that the opener has to know, such as the browser's half. */
  readonly secret?: string
  /** The record that the text belongs to. */
  readonly record: string
}

const IV_BYTES = 12 // NIST SP 800-38D section 8.2
const decoder = new TextDecoder()

const encode = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(text))

/** Encrypts with AES-256-GCM under a key derived for the context: `kid.iv.ciphertext`, base64url. */
export async function seal(text: string, context: SealingContext, keyRing: KeyRing): Promise<string> {
  const iv = newIv()
  const ciphertext = await encrypt(encode(text), iv, context, keyRing.current)
  return [encode(keyRing.current.kid), iv, ciphertext].map((part) => base64url.encode(part)).join('.')
}

/** @returns the text, or `undefined` if anything at all about it, its context or the ring is not as it was */
export async function unseal(
  sealed: string,
  context: SealingContext,
  keyRing: KeyRing,
): Promise<string | undefined> {
  const [kid, iv, ciphertext, ...rest] = sealed.split('.').map(decode)
  if (kid === undefined || iv === undefined || ciphertext === undefined || rest.length > 0) return undefined
  const opened = await decrypt(ciphertext, iv, context, keyRing.symmetric.get(decoder.decode(kid)))
  return opened === undefined ? undefined : decoder.decode(opened)
}

/**
 * As {@link seal}, for what is kept in great numbers: compressed, and without the third that base64url costs.
 */
export async function sealCompactly(
  text: string,
  context: SealingContext,
  keyRing: KeyRing,
): Promise<Uint8Array<ArrayBuffer>> {
  const kid = encode(keyRing.current.kid)
  const iv = newIv()
  const compressed = await transform(encode(text), new CompressionStream('deflate-raw'))
  const ciphertext = await encrypt(compressed, iv, context, keyRing.current)
  return Uint8Array.from([kid.length, ...kid, ...iv, ...ciphertext])
}

/** @returns the text, or `undefined` as {@link unseal} */
export async function unsealCompact(
  sealed: Uint8Array,
  context: SealingContext,
  keyRing: KeyRing,
): Promise<string | undefined> {
  const ivStart = 1 + (sealed[0] ?? 0)
  const kid = decoder.decode(sealed.subarray(1, ivStart))
  const iv = Uint8Array.from(sealed.subarray(ivStart, ivStart + IV_BYTES))
  const ciphertext = Uint8Array.from(sealed.subarray(ivStart + IV_BYTES))
  const compressed = await decrypt(ciphertext, iv, context, keyRing.symmetric.get(kid))
  if (compressed === undefined) return undefined
  return decoder.decode(await transform(compressed, new DecompressionStream('deflate-raw')))
}

const newIv = () => crypto.getRandomValues(new Uint8Array(IV_BYTES))

async function encrypt(
  bytes: Uint8Array<ArrayBuffer>,
  iv: Uint8Array<ArrayBuffer>,
  context: SealingContext,
  key: SymmetricKey,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: 'AES-GCM', iv, additionalData: encode(context.record) }
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, await deriveKey(key, context), bytes))
}

async function decrypt(
  ciphertext: Uint8Array<ArrayBuffer>,
  iv: Uint8Array<ArrayBuffer>,
  context: SealingContext,
  key: SymmetricKey | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (key === undefined || iv.length !== IV_BYTES) return undefined
  const algorithm = { name: 'AES-GCM', iv, additionalData: encode(context.record) }
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, await deriveKey(key, context), ciphertext))
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
      salt: encode(secret),
      info: encode(`gatehouse ${purpose}`),
    },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
}

async function transform(
  bytes: Uint8Array<ArrayBuffer>,
  through: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Response(bytes).body as ReadableStream<Uint8Array>
  return new Uint8Array(await new Response(body.pipeThrough(through)).arrayBuffer())
}

function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(base64url.decode(text))
  } catch {
    return undefined
  }
}

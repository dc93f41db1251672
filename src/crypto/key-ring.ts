import type { JWK } from 'jose'
import * as base64url from 'jose/base64url'
import * as v from 'valibot'
import { err, ok, type Result } from '../base/result.ts'
import { weakness } from './weak-secret.ts'

/** One `oct` key of the ring. */
export interface SymmetricKey {
  readonly kid: string
  readonly secret: Uint8Array<ArrayBuffer>
}

/** The key that signs assertions, ES256. */
export interface AssertionKey {
  readonly kid: string
  readonly privateJwk: JsonWebKey
}

/**
 * The parsed `GATEHOUSE_KEYS`. The first key of each kind signs, all verify: a key is rotated by putting a
 * new one in front, and dropped after the longest lifetime of what it signed.
 */
export interface KeyRing {
  /** Signs sessions and seals records. */
  readonly current: SymmetricKey
  readonly symmetric: ReadonlyMap<string, SymmetricKey>
  /** Signs assertions; needed where an upstream is told who is there. */
  readonly assertion: AssertionKey | undefined
  /** Public halves of the assertion keys, for the JWKS. */
  readonly assertionPublicKeys: readonly JWK[]
}

/** RFC 7518 section 3.2: a key for HS256 has at least as many bits as the hash. */
const MINIMUM_SECRET_BYTES = 32

/** It is in every token, and tokens are in cookies. */
export const kid = v.pipe(v.string(), v.nonEmpty(), v.maxLength(64))

const octKey = v.object({
  kty: v.picklist(['oct']),
  kid,
  alg: v.optional(v.picklist(['HS256'])),
  k: v.pipe(
    v.string(),
    v.check((k) => decodedLength(k) >= MINIMUM_SECRET_BYTES),
  ),
})

/** 32 bytes (RFC 7518 section 6.2.1.2). */
export const coordinate = v.pipe(
  v.string(),
  v.check((text) => decodedLength(text) === 32),
)

const ecKey = v.object({
  kty: v.picklist(['EC']),
  kid,
  alg: v.optional(v.picklist(['ES256'])),
  crv: v.picklist(['P-256']),
  x: coordinate,
  y: coordinate,
  d: coordinate,
})

const keySet = v.pipe(v.string(), v.parseJson(), v.object({ keys: v.array(v.unknown()) }))

const HOW = '`npx gatehouse keys new` makes one'
/** For keys that may have been there before. */
const FROM_COPY =
  'put your copy of the keys there, by `npx wrangler secret put GATEHOUSE_KEYS` or in .dev.vars; where there never was one, ' +
  '`npx gatehouse keys new` makes new ones, which sign everybody out'

/**
 * Parses a JWK Set (RFC 7517 section 5) of private keys, and looks whether they can do what they are there
 * for.
 *
 * @returns the ring, or all problems; a problem names a key by its position and never quotes it
 */
export async function parseKeyRing(text: unknown): Promise<Result<KeyRing, readonly string[]>> {
  if (typeof text !== 'string' || text.trim() === '') return err([`GATEHOUSE_KEYS is not set: ${FROM_COPY}`])
  const set = v.safeParse(keySet, text)
  if (!set.success) return err([`GATEHOUSE_KEYS is not a JWK Set, {"keys":[…]}: ${FROM_COPY}`])

  const symmetric = new Map<string, SymmetricKey>()
  const assertionPublicKeys: JWK[] = []
  let assertion: AssertionKey | undefined
  const kids = new Set<string>()
  const problems: string[] = []
  for (const [index, key] of set.output.keys.entries()) {
    const place = `GATEHOUSE_KEYS, key ${index + 1},`
    const oct = v.safeParse(octKey, key)
    const ec = v.safeParse(ecKey, key)
    if (!oct.success && !ec.success) {
      problems.push(
        `${place} is neither an oct key (HS256, 32 bytes or more) nor a private EC P-256 key, ` +
          'each with a kid of at most 64 characters',
      )
      continue
    }
    const kid = oct.success ? oct.output.kid : ec.success ? ec.output.kid : ''
    if (kids.has(kid)) problems.push(`${place} has the same kid as another key`)
    kids.add(kid)
    if (oct.success) {
      const secret = Uint8Array.from(base64url.decode(oct.output.k))
      const weak = weakness(secret, oct.output.k)
      if (weak !== undefined) problems.push(`${place} is not random, so it is no secret: ${weak}; ${HOW}`)
      symmetric.set(kid, { kid, secret })
    }
    if (ec.success) {
      const { crv, x, y, d } = ec.output
      const publicJwk = { kty: 'EC', crv, x, y }
      const privateJwk = { ...publicJwk, d }
      if (!(await isKeyPair(privateJwk, publicJwk)))
        problems.push(`${place} is no key pair: d, x and y do not belong together; ${FROM_COPY}`)
      assertion ??= { kid, privateJwk }
      assertionPublicKeys.push({ ...publicJwk, kid, alg: 'ES256', use: 'sig' })
    }
  }

  const [current] = symmetric.values()
  if (current === undefined)
    problems.push(`GATEHOUSE_KEYS has no oct key, which signs sessions: ${FROM_COPY}`)
  if (current === undefined || problems.length > 0) return err(problems)
  return ok({ current, symmetric, assertion, assertionPublicKeys })
}

/**
 * Whether the public half verifies what the private half signs. Otherwise every assertion would be refused,
 * by applications that nobody suspects. Some implementations say so already when they import the key.
 */
async function isKeyPair(privateJwk: JsonWebKey, publicJwk: JsonWebKey): Promise<boolean> {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const text = new TextEncoder().encode('gatehouse')
  try {
    const privateKey = await crypto.subtle.importKey('jwk', privateJwk, curve, false, ['sign'])
    const publicKey = await crypto.subtle.importKey('jwk', publicJwk, curve, false, ['verify'])
    const signature = await crypto.subtle.sign(algorithm, privateKey, text)
    return await crypto.subtle.verify(algorithm, publicKey, signature, text)
  } catch {
    return false
  }
}

function decodedLength(text: string): number {
  try {
    return base64url.decode(text).length
  } catch {
    return 0
  }
}

import type { JWK, JWTHeaderParameters } from 'jose'
import { JWKSMultipleMatchingKeys, JWKSNoMatchingKey } from 'jose/errors'
import { createLocalJWKSet } from 'jose/jwks/local'
import { importJWK } from 'jose/key/import'
import * as v from 'valibot'
import { err, ok } from '../base/result.ts'
import { after, type EpochSeconds, elapsed, type Seconds, seconds } from '../base/time.ts'
import type { FindKey } from '../crypto/jwt.ts'

/** There are no keys to verify anything with. */
export interface KeysUnreachable {
  readonly reason: 'scalekit_unreachable'
  readonly endpoint: 'keys'
  readonly address: string
  readonly detail: string
}

/**
 * Where a token came from. Anybody can send one, and must neither cause a flood of requests to Scalekit nor
 * use up the requests of tokens that the token endpoint gave us over TLS, each of which is somebody's login.
 */
export type TokenSource = 'token_endpoint' | 'anonymous'

const LIFETIME = seconds(24 * 60 * 60)
/** After a refetch for an unknown `kid`, which changes nothing where the `kid` is a forgery. */
const REFETCH_INTERVAL = seconds(60)
/**
 * After a request that failed. A login has paid for its own with a token request, so only a crowd of them is
 * held back.
 */
const BACK_OFF: Readonly<Record<TokenSource, Seconds>> = {
  token_endpoint: seconds(1),
  anonymous: seconds(10),
}
const FETCH_TIMEOUT_MS = 5000
const POLL_MS = 50

const jwks = v.object({ keys: v.array(v.unknown()) })
const stored = v.object({ fetched_at: v.number(), jwks })

/** Whether something is a key at all, of whatever kind. */
const anyKey = v.looseObject({ kty: v.string() })

/** The only kind that Scalekit's tokens are signed with. */
const rsaKey = v.looseObject({
  kty: v.literal('RSA'),
  n: v.string(),
  e: v.string(),
  kid: v.optional(v.string()),
  use: v.optional(v.literal('sig')),
  alg: v.optional(v.literal('RS256')),
})

/** RFC 7518 section 3.3 */
const MINIMUM_MODULUS_BITS = 2048

interface Held {
  readonly choose: ReturnType<typeof createLocalJWKSet>
  readonly fetchedAt: EpochSeconds
}

interface Attempt {
  /** Until then the same source asks no more. */
  nextAt: EpochSeconds
  underWay: boolean
}

/**
 * Scalekit's published keys (RFC 7517): in the isolate's memory, behind that in KV, behind that at
 * `{issuer}/keys`.
 *
 * An unknown `kid` means that keys were rotated, so they are fetched again, at most once a minute for each
 * source; when that fails the keys at hand stay. KV's lag is harmless: an old set only leads to the same
 * refetch.
 */
export class KeySet {
  readonly #issuer: string
  readonly #kv: KVNamespace
  readonly #fetch: typeof fetch
  readonly #wait: (milliseconds: number) => Promise<void>
  readonly #attempts = new Map<TokenSource, Attempt>()
  #held: Held | undefined
  /** Why the last request failed. */
  #failure = 'no answer in time'

  constructor(
    issuer: string,
    kv: KVNamespace,
    fetcher: typeof fetch,
    wait: (milliseconds: number) => Promise<void>,
  ) {
    this.#issuer = issuer
    this.#kv = kv
    this.#fetch = fetcher
    this.#wait = wait
  }

  /** @returns what finds the key for a token, from that source and at that time */
  at(now: EpochSeconds, source: TokenSource): FindKey<KeysUnreachable> {
    return async (header) => {
      const held = await this.#current(now, source)
      if (held === undefined) {
        const detail = `${this.#address}: ${this.#failure}`
        return err({ reason: 'scalekit_unreachable', endpoint: 'keys', address: this.#address, detail })
      }
      const found = await choose(held, header)
      if (found !== 'unknown') return found === 'ambiguous' ? err('kid') : ok(found)
      await this.#attempt(now, source, async () => {
        await this.#download(now)
        return after(now, REFETCH_INTERVAL)
      })
      const fetched = await choose(this.#held ?? held, header)
      return typeof fetched === 'string' ? err('kid') : ok(fetched)
    }
  }

  async #current(now: EpochSeconds, source: TokenSource): Promise<Held | undefined> {
    const isFresh = () => this.#held !== undefined && elapsed(this.#held.fetchedAt, now) < LIFETIME
    if (!isFresh()) {
      await this.#attempt(now, source, async () => {
        this.#held = (await this.#load(now)) ?? this.#held
        if (!isFresh()) await this.#download(now)
        return now
      })
    }
    // Keys past their day are better than none: they only ever verify what Scalekit signed.
    return this.#held
  }

  /**
   * One attempt of a source at a time: whoever comes while it is under way waits for it, and starts no other.
   * Requests cannot share a promise in Workers, so they look.
   *
   * @param ask may throw; @returns from when on the source may ask again
   */
  async #attempt(now: EpochSeconds, source: TokenSource, ask: () => Promise<EpochSeconds>): Promise<void> {
    const last = this.#attempts.get(source)
    if (last !== undefined && now < last.nextAt) {
      for (let waited = 0; last.underWay && waited < FETCH_TIMEOUT_MS; waited += POLL_MS)
        await this.#wait(POLL_MS)
      return
    }
    // A request that is cancelled never gets to its end, so an attempt counts as failed until it succeeds.
    const attempt: Attempt = { nextAt: after(now, BACK_OFF[source]), underWay: true }
    this.#attempts.set(source, attempt)
    try {
      attempt.nextAt = await ask()
    } catch (error) {
      this.#failure = describe(error)
    } finally {
      attempt.underWay = false
    }
  }

  async #load(now: EpochSeconds): Promise<Held | undefined> {
    // A record that is damaged, or a KV that cannot be read, costs a download and no login.
    const found = v.safeParse(stored, await this.#kv.get(this.#key, 'json').catch(() => null))
    if (!found.success) return undefined
    const fetchedAt = found.output.fetched_at as EpochSeconds
    const keys = await usableKeys(found.output.jwks.keys)
    return elapsed(fetchedAt, now) < LIFETIME && keys.length > 0 ? hold(keys, fetchedAt) : undefined
  }

  async #download(now: EpochSeconds): Promise<void> {
    const response = await this.#fetch(this.#address, {
      headers: { Accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new Error(`status ${response.status}`)
    }
    const { keys: published } = v.parse(jwks, await response.json())
    if (!published.some((key) => v.is(anyKey, key))) throw new Error('no keys in it')
    const keys = await usableKeys(published)
    this.#held = hold(keys, now)
    const record: v.InferInput<typeof stored> = { fetched_at: now, jwks: { keys } }
    await this.#kv.put(this.#key, JSON.stringify(record), { expirationTtl: LIFETIME }).catch(() => {
      // Two isolates wrote within a second (KV allows one): either set will do.
    })
  }

  get #address(): string {
    return `${this.#issuer}/keys`
  }

  get #key(): string {
    return `jwks:${this.#issuer}`
  }
}

function hold(keys: JWK[], fetchedAt: EpochSeconds): Held {
  return { choose: createLocalJWKSet({ keys }), fetchedAt }
}

/**
 * What of a key set can be used, each key once (RFC 7517 section 5: what is not understood, lacks a member or is out of range is to be
 * ignored). Two different keys under one `kid` stay, and a token that names it is refused.
 */
async function usableKeys(published: readonly unknown[]): Promise<JWK[]> {
  const usable = new Map<string, JWK>()
  for (const key of published) {
    if (!v.is(rsaKey, key)) continue
    const { kid, n, e } = key
    if (await canVerify(key as JWK)) usable.set(JSON.stringify([kid, n, e]), key as JWK)
  }
  return [...usable.values()]
}

/** Only an import tells whether modulus and exponent are what they should be. */
async function canVerify(key: JWK): Promise<boolean> {
  try {
    const imported = await importJWK(key, 'RS256')
    if (!(imported instanceof CryptoKey) || imported.type !== 'public') return false
    const { algorithm } = imported
    return 'modulusLength' in algorithm && Number(algorithm.modulusLength) >= MINIMUM_MODULUS_BITS
  } catch {
    return false
  }
}

/** The one key that may verify this; without a `kid` the only one there is (RFC 7515 section 4.1.4). */
async function choose(held: Held, header: JWTHeaderParameters): Promise<CryptoKey | 'unknown' | 'ambiguous'> {
  try {
    return await held.choose(header)
  } catch (error) {
    if (error instanceof JWKSNoMatchingKey) return 'unknown'
    if (error instanceof JWKSMultipleMatchingKeys) return 'ambiguous'
    throw error
  }
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : 'unknown')

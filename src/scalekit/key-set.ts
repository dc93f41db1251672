import type { CompactVerifyGetKey, JWK } from 'jose'
import { JWKSMultipleMatchingKeys, JWKSNoMatchingKey } from 'jose/errors'
import * as v from 'valibot'
import { type EpochSeconds, elapsed, seconds } from '../time.ts'

/** Thrown when there is no key set at all to verify with. */
export class KeySetUnavailable extends Error {
  override readonly name = 'KeySetUnavailable'
}

const LIFETIME = seconds(24 * 60 * 60)
/** Anybody can send a token with an unknown `kid`: that must not become a flood of requests to Scalekit. */
const REFETCH_INTERVAL = seconds(60)
const FETCH_TIMEOUT_MS = 5000

const jwk = v.pipe(
  v.record(v.string(), v.unknown()),
  v.check((key) => typeof key['kty'] === 'string'),
)

const jwks = v.object({
  keys: v.pipe(
    v.array(jwk),
    v.check((keys) => keys.length > 0),
  ),
})
const stored = v.object({ fetched_at: v.number(), jwks })

type PublishedKeys = v.InferOutput<typeof jwks>

interface Held {
  /** The keys that may verify an RS256 signature. */
  readonly keys: readonly JWK[]
  readonly fetchedAt: EpochSeconds
}

/**
 * Scalekit's published keys (RFC 7517): in the isolate's memory, behind that in KV, behind that at `{issuer}/keys`.
 *
 * An unknown `kid` means that keys were rotated, so they are fetched again, at most once a minute; when that fails
 * the keys at hand stay. KV's lag is harmless: an old set only leads to the same refetch.
 */
export class KeySet {
  readonly #issuer: string
  readonly #kv: KVNamespace
  readonly #fetch: typeof fetch
  readonly #wait: (milliseconds: number) => Promise<void>
  #held: Held | undefined
  #refetchedAt: EpochSeconds | undefined
  #refetching = false

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

  /** @returns what jose asks for a key with; it throws {@link KeySetUnavailable} where no keys can be had */
  at(now: EpochSeconds): CompactVerifyGetKey {
    return async ({ kid }) => {
      const held = await this.#current(now)
      try {
        return find(held, kid)
      } catch (error) {
        if (!(error instanceof JWKSNoMatchingKey)) throw error
        const renewed = await this.#refetch(now)
        if (renewed === undefined) throw error
        return find(renewed, kid)
      }
    }
  }

  async #current(now: EpochSeconds): Promise<Held> {
    if (this.#held !== undefined && elapsed(this.#held.fetchedAt, now) < LIFETIME) return this.#held
    const fromStorage = await this.#load(now)
    if (fromStorage !== undefined) {
      this.#held = fromStorage
      return fromStorage
    }
    try {
      return await this.#download(now)
    } catch (error) {
      // Keys past their day are better than none: they only ever verify what Scalekit signed.
      if (this.#held !== undefined) return this.#held
      throw new KeySetUnavailable(`${this.#issuer}/keys: ${describe(error)}`)
    }
  }

  /** One refetch at a time: whoever comes while it is under way waits for it, and starts no other. */
  async #refetch(now: EpochSeconds): Promise<Held | undefined> {
    if (this.#refetchedAt !== undefined && elapsed(this.#refetchedAt, now) < REFETCH_INTERVAL) {
      for (let waited = 0; this.#refetching && waited < FETCH_TIMEOUT_MS; waited += 50) await this.#wait(50)
      return this.#held
    }
    this.#refetchedAt = now
    this.#refetching = true
    try {
      return await this.#download(now)
    } catch {
      return undefined
    } finally {
      this.#refetching = false
    }
  }

  async #load(now: EpochSeconds): Promise<Held | undefined> {
    // A record that is damaged, or a KV that cannot be read, costs a download and no login.
    const found = v.safeParse(stored, await this.#kv.get(this.#key, 'json').catch(() => null))
    if (!found.success) return undefined
    const fetchedAt = found.output.fetched_at as EpochSeconds
    return elapsed(fetchedAt, now) < LIFETIME ? hold(found.output.jwks, fetchedAt) : undefined
  }

  async #download(now: EpochSeconds): Promise<Held> {
    const response = await this.#fetch(`${this.#issuer}/keys`, {
      headers: { Accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new Error(`status ${response.status}`)
    }
    const published = v.parse(jwks, await response.json())
    const held = hold(published, now)
    this.#held = held
    const record: v.InferInput<typeof stored> = { fetched_at: now, jwks: published }
    await this.#kv.put(this.#key, JSON.stringify(record), { expirationTtl: LIFETIME }).catch(() => {
      // Two isolates wrote within a second (KV allows one): either set will do.
    })
    return held
  }

  get #key(): string {
    return `jwks:${this.#issuer}`
  }
}

function hold(published: PublishedKeys, fetchedAt: EpochSeconds): Held {
  const keys = (published.keys as JWK[]).filter(
    ({ kty, alg = 'RS256', use = 'sig' }) => kty === 'RSA' && alg === 'RS256' && use === 'sig',
  )
  return { keys, fetchedAt }
}

/** A token without a `kid` means the only key there is (RFC 7515 section 4.1.4). */
function find({ keys }: Held, kid: string | undefined): JWK {
  const [key, another] = kid === undefined ? keys : keys.filter((each) => each.kid === kid)
  if (key === undefined) throw new JWKSNoMatchingKey()
  if (another !== undefined) throw new JWKSMultipleMatchingKeys()
  return key
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : 'unknown')

import type { CompactVerifyGetKey, JWK } from 'jose'
import { JWKSMultipleMatchingKeys, JWKSNoMatchingKey } from 'jose/errors'
import * as v from 'valibot'
import { after, type EpochSeconds, elapsed, type Seconds, seconds } from '../base/time.ts'

/** Thrown when there is no key set at all to verify with; jose passes on what its key function throws. */
export class KeySetUnavailable extends Error {
  override readonly name = 'KeySetUnavailable'
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

  /** @returns what jose asks for a key with; it throws {@link KeySetUnavailable} where no keys can be had */
  at(now: EpochSeconds, source: TokenSource): CompactVerifyGetKey {
    return async ({ kid }) => {
      const held = await this.#current(now, source)
      try {
        return find(held, kid)
      } catch (error) {
        if (!(error instanceof JWKSNoMatchingKey)) throw error
        await this.#attempt(now, source, async () => {
          await this.#download(now)
          return after(now, REFETCH_INTERVAL)
        })
        return find(this.#held ?? held, kid)
      }
    }
  }

  async #current(now: EpochSeconds, source: TokenSource): Promise<Held> {
    const isFresh = () => this.#held !== undefined && elapsed(this.#held.fetchedAt, now) < LIFETIME
    if (!isFresh()) {
      await this.#attempt(now, source, async () => {
        this.#held = (await this.#load(now)) ?? this.#held
        if (!isFresh()) await this.#download(now)
        return now
      })
    }
    // Keys past their day are better than none: they only ever verify what Scalekit signed.
    if (this.#held === undefined) throw new KeySetUnavailable(`${this.#issuer}/keys: ${this.#failure}`)
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
    return elapsed(fetchedAt, now) < LIFETIME ? hold(found.output.jwks, fetchedAt) : undefined
  }

  async #download(now: EpochSeconds): Promise<void> {
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
    this.#held = hold(published, now)
    const record: v.InferInput<typeof stored> = { fetched_at: now, jwks: published }
    await this.#kv.put(this.#key, JSON.stringify(record), { expirationTtl: LIFETIME }).catch(() => {
      // Two isolates wrote within a second (KV allows one): either set will do.
    })
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

import type { Clock } from './clock.ts'

/**
 * Cloudflare's rate limit as one location counts it, by a clock that tests move: a counter for each key, which begins anew with each period.
 * The figures are those of wrangler.toml.
 */
export class RateLimiter {
  readonly #clock: Clock
  readonly #counters = new Map<string, { period: number; count: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  limit = async ({ key }: { key: string }): Promise<{ success: boolean }> => {
    const period = Math.floor(this.#clock.seconds / 60)
    const known = this.#counters.get(key)
    const counter = known?.period === period ? known : { period, count: 0 }
    this.#counters.set(key, counter)
    counter.count += 1
    return { success: counter.count <= 60 }
  }
}

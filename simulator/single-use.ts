/** What came of taking a value. Expired ones are unknown. */
export type Taken<T> =
  | { readonly kind: 'taken'; readonly value: T }
  | { readonly kind: 'replayed'; readonly value: T }
  | { readonly kind: 'unknown' }

/**
 * Secrets that stand for a value, once and for a while. A used one is remembered until it would have expired, so that
 * a replay can be told from a guess. Times are epoch seconds; an entry is dead at its expiry itself.
 */
export class SingleUse<T> {
  readonly #entries = new Map<string, { value: T; expiresAt: number; used: boolean }>()

  put(key: string, value: T, expiresAt: number, now: number): void {
    for (const [old, entry] of this.#entries) if (entry.expiresAt <= now) this.#entries.delete(old)
    this.#entries.set(key, { value, expiresAt, used: false })
  }

  /** The value, if it could still be taken. */
  peek(key: string, now: number): T | undefined {
    const entry = this.#entries.get(key)
    return entry === undefined || entry.used || entry.expiresAt <= now ? undefined : entry.value
  }

  take(key: string, now: number): Taken<T> {
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.expiresAt <= now) return { kind: 'unknown' }
    const kind = entry.used ? 'replayed' : 'taken'
    entry.used = true
    return { kind, value: entry.value }
  }
}

import type { EpochSeconds } from './time.ts'

interface Kept<V> {
  readonly value: V
  readonly size: number
  usedAt: EpochSeconds
}

/**
 * A map that stays small: where there are too many entries, or too large ones, those go first that were used longest ago.
 * Uses within one second count as one, so that a busy entry costs hardly more than a look.
 */
export class RecentlyUsed<V> {
  readonly #kept = new Map<string, Kept<V>>()
  readonly #mostEntries: number
  readonly #mostSize: number
  #size = 0

  /** @param mostSize of all values together, in whatever unit {@link set} is told */
  constructor(mostEntries: number, mostSize = Number.POSITIVE_INFINITY) {
    this.#mostEntries = mostEntries
    this.#mostSize = mostSize
  }

  get(key: string, now: EpochSeconds): V | undefined {
    const found = this.#kept.get(key)
    if (found === undefined) return undefined
    if (found.usedAt !== now) {
      found.usedAt = now
      // A map lists its keys in the order in which they were put in.
      this.#kept.delete(key)
      this.#kept.set(key, found)
    }
    return found.value
  }

  set(key: string, value: V, now: EpochSeconds, size = 0): void {
    this.delete(key)
    this.#kept.set(key, { value, size, usedAt: now })
    this.#size += size
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#mostEntries && this.#size <= this.#mostSize) return
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    const found = this.#kept.get(key)
    if (found === undefined) return
    this.#size -= found.size
    this.#kept.delete(key)
  }

  get entries(): number {
    return this.#kept.size
  }

  get size(): number {
    return this.#size
  }
}

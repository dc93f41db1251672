interface Kept<V> {
  readonly value: V
  readonly size: number
  /** Since it was put in, or passed over. */
  used: boolean
}

/**
 * A map that stays small: where there are too many entries, or too large ones, the oldest goes first, and who was used meanwhile is passed over
 * once. A use is a mark and nothing else: to put a key in anew at each would leave a gap behind in the map's chain, and looking up a busy key
 * would mean to walk over thousands of them.
 */
export class BoundedMap<V> {
  readonly #kept = new Map<string, Kept<V>>()
  readonly #mostEntries: number
  readonly #mostSize: number
  #size = 0

  /** @param mostSize of all values together, in whatever unit {@link set} is told */
  constructor(mostEntries: number, mostSize = Number.POSITIVE_INFINITY) {
    this.#mostEntries = mostEntries
    this.#mostSize = mostSize
  }

  get(key: string): V | undefined {
    const found = this.#kept.get(key)
    if (found === undefined) return undefined
    found.used = true
    return found.value
  }

  set(key: string, value: V, size = 0): void {
    this.delete(key)
    this.#kept.set(key, { value, size, used: false })
    this.#size += size
    // A map lists its keys in the order in which they were put in, those too that are put in meanwhile.
    for (const [oldest, kept] of this.#kept) {
      if (this.#kept.size <= this.#mostEntries && this.#size <= this.#mostSize) return
      this.#kept.delete(oldest)
      // The new one would always be the one that nobody has used.
      const stays = kept.used || (oldest === key && this.#kept.size > 0)
      if (stays) this.#kept.set(oldest, { ...kept, used: false })
      else this.#size -= kept.size
    }
  }

  delete(key: string): void {
    const found = this.#kept.get(key)
    if (found === undefined) return
    this.#size -= found.size
    this.#kept.delete(key)
  }
}

import { type EpochSeconds, elapsed } from '../base/time.ts'

/** How many reads may be made for what anybody can ask: so many at once, and so many a second after that. */
export class ReadBudget {
  readonly #most: number
  readonly #perSecond: number
  #left: number
  #countedAt: EpochSeconds | undefined

  constructor(most: number, perSecond: number) {
    this.#most = most
    this.#perSecond = perSecond
    this.#left = most
  }

  /**
   * @param reserve so many reads have to be left for others
   * @returns whether the read may be made, which is counted
   */
  take(now: EpochSeconds, reserve = 0): boolean {
    const passed = Math.max(0, elapsed(this.#countedAt ?? now, now))
    this.#countedAt = now
    this.#left = Math.min(this.#most, this.#left + passed * this.#perSecond)
    if (this.#left < 1 + reserve) return false
    this.#left -= 1
    return true
  }

  /** The read found what nobody can make up, so it does not count. */
  giveBack(): void {
    this.#left = Math.min(this.#most, this.#left + 1)
  }
}

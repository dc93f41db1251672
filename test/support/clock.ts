/** Time that stands still until a test moves it. Starts now, because KV and alarms go by the real clock. */
export class Clock {
  #milliseconds = Math.floor(Date.now() / 1000) * 1000

  readonly now = (): number => this.#milliseconds

  /** Epoch seconds, as in a JWT. */
  get seconds(): number {
    return this.#milliseconds / 1000
  }

  advance(seconds: number): void {
    this.#milliseconds += seconds * 1000
  }
}

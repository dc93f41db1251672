import { complain, progress } from '../terminal.ts'

/** Editors save several files for one change, and several Workers may be loaded for it. */
const PAUSE_MS = 100

/** What is wrong with the files of a run, and what is said where that has changed. */
export class StandingOfFiles {
  #known: readonly string[]
  #timer: NodeJS.Timeout | undefined
  #looking = Promise.resolve()
  readonly #problems: () => Promise<readonly string[]>

  /** @param atStart what is wrong with them from the beginning; it is said at once */
  constructor(problems: () => Promise<readonly string[]>, atStart: readonly string[]) {
    this.#problems = problems
    this.#known = atStart
    atStart.forEach(complain)
  }

  async look(): Promise<void> {
    const now = await this.#problems()
    const before = this.#known
    this.#known = now
    const isLess = before.some((problem) => !now.includes(problem))
    if (isLess && now.length === 0) progress('Put right: nothing is left of what was wrong with these files.')
    const fresh = now.filter((problem) => !before.includes(problem))
    // What was said long ago is said again where something else is put right.
    for (const problem of isLess ? now : fresh) complain(problem)
  }

  /** After a reload; one look after the other. */
  lookSoon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#looking = this.#looking.then(() => this.look()).catch((error: Error) => complain(error.message))
    }, PAUSE_MS)
  }
}

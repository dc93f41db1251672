import { Complaint } from '../complaint.ts'
import { ask } from '../network/ask.ts'
import { networkFailureInWords } from '../network/network-failure.ts'
import { complain, progress } from '../terminal.ts'
import type { WorkerFile } from '../wrangler/worker-file.ts'
import { inProject, problemsIn } from './problems.ts'

interface Answer {
  /** `undefined`: there was no answer in time. */
  readonly status: number | undefined
  readonly body: string
}

export interface Entrance {
  /** Of Gatehouse's Worker. */
  readonly file: Pick<WorkerFile, 'label' | 'file'>
  /** Where people go in, without a port. */
  readonly hostname: string
  /** What it answers a script; see {@link answerAt}. */
  readonly answer: () => Promise<Answer>
  /** Whether a site may be there that no file has. */
  readonly hasSitesInKv: () => Promise<boolean>
  /** It is well now: problems that come back are new. */
  readonly forgetProblems: () => void
}

/** Misdirected Request: what Gatehouse answers for a host that no site is for. */
const UNKNOWN_SITE = 421

/** Several Workers may be loaded for one change. */
const PAUSE_MS = 100

/** Whether people get in, and what is said where that has changed. What keeps them out, the Worker's own log says. */
export class Standing {
  #last: 'well' | 'misconfigured' | 'no_site' = 'well'
  #timer: NodeJS.Timeout | undefined
  readonly #entrance: Entrance

  constructor(entrance: Entrance) {
    this.#entrance = entrance
  }

  /** @returns what keeps the Worker from letting anybody in */
  async look(): Promise<readonly string[]> {
    const { file, hostname, answer, hasSitesInKv, forgetProblems } = this.#entrance
    const answered = await answer()
    if (answered.status === undefined) return []
    const problems = problemsIn(answered).map((problem) => inProject(file, problem))
    const before = this.#last
    if (problems.length > 0) this.#last = 'misconfigured'
    else if (answered.status === UNKNOWN_SITE && !(await hasSitesInKv())) this.#last = 'no_site'
    else this.#last = 'well'
    if (this.#last !== 'misconfigured') forgetProblems()
    if (this.#last === before) return problems
    if (this.#last === 'well') progress('Put right: the Worker lets people in.')
    if (this.#last === 'no_site')
      complain(
        `The configuration has no site for ${hostname}: call one '${hostname}', or '*', while you develop.`,
      )
    return problems
  }

  /** After a reload. One that does not answer is loaded once more, or says so itself. */
  lookSoon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.look().catch(() => {}), PAUSE_MS)
  }
}

/** What is behind the gate may be slow, or never end. */
const PATIENCE_MS = 10_000

/**
 * What `/` answers a script, under a name that no resolver need know; it compiles the Worker too.
 *
 * @throws {Complaint} where nobody listens
 */
export async function answerAt(port: number, host: string, patienceMs = PATIENCE_MS): Promise<Answer> {
  const asked = { headers: { Host: host }, signal: AbortSignal.timeout(patienceMs) }
  const origin = `http://127.0.0.1:${port}/`
  const answer = await ask(origin, asked)
  if (answer.ok) return answer.value
  if (answer.error.kind === 'refused')
    throw new Complaint(networkFailureInWords(answer.error, origin, 'start `gatehouse dev` again'))
  return { status: undefined, body: '' }
}

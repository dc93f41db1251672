import { complain } from '../terminal.ts'
import type { WorkerFile } from '../wrangler/worker-file.ts'
import { inProject } from './problems.ts'

interface Line {
  readonly level: string
  readonly message: string
}

/**
 * Shows what a Worker logs: as it is, with its level only where that is a warning or an error. What keeps Gatehouse from letting anybody
 * in is said in sentences, and once: a page asks for many things, and each of them meets the same problems.
 */
export class WorkerLog {
  #said = ''
  readonly #file: Pick<WorkerFile, 'label' | 'file'>

  constructor(file: Pick<WorkerFile, 'label' | 'file'>) {
    this.#file = file
  }

  show({ level, message }: Line): void {
    const problems = problemsIn(message)
    if (problems === undefined) {
      console.log(level === 'warn' || level === 'error' ? `${level}: ${message}` : message)
      return
    }
    const text = problems.map((problem) => inProject(this.#file, problem)).join('\n')
    if (text !== this.#said) complain(text)
    this.#said = text
  }

  /** They are no more; those that come back are new. */
  forgetProblems(): void {
    this.#said = ''
  }
}

function problemsIn(message: string): readonly string[] | undefined {
  if (!message.startsWith('{"event":"misconfigured"')) return undefined
  return (JSON.parse(message) as { readonly problems: readonly string[] }).problems
}

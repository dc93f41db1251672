import { complain } from '../terminal.ts'

interface Line {
  readonly level: string
  readonly message: string
}

/** A page asks for many things, and each of them meets the same problems. */
const PAUSE_MS = 2_000

/**
 * Shows what a Worker logs: as it is, with its level only where that is a warning or an error. What keeps Gatehouse from letting anybody
 * in is said in sentences, and once for the requests of a moment.
 */
export function workerLog(): (line: Line) => void {
  let shown = ''
  let shownAt = 0
  return ({ level, message }) => {
    const problems = problemsIn(message)
    if (problems === undefined) {
      console.log(level === 'warn' || level === 'error' ? `${level}: ${message}` : message)
      return
    }
    const text = problems.join('\n')
    const now = Date.now()
    if (text !== shown || now - shownAt > PAUSE_MS) complain(text)
    shown = text
    shownAt = now
  }
}

function problemsIn(message: string): readonly string[] | undefined {
  if (!message.startsWith('{"event":"misconfigured"')) return undefined
  return (JSON.parse(message) as { readonly problems: readonly string[] }).problems
}

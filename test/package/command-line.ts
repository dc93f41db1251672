import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Ended {
  /** Exit code. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  /** Waits for text on standard output, or fails with what there is. */
  readonly says: (text: string) => Promise<string>
  /** Standard error so far. */
  readonly errors: () => string
  /** As Ctrl-C does. */
  readonly interrupt: () => Promise<Ended>
  readonly ended: Promise<Ended>
}

const TIMEOUT_MS = 90_000

/** Runs a program of Node. @param file and what follows it on the command line */
export function start(cwd: string, file: string, ...args: readonly string[]): Running {
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    // Wrangler may have been loaded quietly here, and has something to say there.
    env: { ...process.env, WRANGLER_LOG: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { said, ended } = listenTo(child)
  const all = () => `${args.join(' ')} said:\n${said.stdout}${said.stderr}`
  return {
    ended,
    errors: () => said.stderr,
    says: (text) =>
      new Promise((done, fail) => {
        const timer = setTimeout(() => {
          child.kill('SIGINT')
          fail(new Error(all()))
        }, TIMEOUT_MS)
        const look = () => {
          if (!said.stdout.includes(text)) return
          clearTimeout(timer)
          done(said.stdout)
        }
        child.stdout.on('data', look)
        void ended.then(() => {
          clearTimeout(timer)
          fail(new Error(all()))
        })
        look()
      }),
    interrupt: () => {
      child.kill('SIGINT')
      return ended
    },
  }
}

export const run = (cwd: string, file: string, ...args: readonly string[]): Promise<Ended> =>
  start(cwd, file, ...args).ended

/** @returns what it has said so far, and how it ended */
export function listenTo(child: ChildProcess) {
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.setEncoding('utf8').on('data', (text) => {
      said[stream] += text
    })
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...said }))
  return { said, ended }
}

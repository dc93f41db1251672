import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { takesConnections } from './port.ts'

/** What every example is told; each reads it from the environment. What is empty is not set there. */
export interface BackendSettings {
  readonly port: number
  /** Gatehouse's own address on the host that the backend is for: `https://docs.example.com/auth`. */
  readonly issuer: string
  readonly audience: string
}

export interface Backend {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  readonly stop: () => Promise<void>
}

export type StartBackend = (settings: BackendSettings) => Promise<Backend>

const EXAMPLES = join(import.meta.dirname, '../../../examples')
const START_TIMEOUT_MS = 20_000
const STOP_TIMEOUT_MS = 5_000

/**
 * Runs an example as its README says, and waits until it takes connections.
 *
 * @param folder  under `examples/`
 * @param command what starts it there
 */
export async function startBackend(
  folder: string,
  command: readonly [program: string, ...args: string[]],
  { port, issuer, audience }: BackendSettings,
): Promise<Backend> {
  const [program, ...args] = command
  const child = spawn(program, args, {
    cwd: join(EXAMPLES, folder),
    env: {
      ...process.env,
      PORT: `${port}`,
      GATEHOUSE_ISSUER: issuer || undefined,
      GATEHOUSE_AUDIENCE: audience || undefined,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let ended = false
  child.stdout.on('data', (text) => {
    output += text
  })
  child.stderr.on('data', (text) => {
    output += text
  })
  child.once('error', (error) => {
    output += error
    ended = true
  })
  const exit = once(child, 'exit').then(
    () => {
      ended = true
    },
    () => {},
  )

  const stop = async () => {
    child.kill('SIGTERM')
    await Promise.race([exit, wait(STOP_TIMEOUT_MS, undefined, { ref: false })])
    if (!ended) child.kill('SIGKILL')
    await exit
  }
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!(await takesConnections(port))) {
    if (ended) throw new Error(`${program} ended before it took connections:\n${output}`)
    if (Date.now() > deadline) {
      await stop()
      throw new Error(`${program} takes no connections:\n${output}`)
    }
    await wait(50)
  }
  return { origin: `http://127.0.0.1:${port}`, stop }
}

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { start, stop, temporaryFolder } from './processes.ts'
import { type DiskService, formatConfig, type WorkerService } from './workerd-config.ts'

const { default: WORKERD } = createRequire(import.meta.url)('workerd') as { default: string }

/** What is served: the code of every module by file name, and the services made of them. */
export interface Served {
  readonly files: Readonly<Record<string, string>>
  readonly services: readonly (WorkerService | DiskService)[]
  readonly entry: string
}

export interface Workerd {
  readonly origin: string
  readonly pid: number
  stop(): Promise<void>
}

/** Writes a configuration that {@link startWorkerd} can start, more than once. @returns its path */
export function prepareWorkerd({ files, services, entry }: Served): string {
  const folder = temporaryFolder()
  for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code)
  const placed = services.map((service) => {
    if (!('disk' in service) || service.writable !== true) return service
    const disk = join(folder, service.disk)
    mkdirSync(disk)
    return { ...service, disk }
  })
  const path = join(folder, 'config.capnp')
  writeFileSync(path, formatConfig({ services: placed, entry }))
  return path
}

/**
 * Starts `workerd serve`, the runtime itself and no development proxy, on a port of its own choice.
 *
 * @returns when it listens
 */
export async function startWorkerd(configPath: string): Promise<Workerd> {
  const child = start(WORKERD, ['serve', '--experimental', '--control-fd=3', configPath], {
    // What a Worker logs is written and thrown away, as it costs something in production too.
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr?.on('data', (chunk) => {
    complaints = (complaints + chunk).slice(-4000)
  })
  const port = await Promise.race([
    listeningPort(child),
    once(child, 'exit').then(([code]) => {
      throw new Error(`workerd ended with ${code}: ${complaints}`)
    }),
  ])
  return { origin: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop: () => stop(child) }
}

export const serve = (served: Served): Promise<Workerd> => startWorkerd(prepareWorkerd(served))

/** workerd reports each socket on a descriptor of ours, one JSON object per line. */
function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((done) => {
    let reported = ''
    child.stdio[3]?.on('data', (chunk) => {
      reported += chunk
      const port = /"event":"listen".*?"port":(\d+)/.exec(reported)?.[1]
      if (port !== undefined) done(Number(port))
    })
  })
}

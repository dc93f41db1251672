import { existsSync } from 'node:fs'
import { complain } from '../terminal.ts'
import { onceGone } from './watch-file.ts'

type Esbuild = typeof import('esbuild')

/**
 * Leaving is enough: Wrangler and Miniflare kill their workers when the process exits. Waiting for `dispose()` instead would have
 * Wrangler restart workers that the same Ctrl-C has ended. Its own handlers would report the signal as a failure, and a bundler
 * whose parent goes away in the middle of a build complains at length.
 */
export function endWithSignals({ stop }: Esbuild): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal)
    process.on(signal, async () => {
      await stop()
      process.exit(0)
    })
  }
}

/**
 * Where a folder is taken away there is nothing to run. Wrangler would find that it cannot build any more, and the bundler starts a helper
 * to say so, in the working directory: where that is gone it waits for it for ever, deaf to every signal. So the helper is started before.
 */
export function endWithFolders({ formatMessagesSync, stop }: Esbuild, folders: readonly string[]): void {
  formatMessagesSync([], { kind: 'error' })
  const end = (folder: string) => {
    complain(`${folder} is no longer there, so this ends.`)
    process.exit(1)
  }
  onceGone(folders, async (folder) => {
    await stop()
    end(folder)
  })
  // The runtime may fail of it before that is noticed.
  process.on('uncaughtExceptionMonitor', () => {
    const gone = folders.find((folder) => !existsSync(folder))
    if (gone !== undefined) end(gone)
  })
}

const STARTED_BY = process.ppid
const LOOK_AGAIN_MS = 1_000

/**
 * npm passes a signal on to the shell that it runs a command by, and that ends alone: what is left behind would hold on to the ports.
 * Whoever starts this without npm may well leave before it.
 */
export function endWithNpm({ stop }: Esbuild, env: NodeJS.ProcessEnv = process.env): void {
  if (env['npm_execpath'] === undefined) return
  const timer = setInterval(async () => {
    if (process.ppid === STARTED_BY) return
    clearInterval(timer)
    await stop()
    process.exit(0)
  }, LOOK_AGAIN_MS)
  timer.unref()
}

import { existsSync, readFileSync, watch } from 'node:fs'
import { join } from 'node:path'
import { complain } from '../terminal.ts'

/** Editors write in several steps. */
const PAUSE_MS = 100

/**
 * Calls back when the text of a file has changed; one that is taken away counts too. The folder is watched, because editors put a new
 * file in the place of the old.
 */
export function watchFile(folder: string, name: string, changed: () => Promise<void>): void {
  const read = () => {
    try {
      return readFileSync(join(folder, name), 'utf8')
    } catch {
      return undefined
    }
  }
  let text = read()
  let timer: NodeJS.Timeout | undefined
  const look = () => {
    const now = read()
    if (now === text) return
    text = now
    changed().catch((error: Error) => complain(`${name}: ${error.message}`))
  }
  watch(folder, (_event, file) => {
    if (file !== null && file !== name) return
    clearTimeout(timer)
    timer = setTimeout(look, PAUSE_MS)
  })
}

/** Calls back once when some file of some folders has changed. */
export function onceChanged(folders: readonly string[], changed: () => Promise<void>): void {
  let timer: NodeJS.Timeout | undefined
  const watchers = [...new Set(folders)].map((folder) =>
    watch(folder, (_event, file) => {
      // Wrangler and we write files of our own.
      if (file?.startsWith('.')) return
      clearTimeout(timer)
      timer = setTimeout(() => {
        for (const watcher of watchers) watcher.close()
        changed().catch((error: Error) => complain(error.message))
      }, PAUSE_MS)
    }),
  )
}

/** A folder that is moved away with one above it tells nobody. */
const LOOK_AGAIN_MS = 1_000

/** Calls back, once, when one of some folders is no longer there under its name. */
export function onceGone(folders: readonly string[], gone: (folder: string) => void): void {
  const watched = [...new Set(folders)]
  const look = () => {
    const missing = watched.find((folder) => !existsSync(folder))
    if (missing === undefined) return
    clearInterval(timer)
    for (const watcher of watchers) watcher.close()
    gone(missing)
  }
  const timer = setInterval(look, LOOK_AGAIN_MS)
  timer.unref()
  const watchers = watched.map((folder) => watch(folder, { persistent: false }, look))
}

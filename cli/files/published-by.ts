import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import ignore from 'ignore'
import { parse as parseToml } from 'smol-toml'
import { parseJsonc } from './edit-jsonc.ts'
import { existingFile, foldersAbove, wranglerFilesIn } from './find-files.ts'

interface Published {
  /** By its path from the working directory. */
  readonly folder: string
  readonly label: string
}

/** Files that Wrangler does not publish, in the language of .gitignore. */
export const IGNORE_FILE = '.assetsignore'

/**
 * Whether a file would be among the static files of a Worker: by any wrangler file in the folders around it, and any environment.
 * Wrangler itself is not asked: it takes a second to load.
 *
 * @param path need not exist
 * @param config one more wrangler file, absolute
 */
export function publishedBy(path: string, config?: string): Published | undefined {
  const file = realPath(resolve(path))
  const wranglerFiles = [
    ...(config === undefined ? [] : [config]),
    ...foldersAbove(resolve(path)).flatMap(wranglerFilesIn),
    ...foldersAbove(file).flatMap(wranglerFilesIn),
  ]
  for (const wranglerFile of new Set(wranglerFiles)) {
    for (const folder of publishedFolders(wranglerFile)) {
      if (!isPublished(file, realPath(folder))) continue
      return { folder: relative('', folder) || 'this folder', label: relative('', wranglerFile) }
    }
  }
  return undefined
}

function isPublished(file: string, folder: string): boolean {
  const name = relative(folder, file).split(sep).join('/')
  if (name === '' || name === '..' || name.startsWith('../') || resolve(folder, name) !== file) return false
  const rules = existingFile(join(folder, IGNORE_FILE))
  return rules === undefined || !ignore().add(readFileSync(rules, 'utf8')).ignores(name)
}

/** Absolute. Vite publishes what is in `public` with what it builds, for which the wrangler file names no folder. */
function publishedFolders(wranglerFile: string): readonly string[] {
  const beside = dirname(wranglerFile)
  const settings = Object(readSettings(wranglerFile)) as { readonly env?: unknown }
  const assets = [settings, ...Object.values(Object(settings.env))]
    .map((each) => Object(each).assets as unknown)
    .filter((each) => each !== undefined)
  const hasVite = ['ts', 'mts', 'js', 'mjs'].some((extension) =>
    existsSync(join(beside, `vite.config.${extension}`)),
  )
  const directories = assets.flatMap((each) => {
    const { directory } = Object(each) as { readonly directory?: unknown }
    return typeof directory === 'string' ? [directory] : []
  })
  return [...directories, ...(hasVite ? ['public'] : [])].map((each) => resolve(beside, each))
}

/** @returns `undefined` for what cannot be read, and so not be deployed */
function readSettings(file: string): unknown {
  try {
    const text = readFileSync(file, 'utf8')
    return file.endsWith('.toml') ? parseToml(text) : parseJsonc(text)
  } catch {
    return undefined
  }
}

/** Without links, also of what is not there yet. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  const folder = dirname(path)
  return folder === path ? path : join(realPath(folder), basename(path))
}

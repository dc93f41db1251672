import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { IGNORE_FILE } from '../../files/published-by.ts'
import { readIfThere } from '../../files/read-if-there.ts'
import type { WranglerFile } from './settings.ts'

/** What of the folder of static files matters here. */
export interface AssetFiles {
  /** Absolute. */
  readonly folder: string
  /** Whether it is there: a build may not have made it yet. */
  readonly isThere: boolean
  /** Paths from the folder on of what nobody means to publish; a folder stands for all that is in it. */
  readonly private: readonly string[]
  /** `_redirects` */
  readonly redirects: string
  /** Whether a file is published. @param path from the folder on */
  readonly publishes: (path: string) => boolean
}

/** No site has more files (a limit of Cloudflare's largest plan). */
const MOST_FILES = 100_000

/** @param folder of the wrangler file */
export async function readAssetFiles(
  folder: string,
  wrangler: WranglerFile,
): Promise<AssetFiles | undefined> {
  const directory = wrangler.kind === 'read' ? wrangler.settings.assets?.directory : undefined
  if (directory === undefined) return undefined
  const root = join(folder, directory)
  const isThere = (await stat(root).catch(() => undefined))?.isDirectory() ?? false
  if (!isThere) return { folder: root, isThere, private: [], redirects: '', publishes: () => false }
  const ignored = ignore().add((await readIfThere(join(root, IGNORE_FILE))) ?? '')
  return {
    folder: root,
    isThere,
    private: await privateFiles(root, ignored),
    redirects: (await readIfThere(join(root, '_redirects'))) ?? '',
    publishes: (path) => existsSync(join(root, path)) && !ignored.ignores(path),
  }
}

async function privateFiles(root: string, ignored: Ignore): Promise<readonly string[]> {
  const found: string[] = []
  const folders = [root]
  let files = 0
  for (let folder = folders.pop(); folder !== undefined && files < MOST_FILES; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      files++
      const path = join(folder, entry.name)
      const name = relative(root, path).split(sep).join('/')
      if (ignored.ignores(entry.isDirectory() ? `${name}/` : name)) continue
      if (isPrivateName(entry.name, entry.isDirectory()) || (await holdsKeys(path, entry.name)))
        found.push(entry.isDirectory() ? `${name}/` : name)
      else if (entry.isDirectory()) folders.push(path)
    }
  }
  return found.sort()
}

const PRIVATE_FOLDERS = /^(\.git|\.wrangler|node_modules)$/
const PRIVATE_FILES =
  /^(\.dev\.vars(\..*)?|\.env(\..*)?|\.npmrc|id_(rsa|ed25519|ecdsa)|.*\.(pem|key|p12|pfx)|wrangler\.(toml|jsonc?)|gatehouse\.config\.[cm]?[jt]s)$/i
/** Made to be copied and shown. */
const EXAMPLE = /\.(example|sample|template)$/

const isPrivateName = (name: string, isFolder: boolean): boolean =>
  isFolder ? PRIVATE_FOLDERS.test(name) : PRIVATE_FILES.test(name) && !EXAMPLE.test(name)

/** A set of keys, as `gatehouse keys new --file` keeps it, under whatever name. */
async function holdsKeys(path: string, name: string): Promise<boolean> {
  if (!/\.(json|jwks?)$/i.test(name) || (await stat(path)).size > 65_536) return false
  const text = await readFile(path, 'utf8')
  return /"keys"\s*:/.test(text) && /"(k|d)"\s*:\s*"[\w-]{20,}"/.test(text)
}

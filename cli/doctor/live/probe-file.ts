import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import ignore from 'ignore'
import { epochSeconds } from '../../../src/base/time.ts'
import type { GatehouseConfig } from '../../../src/config.ts'
import { explainer } from '../../../src/policy/explain.ts'
import { IGNORE_FILE } from '../../files/published-by.ts'
import { readIfThere } from '../../files/read-if-there.ts'

/** A file that nobody gets without a session. */
export interface ProbeFile {
  /** Where the files' own server has it, so that it comes from there if that is asked before the gate. */
  readonly path: string
  readonly text: string
}

/** So that a probe is no download, and a folder of a hundred thousand files no wait. */
const LARGEST_BYTES = 262_144
const MOST_FILES = 2_000

/** @returns `undefined` where every file that was looked at is public, or none is there */
export async function findProbeFile(
  folder: string,
  config: GatehouseConfig,
  host: string,
): Promise<ProbeFile | undefined> {
  const explain = explainer(config)
  const now = epochSeconds(Date.now())
  const isProtected = (path: string) =>
    explain(`https://${host}${path}`, undefined, { now }).decision.outcome !== 'allow'
  const candidates = (await filesIn(folder))
    .map((name) => ({ name, path: addressOf(name) }))
    .filter(({ path }) => isProtected(path))
    // Cloudflare may change a page on its way, to hide addresses for one.
    .sort((one, other) => Number(isPage(one.name)) - Number(isPage(other.name)))
  for (const { name, path } of candidates) {
    const { size } = await stat(join(folder, name))
    if (size > 0 && size <= LARGEST_BYTES)
      return { path, text: asAnswered(await readFile(join(folder, name))) }
  }
  return undefined
}

const isPage = (name: string) => /\.html?$/.test(name)

/** As the text of an answer is read: without a byte order mark. */
const asAnswered = (bytes: Buffer) => new TextDecoder().decode(bytes)

async function filesIn(root: string): Promise<readonly string[]> {
  const ignored = ignore().add((await readIfThere(join(root, IGNORE_FILE))) ?? '')
  const found: string[] = []
  const folders = [root]
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name)
      const name = relative(root, path).split(sep).join('/')
      if (ignored.ignores(entry.isDirectory() ? `${name}/` : name)) continue
      if (entry.isDirectory()) folders.push(path)
      else if (entry.isFile() && !SETTINGS.includes(name) && !/[^\w./-]/.test(name)) found.push(name)
      if (found.length >= MOST_FILES) return found
    }
  }
  return found
}

/** What Cloudflare reads, and serves to nobody. */
const SETTINGS = ['_headers', '_redirects', '_routes.json', IGNORE_FILE]

/** Pages are served without their ending, and by other names redirect there. */
const addressOf = (name: string) => `/${name.replace(/(^|\/)index\.html$/, '$1').replace(/\.html$/, '')}`

import { readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import ignore from 'ignore'
import { existingFile, findGatehouseConfig, foldersAbove, wranglerFileIn } from './find-files.ts'

/** Of a project that is no repository yet: whether git would leave a file alone, by the .gitignore files alone. */
export type InGitignore = 'ignored' | 'unignored' | 'of no project'

/** @param path need not exist */
export function inGitignore(path: string): InGitignore {
  const file = resolve(path)
  const above = foldersAbove(file)
  const root = above.findIndex(isProject)
  if (root === -1) return 'of no project'
  let isIgnored = false
  // What is said nearer to the file counts more.
  for (const folder of above.slice(0, root + 1).reverse()) {
    const rules = existingFile(join(folder, '.gitignore'))
    if (rules === undefined) continue
    const name = relative(folder, file).split(sep).join('/')
    const { ignored, unignored } = ignore().add(readFileSync(rules, 'utf8')).test(name)
    isIgnored = ignored || (isIgnored && !unignored)
  }
  return isIgnored ? 'ignored' : 'unignored'
}

const isProject = (folder: string): boolean =>
  existingFile(join(folder, 'package.json')) !== undefined ||
  wranglerFileIn(folder) !== undefined ||
  findGatehouseConfig(folder) !== undefined

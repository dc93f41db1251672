import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Where git stands to a file: `unignored` is one step from `tracked`, and `unknown` may be either. */
export type InGit = 'tracked' | 'unignored' | 'ignored' | 'outside' | 'unknown'

/** Asks git, which need not be there. @param path need not exist, but for its folder; one of a folder ends with a slash */
export async function inGit(path: string): Promise<InGit> {
  const folder = dirname(resolve(path))
  const name = basename(path) + (path.endsWith('/') ? '/' : '')
  const asked = (...args: readonly string[]) => exitCode(folder, [...args, '--', name])
  if ((await asked('ls-files', '--error-unmatch')) === 0) return 'tracked'
  const code = await asked('check-ignore', '--quiet')
  if (code === 0) return 'ignored'
  if (code === 1) return 'unignored'
  return isBelowGit(folder) ? 'unknown' : 'outside'
}

export const gitSaysNothing = (path: string): string =>
  `git could not be asked about ${path}: see to it that it never gets there.`

const exitCode = (cwd: string, args: readonly string[]) =>
  new Promise<number | string | undefined>((done) => {
    execFile('git', args, { cwd }, (error) => done(error === null ? 0 : (error.code ?? undefined)))
  })

/** Whether a folder may be in a repository. */
export function isBelowGit(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true
  return folder !== dirname(folder) && isBelowGit(dirname(folder))
}

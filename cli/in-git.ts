import { execFile } from 'node:child_process'
import { basename, dirname } from 'node:path'

/** Where git stands to a file: `unignored` is one step from `tracked`. */
export type InGit = 'tracked' | 'unignored' | 'ignored' | 'outside'

/** Asks git, which need not be there. @param path need not exist, but for its folder */
export async function inGit(path: string): Promise<InGit> {
  const asked = (...args: readonly string[]) => exitCode(dirname(path), [...args, '--', basename(path)])
  if ((await asked('ls-files', '--error-unmatch')) === 0) return 'tracked'
  const code = await asked('check-ignore', '--quiet')
  if (code === 0) return 'ignored'
  // 128 is what git says outside of its folders.
  return code === 1 ? 'unignored' : 'outside'
}

const exitCode = (cwd: string, args: readonly string[]) =>
  new Promise<number | string | undefined>((done) => {
    execFile('git', args, { cwd }, (error) => done(error === null ? 0 : (error.code ?? undefined)))
  })

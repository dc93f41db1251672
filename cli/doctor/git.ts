import { join } from 'node:path'
import { type InGit, inGit, isBelowGit } from '../files/in-git.ts'

/** Where git stands to something that only this machine may have. */
export interface GitState {
  /** Absolute. */
  readonly path: string
  readonly state: InGit
  /** What keeps it out, in .gitignore. */
  readonly line: string
}

/** Asks git about the files with secrets, and about the state of development servers, which has sessions. */
export const readGit = (folder: string, devVars: string): Promise<readonly GitState[]> =>
  Promise.all(
    [
      { path: devVars, line: '.dev.vars*' },
      { path: join(folder, '.wrangler/'), line: '.wrangler/' },
    ].map(async (each) => ({ ...each, state: isBelowGit(folder) ? await inGit(each.path) : 'outside' })),
  )

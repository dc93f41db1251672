import { Complaint } from '../complaint.ts'
import { existingFile } from '../files/find-files.ts'
import { gitSaysNothing, type InGit, inGit } from '../files/in-git.ts'
import { inGitignore } from '../files/in-gitignore.ts'
import { publishedBy } from '../files/published-by.ts'
import { complain } from '../terminal.ts'

/**
 * Whether new secrets may be kept in a file.
 *
 * @param config a wrangler file, absolute, beside those of the folders around the file
 * @throws {Complaint} where it is published, or git has it, or would take it along
 */
export async function refuseNewSecret(file: string, config: string | undefined): Promise<void> {
  refusePublished(file, config, 'Name a file that is elsewhere, such as one outside of this project.')
  const { state, unignored } = await standingInGit(file)
  if (existingFile(file) === undefined && state === 'unignored')
    throw new Complaint(`${unignored}, or name one that is elsewhere.`)
  if (state === 'tracked') throw new Complaint(tracked(file))
  if (state === 'unignored') complain(`${unignored}, or name one that is elsewhere.`)
  if (state === 'unknown') complain(gitSaysNothing(file))
}

/**
 * Of a file that keeps secrets already, and gets new ones; what git may do to it is a warning.
 *
 * @throws {Complaint} where it is published
 */
export async function judgeKeptSecret(file: string, config: string | undefined): Promise<void> {
  refusePublished(
    file,
    config,
    'Take it to another place first, and treat its keys as known once they were deployed: npx gatehouse keys rotate --now',
  )
  const { state, unignored } = await standingInGit(file)
  if (state === 'tracked') complain(tracked(file))
  if (state === 'unignored') complain(`${unignored}.`)
  if (state === 'unknown') complain(gitSaysNothing(file))
}

const tracked = (file: string) => `git has ${file}: secrets do not belong there.`

function refusePublished(file: string, config: string | undefined, remedy: string): void {
  const published = publishedBy(file, config)
  if (published === undefined) return
  const { folder, label } = published
  throw new Complaint(
    `${file} is in ${folder}, whose files are published by ${label}: secrets do not belong there. ${remedy}`,
  )
}

/** Without a repository the project may become one, with `git add .` as its first step. */
async function standingInGit(file: string): Promise<{ state: InGit; unignored: string }> {
  const state = await inGit(file)
  if (state !== 'outside' || inGitignore(file) !== 'unignored')
    return { state, unignored: `git would take ${file} along: add it to .gitignore` }
  return {
    state: 'unignored',
    unignored: `git would take ${file} along as soon as this project is a repository: add it to .gitignore`,
  }
}

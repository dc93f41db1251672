import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FileChange } from '../files/file-changes.ts'
import { isLeftover } from '../files/write-whole.ts'
import type { Answers } from './answers.ts'
import { packageOf, tsconfigOf } from './planned-package.ts'
import { siteOf } from './planned-site.ts'
import { ignoredOf, notesOf, variablesOf } from './planned-variables.ts'
import { workerOf } from './planned-worker.ts'
import { wranglerOf } from './planned-wrangler.ts'
import { CONFIG, newFile, type ProjectFiles } from './project-files.ts'
import { configText, FIRST_PAGE } from './texts.ts'

/** What is to be done with a folder, before anything is. */
export interface Plan {
  readonly files: readonly FileChange[]
  /** Steps that are left to the user, in sentences. */
  readonly yours: readonly string[]
  readonly notes: readonly string[]
  /** The configuration that is there is what this would write: an earlier run was ended before it came to the wrangler file. */
  readonly isContinued: boolean
}

/** @throws {Complaint} where something stands in the way, and every reason */
export async function planOf(
  project: ProjectFiles,
  answers: Answers,
  env: string | undefined,
): Promise<Plan> {
  const worker = await workerOf(project)
  const site = siteOf(project, worker)
  const config = configText({ ...answers, ...site })
  const written = project.config === undefined ? undefined : await project.read(project.config)
  const isContinued = written !== undefined && written.text === config
  const unwritten = isContinued ? { ...project, config: undefined } : project
  const wrangler = wranglerOf(unwritten, answers, env, worker, site.upstream === 'spa')
  const asked: (FileChange | undefined)[] = [
    ...wrangler.files,
    ...worker.files,
    project.config === undefined ? newFile(project, CONFIG, config) : undefined,
    await pageOf(project, answers),
    ...(await variablesOf(project)),
    await ignoredOf(project),
    await packageOf(project),
    tsconfigOf(project),
  ]
  return {
    files: asked.filter((change) => change !== undefined),
    yours: [...worker.yours, ...(unwritten.config === undefined ? site.yours : [])],
    notes: [...wrangler.notes, ...(await notesOf(project))],
    isContinued,
  }
}

/**
 * In the order in which files are written: last those by which the next run sees how far this one came, should it be ended in the middle.
 * A wrangler file that names a Worker which is not there could not be gone on from.
 */
export const inWritingOrder = ({ files }: Plan): readonly FileChange[] =>
  [...files].sort((one, other) => turnOf(one) - turnOf(other))

const turnOf = ({ label }: FileChange) =>
  label === 'package.json' ? 1 : label.startsWith('wrangler.') ? 2 : 0

/** Something to see, where there is nothing and no build will make it. */
async function pageOf(project: ProjectFiles, { assets }: Answers): Promise<FileChange | undefined> {
  const scripts = project.packageJson?.tree['scripts']
  if (project.wrangler !== undefined || hasFiles(project, assets) || Object(scripts).build !== undefined)
    return undefined
  return newFile(project, join(assets, 'index.html'), FIRST_PAGE)
}

/** An empty folder may be of a run that was ended. */
const hasFiles = ({ folder, has }: ProjectFiles, path: string): boolean =>
  has(path) && !readdirSync(join(folder, path)).every(isLeftover)

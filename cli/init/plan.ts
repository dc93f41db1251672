import { join } from 'node:path'
import type { FileChange } from '../files/file-changes.ts'
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
}

/** @throws {Complaint} where something stands in the way, and every reason */
export async function planOf(
  project: ProjectFiles,
  answers: Answers,
  env: string | undefined,
): Promise<Plan> {
  const worker = await workerOf(project)
  const site = siteOf(project, worker)
  const wrangler = wranglerOf(project, answers, env, worker, site.upstream === 'spa')
  const asked: (FileChange | undefined)[] = [
    ...wrangler.files,
    ...worker.files,
    project.config === undefined ? newFile(project, CONFIG, configText({ ...answers, ...site })) : undefined,
    await pageOf(project, answers),
    ...(await variablesOf(project)),
    await ignoredOf(project),
    packageOf(project),
    tsconfigOf(project),
  ]
  return {
    files: asked.filter((change) => change !== undefined),
    yours: [...worker.yours, ...(project.config === undefined ? site.yours : [])],
    notes: [...wrangler.notes, ...(await notesOf(project))],
  }
}

/** Something to see, where there is nothing and no build will make it. */
async function pageOf(project: ProjectFiles, { assets }: Answers): Promise<FileChange | undefined> {
  const scripts = project.packageJson?.tree['scripts']
  if (project.wrangler !== undefined || project.has(assets) || Object(scripts).build !== undefined)
    return undefined
  return newFile(project, join(assets, 'index.html'), FIRST_PAGE)
}

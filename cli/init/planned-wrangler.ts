import { join } from 'node:path'
import { Complaint } from '../complaint.ts'
import { at, type Tree } from '../files/config-change.ts'
import { editJsonc, parseJsonc } from '../files/edit-jsonc.ts'
import { editToml } from '../files/edit-toml.ts'
import type { FileChange } from '../files/file-changes.ts'
import type { Answers } from './answers.ts'
import { byHand } from './by-hand.ts'
import type { PlannedWorker } from './planned-worker.ts'
import { type ProjectFiles, workerName } from './project-files.ts'
import { wranglerText } from './texts.ts'
import { wranglerNeeds } from './wrangler-needs.ts'

/** @throws {Complaint} where the wrangler file says something that is in the way, or cannot be added to */
export function wranglerOf(
  project: ProjectFiles,
  { assets, environmentUrl, clientId }: Answers,
  env: string | undefined,
  { main, hasApp }: PlannedWorker,
  spa: boolean,
): { readonly files: readonly FileChange[]; readonly notes: readonly string[] } {
  const { folder, wrangler, config } = project
  const name = workerName(project)
  const label = wrangler?.label ?? 'wrangler.jsonc'
  const before = wrangler?.text
  const text = before ?? wranglerText(name, main, assets)
  const tree = wrangler?.tree ?? (parseJsonc(text) as Tree)
  const { changes, problems, notes } = wranglerNeeds(tree, label, {
    name,
    main: tree['main'] === main ? undefined : main,
    // A Worker that is there may well have none: what is behind it is its configuration's to say.
    assets:
      project.main === undefined || at(tree, ['assets']) !== undefined || (config === undefined && !hasApp)
        ? assets
        : undefined,
    env,
    vars: {
      ...(environmentUrl !== undefined && { SCALEKIT_ENVIRONMENT_URL: environmentUrl }),
      ...(clientId !== undefined && { SCALEKIT_CLIENT_ID: clientId }),
    },
    spa: spa && config === undefined,
  })
  if (problems.length > 0) throw new Complaint(...problems)
  const isToml = wrangler?.isToml === true
  const after = isToml ? editToml(text, changes) : editJsonc(text, changes)
  if (after === undefined) throw byHand(label, changes, isToml)
  const change = { path: wrangler?.path ?? join(folder, label), label, before, after }
  return { files: after === before ? [] : [change], notes }
}

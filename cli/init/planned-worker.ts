import { Complaint } from '../complaint.ts'
import type { FileChange } from '../files/file-changes.ts'
import { indented } from './by-hand.ts'
import { CONFIG, importOf, type MainModule, newFile, type ProjectFiles } from './project-files.ts'
import { workerText } from './texts.ts'
import { frontWorker } from './worker-shape.ts'

/** What the Worker is made of. */
export interface PlannedWorker {
  /** As the wrangler file is to name it. */
  readonly main: string
  readonly files: readonly FileChange[]
  readonly yours: readonly string[]
  /** Code of the project's own answers requests too. */
  readonly hasApp: boolean
}

/** @throws {Complaint} where something else has the place of a new file, or cannot have Gatehouse in front of it */
export const workerOf = async (project: ProjectFiles): Promise<PlannedWorker> =>
  project.main === undefined ? newWorker(project) : besideCode(project, project.main)

/** One of Gatehouse alone. What an earlier run made stays. */
async function newWorker(project: ProjectFiles): Promise<PlannedWorker> {
  for (const label of ['src/worker.ts', 'src/gatehouse.ts', 'gatehouse.worker.ts']) {
    const there = await project.read(label)
    if (there !== undefined && !there.text.includes("from 'gatehouse-sso'")) continue
    const text = workerText(importOf(label, CONFIG))
    const files = there === undefined ? [newFile(project, label, text)] : []
    return { main: label, files, yours: [], hasApp: false }
  }
  throw new Complaint(
    'src/worker.ts, src/gatehouse.ts and gatehouse.worker.ts are all taken: rename one of them.',
  )
}

/** In the module that answers requests now, or in a new one in front of it. */
async function besideCode(project: ProjectFiles, main: MainModule): Promise<PlannedWorker> {
  const { label, text, path, shape } = main
  const asItIs = { main: `${project.wrangler?.tree['main']}`, files: [], yours: [], hasApp: true }
  switch (shape.kind) {
    case 'gatehouse':
      return {
        ...asItIs,
        yours: shape.missing.map((line) => `Add to ${label}: ${line}`),
        hasApp: text.includes('gatehouse-sso/hono'),
      }
    case 'hono': {
      if (shape.edited !== undefined)
        return { ...asItIs, files: [{ path, label, before: text, after: shape.edited }] }
      const lines = indented(shape.lines)
      return {
        ...asItIs,
        yours: [`Add to ${label}, whose shape is not one that this command changes:\n${lines}`],
      }
    }
    case 'module':
      return inFront(project, main)
    case 'other':
      throw new Complaint(`${label} ${shape.why}.`)
  }
}

/** What an earlier run made, and could not lead requests to any more, is taken up. */
async function inFront(project: ProjectFiles, { label, isTyped }: MainModule): Promise<PlannedWorker> {
  const extension = isTyped ? 'ts' : 'js'
  for (const front of [`src/gatehouse.${extension}`, `gatehouse.worker.${extension}`]) {
    const text = frontWorker(importOf(front, label), importOf(front, CONFIG), isTyped)
    const there = await project.read(front)
    if (there !== undefined && there.text !== text) continue
    const files = there === undefined ? [newFile(project, front, text)] : []
    return { main: front, files, yours: [], hasApp: true }
  }
  throw new Complaint('src/gatehouse and gatehouse.worker are both taken: rename one of them.')
}

import { join } from 'node:path'
import { at, type Change, isTree, set, type Tree } from '../files/config-change.ts'
import { editJsonc } from '../files/edit-jsonc.ts'
import type { FileChange } from '../files/file-changes.ts'
import { ownPackage } from '../own-package.ts'
import { byHand } from './by-hand.ts'
import { isNewProject, newFile, type ParsedFile, type ProjectFiles, workerName } from './project-files.ts'
import { TSCONFIG } from './texts.ts'

/** What npm has to install, and the two commands. What the file says already stays. */
export async function packageOf(project: ProjectFiles): Promise<FileChange | undefined> {
  const { packageJson, folder } = project
  const { version = '', peerDependencies: peers = {}, devDependencies: own = {} } = ownPackage()
  const types = (await getsTypes(project)) ? ['@cloudflare/workers-types', 'typescript'] : []
  const wanted: readonly (readonly [group: string, name: string, range: string | undefined])[] = [
    ['dependencies', 'gatehouse-sso', `^${version}`],
    ['dependencies', 'hono', peers['hono']],
    ...types.map((name) => ['devDependencies', name, `^${own[name]}`] as const),
    // Not what the peer dependency allows: an old Node gets the last Wrangler that still takes it, to which the types and the date
    // that are written here are unknown.
    ['devDependencies', 'wrangler', `^${own['wrangler']}`],
  ]
  const tree = packageJson?.tree ?? {}
  const changes = [
    ...(packageJson === undefined
      ? [set(['name'], workerName(project)), set(['private'], true), set(['type'], 'module')]
      : []),
    ...['dev', 'deploy'].flatMap((name) =>
      at(tree, ['scripts', name]) === undefined ? [set(['scripts', name], `gatehouse ${name}`)] : [],
    ),
    ...wanted.flatMap(([group, name, range]) =>
      isDependency(tree, name) || range === undefined ? [] : [set([group, name], range)],
    ),
  ]
  if (changes.length === 0) return undefined
  return { ...edited(packageJson, changes), path: join(folder, 'package.json'), label: 'package.json' }
}

const isDependency = (tree: Tree, name: string) =>
  ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].some(
    (group) => isTree(tree[group]) && Object.hasOwn(tree[group], name),
  )

function edited(file: ParsedFile | undefined, changes: readonly Change[]) {
  const after = editJsonc(file?.text ?? '{}\n', changes)
  if (after === undefined) throw byHand('package.json', changes)
  return { before: file?.text, after }
}

export const tsconfigOf = (project: ProjectFiles): FileChange | undefined =>
  isNewProject(project) && !TSCONFIGS.some(project.has)
    ? newFile(project, 'tsconfig.json', TSCONFIG)
    : undefined

const TSCONFIGS = ['tsconfig.json', 'jsconfig.json']

/** What this command's own tsconfig.json needs, be it of a run that was ended. */
async function getsTypes(project: ProjectFiles): Promise<boolean> {
  const there = await project.read('tsconfig.json')
  return tsconfigOf(project) !== undefined || (isNewProject(project) && there?.text === TSCONFIG)
}

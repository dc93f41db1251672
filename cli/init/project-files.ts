import { existsSync, readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { Complaint } from '../complaint.ts'
import { isTree, type Tree } from '../files/config-change.ts'
import { parseJsonc } from '../files/edit-jsonc.ts'
import { parseToml } from '../files/edit-toml.ts'
import type { FileChange } from '../files/file-changes.ts'
import { findGatehouseConfig, wranglerFileIn } from '../files/find-files.ts'
import { codeOf, isLeftover } from '../files/write-whole.ts'
import { shapeOf, type WorkerShape } from './worker-shape.ts'

export interface SourceFile {
  /** Absolute. */
  readonly path: string
  /** From the folder of the project. */
  readonly label: string
  readonly text: string
}

export interface ParsedFile extends SourceFile {
  readonly tree: Tree
}

export interface MainModule extends SourceFile {
  readonly shape: WorkerShape
  /** It is TypeScript. */
  readonly isTyped: boolean
}

/** A folder as it is before Gatehouse is set up in it, or after. */
export interface ProjectFiles {
  readonly folder: string
  readonly wrangler: (ParsedFile & { readonly isToml: boolean }) | undefined
  readonly packageJson: ParsedFile | undefined
  /** The module that the wrangler file names. */
  readonly main: MainModule | undefined
  /** The name of the gatehouse.config.ts, where there is one. */
  readonly config: string | undefined
  /** Any other file of it. */
  readonly read: (label: string) => Promise<SourceFile | undefined>
  readonly has: (label: string) => boolean
}

/**
 * @param config what `--config` names, in that folder
 * @throws {Complaint} where something is there that cannot be gone on from
 */
export async function readProjectFiles(folder: string, config?: string): Promise<ProjectFiles> {
  const has = (label: string) => existsSync(join(folder, label))
  const read = (label: string) => readSource(join(folder, label), label)
  const file = config ?? wranglerFileIn(folder)
  if (file === undefined && has(EXPERIMENTAL)) throw new Complaint(BY_HAND)

  const packageJson = await parsed(await read('package.json'))
  if (packageJson?.tree['name'] === 'gatehouse-sso')
    throw new Complaint(
      'This is the folder of Gatehouse itself: go to that of your project, or name its wrangler file with --config.',
    )
  const source = await parsed(file === undefined ? undefined : await readSource(file, relative(folder, file)))
  const wrangler = source && { ...source, isToml: isToml(source.path) }
  return {
    folder,
    wrangler,
    packageJson,
    main: wrangler && (await readMain(folder, wrangler)),
    config: nameOf(findGatehouseConfig(folder)),
    read,
    has,
  }
}

const EXPERIMENTAL = 'cloudflare.config.ts'
const BY_HAND =
  `${EXPERIMENTAL} is code, which this command does not change. Add to its Worker by hand: the KV namespace GATEHOUSE_KV, the Durable Object ` +
  'SESSIONS of the class OrganizationSessions (SQLite), the rate limit LOGIN_RATE_LIMIT (60 in 60 seconds), and beside its assets the binding ' +
  'ASSETS and runWorkerFirst: true. What goes into the Worker and into gatehouse.config.ts is in node_modules/gatehouse-sso/docs/deploy.md.'

const isToml = (path: string) => extname(path) === '.toml'
const nameOf = (path: string | undefined) => (path === undefined ? undefined : basename(path))

async function parsed(source: SourceFile | undefined): Promise<ParsedFile | undefined> {
  if (source === undefined) return undefined
  const { path, label, text } = source
  const tree = isToml(path) ? parseToml(text) : parseJsonc(text)
  if (isTree(tree)) return { ...source, tree }
  throw new Complaint(`${label} cannot be read as ${isToml(path) ? 'TOML' : 'JSON'}: put that right first.`)
}

async function readMain(folder: string, { label, path, tree }: ParsedFile): Promise<MainModule | undefined> {
  const { main } = tree
  if (main === undefined) return undefined
  const file = join(dirname(path), `${main}`)
  const source =
    existsSync(file) && statSync(file).isFile() ? await readSource(file, relative(folder, file)) : undefined
  if (source === undefined)
    throw new Complaint(
      `${label} has main = "${main}", and there is no such file. Where your build makes it: build first, and run this again.`,
    )
  const isTyped = /\.[cm]?tsx?$/.test(file)
  return { ...source, isTyped, shape: shapeOf(source.text, importOf(source.label, CONFIG), isTyped) }
}

/** What a new one is called. */
export const CONFIG = 'gatehouse.config.ts'

/** How a file of the project imports another one. Both from the folder of the project. */
export function importOf(from: string, to: string): string {
  const path = relative(dirname(from), to)
    .replaceAll('\\', '/')
    .replace(/(?<!\.d)\.tsx?$/, '')
  return path.startsWith('.') ? path : `./${path}`
}

/** @throws {Complaint} where it is no text */
async function readSource(path: string, label: string): Promise<SourceFile | undefined> {
  try {
    const bytes = await readFile(path)
    const text = bytes.toString('utf8')
    if (!Buffer.from(text).equals(bytes)) throw new Complaint(`${label} is not UTF-8.`)
    return { path, label, text }
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    if (error instanceof Complaint) throw error
    throw new Complaint(`${label} cannot be read: ${codeOf(error)}.`)
  }
}

export const newFile = ({ folder }: ProjectFiles, label: string, after: string): FileChange => ({
  path: join(folder, label),
  label,
  before: undefined,
  after,
})

/** Nothing has been made here but what a package manager makes, or this command in a run that was ended. */
export const isNewProject = (project: ProjectFiles): boolean =>
  project.wrangler === undefined && (isForUsAlone(project) || hasPackagesAlone(project))

const isForUsAlone = ({ packageJson }: ProjectFiles): boolean =>
  packageJson?.tree['scripts'] === undefined &&
  ['dependencies', 'devDependencies']
    .flatMap((group) => Object.keys(Object(packageJson?.tree[group])))
    .every((name) => ['gatehouse-sso', 'hono', 'node', 'wrangler'].includes(name))

const hasPackagesAlone = ({ folder }: ProjectFiles): boolean =>
  readdirSync(folder).every((name) => OF_PACKAGE_MANAGERS.includes(name) || isLeftover(name))

const OF_PACKAGE_MANAGERS = [
  'package.json',
  'node_modules',
  ...['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'],
  ...['.npmrc', '.git', '.gitignore'],
]

/** What a new Worker is called: as the package is, or else the folder. */
export function workerName({ folder, packageJson }: ProjectFiles): string {
  const name = packageJson?.tree['name']
  const from =
    typeof name === 'string' && name !== ''
      ? name.replace(/^@[^/]*\//, '')
      : (resolve(folder).split(/[/\\]/).at(-1) ?? '')
  const plain = from
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 54)
  return plain === '' ? 'gatehouse' : plain
}

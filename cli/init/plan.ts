import { join, resolve } from 'node:path'
import { newDevelopmentSecrets, SIMULATOR_URL } from '../../simulator/development-secrets.ts'
import { Complaint } from '../complaint.ts'
import { at, type Change, isTree, type Tree } from '../files/config-change.ts'
import { variableOf, withVariable } from '../files/dev-vars.ts'
import { editJsonc, inOneLine, parseJsonc } from '../files/edit-jsonc.ts'
import { editToml, inToml } from '../files/edit-toml.ts'
import type { FileChange } from '../files/file-changes.ts'
import { inGit } from '../files/in-git.ts'
import { withLines } from '../files/lines.ts'
import { ownPackage } from '../own-package.ts'
import { isWorkerFirst } from '../wrangler/our-settings.ts'
import type { Answers } from './answers.ts'
import { CONFIG, importOf, type ParsedFile, type ProjectFiles } from './project-files.ts'
import { configText, exampleText, FIRST_PAGE, TSCONFIG, workerText, wranglerText } from './texts.ts'
import { frontWorker } from './worker-shape.ts'
import { SINGLE_PAGE, wranglerNeeds } from './wrangler-needs.ts'

/** What is to be done with a folder, before anything is. */
export interface Plan {
  readonly files: readonly FileChange[]
  /** Steps that are left to the user, in sentences. */
  readonly yours: readonly string[]
  readonly notes: readonly string[]
}

/** What the Worker is made of. */
interface Pieces {
  /** As the wrangler file is to name it. */
  readonly main: string
  readonly files: readonly FileChange[]
  readonly yours: readonly string[]
  /** Code of the project's own answers requests too. */
  readonly hasApp: boolean
}

/** @throws {Complaint} where something stands in the way, and every reason */
export async function planOf(
  project: ProjectFiles,
  answers: Answers,
  env: string | undefined,
): Promise<Plan> {
  const pieces = await workerOf(project)
  const site = siteOf(project, pieces)
  const wrangler = wranglerOf(project, answers, env, pieces, site.upstream === 'spa')
  const packageJson = packageOf(project)
  const asked: (FileChange | undefined)[] = [
    ...wrangler.files,
    ...pieces.files,
    project.config === undefined ? fresh(project, CONFIG, configText({ ...answers, ...site })) : undefined,
    await pageOf(project, answers),
    ...(await variablesOf(project)),
    await ignoredOf(project),
    packageJson,
    isFresh(project) && !TYPED.some(project.has) ? fresh(project, 'tsconfig.json', TSCONFIG) : undefined,
  ]
  return {
    files: asked.filter((change) => change !== undefined),
    yours: [...pieces.yours, ...(project.config === undefined ? site.yours : [])],
    notes: [...wrangler.notes, ...(await notesOf(project))],
  }
}

const TYPED = ['tsconfig.json', 'jsconfig.json']

const fresh = ({ folder }: ProjectFiles, label: string, after: string): FileChange => ({
  path: join(folder, label),
  label,
  before: undefined,
  after,
})

/** Nothing has been made here but what npm makes when it installs this package. */
const isFresh = ({ wrangler, packageJson }: ProjectFiles): boolean =>
  wrangler === undefined &&
  packageJson?.tree['scripts'] === undefined &&
  ['dependencies', 'devDependencies']
    .flatMap((group) => Object.keys(Object(packageJson?.tree[group])))
    .every((name) => ['gatehouse-sso', 'hono', 'wrangler'].includes(name))

async function workerOf(project: ProjectFiles): Promise<Pieces> {
  const { main, wrangler } = project
  if (main === undefined) {
    for (const label of ['src/worker.ts', 'src/gatehouse.ts', 'gatehouse.worker.ts']) {
      const there = await project.read(label)
      if (there !== undefined && !there.text.includes("from 'gatehouse-sso'")) continue
      const text = workerText(importOf(label, CONFIG))
      const files = there === undefined ? [fresh(project, label, text)] : []
      return { main: label, files, yours: [], hasApp: false }
    }
    throw new Complaint(
      'src/worker.ts, src/gatehouse.ts and gatehouse.worker.ts are all taken: rename one of them.',
    )
  }

  const { label, text, path, shape, isTyped } = main
  const named = `${wrangler?.tree['main']}`
  switch (shape.kind) {
    case 'gatehouse':
      return {
        main: named,
        files: [],
        yours: shape.missing.map((line) => `Add to ${label}: ${line}`),
        hasApp: text.includes('gatehouse-sso/hono'),
      }
    case 'hono':
      return shape.edited === undefined
        ? {
            main: named,
            files: [],
            yours: [
              `Add to ${label}, whose shape is not one that this command changes:\n${indented(shape.lines)}`,
            ],
            hasApp: true,
          }
        : {
            main: named,
            files: [{ path, label, before: text, after: shape.edited }],
            yours: [],
            hasApp: true,
          }
    case 'module': {
      const extension = isTyped ? 'ts' : 'js'
      const front = [`src/gatehouse.${extension}`, `gatehouse.worker.${extension}`].find(
        (each) => !project.has(each),
      )
      if (front === undefined)
        throw new Complaint('src/gatehouse and gatehouse.worker are both taken: rename one of them.')
      const front_ = frontWorker(importOf(front, label), importOf(front, CONFIG), isTyped)
      return { main: front, files: [fresh(project, front, front_)], yours: [], hasApp: true }
    }
    case 'other':
      throw new Complaint(`${label} ${shape.why}.`)
  }
}

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`).join('\n')

/** What the new configuration says about files and code. */
function siteOf({ wrangler }: ProjectFiles, { hasApp }: Pieces) {
  const {
    directory,
    binding,
    run_worker_first: first,
    not_found_handling: missing,
  } = Object(wrangler?.tree['assets'])
  const hasFiles = !hasApp || directory !== undefined || binding !== undefined
  const files = missing === SINGLE_PAGE ? ('spa' as const) : ('assets' as const)
  if (!hasApp) return { upstream: files, others: [], yours: [] }
  if (!hasFiles || isWorkerFirst(first)) return { upstream: 'app' as const, others: [], yours: [] }
  const patterns: readonly string[] = Array.isArray(first) ? first.map(String) : []
  const except = patterns.flatMap((path) => (path.startsWith('!') ? [path.slice(1)] : []))
  if (patterns.includes('/*')) return { upstream: 'app' as const, others: except.filter(isPath), yours: [] }
  const own = patterns.filter((path) => !path.startsWith('!') && isPath(path))
  if (own.length > 0) return { upstream: files, others: own, yours: [] }
  return {
    upstream: files,
    others: ['/api/*'],
    yours: [
      `Say in ${CONFIG} which paths your own code answers (upstream: app()): all others are static files now, and /api/* is a guess.`,
    ],
  }
}

/** One that a rule can have. */
const isPath = (path: string) => /^\/[^*]*(\/\*)?$/.test(path)

function wranglerOf(
  project: ProjectFiles,
  { assets, environmentUrl, clientId }: Answers,
  env: string | undefined,
  { main, files, hasApp }: Pieces,
  spa: boolean,
): { readonly files: readonly FileChange[]; readonly notes: readonly string[] } {
  const { folder, wrangler, packageJson, config } = project
  const name = workerName(packageJson?.tree['name'], folder)
  const label = wrangler?.label ?? 'wrangler.jsonc'
  const before = wrangler?.text
  const text = before ?? wranglerText(name, main, assets)
  const tree = wrangler?.tree ?? (parseJsonc(text) as Tree)
  const { changes, problems, notes } = wranglerNeeds(tree, label, {
    name,
    main: tree['main'] === undefined || files.some((each) => each.label === main) ? main : undefined,
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
  if (after === undefined)
    throw new Complaint(
      `${label} is written in a way that this command cannot add to. Add by hand what is missing, and run it again:\n` +
        indented(changes.map((change) => byHand(change, isToml))),
    )
  const change = { path: wrangler?.path ?? join(folder, label), label, before, after }
  return { files: after === before ? [] : [change], notes }
}

function byHand({ kind, path, value }: Change, isToml: boolean): string {
  const place = path.join('.')
  if (kind === 'set') return isToml ? `${place} = ${inToml(value)}` : `"${place}": ${inOneLine(value)}`
  return `one more in ${place}: ${isToml ? inToml(value) : inOneLine(value)}`
}

function workerName(name: unknown, folder: string): string {
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

/** Something to see, where there is nothing and no build will make it. */
async function pageOf(project: ProjectFiles, { assets }: Answers): Promise<FileChange | undefined> {
  const scripts = project.packageJson?.tree['scripts']
  if (project.wrangler !== undefined || project.has(assets) || Object(scripts).build !== undefined)
    return undefined
  return fresh(project, join(assets, 'index.html'), FIRST_PAGE)
}

/** `.dev.vars`, and what it is an example of. */
async function variablesOf(project: ProjectFiles): Promise<(FileChange | undefined)[]> {
  const secrets = await project.read('.dev.vars')
  const text = secrets?.text ?? ''
  const fresh_ = await newDevelopmentSecrets(SIMULATOR_URL)
  const environment = variableOf(text, 'SCALEKIT_ENVIRONMENT_URL')
  const usesSimulator = [undefined, '', SIMULATOR_URL].includes(environment)
  let after = secrets === undefined ? `${VARIABLES_HEADING}\n` : text
  for (const [name, value] of Object.entries(fresh_)) {
    // The simulator's client is nobody at a real environment.
    if ((name.startsWith('SCALEKIT_') && !usesSimulator) || variableOf(text, name)) continue
    const next = withVariable(after, name, value)
    if (next === undefined)
      throw new Complaint(`.dev.vars cannot be read as variables: set ${name} in it by hand.`)
    after = next
  }
  const example = await project.read('.dev.vars.example')
  return [
    after === secrets?.text
      ? undefined
      : {
          path: join(project.folder, '.dev.vars'),
          label: '.dev.vars',
          before: secrets?.text,
          after,
          isSecret: true,
        },
    example === undefined ? fresh(project, '.dev.vars.example', exampleText()) : undefined,
  ]
}

const VARIABLES_HEADING =
  '# Secrets of `gatehouse dev` on this machine. Never commit them; delete the file for a new set.'

async function ignoredOf(project: ProjectFiles): Promise<FileChange | undefined> {
  const there = await project.read('.gitignore')
  const text = there?.text ?? ''
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const wanted = ['.dev.vars', '.wrangler', ...(isFresh(project) ? ['node_modules'] : [])]
  const missing: string[] = []
  for (const name of wanted) {
    if (lines.some((line) => [name, `${name}/`, `/${name}`, `/${name}/`, `${name}*`].includes(line))) continue
    if ((await inGit(join(project.folder, name))) !== 'ignored') missing.push(name)
  }
  if (missing.length === 0) return undefined
  const after = withLines(text, missing)
  return { path: join(project.folder, '.gitignore'), label: '.gitignore', before: there?.text, after }
}

/** What npm has to install, and the two commands. What the file says already stays. */
function packageOf(project: ProjectFiles): FileChange | undefined {
  const { packageJson, folder } = project
  const { version = '', peerDependencies: peers = {}, devDependencies: own = {} } = ownPackage()
  const types =
    isFresh(project) && !TYPED.some(project.has) ? ['@cloudflare/workers-types', 'typescript'] : []
  const wanted: readonly (readonly [group: string, name: string, range: string | undefined])[] = [
    ['dependencies', 'gatehouse-sso', `^${version}`],
    ['dependencies', 'hono', peers['hono']],
    ...types.map((name) => ['devDependencies', name, `^${own[name]}`] as const),
    ['devDependencies', 'wrangler', peers['wrangler']],
  ]
  const tree = packageJson?.tree ?? {}
  const changes = [
    ...(packageJson === undefined
      ? [set(['name'], workerName(undefined, folder)), set(['private'], true), set(['type'], 'module')]
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

const set = (path: readonly string[], value: string | boolean): Change => ({ kind: 'set', path, value })

const isDependency = (tree: Tree, name: string) =>
  ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].some(
    (group) => isTree(tree[group]) && Object.hasOwn(tree[group], name),
  )

function edited(file: ParsedFile | undefined, changes: readonly Change[]) {
  const after = editJsonc(file?.text ?? '{}\n', changes)
  if (after !== undefined) return { before: file?.text, after }
  throw new Complaint(
    'package.json is written in a way that this command cannot add to. Add by hand, and run it again:\n' +
      indented(changes.map((change) => byHand(change, false))),
  )
}

async function notesOf({ folder, has }: ProjectFiles): Promise<string[]> {
  const state = await inGit(join(folder, '.dev.vars'))
  return [
    ...(state === 'tracked'
      ? ['git has .dev.vars: take it out (git rm --cached .dev.vars), and change what is in it.']
      : []),
    ...(has('.env') && !has('.dev.vars')
      ? [
          'Where there is a .dev.vars Wrangler does not read .env: put what the Worker needs of it into .dev.vars.',
        ]
      : []),
  ]
}

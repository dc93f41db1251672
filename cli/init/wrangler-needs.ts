import { append, at, type Change, isTree, set, type Tree } from '../files/config-change.ts'
import {
  freshNamespaceId,
  freshTag,
  isWorkerFirst,
  LOGIN_LIMIT,
  SESSIONS_CLASS,
} from '../wrangler/our-settings.ts'

/** What Gatehouse's Worker is to be. */
export interface Wanted {
  /** For a file that has none. */
  readonly name: string
  /** Of the Worker, as the wrangler file writes it; `undefined`: as it is. */
  readonly main: string | undefined
  /** The folder with the static files, where the file names none. */
  readonly assets: string | undefined
  /** An environment of the file, beside the top level. */
  readonly env: string | undefined
  readonly vars: Readonly<Record<string, string>>
  /** Gatehouse shows the app of a single-page site, and Cloudflare no longer does. */
  readonly spa: boolean
}

export interface Needs {
  readonly changes: readonly Change[]
  /** What stands in the way, in sentences. */
  readonly problems: readonly string[]
  readonly notes: readonly string[]
}

/** One that the Wrangler of today and of last year know. */
export const COMPATIBILITY_DATE = '2026-10-01'

type Scope = readonly string[]

/** What a wrangler file does not say yet. @param label how the file is called in sentences */
export function wranglerNeeds(config: Tree, label: string, wanted: Wanted): Needs {
  const environments = isTree(config['env']) ? Object.keys(config['env']) : []
  const { env } = wanted
  if (config['pages_build_output_dir'] !== undefined) return refused(PAGES.replace('FILE', label))
  if (env !== undefined && !environments.includes(env))
    return refused(
      `${label} has no environment ${env}${environments.length === 0 ? '' : `; it has ${environments.join(', ')}`}.`,
    )
  const scopes: Scope[] = env === undefined ? [[]] : [[], ['env', env]]
  const problems = scopes.flatMap((scope) => takenNames(config, scope, label))
  const fresh = freshNamespace(config)
  const changes = [
    ...topLevel(config, wanted),
    ...scopes.flatMap((scope) => [
      ...assetsOf(config, scope, wanted),
      ...bindingsOf(config, scope, () => fresh.next().value),
      ...classOf(config, scope),
      ...Object.entries(wanted.vars).flatMap(([name, value]) =>
        at(config, [...scope, 'vars', name]) === value ? [] : [set([...scope, 'vars', name], value)],
      ),
    ]),
    ...logsOf(config),
  ]
  const missed = environments.filter(
    (name) => name !== env && bindingsOf(config, ['env', name], () => '').length > 0,
  )
  const changed = scopes.flatMap((scope) => changedAssets(config, scope, changes))
  return { changes, problems, notes: [...changed, ...missed.map(inheritsNothing)] }
}

const refused = (problem: string): Needs => ({ changes: [], problems: [problem], notes: [] })

const PAGES =
  'FILE is for Cloudflare Pages (pages_build_output_dir), and Gatehouse is a Worker: take that line out, ' +
  'and run this again with --assets and that folder.'

const inheritsNothing = (name: string) =>
  `The environment ${name} has none of Gatehouse's bindings, and Wrangler inherits none from the top level: ` +
  `run npx gatehouse init --env ${name} before you deploy it.`

function topLevel(config: Tree, { name, main }: Wanted): Change[] {
  return [
    ...(config['name'] === undefined ? [set(['name'], name)] : []),
    ...(main !== undefined && config['main'] !== main ? [set(['main'], main)] : []),
    ...(config['compatibility_date'] === undefined ? [set(['compatibility_date'], COMPATIBILITY_DATE)] : []),
  ]
}

/** Workers Logs, where the file does not say where the log goes, be it nowhere. An environment has what the top level says. */
function logsOf(config: Tree): Change[] {
  if (WHERE_LOGS_GO.some((key) => config[key] !== undefined)) return []
  return [set(['observability', 'enabled'], true, 'Workers Logs: who came in, who did not, and why.')]
}

const WHERE_LOGS_GO = ['observability', 'logpush', 'tail_consumers']

function assetsOf(config: Tree, scope: Scope, { assets: directory, spa }: Wanted): Change[] {
  const path = [...scope, 'assets']
  const there = at(config, path)
  if (there === undefined && (directory === undefined || scope.length > 0)) return []
  const { directory: has, binding, run_worker_first: first, not_found_handling: missing } = Object(there)
  return [
    ...(has === undefined && directory !== undefined && scope.length === 0
      ? [set([...path, 'directory'], directory)]
      : []),
    ...(binding === undefined ? [set([...path, 'binding'], 'ASSETS')] : []),
    ...(isWorkerFirst(first) ? [] : [set([...path, 'run_worker_first'], true, WORKER_FIRST)]),
    // Cloudflare would answer every missing path with the app, by the rule of that path alone.
    ...(spa && missing === SINGLE_PAGE ? [set([...path, 'not_found_handling'], 'none')] : []),
  ]
}

/** Why values that were there are other ones now. */
function changedAssets(config: Tree, scope: Scope, changes: readonly Change[]): string[] {
  return Object.entries(WHY_CHANGED).flatMap(([key, why]) => {
    const path = [...scope, 'assets', key]
    const before = at(config, path)
    const change = changes.find((each) => each.path.join('.') === path.join('.'))
    if (before === undefined || change === undefined) return []
    return [
      `${path.join('.')} was ${JSON.stringify(before)}, and is ${JSON.stringify(change.value)} now: ${why}`,
    ]
  })
}

const WHY_CHANGED = {
  run_worker_first:
    'files would be served before the Worker sees the request, and nothing would be protected.',
  not_found_handling:
    'Gatehouse shows the app itself, by assets({ spa: true }), where Cloudflare would show it by the rule of any path.',
}

export const SINGLE_PAGE = 'single-page-application'
const WORKER_FIRST =
  'Without it, files are served before the Worker sees the request, and nothing is protected.'

function bindingsOf(config: Tree, scope: Scope, namespace: () => string): Change[] {
  const has = (path: readonly string[], key: string, name: string) =>
    elements(at(config, [...scope, ...path])).some((each) => each[key] === name)
  return [
    ...(has(['kv_namespaces'], 'binding', 'GATEHOUSE_KV')
      ? []
      : [append([...scope, 'kv_namespaces'], { binding: 'GATEHOUSE_KV' })]),
    ...(has(['durable_objects', 'bindings'], 'name', 'SESSIONS')
      ? []
      : [
          append([...scope, 'durable_objects', 'bindings'], { name: 'SESSIONS', class_name: SESSIONS_CLASS }),
        ]),
    ...(has(['ratelimits'], 'name', 'LOGIN_RATE_LIMIT') ||
    has(['unsafe', 'bindings'], 'name', 'LOGIN_RATE_LIMIT')
      ? []
      : [
          append(
            [...scope, 'ratelimits'],
            { name: 'LOGIN_RATE_LIMIT', namespace_id: namespace(), simple: LOGIN_LIMIT },
            'Logins per client network and minute that nobody finishes.',
          ),
        ]),
  ]
}

const elements = (value: unknown): readonly Tree[] => (Array.isArray(value) ? value.filter(isTree) : [])

/** The Durable Object class, in whichever of the two ways the file declares classes: Wrangler refuses both together. */
function classOf(config: Tree, scope: Scope): Change[] {
  const inScope = (key: string) => at(config, [...scope, key])
  // Wrangler inherits both.
  if (scope.length > 0 && inScope('migrations') === undefined && inScope('exports') === undefined) return []
  const bound = elements(at(config, [...scope, 'durable_objects', 'bindings'])).find(
    ({ name }) => name === 'SESSIONS',
  )
  if (typeof bound?.['script_name'] === 'string' && bound['script_name'] !== config['name']) return []
  const migrations = elements(inScope('migrations'))
  const exported = inScope('exports')
  const isExported =
    isTree(exported) && Object.values(exported).some((each) => at(each, ['type']) === 'durable-object')
  if (migrations.length === 0 && isExported)
    return exported[SESSIONS_CLASS] === undefined
      ? [set([...scope, 'exports', SESSIONS_CLASS], { type: 'durable-object', storage: 'sqlite' })]
      : []
  const declared = migrations.flatMap((each) => [
    ...texts(each['new_sqlite_classes']),
    ...texts(each['new_classes']),
    ...elements(each['renamed_classes']).map(({ to }) => to),
  ])
  if (declared.includes(SESSIONS_CLASS)) return []
  const tags = migrations.map(({ tag }) => `${tag}`)
  return [append([...scope, 'migrations'], { tag: freshTag(tags), new_sqlite_classes: [SESSIONS_CLASS] })]
}

const texts = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** One for each environment. */
function* freshNamespace(config: Tree): Generator<string, string> {
  const taken: string[] = []
  walk(config, (node) => taken.push(`${node['namespace_id']}`))
  for (;;) {
    const id = freshNamespaceId(taken)
    taken.push(id)
    yield id
  }
}

/** Names of Gatehouse's that the file has for something else. */
function takenNames(config: Tree, scope: Scope, label: string): string[] {
  const tree = at(config, scope)
  if (!isTree(tree)) return []
  const { env: _environments, previews: _previews, ...own } = tree
  const problems: string[] = []
  const takes = (name: unknown, place: string, isOurs: boolean) => {
    if (typeof name === 'string' && NAMES.includes(name) && !isOurs)
      problems.push(
        `${label} has the name ${name} for something else (${[...scope, place].join('.')}), and Gatehouse needs it: rename that one first.`,
      )
  }
  for (const name of Object.keys(Object(own['vars']))) takes(name, 'vars', false)
  for (const [key, value] of Object.entries(own))
    walk(value, (node) =>
      takes(
        node['binding'],
        key,
        key === 'kv_namespaces' ? node['binding'] === 'GATEHOUSE_KV' : key === 'assets',
      ),
    )
  for (const { name, class_name: bound } of elements(at(own, ['durable_objects', 'bindings'])))
    takes(name, 'durable_objects', name === 'SESSIONS' && bound === SESSIONS_CLASS)
  for (const key of ['ratelimits', 'unsafe'])
    for (const { name } of elements(key === 'unsafe' ? at(own, ['unsafe', 'bindings']) : own[key]))
      takes(name, key, name === 'LOGIN_RATE_LIMIT')
  const bound = at(own, ['assets', 'binding'])
  if (bound !== undefined && bound !== 'ASSETS')
    problems.push(
      `${label} binds its static files as ${bound}, and Gatehouse looks for ASSETS: rename it there and in your code.`,
    )
  return problems
}

const NAMES = ['GATEHOUSE_KV', 'SESSIONS', 'LOGIN_RATE_LIMIT', 'ASSETS']

function walk(value: unknown, visit: (node: Tree) => void): void {
  if (Array.isArray(value)) for (const each of value) walk(each, visit)
  if (!isTree(value)) return
  visit(value)
  for (const each of Object.values(value)) walk(each, visit)
}

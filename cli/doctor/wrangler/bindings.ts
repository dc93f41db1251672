import {
  missingBindings,
  NEEDED_BY_ALL,
  type NeededBinding,
  upstreamsOfAll,
} from '../../../src/deployment/needed-bindings.ts'
import type { Change, Value } from '../../files/config-change.ts'
import { settingIn } from '../../wrangler/named-file.ts'
import { freshNamespaceId, freshTag, LOGIN_LIMIT, SESSIONS_CLASS } from '../../wrangler/our-settings.ts'
import { type Check, orSound, problem, sound, type Trouble } from '../finding.ts'
import type { Project } from '../project.ts'
import { inEnvironment, toWrite } from './change.ts'
import { ofWrangler } from './checks.ts'
import type { Migration, ReadWranglerFile, WranglerSettings } from './settings.ts'

/** Whether all that the code asks its environment for is bound. */
const bindings: Check = {
  id: 'bindings',
  title: 'Bindings',
  asks: 'project',
  judge: ofWrangler((settings, file, project) => {
    const { config } = project
    const upstreams = config.ok ? upstreamsOfAll(config.value) : []
    const missing = missingBindings(standIns(settings), upstreams, NEEDED_BY_ALL)
    const troubles = missing.map((binding) => missingBinding(binding, settings, file, project))
    return orSound(troubles, 'all that are needed')
  }),
}

/** An environment with the bindings of a file, as far as names and kinds go. */
function standIns(settings: WranglerSettings): Readonly<Record<string, object>> {
  const { assets, kv_namespaces: kv = [], durable_objects: objects, ratelimits = [], unsafe } = settings
  const { services = [], mtls_certificates: certificates = [], vpc_services: vpcs = [] } = settings
  const limits = [...ratelimits, ...(unsafe?.bindings ?? []).filter(({ type }) => type === 'ratelimit')]
  const fetchers = [...services, ...certificates, ...vpcs, ...(assets === undefined ? [] : [assets])]
  return Object.fromEntries([
    ...kv.map(({ binding }) => [binding, { get: 1 }]),
    ...objects.bindings.map(({ name }) => [name, { idFromName: 1 }]),
    ...limits.map(({ name }) => [name, { limit: 1 }]),
    ...fetchers.map(({ binding }) => [binding, { fetch: 1 }]),
  ])
}

function missingBinding(
  [name, , , place]: NeededBinding,
  settings: WranglerSettings,
  file: ReadWranglerFile,
  project: Project,
): Trouble {
  const inEnv = project.env === undefined ? '' : `, and environments inherit no bindings`
  const said = {
    found: `The binding ${name} is missing in ${file.label}${place === undefined ? inEnv : `: ${place} needs it`}.`,
    why: 'The Worker answers every request with 503 until it is there.',
  }
  const append = (path: readonly string[], value: Value) =>
    inEnvironment(project, file, { kind: 'append', path, value }, false)
  const change = changeFor(name, settings, append)
  if (change !== undefined) return problem({ ...said, ...toWrite(file, change) })
  const open =
    name === 'ASSETS'
      ? append(['assets'], { directory: './site', binding: name, run_worker_first: true })
      : append(['services'], { binding: name, service: 'the name of that Worker' })
  const { remedy } = toWrite(file, name === 'ASSETS' ? { ...open, kind: 'set' } : open)
  return problem({ ...said, remedy })
}

/** What adds a binding, where nothing has to be known beside its name. */
function changeFor(
  name: string,
  { assets, ratelimits = [] }: WranglerSettings,
  append: (path: readonly string[], value: Value) => Change,
): Change | undefined {
  switch (name) {
    case 'GATEHOUSE_KV':
      return append(['kv_namespaces'], { binding: name })
    case 'SESSIONS':
      return append(['durable_objects', 'bindings'], { name, class_name: SESSIONS_CLASS })
    case 'LOGIN_RATE_LIMIT':
      return append(['ratelimits'], {
        name,
        namespace_id: freshNamespaceId(ratelimits.map(({ namespace_id: id }) => id)),
        simple: LOGIN_LIMIT,
      })
    case 'ASSETS':
      return assets === undefined ? undefined : { ...append(['assets', 'binding'], name), kind: 'set' }
    default:
      return undefined
  }
}

/** Whether the class of the sessions is exported, and declared once, with SQLite. */
const durableObjects: Check = {
  id: 'durable-objects',
  title: 'Durable Objects',
  asks: 'project',
  judge: ofWrangler((settings, file, project) => {
    const { label } = file
    const bound = settings.durable_objects.bindings.find(({ name }) => name === 'SESSIONS')
    const { class_name: className, script_name: script } = bound ?? { class_name: SESSIONS_CLASS }
    if (script !== undefined && script !== settings.name) return sound(`${className} of the Worker ${script}`)
    if (className !== SESSIONS_CLASS)
      return [
        problem({
          found: `${label} binds SESSIONS to the class ${className}.`,
          why: `Sessions are kept in objects of the class ${SESSIONS_CLASS}; another class does not know what it is asked.`,
          remedy: `Write ${settingIn(label, 'class_name', SESSIONS_CLASS)} for SESSIONS into ${label}; its migration has to name that class too.`,
        }),
      ]
    const troubles = [...notExported(project), ...declared(settings, file, project)]
    return orSound(troubles, `${SESSIONS_CLASS}, with SQLite`)
  }),
}

function notExported({ modules, nameOf }: Project): readonly Trouble[] {
  if (modules.kind !== 'read' || modules.exports === 'unknown') return []
  if (modules.exports.includes(SESSIONS_CLASS) || !modules.hasGatehouse) return []
  const main = nameOf(modules.main)
  return [
    problem({
      found: `${main} does not export the Durable Object class ${SESSIONS_CLASS}.`,
      why: 'Cloudflare refuses the deployment: sessions are kept in objects of that class.',
      remedy: `Write into ${main}: export { ${SESSIONS_CLASS} } from 'gatehouse-sso'`,
    }),
  ]
}

const REFUSED = 'Cloudflare refuses the deployment: it does not know how objects of that class are stored.'
const NOT_SQLITE =
  'Sessions are kept in SQLite. How a class is stored is settled by its first deployment, and cannot be changed.'

/** By `exports` or by `migrations`; Wrangler itself refuses both together. */
function declared(settings: WranglerSettings, file: ReadWranglerFile, project: Project): readonly Trouble[] {
  const { exports: ofFile = {}, migrations } = settings
  const { label } = file
  const byExports = Object.values(ofFile).some(({ type }) => type === 'durable-object')
  if (byExports) {
    const own = ofFile[SESSIONS_CLASS]
    if (own?.type !== 'durable-object') {
      const value = { type: 'durable-object', storage: 'sqlite' }
      const change = inEnvironment(project, file, { kind: 'set', path: ['exports', SESSIONS_CLASS], value })
      return [
        problem({
          found: `exports in ${label} does not name ${SESSIONS_CLASS}.`,
          why: REFUSED,
          ...toWrite(file, change),
        }),
      ]
    }
    if (own.storage === 'sqlite') return []
    return [
      problem({
        found: `${label} keeps ${SESSIONS_CLASS} in ${own.storage}, not in SQLite.`,
        why: NOT_SQLITE,
        remedy: `Write ${settingIn(label, 'storage', 'sqlite')} for it into ${label}, before the first deployment.`,
      }),
    ]
  }
  const storage = storageAfter(migrations)
  if (storage === 'sqlite') return []
  if (storage === 'kv')
    return [
      problem({
        found: `${label} has ${SESSIONS_CLASS} under new_classes, not under new_sqlite_classes.`,
        why: NOT_SQLITE,
        remedy: `Write it under new_sqlite_classes in ${label}. Where it has been deployed so, delete the class by a migration first.`,
      }),
    ]
  const value = { tag: freshTag(migrations.map(({ tag }) => tag)), new_sqlite_classes: [SESSIONS_CLASS] }
  const change = inEnvironment(project, file, { kind: 'append', path: ['migrations'], value })
  return [
    problem({
      found: `No migration in ${label} makes ${SESSIONS_CLASS}.`,
      why: REFUSED,
      ...toWrite(file, change),
    }),
  ]
}

/** How objects of the class are stored when every migration has been made; `undefined`: there is no such class. */
export function storageAfter(migrations: readonly Migration[]): 'sqlite' | 'kv' | undefined {
  const classes = new Map<string, 'sqlite' | 'kv'>()
  for (const migration of migrations) {
    for (const name of migration.new_sqlite_classes ?? []) classes.set(name, 'sqlite')
    for (const name of migration.new_classes ?? []) classes.set(name, 'kv')
    for (const { from, to } of migration.renamed_classes ?? []) {
      const storage = classes.get(from)
      if (storage !== undefined) classes.set(to, storage)
      classes.delete(from)
    }
    // How another Worker stores them is not known here.
    for (const { to } of migration.transferred_classes ?? []) classes.set(to, 'sqlite')
    for (const name of migration.deleted_classes ?? []) classes.delete(name)
  }
  return classes.get(SESSIONS_CLASS)
}

export const BINDING_CHECKS: readonly Check[] = [bindings, durableObjects]

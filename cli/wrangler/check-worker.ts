import { relative } from 'node:path'
import type { Message, Metafile } from 'esbuild'
import { Complaint } from '../complaint.ts'
import { findGatehouseConfig } from '../files/find-files.ts'
import { describeMessage } from '../load-config.ts'
import { SESSIONS_CLASS } from './our-settings.ts'
import { boundWorkers, type WorkerFile } from './worker-file.ts'

type Esbuild = typeof import('esbuild')

/**
 * Looks for what keeps a Worker from starting and is easy to put right, before Wrangler says it in its own way and waits.
 *
 * @param modules as {@link modulesOf} gives them
 * @throws {Complaint} a sentence for each problem
 */
export function checkExports(
  { label, folder, config, main }: WorkerFile,
  modules: Metafile | 'unknown' | undefined,
): void {
  const entry = relative(folder, main)
  if (modules === undefined) {
    if (findGatehouseConfig(folder) !== undefined) return
    throw new Complaint(
      `${entry} imports a gatehouse.config that is not there: write gatehouse.config.ts beside ${label}, ` +
        "with what defineConfig of 'gatehouse-sso/config' makes as its default export.",
    )
  }
  const exported = modules === 'unknown' ? modules : exportsIn(modules)
  const missing = config.durable_objects.bindings
    .filter(({ script_name: script }) => script === undefined || script === config.name)
    .map(({ class_name: name }) => name)
    .filter((name) => exported !== 'unknown' && !exported.includes(name))
  if (missing.length === 0) return
  throw new Complaint(
    ...missing.map((name) =>
      name === SESSIONS_CLASS
        ? `${entry} does not export the Durable Object class ${name}: add export { ${name} } from 'gatehouse-sso'`
        : `${entry} does not export the Durable Object class ${name}, which ${label} binds.`,
    ),
  )
}

/** @throws {Complaint} where no runtime knows it */
export function checkCompatibilityDate({
  label,
  config: { compatibility_date: date = '' },
}: WorkerFile): void {
  const today = new Date().toISOString().slice(0, 10)
  if (date <= today) return
  throw new Complaint(
    `${label} has a compatibility_date in the future, ${date}: no runtime knows it yet. Take ${today} or an earlier day.`,
  )
}

/**
 * @param workers all that start
 * @throws {Complaint} where one needs a Worker that does not start, or two have one name
 */
export function checkTogether(workers: readonly WorkerFile[]): void {
  const labels = new Map<string, string>()
  const problems: string[] = []
  for (const { label, config } of workers.filter((_, at) => workers.length > 1 || at > 0)) {
    const { name } = config
    const other = name === undefined ? undefined : labels.get(name)
    if (name === undefined) problems.push(`${label} gives its Worker no name, by which others bind it.`)
    else if (other !== undefined) problems.push(`${other} and ${label} are both for a Worker "${name}".`)
    else labels.set(name, label)
  }
  for (const worker of workers) {
    for (const [name, binding] of boundWorkers(worker)) {
      if (labels.has(name) || worker.config.name === name) continue
      problems.push(
        `${worker.label} binds ${binding} to the Worker "${name}", which does not start with it: ` +
          `add --with and the wrangler file of ${name}.`,
      )
    }
  }
  if (problems.length > 0) throw new Complaint(...problems)
}

/** The names that the main one of some modules exports. */
export const exportsIn = ({ outputs }: Metafile): readonly string[] | 'unknown' =>
  Object.values(outputs).find(({ entryPoint }) => entryPoint !== undefined)?.exports ?? 'unknown'

/**
 * @returns a Worker's modules; `undefined` where one imports a gatehouse.config that is not there, `'unknown'` where Wrangler's own
 * settings may be needed to bundle them
 * @throws {Complaint} where a file cannot be read as what it is
 */
export async function modulesOf(
  esbuild: Esbuild,
  folder: string,
  main: string,
): Promise<Metafile | 'unknown' | undefined> {
  try {
    return await bundle(esbuild, folder, main)
  } catch (error) {
    const { errors = [] } = error as { readonly errors?: readonly Message[] }
    if (errors.some(({ text }) => /Could not resolve "[^"]*\bgatehouse\.config\b/.test(text)))
      return undefined
    // What Wrangler resolves and loads in ways of its own is its business.
    const broken = errors.filter(({ text }) => !/^(Could not|No loader|No matching export)/.test(text))
    if (broken.length > 0) throw new Complaint(...broken.map(describeMessage))
    return 'unknown'
  }
}

/** What a Worker has to import of a package, for more than a class beside it. */
const ENTRY_POINTS = /\*|\bgatehouse(?:Entrypoint)?\b/

/**
 * Whether what a Worker does depends on Gatehouse: whether an import of it is left where nothing is that is not used. Many import a class
 * of it and no more.
 *
 * @param names of the package, as imports have it
 */
export async function usesGatehouse(
  esbuild: Esbuild,
  folder: string,
  main: string,
  names: readonly string[],
): Promise<boolean> {
  const { outputFiles } = await bundleWith(esbuild, folder, main, names)
  const code = outputFiles.map(({ text }) => text).join('\n')
  const ofPackage = `"(?:${names.join('|')})"`
  const imports = [...code.matchAll(new RegExp(`\\bimport\\s*([^;"()]*?)\\s*from\\s*${ofPackage}`, 'g'))]
  // As a whole, and when it runs.
  const isLoaded = new RegExp(`\\b(?:import|__require)\\(${ofPackage}`).test(code)
  return isLoaded || imports.some(([, clause = '']) => ENTRY_POINTS.test(clause))
}

/** Of a Worker's modules: which there are, what they import, and what the main one exports. */
export async function bundle(esbuild: Esbuild, folder: string, main: string): Promise<Metafile> {
  const { metafile } = await bundleWith(esbuild, folder, main)
  return metafile
}

const bundleWith = ({ build }: Esbuild, folder: string, main: string, left: readonly string[] = []) =>
  build({
    entryPoints: [main],
    absWorkingDir: folder,
    outdir: folder,
    write: false,
    bundle: true,
    format: 'esm',
    external: ['cloudflare:*', 'node:*', ...left],
    conditions: ['workerd', 'worker', 'browser'],
    metafile: true,
    logLevel: 'silent',
  })

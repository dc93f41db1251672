import { basename, dirname, relative } from 'node:path'
import { Complaint } from './complaint.ts'
import { findGatehouseConfig } from './project.ts'

type Wrangler = typeof import('wrangler')
type Esbuild = typeof import('esbuild')

/** As much of a wrangler file as is looked at, as Wrangler reads it. */
interface WranglerConfig {
  readonly name?: string
  /** Absolute. */
  readonly main?: string
  readonly durable_objects: {
    readonly bindings: readonly { readonly class_name: string; readonly script_name?: string }[]
  }
}

/**
 * Looks for what keeps a Worker from starting and is easy to put right, before Wrangler says it in its own way and waits.
 *
 * @param file the wrangler file
 * @throws {Complaint} a sentence for each problem
 */
export async function checkWorker(
  { unstable_readConfig: readConfig }: Wrangler,
  esbuild: Esbuild,
  file: string,
): Promise<void> {
  const config: WranglerConfig = read(
    () => readConfig({ config: file }, { hideWarnings: true }),
    basename(file),
  )
  const { main } = config
  if (main === undefined) throw new Complaint(`${basename(file)} names no Worker: main = "src/worker.ts"`)
  const folder = dirname(file)
  const entry = relative(folder, main)

  const exported = await exportsOf(esbuild, folder, main)
  if (exported === undefined) {
    if (findGatehouseConfig(folder) !== undefined) return
    throw new Complaint(
      `${entry} imports a gatehouse.config that is not there: write gatehouse.config.ts beside ${basename(file)}, ` +
        "with what defineConfig of 'gatehouse-sso/config' makes as its default export.",
    )
  }
  const missing = config.durable_objects.bindings
    .filter(({ script_name: script }) => script === undefined || script === config.name)
    .map(({ class_name: name }) => name)
    .filter((name) => exported !== 'unknown' && !exported.includes(name))
  if (missing.length === 0) return
  throw new Complaint(
    ...missing.map((name) =>
      name === 'OrganizationSessions'
        ? `${entry} does not export the Durable Object class ${name}: add export { ${name} } from 'gatehouse-sso'`
        : `${entry} does not export the Durable Object class ${name}, which ${basename(file)} binds.`,
    ),
  )
}

function read<T>(config: () => T, name: string): T {
  try {
    return config()
  } catch (error) {
    throw new Complaint(`${name} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

/**
 * @returns the names that a module exports; `undefined` where it imports a gatehouse.config that is not there, `'unknown'` where
 * Wrangler's own settings may be needed to bundle it
 */
async function exportsOf(
  { build }: Esbuild,
  folder: string,
  main: string,
): Promise<readonly string[] | 'unknown' | undefined> {
  try {
    const { metafile } = await build({
      entryPoints: [main],
      absWorkingDir: folder,
      outdir: folder,
      write: false,
      bundle: true,
      format: 'esm',
      external: ['cloudflare:*', 'node:*'],
      conditions: ['workerd', 'worker', 'browser'],
      metafile: true,
      logLevel: 'silent',
    })
    return (
      Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined)?.exports ?? 'unknown'
    )
  } catch (error) {
    const isMissing =
      error instanceof Error && /Could not resolve "[^"]*\bgatehouse\.config\b/.test(error.message)
    return isMissing ? undefined : 'unknown'
  }
}

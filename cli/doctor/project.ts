import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseEnv } from 'node:util'
import { err, ok, type Result } from '../../src/base/result.ts'
import type { GatehouseConfig } from '../../src/config.ts'
import { Complaint } from '../complaint.ts'
import { readIfThere } from '../files/read-if-there.ts'
import { loadConfig } from '../load-config.ts'
import { GATEHOUSE_ENTRIES, hasGatehouse, isHonoApp, isInstalledIn } from '../sites/check-site.ts'
import { exportsIn, modulesOf, usesGatehouse } from '../wrangler/check-worker.ts'
import { importEsbuild, importQuietWrangler } from '../wrangler/installed-wrangler.ts'
import { readWranglerPackage } from '../wrangler/versions.ts'
import { type GitState, readGit } from './git.ts'
import type { Tools } from './tools.ts'
import { type AssetFiles, readAssetFiles } from './wrangler/asset-files.ts'
import { type GateModule, readGate } from './wrangler/gate-first.ts'
import { readWranglerFile, type WranglerFile } from './wrangler/settings.ts'

/** Everything that checks look at, as it was read once. */
export interface Project {
  /** How a file is called in sentences: by its path from where the command runs. */
  readonly nameOf: (path: string) => string
  /** Absolute: where the wrangler file is, `gatehouse.config.ts` and `.dev.vars`. */
  readonly folder: string
  /** `YYYY-MM-DD` */
  readonly today: string
  readonly tools: Tools
  /** Whether it is about to be deployed. */
  readonly isForDeploy: boolean
  /** An environment of the wrangler file. */
  readonly env: string | undefined
  readonly wrangler: WranglerFile
  /** The Worker's own modules. */
  readonly modules: Modules
  /** `gatehouse.config.ts`, or everything that the Worker would report at its start. */
  readonly config: Result<GatehouseConfig, readonly string[]>
  readonly devVars: DevVars
  /** `undefined`: the Worker has none. */
  readonly assetFiles: AssetFiles | undefined
  readonly git: readonly GitState[]
}

/** What `main` is bundled of. */
export type Modules =
  | {
      readonly kind: 'read'
      /** Absolute. */
      readonly main: string
      readonly exports: readonly string[] | 'unknown'
      readonly hasGatehouse: boolean
      readonly isHonoApp: boolean
      /** The one module that imports the middleware; `undefined` where none or several do. */
      readonly gate: GateModule | undefined
      /** As esbuild names them, from the folder of the wrangler file on. */
      readonly paths: readonly string[]
    }
  /** There is no such file, or no `main` in a wrangler file that could be read. */
  | { readonly kind: 'missing' }
  /** Only Wrangler, or what builds this project, can put them together. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'broken'; readonly problems: readonly string[] }

/** The variables of a developer's machine, `.dev.vars` or `.dev.vars.<env>`. */
export interface DevVars {
  /** Absolute. */
  readonly file: string
  /** `undefined`: there is no such file. */
  readonly text: string | undefined
  readonly values: Readonly<Record<string, string | undefined>>
}

export interface ProjectOptions {
  /** Where the command runs, absolute. */
  readonly cwd: string
  /** A wrangler file, absolute. */
  readonly config?: string | undefined
  readonly env?: string | undefined
  readonly isForDeploy?: boolean
}

/** @throws {Complaint} where no Wrangler is installed, which reads most of it */
export async function readProject({
  cwd,
  config,
  // As Wrangler has it.
  env = process.env['CLOUDFLARE_ENV'] || undefined,
  isForDeploy = false,
}: ProjectOptions): Promise<Project> {
  const folder = config === undefined ? cwd : dirname(config)
  const wrangler = readWranglerFile(await importQuietWrangler(folder), cwd, { config, env })
  const modules = await readModules(folder, wrangler)
  const devVars = await readDevVars(folder, env)
  return {
    nameOf: (path) => relative(cwd, path),
    folder,
    today: new Date().toISOString().slice(0, 10),
    tools: { node: process.versions.node, wrangler: readWranglerPackage(folder) },
    isForDeploy,
    env,
    wrangler,
    modules,
    // What cannot be bundled here, or has no Gatehouse yet, may be a Hono app, where a site needs no upstream.
    config: await readConfig(folder, modules.kind !== 'read' || modules.isHonoApp || !modules.hasGatehouse),
    devVars,
    assetFiles: await readAssetFiles(folder, wrangler),
    git: await readGit(folder, devVars.file),
  }
}

async function readModules(folder: string, wrangler: WranglerFile): Promise<Modules> {
  const main = wrangler.kind === 'read' ? wrangler.settings.main : undefined
  if (main === undefined || !existsSync(main)) return { kind: 'missing' }
  try {
    const esbuild = await importEsbuild(folder)
    const modules = await modulesOf(esbuild, folder, main)
    if (modules === undefined || modules === 'unknown') return { kind: 'unknown' }
    return {
      kind: 'read',
      main,
      exports: exportsIn(modules),
      hasGatehouse:
        hasGatehouse(modules, folder) &&
        (!isInstalledIn(modules) || (await usesGatehouse(esbuild, folder, main, GATEHOUSE_ENTRIES))),
      isHonoApp: isHonoApp(modules, folder),
      gate: await readGate(modules, folder),
      paths: Object.keys(modules.inputs),
    }
  } catch (error) {
    if (error instanceof Complaint) return { kind: 'broken', problems: error.problems }
    throw error
  }
}

async function readConfig(folder: string, inApp: boolean): Promise<Project['config']> {
  try {
    return ok(await loadConfig(folder, inApp))
  } catch (error) {
    if (error instanceof Complaint) return err(error.problems)
    throw error
  }
}

/** Wrangler takes the file of the environment, and the general one only where there is none. */
async function readDevVars(folder: string, env: string | undefined): Promise<DevVars> {
  const general = join(folder, '.dev.vars')
  const ofEnv = `${general}.${env}`
  const text = env === undefined ? undefined : await readIfThere(ofEnv)
  const file = text === undefined ? general : ofEnv
  const found = text ?? (await readIfThere(general))
  return { file, text: found, values: parseEnv(found ?? '') }
}

import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Metafile } from 'esbuild'
import type { GatehouseConfig } from '../../src/config.ts'
import { parseSiteRecord } from '../../src/deployment/site-record.ts'
import { compileSites, findNamedSite } from '../../src/policy/site-directory.ts'
import { Complaint } from '../complaint.ts'
import { withMeantSetting } from '../meant-setting.ts'
import { bundle } from '../wrangler/check-worker.ts'
import { namingFile } from '../wrangler/named-file.ts'
import type { WorkerFile } from '../wrangler/worker-file.ts'

type Esbuild = typeof import('esbuild')

/** @throws {Complaint} where the Worker would not look for a site in KV, whatever it is */
export function checkName(name: string, config: GatehouseConfig): void {
  if (config.sitesInKv !== true)
    throw new Complaint(
      'gatehouse.config.ts does not say sitesInKv: true, so the Worker looks for no sites in KV: add it, and deploy.',
    )
  if (name === config.loginHost)
    throw new Complaint(
      `${name} is the login host: a site there belongs in gatehouse.config.ts, which goes before KV.`,
    )
  const { key } = findNamedSite(compileSites(config), name) ?? {}
  if (key === undefined) return
  throw new Complaint(
    `gatehouse.config.ts ${key === name ? 'has a site' : `has '${key}'`} for ${name}, and the file goes before KV: ` +
      'a record would never be read. Take the site out of the file first, or change it there.',
  )
}

/**
 * Holds a record against what the Worker will hold it against. Its keys are not known here.
 *
 * @throws {Complaint} with every problem, as the Worker's log would have them
 */
export async function checkRecord(
  esbuild: Esbuild,
  name: string,
  text: string,
  { worker, config }: { readonly worker: WorkerFile; readonly config: GatehouseConfig },
): Promise<void> {
  const parsed = parseSiteRecord(name, text, {
    config,
    env: bindingsOf(worker),
    hasAssertionKey: true,
    sharded: Object.values(config.sites).some(({ registryShards }) => registryShards !== undefined),
    inApp: await mayBeHonoApp(esbuild, worker),
  })
  if (!parsed.ok)
    throw new Complaint(...parsed.error.map((problem) => withMeantSetting(namingFile(worker, problem))))
}

/** What stands for the bindings that upstreams can name. */
function bindingsOf({ config }: WorkerFile): object {
  const { assets, services = [], mtls_certificates: certificates = [], vpc_services: vpcs = [] } = config
  const names = [...services, ...certificates, ...vpcs].map(({ binding }) => binding)
  if (assets?.binding !== undefined) names.push(assets.binding)
  return Object.fromEntries(names.map((name) => [name, { fetch: undefined }]))
}

const WORKER_ENTRY = 'gatehouse-sso'
const HONO_ENTRY = 'gatehouse-sso/hono'
/** In this repository. */
const SOURCE = resolve(fileURLToPath(import.meta.url), '../../../src')

/** Whether a site without an upstream has one, the routes of an app. What cannot be bundled here may be one. */
async function mayBeHonoApp(esbuild: Esbuild, { folder, main }: WorkerFile): Promise<boolean> {
  try {
    return isHonoApp(await bundle(esbuild, folder, main), folder)
  } catch {
    return true
  }
}

/** Whether some module is the middleware, or imports it. @param folder that the paths of the modules start from */
export const isHonoApp = (modules: Metafile, folder: string): boolean =>
  hasModule(modules, folder, HONO_ENTRY, 'hono.ts')

/** Whether Gatehouse is among some modules, in one form or the other. */
export const hasGatehouse = (modules: Metafile, folder: string): boolean =>
  isHonoApp(modules, folder) || hasModule(modules, folder, WORKER_ENTRY, 'index.ts')

/** What imports call the package, in one form or the other. */
export const GATEHOUSE_ENTRIES = [WORKER_ENTRY, HONO_ENTRY]

/** Whether some module imports it by the name of the package. */
export const isInstalledIn = ({ inputs }: Metafile): boolean =>
  Object.values(inputs).some(({ imports }) =>
    imports.some(({ original }) => GATEHOUSE_ENTRIES.includes(original ?? '')),
  )

/** The paths of those that import the middleware by the name of the package. */
export const modulesWithMiddleware = ({ inputs }: Metafile): readonly string[] =>
  Object.entries(inputs)
    .filter(([, { imports }]) => imports.some(({ original }) => original === HONO_ENTRY))
    .map(([path]) => path)

const hasModule = ({ inputs }: Metafile, folder: string, entry: string, source: string): boolean =>
  Object.entries(inputs).some(
    ([path, { imports }]) =>
      resolve(folder, path) === join(SOURCE, source) || imports.some(({ original }) => original === entry),
  )

import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { existingFile, wranglerFileIn } from '../../files/find-files.ts'
import { parseErrorInWords, type WranglerConfig } from '../../wrangler/worker-file.ts'

type Wrangler = typeof import('wrangler')

/** What is looked at beside what every command looks at, as Wrangler reads it for one environment. */
export interface WranglerSettings extends WranglerConfig {
  readonly definedEnvironments?: readonly string[]
  readonly compatibility_flags: readonly string[]
  readonly vars: Readonly<Record<string, unknown>>
  readonly assets?: NonNullable<WranglerConfig['assets']> & {
    readonly not_found_handling?: string
  }
  readonly migrations: readonly Migration[]
  readonly exports?: Readonly<Record<string, ConfiguredExport>>
  readonly ratelimits?: readonly { readonly name: string; readonly namespace_id?: string }[]
  readonly unsafe?: { readonly bindings?: readonly { readonly name: string; readonly type: string }[] }
  readonly cache?: { readonly enabled: boolean }
  readonly observability?: Observability
  readonly logpush?: boolean
  readonly tail_consumers?: readonly { readonly service: string }[]
  readonly route?: Route
  readonly routes?: readonly Route[]
  readonly workers_dev?: boolean
  readonly preview_urls?: boolean
  readonly build: { readonly command?: string }
}

/** Of Workers Logs and of traces together, and of the logs alone. */
export interface Observability extends Sampled {
  readonly logs?: Sampled
}

interface Sampled {
  readonly enabled?: boolean
  /** Of 1. */
  readonly head_sampling_rate?: number
}

export interface Migration {
  readonly tag: string
  readonly new_classes?: readonly string[]
  readonly new_sqlite_classes?: readonly string[]
  readonly renamed_classes?: readonly { readonly from: string; readonly to: string }[]
  readonly transferred_classes?: readonly { readonly to: string }[]
  readonly deleted_classes?: readonly string[]
}

/** `exports.<name>`: a Durable Object class, or an entrypoint of the Worker. */
export interface ConfiguredExport {
  readonly type?: string
  readonly storage?: string
  readonly cache?: { readonly enabled?: boolean }
}

export type Route = string | { readonly pattern: string; readonly custom_domain?: boolean }

/** A wrangler file that could be read. */
export interface ReadWranglerFile {
  readonly kind: 'read'
  /** Absolute. */
  readonly file: string
  /** How it is called in sentences. */
  readonly label: string
  /** As it is written, environments among it. */
  readonly raw: Readonly<Record<string, unknown>>
  readonly settings: WranglerSettings
  /** What else of this folder may be deployed in its place. */
  readonly others: readonly OtherSettings[]
}

/** Settings that somebody may deploy who does not say which. */
export interface OtherSettings {
  /** How they are called in sentences, such as `wrangler.toml, environment staging,`. */
  readonly label: string
  /** A command that looks at them. */
  readonly look: string
  readonly settings: WranglerSettings
}

/** Where the settings of a Worker stand. */
export type WranglerFile =
  | ReadWranglerFile
  | {
      readonly kind: 'unreadable'
      readonly file: string
      readonly label: string
      readonly problem: string
      /** Those that it has, where it is the environment that it has not. */
      readonly environments?: readonly string[]
    }
  /** `cloudflare.config.ts`, which only Wrangler itself can read. */
  | { readonly kind: 'typescript'; readonly label: string }
  | { readonly kind: 'none' }

/** Experimental: Wrangler reads it in place of a wrangler file where it is told to. */
const TYPESCRIPT = 'cloudflare.config.ts'

/**
 * @param folder where the command runs
 * @param config what `--config` names, if it does
 */
export function readWranglerFile(
  { unstable_readConfig: readConfig, experimental_readRawConfig: readRawConfig }: Wrangler,
  folder: string,
  { config, env }: { readonly config: string | undefined; readonly env: string | undefined },
): WranglerFile {
  const file = config ?? wranglerFileIn(folder)
  if (file === undefined)
    return existingFile(join(folder, TYPESCRIPT)) === undefined
      ? { kind: 'none' }
      : { kind: 'typescript', label: TYPESCRIPT }
  const label = relative(folder, file)
  try {
    // Where a file has none at all, Wrangler makes another Worker of the same settings, in silence.
    const { definedEnvironments: environments = [] } =
      env === undefined ? {} : (readConfig({ config: file }, { hideWarnings: true }) as WranglerSettings)
    if (env !== undefined && !environments.includes(env))
      return { kind: 'unreadable', file, label, problem: `it has no environment ${env}.`, environments }
    const settings = readConfig(
      { config: file, ...(env !== undefined && { env }) },
      { hideWarnings: true },
    ) as WranglerSettings
    const { rawConfig: raw } = readRawConfig({ config: file }, { hideWarnings: true })
    const others = [
      ...(env === undefined ? ofEnvironments(readConfig, file, label, settings) : []),
      ...(config === undefined ? ofBuild(readConfig, folder) : []),
    ]
    return { kind: 'read', file, label, raw: raw as ReadWranglerFile['raw'], settings, others }
  } catch (error) {
    return { kind: 'unreadable', file, label, problem: whyUnreadable(error) }
  }
}

type ReadConfig = Wrangler['unstable_readConfig']

/** Of the same Worker: one with another `main` may have no Gatehouse. */
const ofEnvironments = (
  readConfig: ReadConfig,
  file: string,
  label: string,
  { definedEnvironments = [], main }: WranglerSettings,
): readonly OtherSettings[] =>
  definedEnvironments.flatMap((env) => {
    const settings = settingsIn(readConfig, { config: file, env })
    if (settings?.main !== main || settings === undefined) return []
    return [{ label: `${label}, environment ${env},`, look: `npx gatehouse doctor --env ${env}`, settings }]
  })

/** Where a build, such as that of Cloudflare's plugin for Vite, says what `wrangler deploy` deploys. */
const DEPLOY_CONFIG = '.wrangler/deploy/config.json'

function ofBuild(readConfig: ReadConfig, folder: string): readonly OtherSettings[] {
  const pointer = existingFile(join(folder, DEPLOY_CONFIG))
  const file = pointer && existingFile(resolve(dirname(pointer), pathIn(readFileSync(pointer, 'utf8'))))
  const settings = file && settingsIn(readConfig, { config: file })
  if (!settings) return []
  const label = relative(folder, file)
  return [
    {
      label: `${label}, which wrangler deploy takes because of ${DEPLOY_CONFIG},`,
      look: `Build anew, and npx gatehouse doctor --config ${label}`,
      settings,
    },
  ]
}

function pathIn(pointer: string): string {
  try {
    const { configPath } = Object(JSON.parse(pointer)) as { readonly configPath?: unknown }
    return typeof configPath === 'string' ? configPath : ''
  } catch {
    return ''
  }
}

/** @returns `undefined` where they cannot be read, and so not be deployed */
function settingsIn(readConfig: ReadConfig, from: Parameters<ReadConfig>[0]): WranglerSettings | undefined {
  try {
    return readConfig(from, { hideWarnings: true }) as WranglerSettings
  } catch {
    return undefined
  }
}

/** Why an option that names an environment is wrong, where it is. */
export function unknownEnvironment(wrangler: WranglerFile, env: string | undefined): string | undefined {
  if (env === undefined || wrangler.kind !== 'unreadable' || wrangler.environments === undefined)
    return undefined
  const { label, environments } = wrangler
  return `${label} has no environment ${env}: it has ${environments.join(', ') || 'none'}.`
}

/** Wrangler's own words, without its heading and its bullets. */
const whyUnreadable = (error: unknown): string =>
  parseErrorInWords(error) ??
  (error instanceof Error ? error.message : String(error))
    .replace(/^Processing .* configuration:\s*/, '')
    .replaceAll(/\s*\n\s*(?:- )?/g, ' ')
    .replace(/^- /, '')
    .trim()

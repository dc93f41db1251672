import { join, relative } from 'node:path'
import { existingFile, wranglerFileIn } from '../project.ts'
import type { WranglerConfig } from '../wrangler/worker-file.ts'

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
  readonly route?: Route
  readonly routes?: readonly Route[]
  readonly workers_dev?: boolean
  readonly preview_urls?: boolean
  readonly build: { readonly command?: string }
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
}

/** Where the settings of a Worker stand. */
export type WranglerFile =
  | ReadWranglerFile
  | { readonly kind: 'unreadable'; readonly file: string; readonly label: string; readonly problem: string }
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
    const settings = readConfig(
      { config: file, ...(env !== undefined && { env }) },
      { hideWarnings: true },
    ) as WranglerSettings
    // Where a file has none at all, Wrangler makes another Worker of the same settings, in silence.
    if (env !== undefined && !settings.definedEnvironments?.includes(env))
      return { kind: 'unreadable', file, label, problem: `it has no environment ${env}.` }
    const { rawConfig: raw } = readRawConfig({ config: file }, { hideWarnings: true })
    return { kind: 'read', file, label, raw: raw as ReadWranglerFile['raw'], settings }
  } catch (error) {
    return { kind: 'unreadable', file, label, problem: inShort(error) }
  }
}

/** Wrangler's own words, without its heading and its bullets. */
const inShort = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .replace(/^Processing .* configuration:\s*/, '')
    .replaceAll(/\s*\n\s*(?:- )?/g, ' ')
    .replace(/^- /, '')
    .trim()

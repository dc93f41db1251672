import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Complaint } from './complaint.ts'

/** In the order in which Wrangler prefers them. */
const WRANGLER_FILES = ['wrangler.json', 'wrangler.jsonc', 'wrangler.toml']

const CONFIG_FILES = ['ts', 'mts', 'js', 'mjs'].map((extension) => `gatehouse.config.${extension}`)

/** @returns the absolute path of a file, or `undefined` where there is none */
export function existingFile(path: string): string | undefined {
  const file = resolve(path)
  return existsSync(file) && statSync(file).isFile() ? file : undefined
}

const firstOf = (folder: string, names: readonly string[]) =>
  names.map((name) => join(folder, name)).find((path) => existsSync(path))

/** The wrangler file of a folder, where it has one. */
export const wranglerFileIn = (folder: string): string | undefined => firstOf(folder, WRANGLER_FILES)

/** @param config what `--config` names, if it does */
export function findWranglerFile(config: string | undefined): string {
  const file = config ?? wranglerFileIn(process.cwd())
  if (file !== undefined) return file
  throw new Complaint(
    'There is no wrangler.jsonc, wrangler.json or wrangler.toml in this folder: ' +
      'go to the folder of your Worker, or name its wrangler file with --config.',
  )
}

/** The folder of a project: that of its wrangler file, or where one stands. */
export const folderOf = (config: string | undefined): string =>
  config === undefined ? process.cwd() : dirname(config)

export const findGatehouseConfig = (folder: string): string | undefined => firstOf(folder, CONFIG_FILES)

/** Wrangler as the project has it installed, without what it says and does of its own accord; what it starts is as quiet. */
export async function importQuietWrangler(folder: string): Promise<typeof import('wrangler')> {
  // It would otherwise look for updates, send metrics and fetch a sample of `request.cf`.
  process.env['WRANGLER_SEND_METRICS'] = 'false'
  process.env['WRANGLER_SEND_ERROR_REPORTS'] = 'false'
  process.env['WRANGLER_HIDE_BANNER'] = 'true'
  process.env['WRANGLER_LOG'] ??= 'warn'
  process.env['WRANGLER_WRITE_LOGS'] ??= 'false'
  process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false'
  return import(pathToFileURL(resolveWrangler(folder)).href) as Promise<typeof import('wrangler')>
}

/** The bundler that Wrangler brings. */
export async function importEsbuild(folder: string): Promise<typeof import('esbuild')> {
  const path = createRequire(resolveWrangler(folder)).resolve('esbuild')
  return import(pathToFileURL(path).href) as Promise<typeof import('esbuild')>
}

/**
 * Where the Wrangler stands that a project has installed.
 *
 * @param file of its package; default: its one file, a library where it is imported, the command where Node runs it
 */
export function resolveWrangler(folder: string, file = 'wrangler'): string {
  for (const from of [join(folder, 'package.json'), fileURLToPath(import.meta.url)]) {
    try {
      return createRequire(from).resolve(file)
    } catch {
      // perhaps from the next
    }
  }
  throw new Complaint('Wrangler is not installed here: npm install --save-dev wrangler')
}

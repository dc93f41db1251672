import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Complaint } from '../complaint.ts'
import { isNotSetUp } from '../files/find-files.ts'

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
  throw new Complaint(
    isNotSetUp(folder)
      ? 'Nothing is set up in this folder, not even Wrangler: go to the folder of your Worker, or let `npx gatehouse init` set one up here.'
      : 'Wrangler is not installed here: npm install --save-dev wrangler',
  )
}

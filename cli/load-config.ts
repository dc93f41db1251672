import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Message } from 'esbuild'
import type { GatehouseConfig } from '../src/config.ts'
import { parseConfig } from '../src/policy/config-schema.ts'
import { Complaint } from './complaint.ts'
import { findGatehouseConfig } from './files/find-files.ts'
import { withMeantSetting } from './meant-setting.ts'
import { importEsbuild } from './wrangler/installed-wrangler.ts'

/**
 * Reads the gatehouse.config.ts of a folder. It is bundled first, because Node 20 runs no TypeScript and no Node completes the imports
 * that a bundler does.
 *
 * @param inApp whether a site without an upstream has one, the routes of a Hono app
 * @throws {Complaint} with every problem, where there is no valid one
 */
export async function loadConfig(folder: string, inApp = true): Promise<GatehouseConfig> {
  const file = findGatehouseConfig(folder)
  if (file === undefined) {
    throw new Complaint(
      `There is no gatehouse.config.ts in ${folder}: npx gatehouse init writes one, and its default export is what defineConfig makes.`,
    )
  }
  const parsed = parseConfig(await defaultExportOf(file), inApp)
  if (!parsed.ok)
    throw new Complaint(...parsed.error.map((problem) => `${basename(file)}: ${withMeantSetting(problem)}`))
  return parsed.value
}

async function defaultExportOf(file: string): Promise<unknown> {
  const { build } = await importEsbuild(dirname(file))
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-config-'))
  const outfile = join(folder, 'gatehouse.config.mjs')
  try {
    const { metafile } = await build({
      entryPoints: [file],
      outfile,
      // Else that of when the bundler was loaded.
      absWorkingDir: process.cwd(),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      external: ['cloudflare:*'],
      metafile: true,
      logLevel: 'silent',
    }).catch((error: Error & { readonly errors?: readonly Message[] }) => {
      throw new Complaint(...(error.errors?.map(describeMessage) ?? [`${basename(file)}: ${error.message}`]))
    })
    const runtime = Object.values(metafile.outputs)
      .flatMap(({ imports }) => imports)
      .find(({ path }) => path.startsWith('cloudflare:'))
    if (runtime !== undefined) {
      throw new Complaint(
        `${basename(file)} imports ${runtime.path}, which only a Worker has: ` +
          'take defineConfig and what goes with it from gatehouse-sso/config.',
      )
    }
    const module = (await import(pathToFileURL(outfile).href).catch((error: unknown) => {
      throw new Complaint(`${basename(file)} fails: ${error instanceof Error ? error.message : error}`)
    })) as { readonly default?: unknown }
    if (module.default === undefined) throw new Complaint(`${basename(file)} has no default export.`)
    return module.default
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** An error of the bundler in one line, as compilers write it. */
export function describeMessage({ text, location }: Message): string {
  return location === null ? text : `${location.file}:${location.line}:${location.column}: ${text}`
}

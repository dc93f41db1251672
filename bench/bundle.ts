import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')

/** src/worker.ts as it is deployed, except that its configuration comes with the environment. */
const benchConfiguration: Plugin = {
  name: 'bench configuration',
  setup({ onResolve }) {
    onResolve({ filter: /\/gatehouse\.config\.ts$/ }, () => ({
      path: join(ROOT, 'bench/workers/gatehouse-config.ts'),
    }))
  },
}

/**
 * Bundles a Worker with the settings that `wrangler deploy` uses (getBuildConditions and bundleWorker in its source), minified.
 *
 * @param entry path from the root of the repository
 */
export const bundle = (entry: string): Promise<string> => bundleWith(entry, [benchConfiguration])

/** The same with this repository's own configuration. */
export const bundleAsDeployed = (entry: string): Promise<string> => bundleWith(entry, [])

async function bundleWith(entry: string, plugins: Plugin[]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, entry)],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2024',
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    define: { 'process.env.NODE_ENV': '"production"', 'navigator.userAgent': '"Cloudflare-Workers"' },
    external: ['cloudflare:*', 'node:*'],
    plugins,
    legalComments: 'none',
  })
  return outputFiles[0]?.text ?? ''
}

export const gzippedBytes = (code: string): number => gzipSync(code).length

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { newDevelopmentSecrets, SIMULATOR_URL } from '../../../simulator/development-secrets.ts'
import { bundleWorker } from './workerd.ts'

export interface StaticSiteOptions {
  /** Path of the Worker, which has `ASSETS` and what Gatehouse needs beside it. */
  readonly worker: string
  /** Paths of the files; each holds its own path. */
  readonly files: readonly string[]
  /** `html_handling` of the wrangler file. */
  readonly htmlHandling: 'auto-trailing-slash' | 'force-trailing-slash' | 'drop-trailing-slash' | 'none'
  /** `not_found_handling` of the wrangler file. */
  readonly notFoundHandling?: 'single-page-application' | '404-page' | 'none'
}

export interface StaticSite {
  readonly port: number
  readonly stop: () => Promise<void>
}

/**
 * Runs a Worker with static files as Cloudflare serves them, on a free port of this machine. Nobody can sign in there. What Wrangler has
 * for it puts a proxy before the Worker, which takes nearly as long for each of thousands of requests as the Worker itself.
 */
export async function startStaticSite(options: StaticSiteOptions): Promise<StaticSite> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-static-'))
  for (const file of options.files) {
    const path = join(folder, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, file)
  }
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: 'static-site',
      modules: true,
      script: await bundleWorker(options.worker),
      host: '127.0.0.1',
      port: 0,
      cf: false,
      compatibilityDate: '2026-10-01',
      compatibilityFlags: ['no_nodejs_compat', 'no_nodejs_compat_v2'],
      bindings: await newDevelopmentSecrets(SIMULATOR_URL),
      kvNamespaces: ['GATEHOUSE_KV'],
      durableObjects: { SESSIONS: { className: 'OrganizationSessions', useSQLite: true } },
      ratelimits: { LOGIN_RATE_LIMIT: { namespace_id: '1001', simple: { limit: 60, period: 60 } } },
      assets: {
        directory: folder,
        binding: 'ASSETS',
        assetConfig: {
          html_handling: options.htmlHandling,
          not_found_handling: options.notFoundHandling ?? 'none',
        },
        // What `run_worker_first = true` becomes.
        routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
      },
    }),
  )
  const stop = async () => {
    await miniflare.dispose()
    await rm(folder, { recursive: true })
  }
  try {
    return { port: Number((await miniflare.ready).port), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

import { join } from 'node:path'
import { createTestHarness } from 'wrangler'
import { bundleSimulator } from '../../../simulator/bundle.ts'
import { newDevelopmentSecrets } from '../../../simulator/development-secrets.ts'
import { type RunningSimulator, serveSimulator } from '../../../simulator/serve.ts'

export interface Servers {
  /** `http://localhost:<port>/` */
  readonly gatehouse: URL
  /** `http://127.0.0.1:<port>/`: another host than Gatehouse's, because cookies ignore ports. */
  readonly simulator: URL
  readonly stop: () => Promise<void>
}

export interface StartServersOptions {
  /** Path of a wrangler.toml; default: the repository's own. */
  readonly gatehouseConfig?: string
  /** Variables and secrets that replace those of Gatehouse's usual set. */
  readonly vars?: Readonly<Record<string, string>>
  /** Path of the wrangler.toml of a Worker that owns the host, and asks Gatehouse by a service binding. */
  readonly front?: string
  /** A Worker behind one of Gatehouse's service bindings, and its variables. */
  readonly backend?: {
    readonly configPath: string
    readonly vars: (gatehouse: URL) => Record<string, string>
  }
}

const ROOT = join(import.meta.dirname, '../../..')

// Wrangler would otherwise look for updates, send metrics and fetch a sample of `request.cf`.
process.env['WRANGLER_SEND_METRICS'] = 'false'
process.env['WRANGLER_SEND_ERROR_REPORTS'] = 'false'
process.env['WRANGLER_HIDE_BANNER'] = 'true'
process.env['WRANGLER_LOG'] ??= 'warn'
process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false'

/** One for all tests of a process. */
let script: Promise<string> | undefined

/** Runs only the simulator in workerd, on a free port. */
export async function startSimulator(): Promise<Pick<RunningSimulator, 'url' | 'stop'>> {
  script ??= bundleSimulator()
  // Not to a Gatehouse that the developer happens to run on the usual port.
  return serveSimulator({ script: await script, vars: { SIMULATOR_WEBHOOK_URL: '' } })
}

/**
 * Runs Gatehouse and the simulator in workerd, on free ports of this machine and with keys of their own. Storage is in
 * memory, and `.dev.vars` plays no part. Gatehouse runs by its wrangler.toml, since assets, bindings and flags are part of what is
 * tested; the simulator has none that matters, and runs by Miniflare alone. What Gatehouse fetches passes through `globalThis.fetch` of this process.
 */
export async function startServers(options: StartServersOptions = {}): Promise<Servers> {
  const simulator = await startSimulator()
  const secrets = { ...(await newDevelopmentSecrets(simulator.url.origin)), ...options.vars }
  const configPath = options.gatehouseConfig ?? join(ROOT, 'wrangler.toml')
  const { backend, front } = options
  const workers = (gatehouse?: URL) => [
    // The first one gets the requests.
    ...(front === undefined ? [] : [{ configPath: front }]),
    // As secrets even where they are none: only those win over a `.dev.vars` that happens to be there.
    { configPath, secrets },
    ...(backend === undefined
      ? []
      : [{ configPath: backend.configPath, ...(gatehouse && { vars: backend.vars(gatehouse) }) }]),
  ]
  const server = createTestHarness({ workers: workers() })
  const stop = async () => {
    await server.close()
    await simulator.stop()
  }
  try {
    const { url } = await server.listen()
    const gatehouse = withHost(url, 'localhost')
    // Where Gatehouse listens is known only now, and stays the same.
    if (backend !== undefined) await server.update({ workers: workers(gatehouse) })
    await registerAddresses(simulator.url, gatehouse.origin)
    return { gatehouse, simulator: simulator.url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function registerAddresses(simulator: URL, origin: string): Promise<void> {
  const subdomains = origin.replace('//', '//*.')
  const put = async (path: string, body: object) => {
    const response = await fetch(new URL(path, simulator), {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`the simulator refused ${path}: ${await response.text()}`)
  }
  await put('/simulator/redirects', {
    post_login_uris: [`${origin}/auth/callback`, `${subdomains}/auth/callback`],
    initiate_login_uri: `${origin}/auth/login`,
    post_logout_redirect_uris: [`${origin}/auth/signed-out`, `${subdomains}/auth/signed-out`],
  })
  await put('/simulator/webhooks', { url: `${origin}/auth/webhooks` })
}

function withHost(url: URL, hostname: string): URL {
  const result = new URL(url)
  result.hostname = hostname
  return result
}

import { basename, dirname, join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { DEVELOPMENT_WEBHOOK_SECRET } from '../simulator/client.ts'
import { ensureDevelopmentSecrets, SIMULATOR_URL } from '../simulator/development-secrets.ts'
import { DEFAULT_BASE_PATH } from '../src/config.ts'
import { checkWorker } from './check-worker.ts'
import { Complaint } from './complaint.ts'
import { loadConfig } from './load-config.ts'
import { forwardIpv6, hasIpv6, requireFreePort } from './ports.ts'
import type { SharedOptions } from './program.ts'
import { findWranglerFile, importEsbuild, importWrangler } from './project.ts'
import type { SimulatorSource } from './simulator-source.ts'
import { complain, progress, reserveStandardOutput } from './terminal.ts'
import { workerLog } from './worker-log.ts'

interface Options extends SharedOptions {
  readonly port: number
  readonly simulatorPort: number
}

export function addDev(program: Command, simulator: SimulatorSource): void {
  program
    .command('dev')
    .description(
      'runs the Worker of this folder and a simulated Scalekit environment, and reloads on changes',
    )
    .option('--port <number>', 'where the Worker listens on localhost', parsePort, 8787)
    .option('--simulator-port <number>', 'where the simulator listens on 127.0.0.1', parsePort, 8788)
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      if (options.port === options.simulatorPort) {
        command.error('error: --port and --simulator-port must differ.', { exitCode: 2 })
      }
      await dev(options, simulator)
    })
}

function parsePort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw new InvalidArgumentError('It must be a port number from 1 to 65535.')
}

async function dev(options: Options, source: SimulatorSource): Promise<void> {
  const { port, simulatorPort, config, json } = options
  const file = findWranglerFile(config)
  const printJson = json ? reserveStandardOutput() : undefined
  const folder = dirname(file)
  const withIpv6 = await hasIpv6()
  await requireFreePort(port, '--port', withIpv6)
  progress('Looking at the Worker …')
  const wrangler = await importQuietWrangler(folder)
  const esbuild = await importEsbuild(folder)
  await checkWorker(wrangler, esbuild, file)

  const secrets = await ensureDevelopmentSecrets(join(folder, '.dev.vars'))
  if (secrets.created) progress('Wrote .dev.vars: new secrets for this machine, readable by you only.')
  if (secrets.missing.length > 0) complain(`.dev.vars does not set ${secrets.missing.join(', ')}.`)

  const { origin } = new URL(`http://localhost:${port}`)
  const { origin: simulatorUrl } = new URL(`http://127.0.0.1:${simulatorPort}`)
  const environmentUrl = secrets.environmentUrl?.replace(/\/$/, '') ?? simulatorUrl
  const usesSimulator = [simulatorUrl, SIMULATOR_URL].includes(environmentUrl)

  if (usesSimulator) {
    await requireFreePort(simulatorPort, '--simulator-port', false)
    progress('Starting the simulator …')
    // A configuration with problems is the Worker's to report.
    const basePath = (await loadConfig(folder).catch(() => undefined))?.basePath ?? DEFAULT_BASE_PATH
    // Miniflare takes a while to load, which every other command is spared.
    const { serveSimulator } = await import('../simulator/serve.ts')
    const simulator = await serveSimulator({
      script: await source.read(),
      port: simulatorPort,
      vars: {
        SIMULATOR_APP_ORIGIN: origin,
        SIMULATOR_APP_BASE_PATH: basePath,
        SIMULATOR_CLIENT_ID: secrets.client.id,
        SIMULATOR_CLIENT_SECRET: secrets.client.secret,
        SIMULATOR_WEBHOOK_SECRET: secrets.webhookSecret || DEVELOPMENT_WEBHOOK_SECRET,
      },
    })
    await source.watch?.((script) => void simulator.replace(script))
  }

  progress('Starting the Worker …')
  const started = wrangler.unstable_startWorker({
    config: file,
    bindings: plainText({
      ...(usesSimulator && environmentUrl !== simulatorUrl && { SCALEKIT_ENVIRONMENT_URL: simulatorUrl }),
      ...(usesSimulator &&
        secrets.webhookSecret === undefined && { SCALEKIT_WEBHOOK_SECRET: DEVELOPMENT_WEBHOOK_SECRET }),
      ...(secrets.development === undefined && { GATEHOUSE_DEVELOPMENT: '1' }),
    }),
    dev: {
      server: { hostname: '127.0.0.1', port },
      inspector: false,
      watch: true,
      logLevel: 'warn',
      // Otherwise a `routes` entry would change the host of every request.
      inferOriginFromRoutes: false,
      structuredLogsHandler: workerLog(),
    },
  })
  // A Worker that cannot be built is waited for, and Ctrl-C has to end that too.
  endWithSignals(esbuild)
  const worker = await started.catch((error: Error) => {
    const { message } = error.cause instanceof Error ? error.cause : error
    throw new Complaint(`${basename(file)} does not start: ${message}`)
  })
  await worker.ready
  // The first request compiles the worker; better now than in front of the developer.
  const { status } = await fetch(origin, { redirect: 'manual' })
  if (status === UNKNOWN_SITE) {
    complain("The configuration has no site for localhost: call one 'localhost', or '*', while you develop.")
  }
  if (withIpv6) await forwardIpv6(port)
  endWithSignals(esbuild)

  if (printJson !== undefined) {
    const scalekit = usesSimulator ? simulatorUrl : environmentUrl
    printJson({ gatehouse: origin, scalekit, simulator: usesSimulator })
  } else if (usesSimulator) {
    console.log(welcome(origin, simulatorUrl))
  } else {
    console.log(
      `\n  Gatehouse  ${origin}/\n  Scalekit   ${environmentUrl} (from .dev.vars), so the simulator is not running\n`,
    )
  }
}

/** Misdirected Request: what Gatehouse answers for a host that no site is for. */
const UNKNOWN_SITE = 421

async function importQuietWrangler(folder: string) {
  // Wrangler would otherwise look for updates, send metrics and fetch a sample of `request.cf`.
  process.env['WRANGLER_SEND_METRICS'] = 'false'
  process.env['WRANGLER_SEND_ERROR_REPORTS'] = 'false'
  process.env['WRANGLER_HIDE_BANNER'] = 'true'
  process.env['WRANGLER_LOG'] ??= 'warn'
  process.env['WRANGLER_WRITE_LOGS'] ??= 'false'
  process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false'
  return importWrangler(folder)
}

const plainText = (vars: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(vars).map(([name, value]) => [name, { type: 'plain_text' as const, value }]),
  )

const welcome = (origin: string, simulatorUrl: string) => `
  Gatehouse           ${origin}/
  Scalekit simulator  ${simulatorUrl}/

  Sign in as anyone@example.com, or as jane@acme.example for a site or a rule that is for Acme only.
  The page where you sign in also starts a login from the identity provider and sends any of Scalekit's errors.
  The simulator's home page lists its organizations, connections and users.
  ${simulatorUrl}/operator deactivates users, disables connections and ends sessions, and sends the webhooks.

  Ctrl-C ends both.
`

/**
 * Leaving is enough: Wrangler and Miniflare kill their workers when the process exits. Waiting for `dispose()` instead would have
 * Wrangler restart workers that the same Ctrl-C has ended. Its own handlers would report the signal as a failure, and a bundler
 * whose parent goes away in the middle of a build complains at length.
 */
function endWithSignals({ stop }: typeof import('esbuild')): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal)
    process.on(signal, async () => {
      await stop()
      process.exit(0)
    })
  }
}

import { connect, createServer, type Server } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DEVELOPMENT_WEBHOOK_SECRET } from './client.ts'
import { ensureDevelopmentSecrets, SIMULATOR_URL } from './development-secrets.ts'

const HELP = `Runs Gatehouse and a simulated Scalekit environment on this machine, and reloads both on changes.

  npm run dev [-- options]

  --port <number>            where Gatehouse listens on localhost (default 8787)
  --simulator-port <number>  where the simulator listens on 127.0.0.1 (default 8788)
  --config <file>            another wrangler.toml for Gatehouse; its .dev.vars is beside it
  --help                     this text`

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** Something the developer has to put right; shown without a stack. */
class Complaint extends Error {}

interface Options {
  readonly port: number
  readonly simulatorPort: number
  readonly config: string
}

async function main(): Promise<void> {
  const options = parseOptions()
  if (options === undefined) return console.log(HELP)
  const { port, simulatorPort, config } = options

  const hasIpv6 = await canListen(0, '::1')
  await requireFreePort(port, '--port', hasIpv6)

  const secrets = await ensureDevelopmentSecrets(join(dirname(config), '.dev.vars'))
  if (secrets.created) console.log('Wrote .dev.vars: new secrets for this machine, readable by you only.')
  if (secrets.missing.length > 0) console.log(`.dev.vars does not set ${secrets.missing.join(', ')}.`)

  const { origin } = new URL(`http://localhost:${port}`)
  const { origin: simulatorUrl } = new URL(`http://127.0.0.1:${simulatorPort}`)
  const environmentUrl = secrets.environmentUrl?.replace(/\/$/, '') ?? simulatorUrl
  const usesSimulator = [simulatorUrl, SIMULATOR_URL].includes(environmentUrl)
  if (usesSimulator) await requireFreePort(simulatorPort, '--simulator-port', false)

  // Wrangler would otherwise look for updates, send metrics and fetch a sample of `request.cf`.
  process.env['WRANGLER_SEND_METRICS'] = 'false'
  process.env['WRANGLER_SEND_ERROR_REPORTS'] = 'false'
  process.env['WRANGLER_HIDE_BANNER'] = 'true'
  process.env['WRANGLER_LOG'] ??= 'warn'
  process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false'
  const { unstable_startWorker: startWorker } = await import('wrangler')

  /** Two workers that start at the same moment get into each other's way, so each is awaited. */
  const start = async (path: string, url: string, vars: Record<string, string>) => {
    const starting = startWorker({
      config: path,
      bindings: Object.fromEntries(
        Object.entries(vars).map(([name, value]) => [name, { type: 'plain_text', value }]),
      ),
      dev: {
        server: { hostname: '127.0.0.1', port: Number(new URL(url).port || 80) },
        inspector: false,
        watch: true,
        logLevel: 'warn',
        // Otherwise a `routes` entry would change the host of every request.
        inferOriginFromRoutes: false,
        structuredLogsHandler: printLog,
      },
    })
    const worker = await starting.catch((error: Error) => {
      const { message } = error.cause instanceof Error ? error.cause : error
      throw new Complaint(`${path} does not start: ${message}`)
    })
    await worker.ready
    // The first request compiles the worker; better now than in front of the developer.
    await fetch(url, { redirect: 'manual' })
  }

  if (usesSimulator) {
    await start(join(ROOT, 'simulator/wrangler.toml'), simulatorUrl, {
      SIMULATOR_APP_ORIGIN: origin,
      SIMULATOR_CLIENT_ID: secrets.client.id,
      SIMULATOR_CLIENT_SECRET: secrets.client.secret,
      SIMULATOR_WEBHOOK_URL: `${origin}/auth/webhooks`,
      SIMULATOR_WEBHOOK_SECRET: secrets.webhookSecret || DEVELOPMENT_WEBHOOK_SECRET,
    })
  }
  await start(config, origin, {
    ...(usesSimulator && environmentUrl !== simulatorUrl && { SCALEKIT_ENVIRONMENT_URL: simulatorUrl }),
    ...(usesSimulator &&
      secrets.webhookSecret === undefined && { SCALEKIT_WEBHOOK_SECRET: DEVELOPMENT_WEBHOOK_SECRET }),
    ...(secrets.development === undefined && { GATEHOUSE_DEVELOPMENT: '1' }),
  })
  if (hasIpv6) await forwardIpv6(port)
  endWithSignals()

  console.log(
    usesSimulator
      ? welcome(origin, simulatorUrl)
      : `\n  Gatehouse  ${origin}/\n  Scalekit   ${environmentUrl} (from .dev.vars), so the simulator is not running\n`,
  )
}

/** What a worker logs is shown as it is; its level only where it is a warning or an error. */
function printLog({ level, message }: { readonly level: string; readonly message: string }): void {
  console.log(level === 'warn' || level === 'error' ? `${level}: ${message}` : message)
}

const welcome = (origin: string, simulatorUrl: string) => `
  Gatehouse           ${origin}/
  Scalekit simulator  ${simulatorUrl}/

  Open ${origin}/team/ and sign in as anyone@example.com.
  ${origin}/acme/ is for Acme only: sign in as jane@acme.example.
  The page where you sign in also starts a login from the identity provider and sends any of Scalekit's errors.
  The simulator's home page lists its organizations, connections and users.
  ${simulatorUrl}/operator deactivates users, disables connections and ends sessions, and sends the webhooks.

  Ctrl-C ends both.
`

function parseOptions(): Options | undefined {
  const { values } = (() => {
    try {
      return parseArgs({
        options: {
          help: { type: 'boolean', short: 'h' },
          port: { type: 'string', default: '8787' },
          'simulator-port': { type: 'string', default: '8788' },
          config: { type: 'string', default: join(ROOT, 'wrangler.toml') },
        },
      })
    } catch (error) {
      throw new Complaint(`${error instanceof Error ? error.message : error}\n\n${HELP}`)
    }
  })()
  if (values.help) return undefined
  const port = parsePort(values.port, '--port')
  const simulatorPort = parsePort(values['simulator-port'], '--simulator-port')
  if (port === simulatorPort) throw new Complaint('--port and --simulator-port must differ.')
  return { port, simulatorPort, config: resolve(values.config) }
}

function parsePort(text: string, option: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Complaint(`${option} must be a port number from 1 to 65535, not "${text}".`)
  }
  return port
}

async function requireFreePort(port: number, option: string, alsoIpv6: boolean): Promise<void> {
  const hosts = alsoIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']
  for (const host of hosts) {
    // Some systems let two programs listen on one port, one of them for all addresses: so ask as well.
    if (!(await canConnect(port, host)) && (await canListen(port, host))) continue
    throw new Complaint(
      `Port ${port} on ${host} is taken, probably by another "npm run dev" or "wrangler dev". End that one ` +
        `(\`lsof -i :${port}\` names it), or choose another port: npm run dev -- ${option} ${port + 10}`,
    )
  }
}

const canListen = (port: number, host: string) =>
  new Promise<boolean>((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => done(true)))
  })

const canConnect = (port: number, host: string) =>
  new Promise<boolean>((done) => {
    const socket = connect({ port, host })
    socket.once('error', () => done(false))
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
  })

/**
 * workerd listens on one address only, and `localhost` is ::1 for some programs and 127.0.0.1 for others. Listening on
 * all addresses would open the site to the network.
 */
const forwardIpv6 = (port: number) =>
  new Promise<Server>((done, fail) => {
    const server = createServer((incoming) => {
      const outgoing = connect({ port, host: '127.0.0.1' })
      incoming.on('error', () => outgoing.destroy())
      outgoing.on('error', () => incoming.destroy())
      incoming.pipe(outgoing).pipe(incoming)
    })
    server.once('error', fail)
    server.listen({ port, host: '::1' }, () => done(server))
  })

/**
 * Leaving is enough: Wrangler kills its workers when the process exits. Waiting for `dispose()` instead would have it
 * restart workers that the same Ctrl-C has ended. Its own handlers would report the signal as a failure.
 */
function endWithSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal)
    process.on(signal, () => process.exit(0))
  }
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Complaint ? error.message : error)
  process.exit(1)
}

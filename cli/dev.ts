import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { DEVELOPMENT_WEBHOOK_SECRET } from '../simulator/client.ts'
import { type DevelopmentSecrets, ensureDevelopmentSecrets } from '../simulator/development-secrets.ts'
import { isLocalHost } from '../src/base/local-host.ts'
import { DEFAULT_BASE_PATH, type GatehouseConfig } from '../src/config.ts'
import { isPublicUrl, PUBLIC_URL_FORM } from '../src/policy/canonical-url.ts'
import { compileSites, findSite } from '../src/policy/site-directory.ts'
import { startDevWorker } from './dev/dev-worker.ts'
import { endWithFolders, endWithNpm, endWithSignals } from './dev/ending.ts'
import { environmentFor, startSimulator, variablesFor } from './dev/environment.ts'
import { checkAtStart, problemsNow, readFilesNow } from './dev/files-now.ts'
import { forwardIpv6, hasIpv6, requireFreePort } from './dev/ports.ts'
import { sitesHere } from './dev/sites-here.ts'
import { answerAt, Standing } from './dev/standing.ts'
import { StandingOfFiles } from './dev/standing-of-files.ts'
import { welcome } from './dev/welcome.ts'
import { servedToEverybody } from './dev/worker-first.ts'
import { findWranglerFile } from './files/find-files.ts'
import { loadConfig } from './load-config.ts'
import type { SharedOptions } from './program.ts'
import type { SimulatorSource } from './simulator-source.ts'
import { complain, progress, reserveStandardOutput, withoutColours } from './terminal.ts'
import { examples, parseFile, wrongUsage } from './usage.ts'
import { importEsbuild, importQuietWrangler } from './wrangler/installed-wrangler.ts'
import { oldNode, readWranglerPackage } from './wrangler/versions.ts'
import type { WorkerFile } from './wrangler/worker-file.ts'

interface Options extends SharedOptions {
  readonly port: number
  readonly simulatorPort: number
  /** Wrangler files, absolute. */
  readonly with: readonly string[]
  /** An origin. */
  readonly publicUrl?: string
}

export function addDev(program: Command, simulator: SimulatorSource): void {
  program
    .command('dev')
    .description(
      'runs the Worker of this folder with a simulated Scalekit environment, and reloads on changes',
    )
    .option('--port <number>', 'where the Worker listens on localhost', parsePort, 8787)
    .option('--simulator-port <number>', 'where the simulator listens on 127.0.0.1', parsePort, 8788)
    .option(
      '--with <wrangler file>',
      'a Worker that starts along: one that this one binds, or that binds it and stands in front; may be repeated',
      (path: string, others: readonly string[]) => [...others, parseFile(path)],
      [],
    )
    .option('--public-url <url>', 'https://host of a tunnel that leads here', parsePublicUrl)
    .addHelpText('after', examples('npx gatehouse dev', 'npx gatehouse dev --with ../api/wrangler.toml'))
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      if (options.port === options.simulatorPort) {
        wrongUsage(command, '--port and --simulator-port must differ.')
      }
      await dev(options, simulator)
    })
}

function parsePort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw new InvalidArgumentError('It must be a port number from 1 to 65535.')
}

function parsePublicUrl(text: string): string {
  if (!isPublicUrl(text)) throw new InvalidArgumentError(`It ${PUBLIC_URL_FORM}.`)
  return new URL(text).origin
}

async function dev(options: Options, source: SimulatorSource): Promise<void> {
  const { port, config: configFile, json } = options
  const file = findWranglerFile(configFile)
  withoutColours()
  const printJson = json ? reserveStandardOutput() : undefined
  const folder = dirname(file)
  const withIpv6 = await hasIpv6()
  await requireFreePort(port, otherPorts(options), withIpv6)
  progress('Looking at the Worker …')
  const old = oldNode(process.versions.node, readWranglerPackage(folder))
  if (old !== undefined) complain(`${old.found} ${old.remedy}`)
  const wrangler = await importQuietWrangler(folder)
  const esbuild = await importEsbuild(folder)
  try {
    await startTogether(options, source, { file, folder, wrangler, esbuild, withIpv6, printJson })
  } catch (error) {
    // Its process may outlive this one otherwise, and hold on to what ours writes to.
    await esbuild.stop()
    throw error
  }
}

interface Tools {
  /** The wrangler file, and the folder that it is in. */
  readonly file: string
  readonly folder: string
  readonly wrangler: Awaited<ReturnType<typeof importQuietWrangler>>
  readonly esbuild: Awaited<ReturnType<typeof importEsbuild>>
  readonly withIpv6: boolean
  readonly printJson: ReturnType<typeof reserveStandardOutput> | undefined
}

async function startTogether(
  options: Options,
  source: SimulatorSource,
  { file, folder, wrangler, esbuild, withIpv6, printJson }: Tools,
): Promise<void> {
  const { port, publicUrl } = options
  const run = { wrangler, esbuild, file, with: options.with, publicUrl }
  const files = await readFilesNow(run)
  const { own, others, front, config } = files
  const wrong = await checkAtStart(run, files)

  const devVars = join(folder, '.dev.vars')
  const secrets = await readSecrets(devVars)
  const environment = environmentFor(secrets, options.simulatorPort)
  const local = new URL(`http://localhost:${port}`)
  const gatehouse = publicUrl ?? entranceOf(config, local)
  if (environment.isSimulated) {
    await requireFreePort(options.simulatorPort, otherPorts(options), false)
    progress('Starting the simulator …')
    await startSimulator(source, options.simulatorPort, {
      SIMULATOR_APP_ORIGIN: originsWithLogins(config, local, publicUrl).join(' '),
      SIMULATOR_SITES: JSON.stringify(sitesHere(config, gatehouse, port)),
      SIMULATOR_APP_BASE_PATH: config?.basePath ?? DEFAULT_BASE_PATH,
      SIMULATOR_WEBHOOK_SECRET: secrets.webhookSecret || DEVELOPMENT_WEBHOOK_SECRET,
    })
  }

  progress(others.length === 0 ? 'Starting the Worker …' : 'Starting the Workers …')
  const registry = others.length === 0 ? undefined : temporaryFolder()
  const vars = async () => variablesFor(await readSecrets(devVars), environment, publicUrl)
  const starting = [own, ...others].map((worker) =>
    startDevWorker(wrangler, worker, {
      port: worker === front ? port : 0,
      registry,
      ...(worker === own && { vars }),
      ...((worker === own || worker === front) && { mayServe: mayServe(worker, folder) }),
    }),
  )
  // A Worker that cannot be built is waited for, and Ctrl-C has to end that too.
  endWithSignals(esbuild)
  endWithNpm(esbuild)
  endWithFolders(esbuild, [process.cwd(), ...[own, ...others].map((worker) => worker.folder)])
  const workers = await Promise.all(starting)
  await Promise.all(workers.map(({ loaded }) => loaded))
  const { host, hostname } = new URL(gatehouse)
  const standing = new Standing({
    file: own,
    hostname,
    answer: () => answerAt(port, host),
    hasSitesInKv: async () => (await loadConfig(folder, true).catch(() => undefined))?.sitesInKv === true,
    forgetProblems: () => workers.forEach(({ forgetProblems }) => void forgetProblems()),
  })
  // A first request compiles the Worker too: better now than in front of the developer.
  const problems = await Promise.race([standing.look(), ...workers.map(({ failed }) => failed)])
  const standingOfFiles = new StandingOfFiles(() => problemsNow(run), wrong)
  for (const { keep } of workers)
    keep((isNew) => {
      standing.lookSoon()
      if (isNew) standingOfFiles.lookSoon()
    })
  if (withIpv6) await forwardIpv6(port)
  endWithSignals(esbuild)

  const { url: scalekit, isSimulated } = environment
  if (printJson !== undefined)
    printJson({ gatehouse, scalekit, simulator: isSimulated, problems: [...problems, ...wrong] })
  else
    console.log(welcome({ gatehouse, port, scalekit, usesSimulator: isSimulated, config, problems, wrong }))
}

/** Whether static files that are served before the Worker is asked are public by the configuration as it is now. */
const mayServe =
  ({ label }: WorkerFile, folder: string) =>
  async (assets: NonNullable<WorkerFile['config']['assets']>): Promise<boolean> =>
    servedToEverybody(assets, label, await loadConfig(folder).catch(() => undefined)) === undefined

/** What holds on to one of them holds on to the other one as well. */
const otherPorts = ({ port, simulatorPort }: Options) =>
  `--port ${port + 10} --simulator-port ${simulatorPort + 10}`

async function readSecrets(devVars: string): Promise<DevelopmentSecrets> {
  const secrets = await ensureDevelopmentSecrets(devVars)
  if (secrets.created) progress('Wrote .dev.vars: new secrets for this machine, readable by you only.')
  if (secrets.missing.length > 0) complain(`.dev.vars does not set ${secrets.missing.join(', ')}.`)
  return secrets
}

/** Whether the configuration has a site under the plain name of this machine; one with problems may well have. */
const hasPlainSite = (config: GatehouseConfig | undefined, { hostname }: URL): boolean =>
  config === undefined || findSite(compileSites(config), hostname) !== undefined

/** Where a developer goes in: at `localhost`, or else at the first site that is on this machine. */
function entranceOf(config: GatehouseConfig | undefined, local: URL): string {
  if (hasPlainSite(config, local)) return local.origin
  const { sites = {}, loginHost = local.hostname } = config ?? {}
  const [first = loginHost] = Object.keys(sites).filter((host) => isLocalHost(host) && !host.startsWith('*'))
  return isLocalHost(first) ? `${local.protocol}//${first}:${local.port}` : local.origin
}

/** Where Scalekit sends browsers back to; webhooks, and logins that start at the identity provider, go to the first. */
function originsWithLogins(
  config: GatehouseConfig | undefined,
  local: URL,
  publicUrl: string | undefined,
): string[] {
  const { loginHost = local.hostname } = config ?? {}
  const atLoginHost = isLocalHost(loginHost) ? [`${local.protocol}//${loginHost}:${local.port}`] : []
  const plain = hasPlainSite(config, local) ? [local.origin, ...atLoginHost] : [...atLoginHost, local.origin]
  return [...new Set([...(publicUrl === undefined ? [] : [publicUrl]), ...plain])]
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-workers-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

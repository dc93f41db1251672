import { dirname, relative, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Message } from 'esbuild'
import { Complaint } from '../complaint.ts'
import { describeMessage } from '../load-config.ts'
import { complain, progress } from '../terminal.ts'
import type { WorkerFile } from '../wrangler/worker-file.ts'
import { ignoreGivenUpBuilds } from './given-up-builds.ts'
import { onceChanged, watchFile } from './watch-file.ts'
import { workerLog } from './worker-log.ts'

type Wrangler = typeof import('wrangler')

export interface DevWorkerOptions {
  /** 0: one that is free. */
  readonly port: number
  /** The folder in which the Workers of one run find each other. */
  readonly registry: string | undefined
  /** Variables beside those of the wrangler file and `.dev.vars`; asked for again when the latter changes. */
  readonly vars?: () => Promise<Readonly<Record<string, string>>>
}

/** What Wrangler reports when a Worker cannot be built, or does not run. */
interface Failure {
  readonly message?: string
  readonly cause?: unknown
}

/** A Worker that starts. */
export interface DevWorker {
  /** It has been built and runs. Rejects with a {@link Complaint} where that fails. */
  readonly loaded: Promise<void>
  /** Only ever rejects, with what keeps it from starting. */
  readonly failed: Promise<never>
  /** From now on what goes wrong is said, and is no reason to end. */
  readonly keep: () => void
}

/**
 * Starts a Worker on 127.0.0.1 and reloads it when its code, its wrangler file or its `.dev.vars` change. While a change does not work,
 * the version before it goes on.
 *
 * @throws {Complaint} where it does not start
 */
export async function startDevWorker(
  { unstable_startWorker: startWorker }: Wrangler,
  file: WorkerFile,
  { port, registry, vars = async () => ({}) }: DevWorkerOptions,
): Promise<DevWorker> {
  const show = workerLog()
  let isKept = false
  let working: object | undefined
  /** A change of `.dev.vars` is on its way to the Worker. */
  let awaitsVariables = false
  /** What the runtime said last before it gave up. */
  let lastError: string | undefined
  let fail: (complaint: Complaint) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  // Whoever waits for it hears of it, and nobody does once it runs.
  failed.catch(() => {})

  /** Wrangler may report what the runtime said before anybody listens. */
  const giveUpUnlessLoaded = async () => {
    await setTimeout(REPORTED_WITHIN_MS, undefined, { ref: false })
    if (working === undefined && lastError !== undefined)
      fail(new Complaint(...problemsOf(file, {}, lastError)))
  }

  const options = async () => ({
    config: file.file,
    bindings: plainText(await vars()),
    dev: {
      server: { hostname: '127.0.0.1', port },
      inspector: false as const,
      watch: true,
      logLevel: 'warn' as const,
      // Otherwise a `routes` entry would change the host of every request.
      inferOriginFromRoutes: false,
      ...(registry !== undefined && { registry }),
      structuredLogsHandler: (line: { readonly level: string; readonly message: string }) => {
        if (line.level === 'error' && OF_THE_RUNTIME.test(line.message)) {
          lastError = line.message
          void giveUpUnlessLoaded()
        } else if (lastError === undefined) show(line)
      },
    },
  })
  const worker = await startWorker(await options()).catch((error: Error) => {
    throw new Complaint(`${file.label} does not start: ${inWords(error)}`)
  })

  const { raw } = worker
  ignoreGivenUpBuilds(raw, file.folder)
  const reloaded = new Promise<void>((done) => {
    raw.on('reloadComplete', (event: object) => {
      working = event
      if (awaitsVariables) progress('The Worker has loaded it.')
      awaitsVariables = false
      lastError = undefined
      done()
    })
  })
  const report = (isBuild: boolean) => (failure: Failure) => {
    awaitsVariables = false
    const problems = problemsOf(file, failure, lastError)
    fail(new Complaint(...problems))
    if (!isKept) return
    // Wrangler shows what cannot be built, with the lines.
    if (!isBuild) problems.forEach(complain)
    if (isBuild) rebuildOnChange(failure)
    if (working === undefined) return
    progress('What ran before goes on.')
    raw.dispatch({ ...working, type: 'bundleComplete' } as Parameters<typeof raw.dispatch>[0])
  }

  const reload = async () => void (await worker.setConfig(await options()))
  /** Wrangler gives up watching where the first build after a change of `.dev.vars` or the wrangler file fails. */
  const rebuildOnChange = ({ cause }: Failure) => {
    if (!(cause instanceof Error) || !cause.message.startsWith('Initial build failed')) return
    const { errors = [] } = cause as { readonly errors?: readonly Message[] }
    const files = errors.flatMap(({ location }) =>
      location === null ? [] : [resolve(file.folder, location.file)],
    )
    onceChanged([file.main, ...files].map(dirname), reload)
  }
  raw.on('error', report(false))
  raw.on('buildFailed', report(true))
  watchFile(file.folder, '.dev.vars', async () => {
    progress('.dev.vars changed …')
    awaitsVariables = true
    await reload()
  })
  const keep = () => {
    isKept = true
  }
  // Not every version of Wrangler says that it has loaded.
  const loaded = Promise.race([
    worker.ready.then(() => Promise.race([reloaded, setTimeout(LOADING_MS)])),
    failed,
  ])
  return { loaded, failed, keep }
}

const LOADING_MS = 10_000
/** Wrangler tells of what the runtime said within a moment; after this it has told nobody. */
const REPORTED_WITHIN_MS = 5000

/** Lines of workerd about the services that it was told to run. */
const OF_THE_RUNTIME = /^(service|Worker) "?core:/

function problemsOf(
  { folder, main, label }: WorkerFile,
  { message, cause }: Failure,
  lastError: string | undefined,
): readonly string[] {
  const { errors } = (cause ?? {}) as { readonly errors?: readonly Message[] }
  if (errors !== undefined) return errors.map(describeMessage)
  const [line = ''] = (lastError ?? '').split('\n')
  const [, uncaught] = /^service core:user:.*?: Uncaught (.*)/.exec(line) ?? []
  if (uncaught !== undefined) return [`${relative(folder, main)} fails as it loads: ${uncaught}`]
  const reason = line.replaceAll('core:user:', '') || message || inWords(cause)
  return [`${label} does not start: ${reason}`]
}

function inWords(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown }
  if (cause instanceof Error) return inWords(cause)
  return error instanceof Error ? error.message : String(error)
}

const plainText = (vars: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(vars).map(([name, value]) => [name, { type: 'plain_text' as const, value }]),
  )

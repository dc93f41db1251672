import { basename, dirname, relative, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Message } from 'esbuild'
import { Complaint } from '../complaint.ts'
import { describeMessage } from '../load-config.ts'
import { complain, progress } from '../terminal.ts'
import { withCure } from '../wrangler/versions.ts'
import type { WorkerFile } from '../wrangler/worker-file.ts'
import { ignoreGivenUpBuilds } from './given-up-builds.ts'
import { onceChanged, watchFile } from './watch-file.ts'
import { askWorkerFirst } from './worker-asked-first.ts'
import { WorkerLog } from './worker-log.ts'

type Wrangler = typeof import('wrangler')

export interface DevWorkerOptions {
  /** 0: one that is free. */
  readonly port: number
  /** The folder in which the Workers of one run find each other. */
  readonly registry: string | undefined
  /** Variables beside those of the wrangler file and `.dev.vars`; asked for again when the latter changes. */
  readonly vars?: () => Promise<Readonly<Record<string, string>>>
  /** Whether static files may be served before the Worker is asked; without it they always may. */
  readonly mayServe?: (assets: NonNullable<WorkerFile['config']['assets']>) => Promise<boolean>
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
  /** From now on what goes wrong is said, and is no reason to end. @param reloaded is told of each version that runs, and whether it never ran before */
  readonly keep: (reloaded: (isNew: boolean) => void) => void
  /** What keeps people out is said again where it comes back. */
  readonly forgetProblems: () => void
}

/**
 * Starts a Worker on 127.0.0.1 and reloads it when its code, its wrangler file or its `.dev.vars` change. While a change does not work,
 * the version before it goes on.
 *
 * @throws {Complaint} where it does not start
 */
export async function startDevWorker(
  wrangler: Wrangler,
  file: WorkerFile,
  options: DevWorkerOptions,
): Promise<DevWorker> {
  const run = new Run(file)
  const settings = () => settingsOf(file, options, (line) => run.hear(line))
  const worker = await wrangler.unstable_startWorker(await settings()).catch((error: Error) => {
    throw new Complaint(`${file.label} does not start: ${withCure(inWords(error))}`)
  })
  const reload = async () => void (await worker.setConfig(await settings()))

  const { raw } = worker
  // The nearest to the runtime: nothing that it runs goes past it.
  if (options.mayServe !== undefined) askWorkerFirst(raw, options.mayServe)
  ignoreGivenUpBuilds(raw, file.folder)
  const reloaded = new Promise<void>((done) => {
    raw.on('reloadComplete', (event: Loaded) => {
      run.loads(event)
      done()
    })
  })
  const goOnBefore = () => {
    if (run.working === undefined) return
    progress('What ran before goes on.')
    raw.dispatch({ ...run.working, type: 'bundleComplete' } as Parameters<typeof raw.dispatch>[0])
  }
  raw.on('error', (failure: Failure) => {
    const problems = run.fails(failure)
    if (!run.isKept) return
    problems.forEach(complain)
    goOnBefore()
  })
  raw.on('buildFailed', (failure: Failure) => {
    run.fails(failure)
    if (!run.isKept) return
    // Wrangler shows what cannot be built, with the lines.
    rebuildOnChange(file, failure, reload)
    goOnBefore()
  })
  // Wrangler may read the file before it is written whole, and loses sight of it where another is put in its place, as git and editors do.
  watchFile(file.folder, basename(file.file), reload)
  watchFile(file.folder, '.dev.vars', async () => {
    progress('.dev.vars changed …')
    run.awaitsVariables = true
    await reload()
  })
  // Not every version of Wrangler says that it has loaded.
  const loaded = Promise.race([
    worker.ready.then(() => Promise.race([reloaded, setTimeout(LOADING_MS)])),
    run.failed,
  ])
  return {
    loaded,
    failed: run.failed,
    keep: (listener) => {
      run.isKept = true
      run.reloaded = listener
    },
    forgetProblems: () => run.log.forgetProblems(),
  }
}

interface Line {
  readonly level: string
  readonly message: string
}

/** A version that runs, as it is announced. */
interface Loaded {
  readonly bundle?: object
}

/** What is known of a Worker from its start on. */
class Run {
  isKept = false
  readonly log: WorkerLog
  /** How the version was announced that runs. */
  working: Loaded | undefined
  reloaded: (isNew: boolean) => void = () => {}
  /** A change of `.dev.vars` is on its way to the Worker. */
  awaitsVariables = false
  readonly failed: Promise<never>
  #fail: (complaint: Complaint) => void = () => {}
  /** What the runtime said last before it gave up. */
  #lastError: string | undefined
  readonly #file: WorkerFile

  constructor(file: WorkerFile) {
    this.#file = file
    this.log = new WorkerLog(file)
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject
    })
    // Whoever waits for it hears of it, and nobody does once it runs.
    this.failed.catch(() => {})
  }

  hear(line: Line): void {
    if (line.level === 'error' && OF_THE_RUNTIME.test(line.message)) {
      this.#lastError = line.message
      void this.#giveUpUnlessLoaded()
    } else if (this.#lastError === undefined) this.log.show(line)
  }

  loads(event: Loaded): void {
    const isNew = event.bundle !== this.working?.bundle
    this.working = event
    if (this.awaitsVariables) progress('The Worker has loaded it.')
    this.awaitsVariables = false
    this.#lastError = undefined
    this.reloaded(isNew)
  }

  /** @returns why, in sentences */
  fails(failure: Failure): readonly string[] {
    this.awaitsVariables = false
    const problems = problemsOf(this.#file, failure, this.#lastError)
    this.#fail(new Complaint(...problems))
    return problems
  }

  /** Wrangler may report what the runtime said before anybody listens. */
  async #giveUpUnlessLoaded(): Promise<void> {
    await setTimeout(REPORTED_WITHIN_MS, undefined, { ref: false })
    if (this.working === undefined && this.#lastError !== undefined)
      this.#fail(new Complaint(...problemsOf(this.#file, {}, this.#lastError)))
  }
}

async function settingsOf(
  { file }: WorkerFile,
  { port, registry, vars }: DevWorkerOptions,
  hear: (line: Line) => void,
) {
  return {
    config: file,
    bindings: plainText((await vars?.()) ?? {}),
    dev: {
      server: { hostname: '127.0.0.1', port },
      inspector: false as const,
      watch: true,
      logLevel: 'warn' as const,
      // Otherwise a `routes` entry would change the host of every request.
      inferOriginFromRoutes: false,
      ...(registry !== undefined && { registry }),
      structuredLogsHandler: hear,
    },
  }
}

/** Wrangler gives up watching where the first build after a change of `.dev.vars` or the wrangler file fails. */
function rebuildOnChange(
  { folder, main }: WorkerFile,
  { cause }: Failure,
  rebuild: () => Promise<void>,
): void {
  if (!(cause instanceof Error) || !cause.message.startsWith('Initial build failed')) return
  const { errors = [] } = cause as { readonly errors?: readonly Message[] }
  const files = errors.flatMap(({ location }) => (location === null ? [] : [resolve(folder, location.file)]))
  onceChanged([main, ...files].map(dirname), rebuild)
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
  return [`${label} does not start: ${withCure(reason)}`]
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

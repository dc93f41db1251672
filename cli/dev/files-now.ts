import { dirname, join, relative } from 'node:path'
import { isLocalHost } from '../../src/base/local-host.ts'
import type { GatehouseConfig } from '../../src/config.ts'
import { Complaint } from '../complaint.ts'
import { judgeGate, readGate } from '../doctor/wrangler/gate-first.ts'
import { IGNORE_FILE, publishedBy } from '../files/published-by.ts'
import { loadConfig } from '../load-config.ts'
import { checkCompatibilityDate, checkExports, checkTogether, modulesOf } from '../wrangler/check-worker.ts'
import { boundWorkers, readWorkerFile, type WorkerFile } from '../wrangler/worker-file.ts'
import { requireWorkerFirst } from './worker-first.ts'

/** What is started, as the command line names it. */
export interface Run {
  readonly wrangler: typeof import('wrangler')
  readonly esbuild: typeof import('esbuild')
  /** The wrangler file, absolute. */
  readonly file: string
  /** Of Workers that start along. */
  readonly with: readonly string[]
  /** An origin. */
  readonly publicUrl: string | undefined
}

/** The files of a run, as they are now. */
export interface FilesNow {
  readonly own: WorkerFile
  readonly others: readonly WorkerFile[]
  /** The one that has the requests. */
  readonly front: WorkerFile
  /** Where there is a valid one: problems of it are the Worker's to report. */
  readonly config: GatehouseConfig | undefined
}

/** @throws {Complaint} where a wrangler file cannot be read */
export async function readFilesNow({ wrangler, file, with: along }: Run): Promise<FilesNow> {
  const own = readWorkerFile(wrangler, file)
  const others = along.map((each) => readWorkerFile(wrangler, each))
  const front = others.find((other) => standsInFront(other, own)) ?? own
  return { own, others, front, config: await loadConfig(dirname(file)).catch(() => undefined) }
}

/**
 * @returns what is wrong although it starts, in sentences
 * @throws {Complaint} with what keeps it from starting
 */
export async function checkAtStart(run: Run, files: FilesNow): Promise<readonly string[]> {
  const { own, others, front, config } = files
  checkTogether([own, ...others])
  for (const worker of new Set([own, front])) requireWorkerFirst(worker, config)
  const gate: string[] = []
  for (const worker of [own, ...others]) gate.push(...(await checkModules(run, worker, config)))
  return [...gate, ...publishedSecrets(own), ...loginHostProblems(config, run.publicUrl)]
}

/**
 * All that {@link checkAtStart} finds, in files that have changed since. What cannot be built, Wrangler shows, and a configuration with
 * problems has no word about what is public: its Worker lets nobody in.
 */
export async function problemsNow(run: Run): Promise<readonly string[]> {
  const read = await noting(() => readFilesNow(run))
  if (read.value === undefined) return read.problems
  const { own, others, front, config } = read.value
  const problems = (await noting(() => checkTogether([own, ...others]))).problems
  for (const worker of new Set([own, front])) {
    if (config === undefined && Array.isArray(worker.config.assets?.run_worker_first)) continue
    const found = await noting(() => requireWorkerFirst(worker, config))
    problems.push(...found.problems.map((problem) => `${problem}\n${ASKED_FIRST}`))
  }
  for (const worker of [own, ...others]) {
    const { value = [], problems: found } = await noting(() => checkModules(run, worker, config))
    problems.push(...value, ...found)
  }
  return [...problems, ...publishedSecrets(own), ...loginHostProblems(config, run.publicUrl)]
}

const ASKED_FIRST =
  'Until then this gatehouse dev asks the Worker first all the same; what is deployed would not.'

/** What a check gives, or what it complains of. */
async function noting<T>(check: () => T | Promise<T>): Promise<{ value: T | undefined; problems: string[] }> {
  try {
    return { value: await check(), problems: [] }
  } catch (error) {
    if (error instanceof Complaint) return { value: undefined, problems: [...error.problems] }
    throw error
  }
}

/** @returns where the gate of a Hono app stands, if that opens something */
async function checkModules(
  { esbuild }: Run,
  worker: WorkerFile,
  config: GatehouseConfig | undefined,
): Promise<readonly string[]> {
  checkCompatibilityDate(worker)
  const modules = await modulesOf(esbuild, worker.folder, worker.main)
  checkExports(worker, modules)
  const gate =
    modules === undefined || modules === 'unknown' ? undefined : await readGate(modules, worker.folder)
  if (gate === undefined) return []
  return judgeGate(gate, relative(process.cwd(), gate.file), config).flatMap((finding) =>
    finding.status === 'problem' ? [`${finding.found} ${finding.why} ${finding.remedy}`] : [],
  )
}

/** Where the secrets of this machine are among the static files. */
function publishedSecrets({ folder, file }: WorkerFile): string[] {
  const published = publishedBy(join(folder, DEV_VARS), file)
  if (published === undefined) return []
  return [
    `${DEV_VARS} is in ${published.folder}, whose files are published by ${published.label}: ` +
      `write ${DEV_VARS}* into ${IGNORE_FILE} there. npx gatehouse doctor --fix does it.`,
  ]
}

const DEV_VARS = '.dev.vars'

/** Sites whose login host no browser finds from here. */
function loginHostProblems(config: GatehouseConfig | undefined, publicUrl: string | undefined): string[] {
  const { loginHost, sites = {} } = config ?? {}
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).hostname
  if (loginHost === undefined || loginHost === publicHost) return []
  const hosts = Object.keys(sites).filter((host) => host !== loginHost && sites[host]?.loginHost !== false)
  const isLost = isLocalHost(loginHost)
    ? (host: string) => host === publicHost
    : (host: string) => host === publicHost || isLocalHost(host)
  return hosts
    .filter(isLost)
    .map(
      (host) =>
        `People sign in for ${host} at ${loginHost}, which does not lead here: ` +
        `write loginHost: false in that site, or call the login host ${host === publicHost ? host : 'login.localhost'}, while you develop.`,
    )
}

/** It has the requests and asks `own` about them, as examples/worker does; what `own` asks is no front of it. */
function standsInFront(other: WorkerFile, own: WorkerFile): boolean {
  const isBound = ({ config: { name = '' } }: WorkerFile, by: WorkerFile) => boundWorkers(by).has(name)
  return isBound(own, other) && !isBound(other, own)
}

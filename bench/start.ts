import { bundle, bundleAsDeployed, gzippedBytes } from './bundle.ts'
import { CONTESTANTS, type Contestant } from './contestants.ts'
import { WEB_APIS_ONLY } from './gatehouse.ts'
import { get } from './http.ts'
import { BROWSER_HEADERS, PAGE_PATH } from './page.ts'
import { progress } from './progress.ts'
import type { Start } from './record.ts'
import { inTurn, ratio, summarize, summarizePairs } from './statistics.ts'
import { prepareWorkerd, serve, startWorkerd } from './workerd.ts'
import { COMPATIBILITY_DATE } from './workerd-config.ts'

interface Starter {
  readonly name: string
  readonly code: string
  readonly flags: readonly string[]
  readonly config: string
  readonly headers: Readonly<Record<string, string>>
  readonly isolate: number[]
  readonly process: number[]
}

const BASELINE = 'bare Hono Worker'

/** Who is started: everybody that is a Worker, each of them once. */
const STARTERS = CONTESTANTS.filter(
  ({ id }) => !['static', 'gatehouse-untouched', 'gatehouse-strict'].includes(id),
)

/**
 * Measures the start in two ways: a new isolate in a process that runs already, which is what happens on Cloudflare's
 * network; and a whole process until it has answered with the page for the first time.
 */
export async function measureStart(rounds: number): Promise<Start> {
  const starters: Starter[] = []
  for (const contestant of STARTERS) starters.push(await prepare(contestant))
  const empty = await bundle('bench/workers/empty.ts')
  starters.unshift({
    ...(starters[0] as Starter),
    name: 'empty Worker',
    code: empty,
    isolate: [],
    process: [],
  })

  const loader = await serve({
    files: { 'start.js': await bundle('bench/workers/start.ts') },
    entry: 'start',
    services: [
      {
        name: 'start',
        modules: ['start.js'],
        bindings: {
          LOADER: { workerLoader: 'starters' },
          WORKERS: { json: Object.fromEntries(starters.map(({ name, code }) => [name, code])) },
          COMPATIBILITY_DATE: { text: COMPATIBILITY_DATE },
        },
      },
    ],
  })
  try {
    for (let round = -1; round < rounds; round += 1) {
      progress(round < 0 ? 'start: warming up' : `start: round ${round + 1} of ${rounds}`)
      for (const starter of inTurn(starters, round + 1)) {
        const isolate = await startIsolate(loader.origin, starter)
        const whole = await startProcess(starter)
        if (round < 0) continue
        starter.isolate.push(isolate)
        starter.process.push(whole)
      }
    }
  } finally {
    await loader.stop()
  }
  const baseline = starters.find(({ name }) => name === BASELINE)?.isolate ?? []
  return {
    rounds,
    workers: starters.map(({ name, code, isolate, process }) => ({
      name,
      bytes: code.length,
      gzippedBytes: gzippedBytes(code),
      isolate: summarize(isolate),
      isolateRatio: summarizePairs(isolate, baseline, ratio),
      process: summarize(process),
    })),
  }
}

async function prepare(contestant: Contestant): Promise<Starter> {
  const { served, signIn } = await contestant.prepare()
  const config = prepareWorkerd(served)
  // The keys are in the configuration, so the session outlives the process.
  const workerd = await startWorkerd(config)
  const session = await signIn(workerd.origin).finally(() => workerd.stop())
  const service = served.services.find(({ name }) => name === served.entry)
  return {
    name: contestant.name,
    // What is measured of Gatehouse here is the bundle that is deployed, with the configuration of this repository.
    code:
      contestant.id === 'gatehouse'
        ? await bundleAsDeployed('src/worker.ts')
        : (served.files[service !== undefined && 'modules' in service ? (service.modules[0] ?? '') : ''] ??
          ''),
    flags: service !== undefined && 'modules' in service ? (service.flags ?? []) : WEB_APIS_ONLY,
    config,
    headers: { ...BROWSER_HEADERS, ...session },
    isolate: [],
    process: [],
  }
}

async function startIsolate(origin: string, { name, flags }: Starter): Promise<number> {
  const query = new URLSearchParams([['name', name], ...flags.map((flag) => ['flag', flag])])
  const answer = await get(`${origin}/?${query}`, {})
  if (answer.status !== 200) throw new Error(`${name} did not start: ${answer.status} ${answer.body}`)
  return Number(answer.body)
}

async function startProcess({ name, config, headers }: Starter): Promise<number> {
  const before = performance.now()
  const workerd = await startWorkerd(config)
  const answer = await get(workerd.origin + PAGE_PATH, headers)
  const took = performance.now() - before
  await workerd.stop()
  if (answer.status !== 200) throw new Error(`${name} answered ${answer.status} at its start`)
  return took
}

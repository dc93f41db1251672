import { BASELINE, CONTESTANTS, type Contestant } from './contestants.ts'
import { cpuMicroseconds, instructionCounting } from './cpu.ts'
import { get } from './http.ts'
import type { Load, LoadGenerator } from './load/load.ts'
import type { Effort } from './options.ts'
import { BROWSER_HEADERS, PAGE, PAGE_PATH, siteFolder } from './page.ts'
import { progress } from './progress.ts'
import type { Contest, ContestantRecord, Figures, Proof } from './record.ts'
import { difference, ratio, rotated, summarize, summarizePairs } from './statistics.ts'
import { serve, type Workerd } from './workerd.ts'

interface Running {
  readonly contestant: Contestant
  readonly workerd: Workerd
  readonly session: Readonly<Record<string, string>>
  readonly proof: Proof
}

interface Round {
  readonly requestsPerSecond: number
  readonly p50: number | undefined
  readonly cpu: number
}

/**
 * Loads all contestants in turn, each in a process of its own, with the same page of the same folder. A round gives
 * everybody one turn, and every round begins with somebody else.
 */
export async function holdContest(
  generator: LoadGenerator,
  { rounds, secondsPerRound, secondsOfWarmUp, connections }: Effort['contest'],
): Promise<Contest> {
  const folder = siteFolder()
  const running: Running[] = []
  try {
    for (const contestant of CONTESTANTS) {
      progress(`contest: ${contestant.name}`)
      running.push(await introduce(contestant, folder))
    }
    const figures = new Map<string, Figures[]>()
    for (const count of connections) {
      progress(`contest: ${count} connections, warming up`)
      if (secondsOfWarmUp > 0) for (const each of running) await load(each, generator, count, secondsOfWarmUp)
      const turns = new Map<string, Round[]>(running.map(({ contestant }) => [contestant.id, []]))
      for (let round = 0; round < rounds; round += 1) {
        progress(`contest: ${count} connections, round ${round + 1} of ${rounds}`)
        for (const each of rotated(running, round)) {
          turns.get(each.contestant.id)?.push(await load(each, generator, count, secondsPerRound))
        }
      }
      const baseline = turns.get(BASELINE) ?? []
      for (const [id, own] of turns) {
        figures.set(id, [...(figures.get(id) ?? []), figuresOf(count, own, baseline)])
      }
    }
    return {
      loadGenerator: generator.name,
      rounds,
      secondsPerRound,
      pageBytes: PAGE.length,
      instructions: instructionCounting(),
      contestants: running.map((each) => record(each, figures.get(each.contestant.id) ?? [])),
    }
  } finally {
    for (const { workerd } of running) await workerd.stop()
  }
}

/** Starts a contestant, signs in, and sees whether it answers as it has to, with and without the session. */
async function introduce(contestant: Contestant, folder: string): Promise<Running> {
  const { served, signIn } = await contestant.prepare(folder)
  const workerd = await serve(served)
  const session = await signIn(workerd.origin)
  const url = workerd.origin + PAGE_PATH
  const page = await get(url, { ...BROWSER_HEADERS, ...session })
  const stranger = await get(url, { ...BROWSER_HEADERS, ...withoutCredentials(session) })
  const proof: Proof = {
    status: page.status,
    bodyIsPage: page.body.equals(PAGE),
    refusal: contestant.guards ? stranger.status : undefined,
  }
  const refused = !contestant.guards || stranger.status === 302 || stranger.status === 401
  if (proof.status !== 200 || !proof.bodyIsPage || !refused) {
    throw new Error(`${contestant.name} does not do what it is measured for: ${JSON.stringify(proof)}`)
  }
  return { contestant, workerd, session, proof }
}

const withoutCredentials = (session: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(session).filter(([name]) => name === 'Host'))

async function load(
  { contestant, workerd, session }: Running,
  generator: LoadGenerator,
  connections: number,
  seconds: number,
): Promise<Round> {
  const target = { url: workerd.origin + PAGE_PATH, headers: { ...BROWSER_HEADERS, ...session } }
  const before = cpuMicroseconds(workerd.pid)
  const seen: Load = await generator.run(target, connections, seconds)
  const cpu = cpuMicroseconds(workerd.pid) - before
  if (seen.failed > 0 || seen.requests === 0) {
    throw new Error(`${contestant.name} failed ${seen.failed} of ${seen.requests} requests`)
  }
  return {
    requestsPerSecond: seen.requests / seen.seconds,
    p50: seen.p50,
    cpu: cpu / seen.requests,
  }
}

function figuresOf(connections: number, own: readonly Round[], baseline: readonly Round[]): Figures {
  const all = (key: 'requestsPerSecond' | 'cpu', of = own) => of.map((round) => round[key])
  const times = own.map(({ p50 }) => p50).filter((time) => time !== undefined)
  return {
    connections,
    requestsPerSecond: summarize(all('requestsPerSecond')),
    p50: times.length === own.length ? summarize(times) : undefined,
    cpu: summarize(all('cpu')),
    throughputRatio: summarizePairs(all('requestsPerSecond'), all('requestsPerSecond', baseline), ratio),
    cpuAdded: summarizePairs(all('cpu'), all('cpu', baseline), difference),
  }
}

function record({ contestant, session, proof }: Running, figures: readonly Figures[]): ContestantRecord {
  const { id, name, does, configured, packages } = contestant
  return {
    id,
    name,
    does,
    configured,
    packages,
    proof,
    cookieBytes: session['Cookie']?.length ?? 0,
    figures,
  }
}

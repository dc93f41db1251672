import { BASELINE, CONTESTANTS, type Contestant, HONO, UNTOUCHED } from './contestants.ts'
import { cpuMicroseconds, instructionCounting } from './cpu.ts'
import { type Answer, get } from './http.ts'
import type { Load, LoadGenerator } from './load/load.ts'
import type { Effort } from './options.ts'
import { BROWSER_HEADERS, PAGE, PAGE_PATH } from './page.ts'
import { progress } from './progress.ts'
import type { Contest, ContestantRecord, Figures, Proof } from './record.ts'
import { difference, inTurn, ratio, summarize, summarizePairs } from './statistics.ts'
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
 * Loads all contestants in turn, each in a process of its own, with the same page. A round gives everybody one short turn, in
 * another order each time, so that nobody has the better weather or always comes after the same one.
 */
export async function holdContest(
  generator: LoadGenerator,
  { rounds, secondsPerRound, secondsOfWarmUp, connections }: Effort['contest'],
): Promise<Contest> {
  const running: Running[] = []
  try {
    for (const contestant of CONTESTANTS) {
      progress(`contest: ${contestant.name}`)
      running.push(await introduce(contestant))
    }
    const figures = new Map<string, Figures[]>()
    for (const count of connections) {
      progress(`contest: ${count} connections, warming up`)
      if (secondsOfWarmUp > 0) for (const each of running) await load(each, generator, count, secondsOfWarmUp)
      const turns = new Map<string, Round[]>(running.map(({ contestant }) => [contestant.id, []]))
      for (let round = 0; round < rounds; round += 1) {
        progress(`contest: ${count} connections, round ${round + 1} of ${rounds}`)
        for (const each of inTurn(running, round)) {
          turns.get(each.contestant.id)?.push(await load(each, generator, count, secondsPerRound))
        }
      }
      const [bare = [], hono = []] = [turns.get(BASELINE), turns.get(HONO)]
      for (const [id, own] of turns) {
        figures.set(id, [...(figures.get(id) ?? []), figuresOf(count, own, bare, hono)])
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
async function introduce(contestant: Contestant): Promise<Running> {
  const { served, assetHeaders, signIn } = await contestant.prepare()
  const workerd = await serve(served)
  const session = await signIn(workerd.origin)
  const url = workerd.origin + PAGE_PATH
  const page = await get(url, { ...BROWSER_HEADERS, ...session })
  const stranger = await get(url, { ...BROWSER_HEADERS, ...withoutCredentials(session) })
  const proof: Proof = {
    status: page.status,
    bodyIsPage: page.body.equals(PAGE),
    isUntouched: saysNothingElse(page, assetHeaders),
    refusal: contestant.guards ? stranger.status : undefined,
  }
  const refused = !contestant.guards || stranger.status === 302 || stranger.status === 401
  const mayPass = contestant.id !== UNTOUCHED || proof.isUntouched
  if (proof.status !== 200 || !proof.bodyIsPage || !refused || !mayPass) {
    throw new Error(`${contestant.name} does not do what it is measured for: ${JSON.stringify(proof)}`)
  }
  return { contestant, workerd, session, proof }
}

/** Whether an answer has the headers of the asset, and no others. */
function saysNothingElse({ headers, body }: Answer, asset: Readonly<Record<string, string>>): boolean {
  const expected = new Map(Object.entries(asset).map(([name, value]) => [name.toLowerCase(), value]))
  expected.set('content-length', String(body.length))
  const names = Object.keys(headers)
  return names.length === expected.size && names.every((name) => headers[name] === expected.get(name))
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

function figuresOf(
  connections: number,
  own: readonly Round[],
  bare: readonly Round[],
  hono: readonly Round[],
): Figures {
  const all = (key: 'requestsPerSecond' | 'cpu', of = own) => of.map((round) => round[key])
  const times = own.map(({ p50 }) => p50).filter((time) => time !== undefined)
  return {
    connections,
    requestsPerSecond: summarize(all('requestsPerSecond')),
    p50: times.length === own.length ? summarize(times) : undefined,
    cpu: summarize(all('cpu')),
    throughputRatio: summarizePairs(all('requestsPerSecond'), all('requestsPerSecond', bare), ratio),
    honoRatio: summarizePairs(all('requestsPerSecond'), all('requestsPerSecond', hono), ratio),
    cpuAdded: summarizePairs(all('cpu'), all('cpu', bare), difference),
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

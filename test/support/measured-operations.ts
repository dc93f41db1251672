import { runInDurableObject } from 'cloudflare:test'
import type { OperationCounts } from '../../bench/scale/operation-counts.ts'
import type { World } from './world.ts'

export type CountedOperations = Omit<OperationCounts, 'rowsReadPerOtherSession'>
type Rows = Pick<OperationCounts, 'rowsRead' | 'rowsWritten'>

interface Watched {
  readonly cursors: Rows[]
  alarmsSet: number
}

/** Belongs to the instance of an object, because a cursor may be read only where it was made. */
const watchedInstances = new WeakMap<object, Watched>()

/** Runs a flow and counts what the Worker asks of everything around it. @param registries whose rows count */
export async function countOperations(
  world: World,
  registries: readonly string[],
  flow: () => Promise<unknown>,
): Promise<CountedOperations> {
  const { fetch } = world
  let [workerRequests, cookieBytesToBrowser, cookieBytesFromBrowser] = [0, 0, 0]
  world.fetch = async (request) => {
    workerRequests += 1
    cookieBytesFromBrowser += byteLength(request.headers.get('Cookie') ?? '')
    const response = await fetch(request)
    for (const line of response.headers.getSetCookie()) cookieBytesToBrowser += byteLength(line)
    return response
  }
  let isOver = false
  const held = registries.map((name) => holdInMemory(world, name, () => isOver))
  for (const name of registries) await watchRows(world, name)
  const before = lengths(world)
  await flow()
  world.fetch = fetch
  const rows = await Promise.all(registries.map((name) => rowsOf(world, name)))
  isOver = true
  await Promise.all(held)
  const kv = world.kv.operations.slice(before.kv).map((operation) => operation.split(' ')[0])
  return {
    workerRequests,
    kvReads: kv.filter((operation) => operation === 'get').length,
    kvWrites: kv.filter((operation) => operation === 'put').length,
    kvDeletes: kv.filter((operation) => operation === 'delete').length,
    registryCalls: world.sessions.calls.length - before.registry,
    rowsRead: sum(rows.map(({ rowsRead }) => rowsRead)),
    rowsWritten: sum(rows.map(({ rowsWritten }) => rowsWritten)),
    scalekitRequests: world.provider.requests.length - before.scalekit,
    upstreamRequests: world.pages.requests.length - before.upstream,
    rateLimitCalls: world.limited.length - before.limited,
    cookieBytesToBrowser,
    cookieBytesFromBrowser,
  }
}

const lengths = (world: World) => ({
  kv: world.kv.operations.length,
  registry: world.sessions.calls.length,
  scalekit: world.provider.requests.length,
  upstream: world.pages.requests.length,
  limited: world.limited.length,
})

/** An object that has nothing to do but to hold sockets goes out of memory at any time, and what was taken down with it. */
const holdInMemory = (world: World, name: string, isOver: () => boolean): Promise<void> =>
  runInDurableObject(world.sessions.inside.getByName(name), async () => {
    // A promise of another object cannot be waited for here.
    while (!isOver()) await scheduler.wait(1)
  })

/** Takes down what an object asks of its database, from here on. */
async function watchRows(world: World, name: string): Promise<void> {
  await runInDurableObject(world.sessions.inside.getByName(name), (instance, { storage }) => {
    const watched: Watched = { cursors: [], alarmsSet: 0 }
    watchedInstances.set(instance, watched)
    const { sql } = storage
    const exec = sql.exec.bind(sql)
    const setAlarm = storage.setAlarm.bind(storage)
    sql.exec = ((query: string, ...values: SqlStorageValue[]) => {
      const cursor = exec(query, ...values)
      watched.cursors.push(cursor)
      return cursor
    }) as typeof sql.exec
    storage.setAlarm = (...time) => {
      watched.alarmsSet += 1
      return setAlarm(...time)
    }
  })
}

const rowsOf = (world: World, name: string): Promise<Rows> =>
  runInDurableObject(world.sessions.inside.getByName(name), (instance) => {
    const { cursors = [], alarmsSet = 0 } = watchedInstances.get(instance) ?? {}
    return {
      rowsRead: sum(cursors.map(({ rowsRead }) => rowsRead)),
      rowsWritten: sum(cursors.map(({ rowsWritten }) => rowsWritten)) + alarmsSet,
    }
  })

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const byteLength = (text: string): number => new TextEncoder().encode(text).length

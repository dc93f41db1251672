import { expect, test, vi } from 'vitest'
import { askWorkerFirst } from '../../cli/dev/worker-asked-first.ts'

const CLOSED = {
  directory: '/site',
  run_worker_first: true,
  routerConfig: { invoke_user_worker_ahead_of_assets: true },
}
const OPEN = { directory: '/site', run_worker_first: false, routerConfig: { has_user_worker: true } }
const LIST = {
  directory: '/site',
  run_worker_first: ['/*', '!/a/*'],
  routerConfig: { static_routing: { asset_worker: ['/a/*'], user_worker: ['/*'] } },
}

interface Event {
  readonly type: string
  readonly config: { readonly assets?: object }
  readonly bundle: object
}

/** A bus as that of a Wrangler, and what comes through to the runtime. */
function guarded(mayServe: () => Promise<boolean>) {
  const passed: Event[] = []
  const bus = { dispatch: (event: Event) => void passed.push(event) }
  askWorkerFirst(bus, mayServe)
  const build = (assets: object | undefined, bundle = {}) =>
    bus.dispatch({ type: 'bundleComplete', config: assets === undefined ? {} : { assets }, bundle })
  return { bus, build, passed, assets: () => passed.map(({ config }) => config.assets) }
}

test('a version that would serve what is not public has the Worker asked first, in both ways that Wrangler says it', async () => {
  const { build, assets } = guarded(async () => false)
  build(CLOSED)
  build(OPEN)
  build(LIST)
  await vi.waitFor(() => expect(assets()).toHaveLength(3))
  expect(assets()).toEqual([
    CLOSED,
    {
      ...OPEN,
      run_worker_first: true,
      routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
    },
    { ...LIST, run_worker_first: true, routerConfig: { invoke_user_worker_ahead_of_assets: true } },
  ])
})

test('one that serves what is public is as it is written, and goes on so while a later configuration has problems', async () => {
  const answers = [true, false]
  const { bus, build, passed, assets } = guarded(async () => answers.shift() ?? false)
  build(LIST)
  await vi.waitFor(() => expect(passed).toHaveLength(1))
  bus.dispatch(passed[0] as Event)
  await vi.waitFor(() => expect(passed).toHaveLength(2))
  build(LIST)
  await vi.waitFor(() => expect(passed).toHaveLength(3))
  expect(assets().map((each) => Object(each).run_worker_first)).toEqual([
    LIST.run_worker_first,
    LIST.run_worker_first,
    true,
  ])
})

test('versions come one after the other, and what says that nobody knows opens nothing', async () => {
  const slow = [30, 0].map((ms) => new Promise<boolean>((done) => setTimeout(() => done(true), ms)))
  const { build, assets } = guarded(() => slow.shift() ?? Promise.reject(new Error('no answer')))
  const other = { ...LIST, run_worker_first: ['/*', '!/b/*'] }
  build(LIST)
  build(other)
  build(OPEN)
  await vi.waitFor(() => expect(assets()).toHaveLength(3))
  expect(assets()).toEqual([LIST, other, expect.objectContaining({ run_worker_first: true })])
})

test('a Worker without files, and everything else that is told, passes at once', () => {
  const { bus, build, passed } = guarded(async () => false)
  build(undefined)
  bus.dispatch({ type: 'configUpdate', config: { assets: OPEN }, bundle: {} })
  expect(passed.map(({ type }) => type)).toEqual(['bundleComplete', 'configUpdate'])
})

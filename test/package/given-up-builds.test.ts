import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type BusEvent, ignoreGivenUpBuilds } from '../../cli/dev/given-up-builds.ts'

let project: string
let bundle: string
let passedOn: BusEvent[]
let bus: { dispatch: (event: BusEvent) => void }

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'gatehouse-builds-'))
  bundle = join(project, '.wrangler/tmp/bundle-MwKqfH')
  await mkdir(bundle, { recursive: true })
  passedOn = []
  bus = { dispatch: (event) => passedOn.push(event) }
  ignoreGivenUpBuilds(bus, project)
})
afterEach(() => rm(project, { recursive: true }))

const takeAway = () => rm(bundle, { recursive: true })
const failureOf = (cause: object): BusEvent => ({ type: 'error', source: 'BundlerController', cause })
/** As esbuild tells it, whose locations are from the project on. */
const failedBuild = (text: string, file?: string) =>
  failureOf({ errors: [{ text, location: file === undefined ? null : { file } }] })
const lostEntry = () => failedBuild(`Could not resolve "${bundle}/middleware-loader.entry.ts"`)
const update: BusEvent = { type: 'configUpdate' }
const complete = (tmpDir: string): BusEvent => ({
  type: 'bundleComplete',
  bundle: { sourceMapMetadata: { tmpDir } },
})

test.each([
  ['its entry', () => lostEntry()],
  ['what its entry imports', () => failedBuild('No such file', '.wrangler/tmp/bundle-MwKqfH/facade.js')],
  [
    'its entry, and reports it as a cause',
    () => failureOf(new Error('Failed to rebuild the Worker', { cause: lostEntry().cause })),
  ],
  [
    'what it has written',
    () =>
      failureOf(
        Object.assign(new Error('ENOENT'), { path: `${project}/.wrangler/tmp/dev-8xK2aB/worker.js` }),
      ),
  ],
])('while a reload is on its way, a build that has lost %s is not passed on', async (_case, failure) => {
  bus.dispatch(update)
  await takeAway()
  bus.dispatch(failure())
  expect(passedOn).toEqual([update])
})

test('nor is a second one, after the build before has come to an end', async () => {
  bus.dispatch(update)
  await takeAway()
  bus.dispatch(complete(bundle))
  bus.dispatch(lostEntry())
  expect(passedOn).toEqual([update, complete(bundle)])
})

test('what is wrong with the code is passed on meanwhile, too', async () => {
  bus.dispatch(update)
  await takeAway()
  const failures = [
    failedBuild('Expected identifier but found end of file', 'gatehouse.config.ts'),
    failedBuild('Could not resolve "./nowhere"', 'src/worker.ts'),
  ]
  for (const failure of failures) {
    bus.dispatch(update)
    bus.dispatch(failure)
  }
  expect(passedOn).toEqual([update, update, failures[0], update, failures[1]])
})

test('a folder that is there may well be what fails', () => {
  bus.dispatch(update)
  bus.dispatch(lostEntry())
  expect(passedOn).toEqual([update, lostEntry()])
})

test('a folder that somebody else has taken away is told of', async () => {
  await takeAway()
  bus.dispatch(lostEntry())
  expect(passedOn).toEqual([lostEntry()])
})

test('once the new build is there, or has failed, a lost folder is told of again', async () => {
  const next = join(project, '.wrangler/tmp/bundle-8xK2aB')
  await mkdir(next)
  await takeAway()
  for (const outcome of [complete(next), failedBuild('Could not resolve "./nowhere"')]) {
    passedOn = []
    for (const event of [update, outcome, lostEntry()]) bus.dispatch(event)
    expect(passedOn).toEqual([update, outcome, lostEntry()])
  }
})

test('what another part of Wrangler says is passed on', async () => {
  bus.dispatch(update)
  await takeAway()
  const event = { ...lostEntry(), source: 'LocalRuntimeController' }
  bus.dispatch(event)
  expect(passedOn).toEqual([update, event])
})

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Running, start } from '../package/command-line.ts'
import { linkPackage, PROGRAM, wranglerWith, writeStranger } from '../package/stranger.ts'
import { freePort } from '../support/node/port.ts'

let folder: string
let port: number
let dev: Running
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-dev-reload-'))
  await linkPackage(folder)
  await writeStranger(join(folder, 'docs'), { files: { 'gatehouse.config.ts': config('') } })
  port = await freePort()
  const ports = ['--port', `${port}`, '--simulator-port', `${await freePort()}`]
  dev = start(join(folder, 'docs'), PROGRAM, 'dev', ...ports)
  await dev.says('Ctrl-C ends both.')
})
afterAll(async () => {
  await dev.interrupt()
  await rm(folder, { recursive: true, force: true })
})

const config = (rule: string, more = '') => `import { assets, defineConfig } from 'gatehouse-sso/config'
export default defineConfig({ ${more} sites: { localhost: { upstream: assets(), rules: [${rule}] } } })
`
const withFirst = (first: unknown) =>
  wranglerWith({ assets: { directory: './site', binding: 'ASSETS', run_worker_first: first } })

const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status

/** Saves a file. @returns what is said from then on, once it is among it */
async function saying(
  file: string,
  text: string,
  sentence: string,
  save: (path: string, text: string) => Promise<void> = writeFile,
): Promise<string> {
  const before = dev.errors().length
  const said = () => dev.errors().slice(before)
  await save(join(folder, 'docs', file), text)
  await vi.waitFor(() => expect(said()).toContain(sentence), { timeout: 30_000 })
  return said()
}

/** Asks for a page over and over while something goes on. @returns every status that came */
async function statusesDuring(path: string, what: () => Promise<unknown>): Promise<number[]> {
  const seen = new Set<number>()
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      // A Worker that is being reloaded may drop a connection.
      await statusOf(path).then(
        (status) => seen.add(status),
        () => {},
      )
      await new Promise((done) => setTimeout(done, 20))
    }
  })()
  await what()
  isOver = true
  await asking
  return [...seen]
}

const RIGHT = 'Put right: nothing is left of what was wrong with these files.\n'
const OPEN = 'wrangler.jsonc serves the files of ./site to everybody: run_worker_first is not true.'
const TEAM = "{ path: '/team/*', access: 'public' }"

test('run_worker_first that is taken away, or let out too much, opens nothing, and is said until it is right', async () => {
  // Which of the hosts asks does not matter to Cloudflare's files, and does to the gate.
  expect(await statusOf('/team/')).toBe(421)
  const statuses = await statusesDuring('/team/', async () => {
    const said = await saying('wrangler.jsonc', withFirst(false), OPEN)
    expect(said).toContain('Write into wrangler.jsonc:\n"assets": { "run_worker_first": true }')
    await saying('wrangler.jsonc', withFirst(true), RIGHT)
    await saying(
      'wrangler.jsonc',
      withFirst(['/*', '!/team/*']),
      'leaves out what is not public: !/team/* at localhost',
    )
  })
  expect(statuses).toEqual([421])
  await saying('gatehouse.config.ts', config(TEAM), RIGHT)
  // What is public may go past the Worker, as it does where it is deployed.
  await vi.waitFor(async () => expect(await statusOf('/team/')).toBe(200), { timeout: 10_000 })
  await saying('gatehouse.config.ts', config(''), 'leaves out what is not public: !/team/* at localhost')
  expect(await statusOf('/team/')).toBe(421)
  await saying('wrangler.jsonc', withFirst(true), RIGHT)
})

/** As git and many editors do. */
async function putInPlace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}

test('a wrangler file that another is put in the place of is loaded, however often', async () => {
  for (let round = 0; round < 3; round += 1) {
    await saying('wrangler.jsonc', withFirst(false), OPEN, putInPlace)
    await saying('wrangler.jsonc', withFirst(true), RIGHT, putInPlace)
  }
})

const APP = `import { gatehouse } from 'gatehouse-sso/hono'
import { Hono } from 'hono'
import config from '../gatehouse.config'
const app = new Hono()
app.use('/app/*', gatehouse(config))
app.get('/api/me', (c) => c.text('of nobody in particular'))
export { OrganizationSessions } from 'gatehouse-sso'
export default app
`

test('a gate that never sees its own routes is said without a request for them', async () => {
  await saying(
    'src/worker.ts',
    APP,
    'has gatehouse(config) for /app/* only, where it never sees /auth/login. ',
  )
  expect(await statusOf('/api/me')).toBe(200)
  await saying('gatehouse.config.ts', config('', "basePath: '/app/auth',"), RIGHT)
})

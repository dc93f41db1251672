import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as wrangler from 'wrangler'
import { requireWorkerFirst } from '../../cli/dev/worker-first.ts'
import { checkTogether } from '../../cli/wrangler/check-worker.ts'
import { boundWorkers, readWorkerFile } from '../../cli/wrangler/worker-file.ts'
import { assets, type GatehouseConfig } from '../../src/config.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-check-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function workerFile(name: string, text: string) {
  const file = join(folder, name)
  await writeFile(file, text)
  return readWorkerFile(wrangler, file)
}

const json = (tables: object) =>
  JSON.stringify({ name: 'docs', main: 'worker.ts', compatibility_date: '2026-10-01', ...tables })

const CLOSED: GatehouseConfig = { sites: { localhost: { upstream: assets() } } }
const OPEN: GatehouseConfig = {
  sites: { localhost: { upstream: assets(), rules: [{ path: '/public/*', access: 'public' }] } },
}

describe('static files', () => {
  const check = async (name: string, text: string, config: GatehouseConfig | undefined = CLOSED) => {
    const worker = await workerFile(name, text)
    return () => requireWorkerFirst(worker, config)
  }
  const withFirst = (first: unknown) => json({ assets: { directory: 'site', run_worker_first: first } })
  const TOML = 'name = "docs"\nmain = "worker.ts"\n[assets]\ndirectory = "site"\n'

  test.each([
    ['wrangler.toml', `${TOML}run_worker_first = true\n`],
    ['wrangler.toml', `${TOML}run_worker_first = ["/*"]\n`],
    ['wrangler.json', withFirst(true)],
    ['wrangler.jsonc', `// as it should be\n${withFirst(['/api/*', '/*'])}`],
    ['wrangler.json', json({})],
  ])('%s that brings every request to the Worker is fine', async (name, text) => {
    expect(await check(name, text)).not.toThrow()
  })

  test.each([
    ['wrangler.toml', TOML],
    ['wrangler.toml', `${TOML}run_worker_first = false\n`],
    ['wrangler.toml', `${TOML}run_worker_first = ["/api/*"]\n`],
    ['wrangler.json', json({ assets: { directory: 'site' } })],
    ['wrangler.jsonc', `// all but one\n${withFirst(['/*', '!/secrets/*'])}`],
    ['wrangler.json', withFirst([])],
  ])('%s that lets some past it is refused, with the reason', async (name, text) => {
    expect(await check(name, text)).toThrow(
      /(files of site to everybody: run_worker_first is not true\.|leaves out what is not public: .+) Cloudflare answers .+ Write into /,
    )
  })

  test('what to write is said in the language of the file', async () => {
    expect(await check('wrangler.toml', TOML)).toThrow(
      /Write into \S*wrangler\.toml:\n\[assets\]\nrun_worker_first = true$/,
    )
    const inJson = /Write into \S*wrangler\.jsonc:\n"assets": \{ "run_worker_first": true \}$/
    expect(await check('wrangler.jsonc', withFirst(false))).toThrow(inJson)
    const worker = await workerFile('wrangler.jsonc', withFirst(['/*', '!/public/*']))
    expect(() => requireWorkerFirst(worker, undefined)).toThrow(
      /Or else write into \S*wrangler\.jsonc:\n"assets"/,
    )
  })

  test('a list may leave out what is public, as doctor has it', async () => {
    const list = withFirst(['/*', '!/public/*'])
    expect(await check('wrangler.json', list, OPEN)).not.toThrow()
    expect(await check('wrangler.json', list)).toThrow(
      'leaves out what is not public: !/public/* at localhost',
    )
    expect(await check('wrangler.json', list, { ...OPEN, sitesInKv: true })).toThrow(
      'what sites in KV protect',
    )
  })

  test('without a configuration nobody knows what is public', async () => {
    const worker = await workerFile('wrangler.json', withFirst(['/*', '!/public/*']))
    expect(() => requireWorkerFirst(worker, undefined)).toThrow('has to be public by gatehouse.config.ts')
    const whole = await workerFile('wrangler.json', withFirst(['/*']))
    expect(() => requireWorkerFirst(whole, undefined)).not.toThrow()
  })
})

describe('Workers that start together', () => {
  const api = { services: [{ binding: 'API', service: 'api' }] }

  test('are bound by their names, and by those of their Durable Objects', async () => {
    const objects = [
      { name: 'OWN', class_name: 'A' },
      { name: 'OTHER', class_name: 'B', script_name: 'objects' },
    ]
    const remote = { binding: 'FAR', service: 'far', remote: true }
    const services = [...api.services, remote, { binding: 'SELF', service: 'docs' }]
    const worker = await workerFile('a.json', json({ services, durable_objects: { bindings: objects } }))
    expect([...boundWorkers(worker)]).toEqual([
      ['api', 'API'],
      ['objects', 'OTHER'],
    ])
    expect(() => checkTogether([worker])).toThrow(
      /binds API to the Worker "api".*\n.*binds OTHER to the Worker "objects"/,
    )
  })

  test('may miss nobody, and have names that differ', async () => {
    const docs = await workerFile('docs.json', json(api))
    const other = await workerFile('api.json', json({ name: 'api' }))
    const again = await workerFile('again.json', json({ name: 'api' }))
    const nameless = await workerFile('nameless.json', '{ "main": "worker.ts" }')
    expect(() => checkTogether([docs, other])).not.toThrow()
    expect(() => checkTogether([docs])).toThrow(/add --with and the wrangler file of api\.$/)
    expect(() => checkTogether([docs, other, again])).toThrow(
      /api\.json and .*again\.json are both for a Worker "api"/,
    )
    expect(() => checkTogether([docs, other, nameless])).toThrow(/nameless\.json gives its Worker no name/)
    expect(() => checkTogether([nameless])).not.toThrow()
  })
})

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_HEADERS, PRIVATE } from '../../bench/assets.ts'
import { get } from '../../bench/http.ts'
import { PAGE, PAGE_PATH } from '../../bench/page.ts'
import type { PerformanceRecord } from '../../bench/record.ts'
import { startServers } from '../support/node/start-servers.ts'

const run = promisify(execFile)
const bench = (...args: string[]) => run('node', ['bench/main.ts', ...args])

let folder: string
let record: PerformanceRecord

/** The smallest run there is: figures of it mean nothing, and nothing here looks at them. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-smoke-'))
  await bench('--smoke', '--output', folder)
  record = JSON.parse(await readFile(join(folder, 'performance/record.json'), 'utf8'))
}, 300_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

test('the bench lets everybody compete who should', () => {
  expect(record.contest?.contestants.map(({ id }) => id)).toEqual([
    'static',
    'bare',
    'hono',
    'gatehouse',
    'gatehouse-untouched',
    'gatehouse-strict',
    'hono-oidc-auth',
    'hono-cloudflare-access',
    'better-auth',
  ])
})

test('every contestant of the bench answered with the page, and whoever guards it refused a stranger', () => {
  for (const { id, proof } of record.contest?.contestants ?? []) {
    expect(proof, id).toMatchObject({ status: 200, bodyIsPage: true })
    if (['static', 'bare', 'hono', 'gatehouse-untouched'].includes(id))
      expect(proof.isUntouched, id).toBe(true)
    if (id === 'gatehouse') expect(proof.isUntouched, id).toBe(false)
    if (['static', 'bare', 'hono'].includes(id)) expect(proof.refusal, id).toBeUndefined()
    else expect([302, 401], id).toContain(proof.refusal)
  }
})

test('the bench measures every part, and writes a plot for each growth', async () => {
  expect(Object.keys(record).sort()).toEqual(['contest', 'growth', 'logins', 'registry', 'start'])
  const plots = await readdir(join(folder, 'performance'))
  for (const name of ['contest', 'rules', 'sites', 'groups', 'claims', 'registry', 'refresh', 'login-rate']) {
    expect(plots).toContain(`${name}.svg`)
  }
  expect(await readFile(join(folder, 'performance.md'), 'utf8')).toContain('a quick look, not to be quoted')
})

/** The lines that make a page pass untouched. */
const LINES = `/*\n${Object.entries(PRIVATE)
  .map(([name, value]) => `  ${name}: ${value}\n`)
  .join('')}`

/** How an answer is cut for the way, and which file it is of. */
const NOT_COMPARED = { 'content-length': '', 'transfer-encoding': '', etag: '' }

test.each([
  ['by themselves', undefined, DEFAULT_HEADERS],
  ['with a _headers file', LINES, { ...DEFAULT_HEADERS, ...PRIVATE }],
])(
  'the bench’s static files say what Cloudflare’s own Worker says of them %s',
  async (_case, lines, said) => {
    const site = join(await mkdtemp(join(folder, 'site-')), 'files')
    await mkdir(join(site, dirname(PAGE_PATH)), { recursive: true })
    await writeFile(join(site, `${PAGE_PATH}.html`), PAGE)
    if (lines !== undefined) await writeFile(join(site, '_headers'), lines)
    const gatehouseConfig = join(site, '../wrangler.json')
    const assets = { directory: site, binding: 'ASSETS', run_worker_first: true }
    const main = join(import.meta.dirname, '../../bench/workers/bare.ts')
    await writeFile(
      gatehouseConfig,
      JSON.stringify({ name: 'bare', main, compatibility_date: '2026-10-01', assets }),
    )
    const servers = await startServers({ gatehouseConfig })
    try {
      const { status, headers, body } = await get(new URL(PAGE_PATH, servers.gatehouse).href, {})
      expect(status).toBe(200)
      expect(body.equals(PAGE)).toBe(true)
      const expected = Object.entries(said).map(([name, value]) => [name.toLowerCase(), value])
      expect({ ...headers, ...NOT_COMPARED }).toEqual({ ...Object.fromEntries(expected), ...NOT_COMPARED })
    } finally {
      await servers.stop()
    }
  },
)

test('the demo site says these lines, and so do the docs', async () => {
  const root = join(import.meta.dirname, '../..')
  const demo = await readFile(join(root, 'site/_headers'), 'utf8')
  for (const line of LINES.trimEnd().split('\n')) expect(demo.split('\n')).toContain(line)
  expect(await readFile(join(root, 'docs/configuration.md'), 'utf8')).toContain(`\`\`\`\n${LINES}\`\`\`\n`)
})

test('the bench explains itself, and what it does not understand', async () => {
  expect((await bench('--help')).stdout).toContain('npm run bench')
  await expect(bench('--only', 'everything')).rejects.toThrow('There is no part "everything"')
  await expect(bench('--seconds', '0.5')).rejects.toThrow('--seconds must be a whole number from 1')
})

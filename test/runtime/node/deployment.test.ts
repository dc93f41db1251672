import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BUNDLE_BUDGET_BYTES } from '../../../bench/bundle-budget.ts'

const run = promisify(execFile)
let output: string
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-bundle-'))
  const { stdout } = await run('wrangler', ['deploy', '--dry-run', '--outdir', folder], {
    env: {
      ...process.env,
      WRANGLER_LOG: 'log',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
    },
  })
  output = stdout
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test('wrangler accepts the deployment with every binding in place', () => {
  expect(output).toContain('--dry-run: exiting now')
  for (const binding of ['SESSIONS', 'GATEHOUSE_KV', 'LOGIN_RATE_LIMIT', 'ASSETS']) {
    expect(output).toContain(`env.${binding}`)
  }
})

test('the Worker that is deployed, minified and gzipped, stays within its budget', async () => {
  const bundles = (await readdir(folder)).filter((name) => name.endsWith('.js'))
  expect(bundles).toHaveLength(1)
  const size = gzipSync(await readFile(join(folder, bundles[0] ?? ''))).length
  expect(size).toBeGreaterThan(10_000)
  expect(size).toBeLessThanOrEqual(BUNDLE_BUDGET_BYTES)
})

test('the Worker runs before static files are served: without that nothing is protected', async () => {
  const configuration = await readFile('wrangler.toml', 'utf8')
  expect(configuration).toMatch(/^\[assets\]\n(?:[^[]*\n)?run_worker_first = true$/m)
})

test('the lock file holds every platform, so that npm ci works on all of them', async () => {
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>
  }
  const locked = Object.keys(packages)
  const missing = Object.values(packages)
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter((name) => !locked.some((path) => path.endsWith(`node_modules/${name}`)))
  expect(missing).toEqual([])
})

test('there is exactly one workerd in the tree, and no address of a registry in the lock file', async () => {
  const lock = await readFile('package-lock.json', 'utf8')
  const { packages } = JSON.parse(lock) as { packages: Record<string, unknown> }
  expect(Object.keys(packages).filter((path) => path.endsWith('node_modules/workerd'))).toHaveLength(1)
  expect(lock).not.toContain('"resolved"')
})

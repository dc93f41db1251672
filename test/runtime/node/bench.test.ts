import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PerformanceRecord } from '../../../bench/record.ts'

const run = promisify(execFile)
const bench = (...args: string[]) => run('node', ['bench/main.ts', ...args])

let folder: string
let record: PerformanceRecord

/** The smallest run there is: figures of it mean nothing, and nothing here looks at them. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-smoke-'))
  await bench('--smoke', '--output', folder)
  record = JSON.parse(await readFile(join(folder, 'performance/record.json'), 'utf8'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test('the bench lets everybody compete who should', () => {
  expect(record.contest?.contestants.map(({ id }) => id)).toEqual([
    'static',
    'bare',
    'hono',
    'gatehouse',
    'gatehouse-strict',
    'hono-oidc-auth',
    'hono-cloudflare-access',
    'better-auth',
  ])
})

test('every contestant of the bench answered with the page, and whoever guards it refused a stranger', () => {
  for (const { id, proof } of record.contest?.contestants ?? []) {
    expect(proof, id).toMatchObject({ status: 200, bodyIsPage: true })
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

test('the bench explains itself, and what it does not understand', async () => {
  expect((await bench('--help')).stdout).toContain('npm run bench')
  await expect(bench('--only', 'everything')).rejects.toThrow('There is no part "everything"')
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as wrangler from 'wrangler'
import { checkAtStart, problemsNow, readFilesNow } from '../../cli/dev/files-now.ts'
import { linkPackage, wranglerWith, writeStranger } from './stranger.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-files-'))
  await linkPackage(folder)
  await writeStranger(folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const run = () => ({
  wrangler,
  esbuild,
  file: join(folder, 'wrangler.jsonc'),
  with: [],
  publicUrl: undefined,
})
const atStart = async () => checkAtStart(run(), await readFilesNow(run()))
const write = (name: string, text: string) => writeFile(join(folder, name), text)

test('files that are well have no problems, at the start and afterwards', async () => {
  expect(await atStart()).toEqual([])
  expect(await problemsNow(run())).toEqual([])
})

test('what keeps it from starting is said while it runs too, all of it at once', async () => {
  const tables = {
    assets: { directory: './site', binding: 'ASSETS' },
    compatibility_date: '2999-01-01',
    services: [{ binding: 'API', service: 'api' }],
  }
  await write('wrangler.jsonc', wranglerWith(tables))
  await expect(atStart()).rejects.toThrow('binds API to the Worker "api", which does not start with it')
  expect(await problemsNow(run())).toEqual([
    expect.stringContaining('binds API to the Worker "api", which does not start with it'),
    expect.stringMatching(
      /serves the files of \.\/site to everybody(.|\n)*\nUntil then this gatehouse dev asks the Worker first/,
    ),
    expect.stringContaining('has a compatibility_date in the future'),
  ])
  await write('wrangler.jsonc', '{')
  expect(await problemsNow(run())).toEqual([expect.stringContaining('wrangler.jsonc cannot be read')])
})

test('a list is not held against a configuration that the Worker itself complains of', async () => {
  const assets = { directory: './site', binding: 'ASSETS', run_worker_first: ['/*', '!/team/*'] }
  await write('wrangler.jsonc', wranglerWith({ assets }))
  expect(await problemsNow(run())).toEqual([expect.stringContaining('leaves out what is not public')])
  await write('gatehouse.config.ts', 'export default { sites: {} }\n')
  expect(await problemsNow(run())).toEqual([])
})

test('what opens something, and does not keep it from starting, is said both times', async () => {
  await write(
    'src/worker.ts',
    `import { gatehouse } from 'gatehouse-sso/hono'
import { Hono } from 'hono'
import config from '../gatehouse.config'
const app = new Hono()
app.use('/app/*', gatehouse(config))
export { OrganizationSessions } from 'gatehouse-sso'
export default app
`,
  )
  await write(
    'wrangler.jsonc',
    wranglerWith({ assets: { directory: '.', binding: 'ASSETS', run_worker_first: true } }),
  )
  const problems = [
    expect.stringMatching(
      /src\/worker\.ts, line 5, has gatehouse\(config\) for \/app\/\* only, where it never sees \/auth\/login\. .*open to everybody/,
    ),
    expect.stringMatching(
      /^\.dev\.vars is in .*, whose files are published by .*wrangler\.jsonc: write \.dev\.vars\* into \.assetsignore/,
    ),
  ]
  expect(await atStart()).toEqual(problems)
  expect(await problemsNow(run())).toEqual(problems)
  await write('.assetsignore', '.dev.vars*\n')
  expect(await atStart()).toEqual(problems.slice(0, 1))
})

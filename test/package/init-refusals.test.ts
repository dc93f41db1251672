import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeFiles } from '../../cli/files/file-changes.ts'
import { contents, eachInANewFolder, folder, init, MODULE, refused, set, WORKER, write } from './init-here.ts'

eachInANewFolder()

describe('nothing is written', () => {
  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'for a main that is not there',
      { 'wrangler.toml': WORKER },
      /main = "src\/index.ts", and there is no such file.*build first/,
    ],
    [
      'for a service worker',
      { 'wrangler.toml': WORKER, 'src/index.ts': "addEventListener('fetch', () => {})" },
      /is a service worker/,
    ],
    [
      'for a class',
      { 'wrangler.toml': WORKER, 'src/index.ts': 'export default class extends WorkerEntrypoint {}' },
      /exports a WorkerEntrypoint.*service\(…\)/,
    ],
    [
      'for a module without a default',
      { 'wrangler.toml': WORKER, 'src/index.ts': 'export const a = 1' },
      /no default export/,
    ],
    [
      'for a wrangler file that is none',
      { 'wrangler.jsonc': '{ "name": ' },
      /wrangler.jsonc cannot be read as JSON/,
    ],
    [
      'where a table is there twice',
      { 'wrangler.toml': '[assets]\na = 1\n[assets]\nb = 1\n' },
      /cannot be read as TOML/,
    ],
    [
      'where a key is there twice',
      { 'wrangler.json': '{ "vars": {}, "assets": {}, "assets": {} }' },
      /cannot add to[\s\S]*run_worker_first/,
    ],
    ['where a package.json is none', { 'package.json': '[]' }, /package.json cannot be read as JSON/],
    [
      'where a name is taken',
      { 'wrangler.toml': '[[r2_buckets]]\nbinding = "SESSIONS"\n' },
      /SESSIONS for something else/,
    ],
    [
      'for Cloudflare Pages',
      { 'wrangler.toml': 'pages_build_output_dir = "./dist"\n' },
      /is for Cloudflare Pages.*--assets/,
    ],
    [
      'for a file that is code',
      { 'cloudflare.config.ts': 'export default {}' },
      /is code.*GATEHOUSE_KV.*runWorkerFirst: true/,
    ],
    ['where src is no folder', { src: '' }, /src\/worker.ts cannot be written: .*src is no folder/],
    [
      'in the folder of Gatehouse itself',
      { 'package.json': '{ "name": "gatehouse-sso" }' },
      /the folder of Gatehouse itself/,
    ],
    [
      'where all names are taken',
      { 'src/worker.ts': '', 'src/gatehouse.ts': '', 'gatehouse.worker.ts': '' },
      /are all taken/,
    ],
  ])('%s', async (_case, files, problem) => {
    await write(files)
    expect(await refused()).toMatch(problem)
  })

  test('for an environment that is not there', async () => {
    await write({ 'wrangler.toml': `${WORKER}[env.staging]\n`, 'src/index.ts': MODULE })
    expect(await refused('--env', 'prod')).toContain('has no environment prod; it has staging')
    const { notes } = await set()
    expect(notes).toEqual([expect.stringContaining('npx gatehouse init --env staging')])
    await set('--env', 'staging')
    expect(await contents('wrangler.toml')).toContain(
      '[[env.staging.kv_namespaces]]\nbinding = "GATEHOUSE_KV"',
    )
    expect(await set()).toMatchObject({ outcome: 'nothing', notes: [] })
  })

  test('for a wrangler file that is no text', async () => {
    await writeFile(join(folder, 'wrangler.toml'), Buffer.from([0x6e, 0x3d, 0x22, 0xff, 0x22]))
    expect((await init('--yes')).stderr).toContain('wrangler.toml is not UTF-8.')
  })
})

test('where a later file fails, those before it are said', async () => {
  const change = (label: string, before?: string) => ({
    path: join(folder, label),
    label,
    before,
    after: 'new\n',
  })
  await write({ b: 'changed meanwhile\n' })
  const writing = writeFiles([change('a'), change('b', 'as it was\n'), change('c')])
  await expect(writing).rejects.toThrow(
    /b was changed meanwhile[\s\S]*Written before that: a\. Run this again/,
  )
  expect(await readdir(folder)).toEqual(['a', 'b'])
  expect(await contents('b')).toBe('changed meanwhile\n')
})

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pack } from './packed.ts'

let folder: string
let tarball: string
let files: readonly string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-package-'))
  ;({ tarball, files } = await pack(folder))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('what is packed', () => {
  test('is JavaScript, types and what a reader needs, and nothing else', () => {
    const kinds = [/^dist\/src\/.+\.(js|d\.ts)$/, /^dist\/(cli|simulator)\/.+\.js$/, /^docs\/[^/]+\.md$/]
    const named = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']
    const rest = files.filter((path) => !kinds.some((kind) => kind.test(path)) && !named.includes(path))
    expect(rest).toEqual([])
    expect(files).toEqual(
      expect.arrayContaining([
        ...named,
        'dist/cli/main.js',
        // Commands name these pages.
        'docs/backends.md',
        'docs/deploy.md',
        'docs/flows.md',
        'docs/logs.md',
        'dist/simulator/worker.js',
        'dist/src/index.d.ts',
      ]),
    )
  })

  test('is found in order by publint', async () => {
    const data = new Uint8Array(await readFile(tarball))
    const { messages } = await publint({ pack: { tarball: data.buffer }, strict: true, level: 'suggestion' })
    expect(messages).toEqual([])
  })

  test('is found in order by Are the types wrong?', async () => {
    const { types, ...result } = await checkPackage(createPackageFromTarballData(await readFile(tarball)))
    expect(types).toEqual({ kind: 'included' })
    // It is for bundlers and ES modules: a Worker is never CommonJS.
    const elsewhere = ['node10', 'node16-cjs']
    const problems = 'problems' in result ? result.problems : []
    expect(
      problems.filter((each) => !('resolutionKind' in each && elsewhere.includes(each.resolutionKind))),
    ).toEqual([])
  })
})

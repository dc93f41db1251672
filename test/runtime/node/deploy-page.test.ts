import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import * as wrangler from 'wrangler'
import { checkWorkerFirst } from '../../../cli/check-worker.ts'
import { readWorkerFile, type WorkerFile } from '../../../cli/worker-file.ts'
import type { GatehouseConfig } from '../../../src/config.ts'
import { parseConfig } from '../../../src/policy/config-schema.ts'
import { blocksIn, headingsOf, readText, sectionOf } from '../../support/node/markdown.ts'

const ROOT = join(import.meta.dirname, '../../..')
const PAGE = readText('docs/deploy.md')

/** What the package's names stand for here. */
const ALIAS = {
  'gatehouse-sso': join(ROOT, 'src/index.ts'),
  'gatehouse-sso/hono': join(ROOT, 'src/hono.ts'),
  'gatehouse-sso/config': join(ROOT, 'src/config.ts'),
}

/** The files that a section tells to write: blocks whose first line names one. */
const filesOf = (heading: string): [name: string, text: string][] =>
  ['toml', 'ts'].flatMap((language) =>
    blocksIn(sectionOf(PAGE, `## ${heading}`), language).flatMap((block): [string, string][] => {
      const [, name] = /^(?:#|\/\/) (\S+\.\w+)\n/.exec(block) ?? []
      return name === undefined ? [] : [[name, block]]
    }),
  )

const sections = headingsOf(PAGE).filter((heading) => heading !== 'Deploy' && filesOf(heading).length > 0)

test('every way that has files of its own is found', () => {
  expect(sections).toEqual([
    'Static files in the same Worker',
    'In front of an origin, by a route',
    'In a Hono app',
    'In front of another Worker',
  ])
})

describe.each(sections)('%s', (heading) => {
  let folder: string
  let worker: WorkerFile
  let config: GatehouseConfig
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-deploy-'))
    const files = filesOf(heading)
    expect(files.map(([name]) => name).sort()).toEqual([
      'gatehouse.config.ts',
      'src/worker.ts',
      'wrangler.toml',
    ])
    for (const [name, text] of files) {
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text)
    }
    await mkdir(join(folder, 'dist'))
    const plain = join(folder, 'plain.ts')
    const [, text = ''] = files.find(([name]) => name === 'gatehouse.config.ts') ?? []
    await writeFile(
      plain,
      text.replace("'gatehouse-sso/config'", JSON.stringify(ALIAS['gatehouse-sso/config'])),
    )
    ;({ default: config } = (await import(pathToFileURL(plain).href)) as { default: GatehouseConfig })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('Wrangler reads its file and remarks on nothing', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warned.mockRestore())
    wrangler.unstable_readConfig({ config: join(folder, 'wrangler.toml') }, { hideWarnings: false })
    expect(warned.mock.calls).toEqual([])
    worker = readWorkerFile(wrangler, join(folder, 'wrangler.toml'))
    checkWorkerFirst(worker)
  })

  test('it binds what Gatehouse needs, and can be reached at the hosts of its sites only', () => {
    const { kv_namespaces, durable_objects, assets, services, ...rest } = worker.config
    const { ratelimits, migrations, routes, workers_dev, preview_urls } = rest as unknown as {
      ratelimits: { name: string }[]
      migrations: { new_sqlite_classes: string[] }[]
      routes: { pattern: string }[]
      workers_dev: boolean
      preview_urls: boolean
    }
    expect(kv_namespaces?.map(({ binding }) => binding)).toEqual(['GATEHOUSE_KV'])
    expect(durable_objects.bindings).toEqual([{ name: 'SESSIONS', class_name: 'OrganizationSessions' }])
    expect(migrations.flatMap((each) => each.new_sqlite_classes)).toEqual(['OrganizationSessions'])
    expect(ratelimits.map(({ name }) => name)).toEqual(['LOGIN_RATE_LIMIT'])
    expect([workers_dev, preview_urls]).toEqual([false, false])
    expect(routes.map(({ pattern }) => pattern.replace('/*', ''))).toEqual(Object.keys(config.sites))
    const kinds = Object.values(config.sites).map(({ upstream }) => upstream?.kind ?? 'app')
    expect(assets !== undefined).toBe(kinds.includes('assets'))
    expect(services?.length ?? 0).toBe(kinds.includes('service') ? 1 : 0)
  })

  test('its configuration is valid, and its Worker is bundled', async () => {
    expect(parseConfig(config, heading === 'In a Hono app')).toMatchObject({ ok: true })
    const { warnings, outputFiles } = await build({
      entryPoints: [worker.main],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2024',
      jsx: 'automatic',
      jsxImportSource: 'hono/jsx',
      nodePaths: [join(ROOT, 'node_modules')],
      alias: ALIAS,
      external: ['cloudflare:*'],
      logLevel: 'silent',
    })
    expect(warnings).toEqual([])
    expect(outputFiles[0]?.text).toMatch(/export \{[^}]*OrganizationSessions/)
  })
})

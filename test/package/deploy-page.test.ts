import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import * as wrangler from 'wrangler'
import { readWorkerFile } from '../../cli/wrangler/worker-file.ts'
import type { GatehouseConfig } from '../../src/config.ts'
import { parseConfig } from '../../src/policy/config-schema.ts'
import { blocksIn, headingsOf, readText, sectionOf } from '../support/node/markdown.ts'
import { runHere } from './in-process.ts'
import { examine, projectWith, removed, troublesIn } from './sound-project.ts'
import { HERE } from './stranger.ts'

const PAGE = readText('docs/deploy.md')

const WHOLE = 'Static files in the same Worker'
const SHARED_FROM = '[[kv_namespaces]]'

/** The files that a section tells to write: blocks whose first line names one. */
const filesOf = (heading: string): [name: string, text: string][] =>
  ['toml', 'ts'].flatMap((language) =>
    blocksIn(sectionOf(PAGE, `## ${heading}`), language).flatMap((block): [string, string][] => {
      const [, name] = /^(?:#|\/\/) (\S+\.\w+)\n/.exec(block) ?? []
      return name === undefined ? [] : [[name, language === 'toml' ? whole(block, heading) : block]]
    }),
  )

/** What every wrangler file of the page has is written there once. */
function whole(block: string, heading: string): string {
  if (block.includes(SHARED_FROM)) return block
  expect(sectionOf(PAGE, `## ${heading}`)).toContain(
    `everything from \`${SHARED_FROM}\` on is as in [the file above]`,
  )
  const [first = ''] = blocksIn(sectionOf(PAGE, `## ${WHOLE}`), 'toml')
  return `${block}\n${first.slice(first.indexOf(SHARED_FROM))}`
}

const sections = headingsOf(PAGE).filter((heading) => heading !== 'Deploy' && filesOf(heading).length > 0)

test('every way that has files of its own is found', () => {
  expect(sections).toEqual([
    WHOLE,
    'In front of an origin, by a route',
    'In a Hono app',
    'In front of another Worker',
  ])
})

describe.each(sections)('%s', (heading) => {
  let folder: string
  let config: GatehouseConfig
  const files = filesOf(heading)
  beforeAll(async () => {
    const dist = { 'wrangler.jsonc': '', 'dist/index.html': '<!doctype html><title>Docs</title>' }
    folder = await projectWith({ ...dist, ...Object.fromEntries(files) })
    const file = pathToFileURL(join(folder, 'gatehouse.config.ts')).href
    ;({ default: config } = (await import(file)) as { default: GatehouseConfig })
  })
  afterAll(() => removed(folder))

  test('Wrangler reads its file and remarks on nothing', () => {
    expect(files.map(([name]) => name).sort()).toEqual([
      'gatehouse.config.ts',
      'src/worker.ts',
      'wrangler.toml',
    ])
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warned.mockRestore())
    wrangler.unstable_readConfig({ config: join(folder, 'wrangler.toml') }, { hideWarnings: false })
    expect(warned.mock.calls).toEqual([])
  })

  test('gatehouse doctor finds nothing wrong with it, and it can be reached at the hosts of its sites only', async () => {
    expect(troublesIn(await examine(folder))).toEqual([])
    const read = readWorkerFile(wrangler, join(folder, 'wrangler.toml')).config
    const { routes, workers_dev, preview_urls } = read as unknown as {
      routes: { pattern: string }[]
      workers_dev: boolean
      preview_urls: boolean
    }
    expect([workers_dev, preview_urls]).toEqual([false, false])
    expect(routes.map(({ pattern }) => pattern.replace('/*', ''))).toEqual(Object.keys(config.sites))
  })

  test('its configuration is valid, and its Worker is bundled', async () => {
    expect(parseConfig(config, heading === 'In a Hono app')).toMatchObject({ ok: true })
    const { warnings, outputFiles } = await build({
      entryPoints: [join(folder, 'src/worker.ts')],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2024',
      jsx: 'automatic',
      jsxImportSource: 'hono/jsx',
      alias: {
        'gatehouse-sso': HERE.worker,
        'gatehouse-sso/hono': HERE.hono,
        'gatehouse-sso/config': HERE.config,
      },
      external: ['cloudflare:*'],
      logLevel: 'silent',
    })
    expect(warnings).toEqual([])
    expect(outputFiles[0]?.text).toMatch(/export \{[^}]*OrganizationSessions/)
  })
})

test('the run of doctor in the README is what it says of those two mistakes', async () => {
  const [record = ''] = blocksIn(readText('README.md'), 'text').filter((block) =>
    block.includes('gatehouse doctor'),
  )
  const files = Object.fromEntries(filesOf(WHOLE))
  const broken = await projectWith({
    'wrangler.jsonc': '',
    'dist/index.html': '<!doctype html><title>Docs</title>',
    ...files,
    'wrangler.toml': (files['wrangler.toml'] ?? '').replace('run_worker_first = true\n', ''),
    'gatehouse.config.ts': (files['gatehouse.config.ts'] ?? '').replace("'public'", "'publik' as 'public'"),
  })
  onTestFinished(() => removed(broken))
  const { code, stdout } = await runHere(broken, ['doctor', '--offline'])
  expect(code).toBe(1)
  const [command, ...lines] = record.trimEnd().split('\n')
  expect(command).toBe('$ npx gatehouse doctor --offline')
  expect(lines.filter((line) => line !== '…' && !stdout.includes(`\n${line}`))).toEqual([])
  expect(lines.filter((line) => line.startsWith('✗'))).toHaveLength(stdout.match(/^✗/gm)?.length ?? 0)
})

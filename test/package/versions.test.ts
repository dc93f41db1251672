import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Project } from '../../cli/doctor/project.ts'
import { WRANGLER_CHECKS } from '../../cli/doctor/wrangler/checks.ts'
import { readProjectFiles } from '../../cli/init/project-files.ts'
import { nextSteps } from '../../cli/init/steps.ts'
import { resolveWrangler } from '../../cli/wrangler/installed-wrangler.ts'
import {
  KNOWS_CODE_UPDATE,
  LATEST_WRANGLER,
  latestDateOf,
  OWN_NODE,
  oldNode,
  readWranglerPackage,
  withCure,
} from '../../cli/wrangler/versions.ts'
import { blocksIn, codeIn, filesLike, readText, sectionOf } from '../support/node/markdown.ts'

const ROOT = join(import.meta.dirname, '../..')
const { default: runtime, version } = createRequire(resolveWrangler(ROOT))('workerd') as {
  /** Its program. */
  readonly default: string
  readonly version: string
}

test('the installed Wrangler tells which dates its runtime knows', () => {
  expect(readWranglerPackage(ROOT).latestDate).toBe(latestDateOf(version))
  expect(latestDateOf('1.20260426.1')).toBe('2026-05-03')
  expect(latestDateOf('2.0.0')).toBeUndefined()
})

test('the runtime takes the latest date, and refuses the day after in the words that get the cure', async () => {
  const latest = latestDateOf(version) ?? ''
  expect(latest).toMatch(/^\d{4}-\d\d-\d\d$/)
  const dayAfter = new Date(Date.parse(latest) + 86_400_000).toISOString().slice(0, 10)
  // It ends for want of the service that its socket is for.
  expect(await startedWith(latest)).not.toContain('newest date')
  const said = await startedWith(dayAfter)
  expect(said).toContain(`requires compatibility date "${dayAfter}"`)
  expect(said).toContain(`"${latest}"`)
  expect(withCure(said)).toMatch(
    new RegExp(`\\(npm install --save-dev wrangler@latest\\), or write compatibility_date ${latest}\\.$`),
  )
  expect(withCure('Something else.')).toBe('Something else.')
})

/** What workerd says of a Worker with such a date. It ends by itself. */
async function startedWith(date: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-runtime-'))
  try {
    const file = join(folder, 'config.capnp')
    await writeFile(file, configOf(date))
    return spawnSync(runtime, ['serve', file], { encoding: 'utf8', timeout: 20_000 }).stderr
  } finally {
    await rm(folder, { recursive: true })
  }
}

const configOf = (date: string) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "site", worker = (serviceWorkerScript = "addEventListener('fetch', () => {})", compatibilityDate = "${date}"))],
  sockets = [(name = "http", address = "127.0.0.1:0", service = "nobody")],
);
`

test.each([
  ['24.21.0', '>=22.12.0', undefined],
  ['22.12.0', '>=22.12.0', undefined],
  ['20.20.2', undefined, undefined],
  ['20.20.2', '>=20.3.0', undefined],
  ['20.20.2', '>=22.12.0', 'Node 20.20.2 is too old for Wrangler 4.164.0, which wants 22.12.0.'],
])('Node %s and a Wrangler that wants %s', (node, engine, found) => {
  expect(oldNode(node, { version: '4.164.0', engine })?.found).toBe(found)
})

test.each([
  [
    'package-lock.json',
    '20.20.2',
    /^npm install --save-dev node@24 {2}# Node 20\.20\.2 is too old for Wrangler, /,
  ],
  ['pnpm-lock.yaml', '20.20.2', /^pnpm add -D node@24 {2}# /],
  ['package-lock.json', '22.12.0', /^npx gatehouse dev /],
])('the next steps with %s and Node %s', async (lock, node, second) => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-steps-'))
  try {
    await writeFile(join(folder, lock), '')
    const deployed = { hosts: [], loginHosts: [], basePath: '/auth' }
    const steps = nextSteps(await readProjectFiles(folder), { deployed, env: undefined, node })
    expect(steps[1]).toMatch(second)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test.each([
  ['2026-10-30', false, 'ok: 2026-10-30'],
  ['2026-11-20', true, 'ok: 2026-11-20'],
  [
    '2026-11-20',
    false,
    'warning: The compatibility_date 2026-11-20 is too new for Wrangler 4.155.0, whose runtime knows no later one than 2026-10-30.',
  ],
])('doctor about %s, for a deployment: %s', async (compatibility_date, isForDeploy, found) => {
  const project = {
    today: '2026-11-26',
    isForDeploy,
    tools: { node: '24.21.0', wrangler: { version: '4.155.0', engine: undefined, latestDate: '2026-10-30' } },
    wrangler: { kind: 'read', label: 'wrangler.toml', raw: {}, settings: { compatibility_date } },
  } as Project
  const check = WRANGLER_CHECKS.find(({ id }) => id === 'compatibility-date')
  const findings = (await check?.judge(project)) ?? []
  expect(findings.map((each) => `${each.status}: ${each.found}`)).toEqual([found])
})

test('docs/deploy.md has the same cures', () => {
  const page = readText('docs/deploy.md')
  const node = sectionOf(page, '## Which Node')
  expect(blocksIn(node, 'sh')).toEqual([`${OWN_NODE}\n`])
  const [, wanted = ''] = /wants (\d+\.\d+)/.exec(oldNode('20.20.2')?.found ?? '') ?? []
  expect(node).toContain(`Node ${wanted} or later`)
  const refusals = sectionOf(page, '## It does not install, or does not start')
  for (const cure of [OWN_NODE, LATEST_WRANGLER]) expect(refusals).toContain(`\`${cure}\``)
})

test('one page says how to roll back, and from which Wrangler on', () => {
  const pages = ['README.md', ...filesLike('docs/*.md')].filter((page) => {
    const text = readText(page)
    return [...blocksIn(text, 'sh'), ...codeIn(text)].some((code) => code.includes('wrangler rollback'))
  })
  expect(pages).toEqual(['docs/operations.md'])
  const [version] = /^\d+\.\d+/.exec(KNOWS_CODE_UPDATE) ?? []
  expect(sectionOf(readText('docs/operations.md'), '## Roll-back')).toContain(`Wrangler ${version} or later`)
})

describe('a project without Wrangler', () => {
  // One that is nowhere: this repository has the real one.
  const MISSING = 'wrangler/no-such-file'
  test.each([
    [
      'where nothing is set up',
      [],
      /^Nothing is set up in this folder.*`npx gatehouse init` set one up here\.$/,
    ],
    [
      'that has a wrangler file',
      ['wrangler.toml'],
      /^Wrangler is not installed here: npm install --save-dev/,
    ],
    ['that has a configuration', ['gatehouse.config.ts'], /^Wrangler is not installed here: /],
  ])('%s is said', async (_case, files, sentence) => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-empty-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    for (const name of files) await writeFile(join(folder, name), '')
    expect(() => resolveWrangler(folder, MISSING)).toThrow(sentence)
  })
})

import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { withRun } from '../../build/recorded-run.ts'
import { CHECKS } from '../../cli/doctor/checks.ts'
import { brokenProject } from './broken-project.ts'
import { run } from './command-line.ts'
import { runHere } from './in-process.ts'
import { examine, type ProjectFiles, projectWith, removed, troublesIn, wrangler } from './sound-project.ts'
import { PROGRAM } from './stranger.ts'

async function project(files?: ProjectFiles): Promise<string> {
  const folder = await projectWith(files)
  onTestFinished(() => removed(folder))
  return folder
}

const WITHOUT_WORKER_FIRST = {
  'wrangler.jsonc': wrangler({ assets: { directory: './site', binding: 'ASSETS' } }),
}

describe('gatehouse doctor', () => {
  test('says that a sound project is sound, a line for each check', async () => {
    const { code, stdout, stderr } = await runHere(await project(), ['doctor', '--offline'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Looking at the project …\n' })
    const lines = stdout.trimEnd().split('\n')
    expect(lines.slice(0, -2).every((line) => /^[✓–] \S/.test(line))).toBe(true)
    expect(lines.at(-1)).toBe('Nothing is wrong.')
  })

  test('ends with 1 where something is wrong, and says what, why and what helps', async () => {
    const { code, stdout } = await run(await project(WITHOUT_WORKER_FIRST), PROGRAM, 'doctor', '--offline')
    expect(code).toBe(1)
    expect(stdout).toContain('✗ Worker before files  wrangler.jsonc serves the files of ./site to everybody')
    expect(stdout).toMatch(/why {4}Cloudflare answers with a file before Gatehouse sees the request/)
    expect(stdout).toMatch(/remedy Write into wrangler\.jsonc:\n +"assets": \{ "run_worker_first": true \}/)
    expect(stdout).toMatch(/\n1 problem\. `npx gatehouse doctor --fix` puts one right\.\n$/)
  })

  test('looks at the environment that Wrangler would take', async () => {
    const files = { 'wrangler.jsonc': wrangler({ env: { staging: { vars: {} } } }) }
    const { stdout } = await runHere(await project(files), ['doctor', '--offline'], {
      env: { CLOUDFLARE_ENV: 'staging' },
    })
    expect(stdout).toContain('wrangler.jsonc, environment staging')
  })

  test('says the same as JSON, and nothing else on standard output', async () => {
    const { code, stdout } = await runHere(await project(WITHOUT_WORKER_FIRST), [
      'doctor',
      '--offline',
      '--json',
    ])
    expect(code).toBe(1)
    const { sound, findings } = JSON.parse(stdout) as { sound: boolean; findings: Record<string, unknown>[] }
    expect(sound).toBe(false)
    expect(findings.filter(({ status }) => status !== 'ok' && status !== 'skipped')).toEqual([
      {
        check: 'run-worker-first',
        title: 'Worker before files',
        status: 'problem',
        found: expect.any(String),
        why: expect.any(String),
        remedy: expect.any(String),
        fixable: true,
      },
    ])
    expect(findings.find(({ check }) => check === 'bindings')).toEqual({
      check: 'bindings',
      title: 'Bindings',
      status: 'ok',
      found: 'all that are needed',
    })
  })

  test.each([
    ['an option that there is not', ['--fixx']],
    ['an answer to a question that is not asked', ['--yes']],
    ['an argument', ['everything']],
  ])('%s is wrong usage', async (_what, args) => {
    const { code, stderr, stdout } = await runHere(await project(), ['doctor', ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/\S/)
  })

  test.each([['doctor', '--offline'], ['deploy']])(
    'an environment that there is not, as in %s, is wrong usage, and those that there are are named',
    async (...args) => {
      const folder = await project({ 'wrangler.jsonc': wrangler({ env: { staging: {}, production: {} } }) })
      const { code, stdout, stderr } = await runHere(folder, [...args, '--env', 'nope'])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain('wrangler.jsonc has no environment nope: it has staging, production.')
    },
  )

  test('a configuration that only Wrangler reads is no missing one', async () => {
    const folder = await project({ 'wrangler.jsonc': '', 'cloudflare.config.ts': 'export default {}\n' })
    const { code, stdout } = await runHere(folder, ['doctor', '--offline'])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /– Wrangler file +cloudflare\.config\.ts is experimental, and Wrangler alone reads it/,
    )
    expect(stdout).toMatch(/✓ Configuration +gatehouse\.config\.ts, 1 site/)
  })
})

describe('docs/cli.md', () => {
  const page = readFile(join(import.meta.dirname, '../../docs/cli.md'), 'utf8')

  test('shows what doctor says of a project with mistakes, as npm run docs recorded it', async () => {
    const folder = await brokenProject()
    onTestFinished(() => removed(folder))
    const { code, stdout } = await runHere(folder, ['doctor', '--offline'])
    expect(code).toBe(1)
    expect(withRun(await page, stdout)).toBe(await page)
    const [, ...lines] = stdout.trimEnd().split('\n')
    expect(await page).toContain(lines.join('\n'))
  })

  test('names every check', async () => {
    const [, table = ''] = /\n\| check \| looks whether \|\n(.*?)\n\n/s.exec(await page) ?? []
    const named = table.split('\n').flatMap((row) => row.split('|')[1]?.match(/[a-z][a-z-]+/g) ?? [])
    expect(named.sort()).toEqual(CHECKS.map(({ id }) => id).sort())
  })
})

describe('gatehouse doctor --fix', () => {
  const TOML = `# Ours since 2024.
name = "docs"
main = "src/worker.ts" # the gate

[[routes]]
pattern = "docs.example.com"
custom_domain = true

[vars]
SCALEKIT_ENVIRONMENT_URL = "https://acme.scalekit.com"
SCALEKIT_CLIENT_ID = "skc_1"

# What the designers build.
[assets]
directory = "./site"

[cache]
enabled = true
`

  test('puts everything right that a wrangler file can lack, keeps what was written, and does it once', async () => {
    const folder = await project({ 'wrangler.jsonc': '', 'wrangler.toml': TOML })
    const first = await runHere(folder, ['doctor', '--offline', '--fix', '--yes'])
    expect(first.code, first.stdout + first.stderr).toBe(0)
    expect(first.stderr).toMatch(/^\+run_worker_first = true$/m)
    expect(first.stderr).toMatch(/^Written: wrangler\.toml$/m)
    expect(first.stdout).toMatch(/\nNothing is wrong\.\n$/)
    const written = await readFile(join(folder, 'wrangler.toml'), 'utf8')
    const kept = TOML.split('\n').filter((line) => line !== '')
    expect(written.split('\n')).toEqual(expect.arrayContaining(kept))

    const second = await runHere(folder, ['doctor', '--offline', '--fix', '--yes'])
    expect(second).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Nothing here can be put right'),
    })
    expect(await readFile(join(folder, 'wrangler.toml'), 'utf8')).toBe(written)
  })

  test('changes nothing where nobody can be asked', async () => {
    const folder = await project(WITHOUT_WORKER_FIRST)
    const { code, stderr } = await runHere(folder, ['doctor', '--offline', '--fix'])
    expect(code).toBe(1)
    expect(stderr).toContain('Nobody can be asked here, so nothing was changed')
    expect(await readFile(join(folder, 'wrangler.jsonc'), 'utf8')).toBe(
      WITHOUT_WORKER_FIRST['wrangler.jsonc'],
    )
  })

  test('shows no key', async () => {
    const folder = await project({ '.dev.vars': ({ GATEHOUSE_KEYS: _, ...others }) => others })
    const { code, stdout, stderr } = await runHere(folder, [
      'doctor',
      '--offline',
      '--fix',
      '--yes',
      '--json',
    ])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ sound: true, fixed: ['.dev.vars'] })
    expect(stderr).toContain("+GATEHOUSE_KEYS='…'")
    expect(stdout + stderr).not.toMatch(/"k":/)
  })

  test('leaves a finding to its reader where the file says it in a way that cannot be changed alone', async () => {
    const toml = TOML.replace('[assets]\ndirectory = "./site"', 'assets = "./site"')
    const folder = await project({ 'wrangler.jsonc': '', 'wrangler.toml': toml })
    const { code } = await runHere(folder, ['doctor', '--offline', '--fix', '--yes'])
    expect(code).toBe(1)
    expect(await readFile(join(folder, 'wrangler.toml'), 'utf8')).toContain('assets = "./site"')
  })
})

describe('what git has', () => {
  const git = (folder: string, ...args: readonly string[]) =>
    promisify(execFile)('git', args, { cwd: folder })

  test('.dev.vars in a repository is a problem', async () => {
    const folder = await project({ '.gitignore': '.wrangler/\n' })
    await git(folder, 'init', '--quiet')
    await git(folder, 'add', '.dev.vars')
    expect(troublesIn(await examine(folder))).toEqual([
      expect.objectContaining({
        id: 'git',
        status: 'problem',
        found: '.dev.vars is in git.',
        remedy: expect.stringMatching(/^git rm --cached \.dev\.vars, /),
      }),
    ])
  })

  test('what git would take along is a warning, and --fix keeps it out', async () => {
    const folder = await project({ '.gitignore': 'node_modules' })
    await git(folder, 'init', '--quiet')
    const found = troublesIn(await examine(folder)).map(({ id, status, found }) => [id, status, found])
    expect(found).toEqual([
      ['git', 'warning', 'git does not ignore .dev.vars.'],
      ['git', 'warning', 'git does not ignore .wrangler.'],
    ])
    const { code } = await runHere(folder, ['doctor', '--offline', '--fix', '--yes'])
    expect(code).toBe(0)
    expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe('node_modules\n.dev.vars*\n.wrangler/\n')
    expect(troublesIn(await examine(folder))).toEqual([])
  })

  test('a .dev.vars that is not written yet is kept out as well', async () => {
    const folder = await project()
    await git(folder, 'init', '--quiet')
    await rm(join(folder, '.dev.vars'))
    await writeFile(join(folder, '.gitignore'), '.wrangler/\n')
    expect(troublesIn(await examine(folder))).toMatchObject([{ found: 'git does not ignore .dev.vars.' }])
  })
})

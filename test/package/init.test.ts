import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeFiles } from '../../cli/files/file-changes.ts'
import type { Given } from '../../cli/init/answers.ts'
import { agree, ask } from '../../cli/init/questions.ts'
import { DEVELOPMENT_CLIENT } from '../../simulator/client.ts'
import { SIMULATOR_URL } from '../../simulator/development-secrets.ts'
import { runHere } from './in-process.ts'
import { linkPackage } from './stranger.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-init-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
}
const contents = (name: string) => readFile(join(folder, name), 'utf8')
const init = (...args: readonly string[]) => runHere(folder, ['init', ...args])
/** What it says as JSON. */
async function set(...args: readonly string[]) {
  const { code, stdout, stderr } = await init('--yes', '--json', ...args)
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as {
    outcome: string
    files: object[]
    yours: string[]
    notes: string[]
    next: string[]
  }
}
/** What it refuses to do, and that it did nothing. */
async function refused(...args: readonly string[]): Promise<string> {
  const before = await all()
  const { code, stderr } = await init('--yes', ...args)
  expect(code).toBe(1)
  expect(await all()).toEqual(before)
  return stderr
}
async function all(): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')])),
  )
}

const WORKER = 'name = "mine"\nmain = "src/index.ts"\ncompatibility_date = "2026-09-01"\n'
const MODULE = 'export default { fetch: () => new Response() }\n'

test('docs/cli.md has every flag', async () => {
  const { stdout } = await init('--help')
  const flags = new Set(stdout.match(/--[a-z-]+/g))
  expect([...flags]).toEqual(expect.arrayContaining(['--host', '--dry-run', '--env']))
  const page = await readFile(join(import.meta.dirname, '../../docs/cli.md'), 'utf8')
  expect([...flags].filter((flag) => flag !== '--version' && !page.includes(flag))).toEqual([])
})

describe('what is written', () => {
  test('without a terminal is nothing, unless it was said to be meant', async () => {
    expect(await init()).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('add --yes') })
    expect(await all()).toEqual({})
  })

  test('is shown first, without secrets; --dry-run shows it only', async () => {
    const { code, stdout, stderr } = await init('--dry-run')
    expect({ code, files: await all() }).toEqual({ code: 0, files: {} })
    expect(stdout).toContain('Nothing was written.')
    expect(stderr).toContain('wrangler.jsonc (new)\n+{')
    expect(stderr).toContain("+GATEHOUSE_KEYS='…'")
    expect(stderr).not.toContain('"kty"')
    expect(JSON.parse((await init('--dry-run', '--json')).stdout)).toMatchObject({
      outcome: 'shown',
      files: expect.arrayContaining([{ path: 'wrangler.jsonc', would: 'create' }]),
    })
  })

  test('is for its owner only where it is secret', async () => {
    await set()
    const mode = async (name: string) => ((await stat(join(folder, name))).mode & 0o777).toString(8)
    expect(await mode('.dev.vars')).toBe('600')
    expect(await mode('gatehouse.config.ts')).toBe((0o666 & ~process.umask()).toString(8))
  })

  test('leaves what is there, and goes on from what a run before has left', async () => {
    const files = {
      'gatehouse.config.ts': '// mine\n',
      'src/worker.ts': "export { OrganizationSessions } from 'gatehouse-sso'\n",
      'tsconfig.json': '{}',
      '.gitignore': 'dist\r\n.dev.vars*',
      'package.json':
        '{\n\t"name": "@acme/docs",\n\t"scripts": { "dev": "vite" },\n\t"devDependencies": { "hono": "4" }\n}',
    }
    await write(files)
    const { notes } = await set('--host', 'docs.example.com')
    expect(notes).toEqual([expect.stringContaining('gatehouse.config.ts was there and stays as it is')])
    const now = await all()
    expect(now).toMatchObject(
      Object.fromEntries(
        Object.entries(files)
          .slice(0, 3)
          .map(([name, content]) => [join(folder, name), content]),
      ),
    )
    expect(await contents('.gitignore')).toBe('dist\r\n.dev.vars*\r\n.wrangler\r\n')
    expect(await contents('package.json')).toContain(
      '{\n\t"name": "@acme/docs",\n\t"scripts": { "dev": "vite", "deploy": "gatehouse deploy" }',
    )
    expect(JSON.parse(await contents('package.json'))).toMatchObject({
      dependencies: { 'gatehouse-sso': expect.any(String) },
      devDependencies: { hono: '4', wrangler: expect.any(String) },
    })
    expect(await contents('wrangler.jsonc')).toContain('"name": "docs"')
    expect((await set()).outcome).toBe('nothing')
  })

  test('is nothing that git ignores elsewhere already', async () => {
    execFileSync('git', ['init', '--quiet'], { cwd: folder })
    await write({
      '.git/info/exclude': '.dev.vars\n.wrangler\n',
      'wrangler.toml': WORKER,
      'src/index.ts': MODULE,
    })
    await set()
    expect(await readdir(folder)).not.toContain('.gitignore')
  })
})

describe('.dev.vars', () => {
  test('gets what it does not set, and keeps the rest', async () => {
    await write({ '.dev.vars': "# mine\nOWN=1\nGATEHOUSE_KEYS='{}' # old\n" })
    await set()
    const text = await contents('.dev.vars')
    expect(text.startsWith("# mine\nOWN=1\nGATEHOUSE_KEYS='{}' # old\n")).toBe(true)
    expect(parseEnv(text)).toMatchObject({
      OWN: '1',
      GATEHOUSE_KEYS: '{}',
      SCALEKIT_ENVIRONMENT_URL: SIMULATOR_URL,
      SCALEKIT_CLIENT_ID: DEVELOPMENT_CLIENT.id,
    })
  })

  test('of a real environment gets nothing of the simulator', async () => {
    await write({ '.dev.vars': 'SCALEKIT_ENVIRONMENT_URL=https://acme.scalekit.dev\n' })
    await set()
    const variables = parseEnv(await contents('.dev.vars'))
    expect(Object.keys(variables).sort()).toEqual([
      'GATEHOUSE_DEVELOPMENT',
      'GATEHOUSE_KEYS',
      'SCALEKIT_ENVIRONMENT_URL',
    ])
  })

  test('takes the place of .env, which is said', async () => {
    await write({ '.env': 'OWN=1\n' })
    expect((await set()).notes).toEqual([expect.stringContaining('does not read .env')])
  })

  test('that git has is said', async () => {
    await write({ '.dev.vars': 'A=1\n' })
    execFileSync('git', ['init', '--quiet'], { cwd: folder })
    execFileSync('git', ['add', '.dev.vars'], { cwd: folder })
    expect((await set()).notes).toEqual([expect.stringContaining('git rm --cached .dev.vars')])
  })
})

describe('the folder of the static files', () => {
  const PLUGIN = JSON.stringify({
    devDependencies: { '@cloudflare/vite-plugin': '1' },
    scripts: { build: 'vite build' },
  })
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['is a new one', {}, './public'],
    ['is what is built already', { 'build/index.html': '' }, './build'],
    ['is what Vite will build', { 'vite.config.mts': '' }, './dist'],
    ['is where the plugin of Cloudflare puts it', { 'package.json': PLUGIN }, './dist/client'],
  ])('%s', async (_case, files, expected) => {
    await write(files)
    await set()
    expect(await contents('wrangler.jsonc')).toContain(`"directory": "${expected}"`)
  })

  test('is what was said, and has a first page where nothing builds one', async () => {
    await set('--assets', 'pages')
    expect(await contents('wrangler.jsonc')).toContain('"directory": "./pages"')
    expect(await contents('pages/index.html')).toContain('Only people who have signed in')
  })

  test('is none of a Worker that is in front of something else', async () => {
    const worker =
      "export { gatehouse, OrganizationSessions } from 'gatehouse-sso'\nexport default gatehouse(c)\n"
    await write({ 'wrangler.toml': WORKER, 'src/index.ts': worker, 'gatehouse.config.ts': '' })
    await set()
    expect(await contents('wrangler.toml')).not.toContain('assets')
    await rm(join(folder, 'gatehouse.config.ts'))
    expect((await set('--assets', './d')).notes).toEqual([])
    expect(await contents('wrangler.toml')).toContain('[assets]\ndirectory = "./d"')
    expect(await contents('gatehouse.config.ts')).toContain('upstream: assets()')
  })

  test.each([
    ['that is named already', `${WORKER}[assets]\ndirectory = "d"\n`, /in d, and that stays: --assets \.\/e/],
    ['of a Worker without one', WORKER, /no static files beside it, and gets none: --assets \.\/e/],
  ])('%s stays as it is, and that is said', async (_case, wrangler, note) => {
    await write({ 'wrangler.toml': wrangler, 'src/index.ts': MODULE })
    const { notes } = await set('--assets', './e')
    expect(notes).toEqual([expect.stringMatching(note)])
    expect(await contents('wrangler.toml')).not.toContain('./e')
  })
})

describe('the Scalekit environment', () => {
  const FLAGS = ['--environment-url', 'https://acme.scalekit.com/', '--client-id', 'skc_1']

  test('goes under vars, at once or later, and where it changes', async () => {
    await set()
    await set(...FLAGS)
    expect(await contents('wrangler.jsonc')).toContain(
      '"SCALEKIT_ENVIRONMENT_URL": "https://acme.scalekit.com"',
    )
    expect((await set(...FLAGS)).outcome).toBe('nothing')
    await set('--environment-url', 'https://other.scalekit.com', '--client-id', 'skc_1')
    expect(await contents('wrangler.jsonc')).toContain(
      '"SCALEKIT_ENVIRONMENT_URL": "https://other.scalekit.com"',
    )
    expect(parseEnv(await contents('.dev.vars'))['SCALEKIT_ENVIRONMENT_URL']).toBe(SIMULATOR_URL)
  })

  test('is one of the next steps while it is not there', async () => {
    const { next } = await set('--host', 'docs.example.com')
    expect(next.join('\n')).toContain('--environment-url')
    expect(next.join('\n')).toContain('https://docs.example.com/auth/callback')
    const { next: then } = await set(...FLAGS)
    expect(then.join('\n')).not.toContain('--environment-url')
    // The configuration could not be read: nothing is installed here.
    expect(then.join('\n')).toContain('https://<your host>/auth/callback')
  })
})

describe('what is next', () => {
  const FLAGS = ['--environment-url', 'https://acme.scalekit.com', '--client-id', 'skc_1']

  test('has the addresses of the host that was said, in one run and in the next', async () => {
    await linkPackage(folder)
    for (const args of [['--host', 'docs.example.com'], FLAGS]) {
      const next = (await set(...args)).next.join('\n')
      expect(next).toContain('Redirects: https://docs.example.com/auth/callback (allowed callback URL)')
      expect(next).toContain('Webhooks: https://docs.example.com/auth/webhooks')
      expect(next).toContain('"routes": [{ "pattern": "docs.example.com", "custom_domain": true }],')
      expect(next).toContain('doctor --live https://docs.example.com')
      expect(next).not.toContain('Name your host')
    }
    expect(await contents('wrangler.jsonc')).not.toContain('"routes"')
  })

  test('is a host, while the configuration has none but localhost', async () => {
    await linkPackage(folder)
    for (const args of [[], FLAGS])
      expect((await set(...args)).next).toContain('Name your host in gatehouse.config.ts, beside localhost')
  })

  test('at a login host are its addresses, and no line of a route that is there', async () => {
    await linkPackage(folder)
    await write({
      'wrangler.toml': 'routes = [{ pattern = "*.example.com/*", zone_name = "example.com" }]\n',
      'gatehouse.config.ts': `export default { loginHost: 'login.example.com', basePath: '/sso', sites: {
        'login.example.com': { upstream: { kind: 'assets' } }, 'a.example.com': { upstream: { kind: 'assets' } },
        localhost: { loginHost: false, upstream: { kind: 'assets' } } } }\n`,
    })
    const next = (await set()).next.join('\n')
    expect(next).toContain('Redirects: https://login.example.com/sso/callback (allowed callback URL)')
    expect(next).not.toContain('https://a.example.com/sso/callback')
    expect(next).not.toContain('routes =')
  })

  test('names scripts that go round the gate', async () => {
    await write({ 'package.json': '{ "scripts": { "dev": "vite", "deploy": "wrangler deploy" } }' })
    const { next } = await set()
    expect(next.join('\n')).toContain('npm run dev is "vite" here, which has no gate')
    expect(next.join('\n')).toContain('makes the checks first; npm run deploy is "wrangler deploy" here')
    expect(next).toContain('npx wrangler login')
  })
})

test('why a value that was there is another one now is said', async () => {
  const assets = '[assets]\ndirectory = "d"\nnot_found_handling = "single-page-application"\n'
  await write({ 'wrangler.toml': `${WORKER}${assets}`, 'src/index.ts': MODULE })
  expect((await set()).notes).toEqual([
    expect.stringMatching(
      /^assets\.not_found_handling was "single-page-application", and is "none" now: Gatehouse shows/,
    ),
  ])
})

describe('the configuration', () => {
  test('of a public site has the exceptions first', async () => {
    await set('--public', '--host', 'Docs.Example.com', '--org', 'org_1')
    const config = await contents('gatehouse.config.ts')
    expect(config).toContain("'docs.example.com': { ...site, organization: 'org_1' }")
    expect(config.indexOf("'/private/*'")).toBeLessThan(config.indexOf("path: '/*', access: 'public'"))
  })

  test.each<[string, string, readonly string[]]>([
    ['no files', '', []],
    [
      'files that its code serves',
      '[assets]\ndirectory = "d"\nbinding = "ASSETS"\nrun_worker_first = true\n',
      [],
    ],
    [
      'some paths of its own',
      '[assets]\ndirectory = "d"\nrun_worker_first = ["/api/*", "!/api/docs/*"]\n',
      ['upstream: assets(),', "{ path: '/api/*', upstream: app() }"],
    ],
    [
      'all paths but some',
      '[assets]\ndirectory = "d"\nrun_worker_first = ["/*", "!/static/*"]\n',
      ["{ path: '/static/*', upstream: assets() }"],
    ],
    [
      'a single-page app, and files before it',
      '[assets]\ndirectory = "d"\nnot_found_handling = "single-page-application"\n',
      ['upstream: assets({ spa: true }),', "{ path: '/api/*', upstream: app() }"],
    ],
  ])('of a Worker with %s', async (_case, assets, expected) => {
    await write({ 'wrangler.toml': `${WORKER}${assets}`, 'src/index.ts': MODULE, 'd/index.html': '' })
    const { yours } = await set()
    const config = await contents('gatehouse.config.ts')
    for (const line of expected) expect(config).toContain(line)
    expect(config.match(/upstream/g) ?? []).toHaveLength(expected.length)
    const isGuess = assets !== '' && !assets.includes('run_worker_first')
    expect(yours).toEqual(isGuess ? [expect.stringContaining('/api/* is a guess')] : [])
    // It is one that Gatehouse takes, and nobody gets past it.
    await linkPackage(folder)
    const { code, stdout } = await runHere(folder, ['explain', 'http://localhost/static/a', '--json'])
    expect({ code, decision: JSON.parse(stdout).decision }).toMatchObject({
      code: 0,
      decision: { outcome: 'login' },
    })
  })
})

describe('a Hono app of another shape', () => {
  const CHAIN = "import { Hono } from 'hono'\nexport default new Hono().get('/', (c) => c.text('hi'))\n"

  test('stays as it is, and every run says what is missing until it is there', async () => {
    await write({ 'wrangler.toml': WORKER, 'src/index.ts': CHAIN })
    const { stdout } = await init('--yes')
    expect(stdout).toContain('One step is left to you:\nAdd to src/index.ts')
    for (const line of ["import config from '../gatehouse.config'", 'app.use(gatehouse(config))'])
      expect(stdout).toContain(`\n  ${line}`)
    expect(await contents('src/index.ts')).toBe(CHAIN)
    const again = await init()
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Nothing to write.\nOne step is left to you:'),
    })

    await write({ 'src/index.ts': `import { gatehouse } from 'gatehouse-sso/hono'\n${CHAIN}` })
    expect((await set()).yours).toEqual([
      "Add to src/index.ts: export { OrganizationSessions } from 'gatehouse-sso'",
      'Add to src/index.ts: app.use(gatehouse(config))',
    ])
    await write({
      'src/index.ts': `import { gatehouse } from 'gatehouse-sso/hono'\nexport { OrganizationSessions } from 'gatehouse-sso'\nimport { Hono } from 'hono'
export default new Hono().use(gatehouse({ sites: {} }))\n`,
    })
    expect(await set()).toMatchObject({ outcome: 'nothing', yours: [] })
  })
})

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

describe('a question', () => {
  /** Types each answer when the one before has been taken. */
  async function typed(keys: readonly string[], given: Given = {}) {
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input })
    const output = Object.assign(new PassThrough(), { isTTY: true, columns: 200, rows: 50 })
    const said = text(output)
    const questions = { folder, asksForSite: true, assets: './public' }
    const answered = ask(questions, given, { input, output }).catch((error: Error) => error.message)
    for (const key of keys) {
      await new Promise((done) => setTimeout(done, 30))
      input.write(key)
    }
    const answers = await answered
    output.end()
    return { answers, said: await said }
  }

  test('has a default for everything', async () => {
    const { answers } = await typed(['\r', '\r', '\r', '\r'])
    expect(answers).toEqual({ assets: './public', host: 'localhost', isPublic: false })
  })

  test('is asked again, with what is wrong', async () => {
    const { answers, said } = await typed([
      ...[
        'https://a.example\r',
        '\u0015',
        'a.example\r',
        '..\r',
        '\u0015',
        'docs.example.com\r',
        '\u0015',
        'dist\r',
        'y',
        'acme\r',
        '\u0015',
        'org_1\r',
      ],
      ...['http://a.example\r', '\u0015', 'https://acme.scalekit.com\r', 'skc_1\r'],
    ])
    expect(answers).toEqual({
      assets: './dist',
      host: 'a.example',
      isPublic: true,
      organization: 'org_1',
      environmentUrl: 'https://acme.scalekit.com',
      clientId: 'skc_1',
    })
    for (const problem of [
      'a folder of its own',
      'docs.example.com looks like a host',
      'without https://',
      'must look like org_',
      'must be https://host',
    ])
      expect(said).toContain(problem)
  })

  test('is not asked where the command line has said it', async () => {
    const given = {
      assets: './a',
      host: 'a.example',
      isPublic: true,
      organization: 'org_1',
      environmentUrl: 'https://a.example',
      clientId: 'b',
    }
    expect((await typed([], given)).answers).toEqual(given)
  })

  test('may be left, and then nothing is written', async () => {
    expect((await typed(['\u0003'])).answers).toBe('Nothing was written.')
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input })
    const agreed = agree('Write it?', { input, output: Object.assign(new PassThrough(), { isTTY: true }) })
    setTimeout(() => input.write('n'), 30)
    await expect(agreed).rejects.toThrow('Nothing was written.')
  })
})

import { execFileSync } from 'node:child_process'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { DEVELOPMENT_CLIENT } from '../../simulator/client.ts'
import { SIMULATOR_URL } from '../../simulator/development-secrets.ts'
import { all, contents, eachInANewFolder, folder, init, MODULE, set, WORKER, write } from './init-here.ts'
import { linkPackage } from './stranger.ts'

eachInANewFolder()

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
    expect(await contents('.gitignore')).toBe('dist\r\n.dev.vars*\r\n.wrangler\r\nnode_modules\r\n')
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

  test.each<[string, Readonly<Record<string, string>>]>([
    ['nothing', {}],
    ['a Node of its own', { 'package.json': '{ "devDependencies": { "node": "^24.21.0" } }' }],
    [
      'what npm init makes, and packages',
      {
        'package.json': '{ "scripts": { "test": "exit 1" }, "dependencies": { "left-pad": "1" } }',
        'package-lock.json': '{}',
        'node_modules/left-pad/index.js': '',
      },
    ],
  ])('is a whole project in a folder with %s', async (_case, files) => {
    await write(files)
    await set()
    expect(JSON.parse(await contents('package.json')).devDependencies).toMatchObject({
      '@cloudflare/workers-types': expect.any(String),
      typescript: expect.any(String),
    })
    expect(await contents('tsconfig.json')).toContain('workers-types')
    expect(await contents('.gitignore')).toBe('.dev.vars\n.wrangler\nnode_modules\n')
    expect((await set()).outcome).toBe('nothing')
  })

  test('is no line for packages alone, in a project that is there', async () => {
    await write({ 'wrangler.toml': WORKER, 'src/index.ts': MODULE, '.gitignore': '.dev.vars\n.wrangler\n' })
    await set()
    expect(await contents('.gitignore')).toBe('.dev.vars\n.wrangler\n')
    expect(await readdir(folder)).not.toContain('tsconfig.json')
  })

  test('asks for a Wrangler that knows the types and the date that go with it', async () => {
    await set()
    const { devDependencies } = JSON.parse(await contents('package.json'))
    const { version, peerDependencies } = JSON.parse(
      await readFile(join(import.meta.dirname, '../../node_modules/wrangler/package.json'), 'utf8'),
    )
    expect(devDependencies.wrangler).toBe(`^${version}`)
    expect(major(devDependencies['@cloudflare/workers-types'])).toBe(
      major(peerDependencies['@cloudflare/workers-types']),
    )
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

  test('has them before anything is installed, and where there is nothing left to write', async () => {
    for (const args of [['--host', 'docs.example.com'], ['--host', 'docs.example.com'], FLAGS, FLAGS]) {
      const { stdout } = await init('--yes', ...args)
      expect(stdout).toContain('\nNext:\n1. ')
      expect(stdout).toContain('Redirects: https://docs.example.com/auth/callback (allowed callback URL)')
      expect(stdout).toContain('doctor --live https://docs.example.com')
    }
    expect((await init('--yes')).stdout).toMatch(/^Nothing to do: Gatehouse is set up here\.\n\nNext:\n/)
  })

  test.each([
    ['a login host', "\n  loginHost: 'login.example.com',\n})"],
    ['another path', "\n  basePath: '/sso',\n})"],
  ])('has no addresses of a configuration with %s that cannot be loaded', async (_case, end) => {
    await set('--host', 'docs.example.com')
    const config = await contents('gatehouse.config.ts')
    await write({ 'gatehouse.config.ts': config.replace(/\n\}\)/, end) })
    expect((await set()).next.join('\n')).toContain('https://<your host>/auth/callback')
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

describe('Workers Logs', () => {
  test.each([
    ['wrangler.toml', WORKER, '[observability]\nenabled = true\n'],
    [
      'wrangler.jsonc',
      '{ "name": "mine", "main": "src/index.ts" }\n',
      '"observability": { "enabled": true }',
    ],
  ])('are switched on in a %s that is there', async (name, text, expected) => {
    await write({ [name]: text, 'src/index.ts': MODULE })
    await set()
    expect(await contents(name)).toContain(expected)
    expect((await set()).outcome).toBe('nothing')
  })

  test.each(['logpush = true\n', '[observability]\nenabled = false\n'])(
    'stay as they are where the file says where the log goes: %j',
    async (says) => {
      await write({ 'wrangler.toml': `${WORKER}${says}`, 'src/index.ts': MODULE })
      await set()
      const now = await contents('wrangler.toml')
      expect(now).toContain(says)
      expect(now.match(/observability/g)?.length ?? 0).toBe(says.match(/observability/g)?.length ?? 0)
    },
  )
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

const major = (range: string) => /^\^(\d+)\./.exec(range)?.[1]

import type { EventEmitter } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createProgram } from '../../cli/program.ts'
import { bundleSimulator } from '../../simulator/bundle.ts'
import { freePort } from '../support/node/port.ts'
import { run } from './command-line.ts'
import { runHere } from './in-process.ts'
import { HERE, PROGRAM, type StrangerOptions, wranglerWith, writeStranger } from './stranger.ts'

const ROOT = join(import.meta.dirname, '../..')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const gatehouse = (...args: readonly string[]) => runHere(folder, args)
/** The same as a shell does. */
const spawned = (...args: readonly string[]) => run(folder, PROGRAM, ...args)
const write = (files: StrangerOptions['files'] = {}) => writeStranger(folder, { entry: HERE, files })

const COMMANDS = [
  [],
  ['dev'],
  ['keys'],
  ...['new', 'rotate', 'list'].map((name) => ['keys', name]),
  ['explain'],
  ['init'],
  ['sites'],
  ...['list', 'get', 'put', 'remove'].map((name) => ['sites', name]),
  ['orgs'],
  ['connections'],
  ['portal-link'],
  ['tail'],
]

describe('usage', () => {
  test.each(COMMANDS.map((command) => [command]))(
    '`%s --help` says what there is, and that it takes --json and --config',
    async (command) => {
      const { code, stdout, stderr } = await gatehouse(...command, '--help')
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toContain(['Usage: npx gatehouse', ...command].join(' '))
      expect(stdout).toContain('--json')
      expect(stdout).toContain('--config <wrangler file>')
    },
  )

  test('README and docs/cli.md have every flag of `dev`', async () => {
    const { stdout } = await gatehouse('dev', '--help')
    const flags = new Set(stdout.match(/--[a-z-]+/g))
    expect([...flags]).toEqual(expect.arrayContaining(['--port', '--with', '--public-url', '--json']))
    for (const page of ['README.md', 'docs/cli.md']) {
      const text = await readFile(join(ROOT, page), 'utf8')
      expect([...flags].filter((flag) => flag !== '--version' && !text.includes(flag))).toEqual([])
    }
  })

  test.each([
    ['no command', [], 'Usage: npx gatehouse'],
    ['an unknown one', ['devv'], 'Did you mean dev?'],
    ['half a command', ['keys'], 'Usage: npx gatehouse keys'],
    ['an unknown option', ['dev', '--prot', '1'], "unknown option '--prot'"],
    ['a port that is none', ['dev', '--port', '70000'], 'from 1 to 65535'],
    ['one port for both', ['dev', '--port', '8788'], 'must differ'],
    ['a wrangler file that is not there', ['dev', '--config', 'nowhere.toml'], 'There is no such file.'],
    ['another Worker that is not there', ['dev', '--with', 'nowhere.toml'], 'There is no such file.'],
    ['a public address with a path', ['dev', '--public-url', 'https://a.example/b'], 'must be https://host'],
    ['no address', ['explain'], "missing required argument 'url'"],
    ['an address without a scheme', ['explain', 'localhost/a'], 'Write the whole address'],
    ['an address that is none', ['explain', 'http://[/'], 'Write the whole address'],
    ['somebody of an unknown kind', ['explain', 'http://a/', '--as', 'mail=a@b'], 'email=…,org=…'],
    ['a host with a path', ['init', '--host', 'a.example/b'], 'Write the host alone'],
    ['an organization that is none', ['init', '--org', 'acme'], 'must look like org_'],
    ['an organization at no host', ['init', '--org', 'org_1'], 'say which with --host'],
    ['an environment with a path', ['init', '--environment-url', 'https://a.example/b'], 'without a path'],
    ['half an environment', ['init', '--client-id', 'skc_1'], 'go together'],
    ['a client that is none', ['init', '--client-id', 'a b'], 'must look like skc_'],
    ['a folder that has the secrets', ['init', '--assets', './dist/..'], 'a folder of its own'],
    ['sites without what to do', ['sites'], 'Usage: npx gatehouse sites'],
    ['a site without a host', ['sites', 'get'], "missing required argument 'host'"],
    ['a site with a port', ['sites', 'get', 'a.example:443'], 'without a port'],
    ['a site without a file', ['sites', 'put', 'a.example'], "missing required argument 'file'"],
    ['a file that is not there', ['sites', 'put', 'a.example', 'nowhere.json'], 'There is no such file.'],
    ['two storages', ['sites', 'list', '--local', '--remote'], 'cannot be used with'],
    ['a name of this machine elsewhere', ['sites', 'get', '*.localhost'], 'add --local'],
    ['a link for nobody', ['portal-link'], "missing required argument 'org'"],
    ['a link for a name', ['portal-link', 'acme'], 'npx gatehouse orgs lists them'],
    ['an address for a domain', ['connections', '--domain', 'ann@acme.com'], 'such as acme.com'],
    ['two selections', ['connections', '--org', 'org_1', '--domain', 'acme.com'], 'cannot be used with'],
    ['a live Worker by its path', ['doctor', '--live', 'https://a.example/b'], 'Write https://host'],
    ['a live Worker offline', ['doctor', '--offline', '--live', 'https://a.example'], 'cannot be used with'],
    ['keys to compare with nothing', ['doctor', '--keys', 'a.json'], 'add --live'],
    ['more than it takes', ['sites', 'list', 'a.example'], 'too many arguments'],
    ['a log that is none', ['tail', 'worker.log'], "'worker.log': Lines come from the deployed Worker"],
    ['a command that is none', ['foo'], "unknown command 'foo': npx gatehouse --help lists"],
    ['an event that there is none of', ['tail', '--event', 'refused,login'], 'login: no event of the log'],
    ['somebody twice', ['explain', 'http://a/', '--as', 'org=a,org=b'], 'It says org twice.'],
    [
      'one address twice',
      ['explain', 'http://a/', '--as', 'org=a', '--as', 'org=b'],
      "'--as <who>' is given twice",
    ],
    ['a value that is empty first', ['explain', 'http://a/', '--method=', '--method=GET'], 'is given twice'],
    [
      'two projects',
      ['--config', HERE.worker, 'dev', '--config', HERE.hono],
      "'--config <wrangler file>' is given twice",
    ],
  ])('%s is exit code 2, with the reason on standard error', async (_case, args, reason) => {
    const { code, stdout, stderr } = await gatehouse(...args, '--json')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(reason)
  })

  test('every option that takes one value takes it once, in every command', () => {
    const all = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(all)]
    const program = createProgram({ read: bundleSimulator })
    const options = all(program).flatMap((command) => command.options.map((option) => ({ command, option })))
    const withValue = options.filter(({ option }) => option.required || option.optional)
    expect(withValue.length).toBeGreaterThan(30)
    for (const { command, option } of withValue) {
      const count = (command as unknown as EventEmitter).listenerCount(`option:${option.name()}`)
      expect([command.name(), option.flags, count]).toEqual([
        command.name(),
        option.flags,
        option.long === '--with' ? 1 : 2,
      ])
    }
  })

  test('a shell gets the same', async () => {
    const usage = await spawned('keys', '--json')
    expect(usage).toMatchObject({ code: 2, stdout: '' })
    expect(usage).toEqual(await gatehouse('keys', '--json'))
    const help = await spawned('explain', '--help')
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help).toEqual(await gatehouse('explain', '--help'))
    const problem = await spawned('explain', 'http://localhost/', '--json')
    expect(problem).toMatchObject({ code: 1, stdout: expect.stringMatching(/^\{"problems":\[.+\]\}\n$/) })
    expect(problem).toEqual(await gatehouse('explain', 'http://localhost/', '--json'))
  })

  test('`--version` is that of the package', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
    expect(await spawned('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})

describe('explain', () => {
  const explain = async (...args: readonly string[]) => {
    await write()
    return gatehouse('explain', ...args)
  }

  test('says site, rule, who asks and what is decided, without colours where nobody sees them', async () => {
    await write()
    expect(await spawned('explain', 'http://localhost:8787/admin/users')).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'address   http://localhost:8787/admin/users',
        'site      localhost',
        'rule      rules[1] /admin/*, require: {"organizations":["org_1"],"roles":["admin"]}, maxAge: 900',
        'visitor   nobody',
        'decision  has to sign in: no session\n',
      ].join('\n'),
    })
  })

  test.each([
    ['roles=reader+admin,org=org_1', 'passes: everything that is required is met'],
    ['roles=reader,org=org_1', 'is denied: roles must have "admin"'],
    ['email=ann@example.com', 'is denied: organizations must have "org_1"; roles must have "admin"'],
  ])('says it for somebody with %s', async (who, decision) => {
    const { code, stdout } = await explain('https://localhost/admin/', '--as', who)
    expect(code).toBe(0)
    expect(stdout.split('\n').find((line) => line.startsWith('decision'))).toContain(decision)
  })

  test('shows the ways to read a path', async () => {
    const { stdout } = await explain('http://localhost/x/..%2fadmin/')
    expect(stdout).toContain('is refused')
    const { stdout: doubled } = await explain('http://localhost//admin/')
    expect(doubled).toMatch(/read as +\/admin\/ \(.*\): rules\[1\] \/admin\/\*/)
  })

  test('as JSON is the whole explanation', async () => {
    const { code, stdout, stderr } = await explain('http://localhost/', '--method', 'post', '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      url: 'http://localhost/',
      site: 'localhost',
      rule: { index: 0, path: '/', access: 'public' },
      readings: [{ path: '/', how: '', rule: 'rules[0] /' }],
      decision: { outcome: 'allow', why: 'public' },
    })
  })

  test('for a host that no site is for is exit code 1, in words and as JSON', async () => {
    const problem = 'No site of gatehouse.config.ts is for nowhere.example.'
    expect(await explain('https://nowhere.example/')).toEqual({ code: 1, stdout: '', stderr: `${problem}\n` })
    const { code, stdout, stderr } = await explain('https://nowhere.example/', '--json')
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({ problems: [problem] })
  })

  test.each<[string, string, number, RegExp]>([
    [
      'without a site',
      "{ 'docs.example.com': { upstream: { kind: 'assets' } } }",
      1,
      /^No site .+ Sites in KV are not /,
    ],
    [
      'with the last resort',
      "{ '*': { upstream: { kind: 'assets' } } }",
      0,
      /^Sites in KV are not looked up here/,
    ],
    ['with a site', "{ 'acme.example.com': { upstream: { kind: 'assets' } } }", 0, /^$/],
  ])(
    'for a host %s that may have one in KV says so where that would count',
    async (_case, sites, code, said) => {
      await write({ 'gatehouse.config.ts': `export default { sitesInKv: true, sites: ${sites} }` })
      const explained = await gatehouse('explain', 'https://acme.example.com/')
      expect(explained.code).toBe(code)
      expect(explained.stderr).toMatch(said)
    },
  )

  test('for a login host that is no site says that only its own routes are there', async () => {
    await write({
      'gatehouse.config.ts':
        "const sites = { 'docs.localhost': { upstream: { kind: 'assets' } } }\n" +
        "export default { loginHost: 'login.localhost', sites }\n",
    })
    const decided = async (path: string) =>
      (await gatehouse('explain', `http://login.localhost:8787${path}`)).stdout.split('\n').slice(-2)[0]
    expect(await decided('/orders')).toBe(
      'decision  is not found: the login host has Gatehouse’s own routes and nothing else',
    )
    expect(await decided('/auth/sessions')).toBe('decision  one of Gatehouse’s own routes')
  })

  test('finds the configuration beside the file that --config names, and leaves nothing behind', async () => {
    await write()
    const config = join(folder, 'wrangler.jsonc')
    const TMPDIR = join(folder, 'tmp')
    await mkdir(TMPDIR)
    const explain = ['explain', 'http://localhost/', '--config', config]
    expect(await runHere(TMPDIR, explain, { env: { TMPDIR } })).toMatchObject({ code: 0 })
    expect(await readdir(TMPDIR)).toEqual([])
  })

  test.each([
    ['is not there', '', /^There is no gatehouse\.config\.ts in .+\n$/],
    [
      'cannot be read',
      'export default {',
      /^gatehouse\.config\.ts:1:16: Expected identifier but found end of file\n$/,
    ],
    [
      'has no default export',
      'export const config = {}',
      /^gatehouse\.config\.ts has no default export\.\n$/,
    ],
    ['throws', "throw new Error('boom')\nexport default {}", /^gatehouse\.config\.ts fails: boom\n$/],
    [
      'needs a Worker',
      "import 'cloudflare:workers'\nexport default {}",
      /^gatehouse\.config\.ts imports cloudflare:workers, .+ gatehouse-sso\/config\.\n$/,
    ],
    [
      'has two problems',
      "export default { sites: { 'A': { upstream: { kind: 'assets' } } }, session: { lifetime: -1 } }",
      /^gatehouse\.config\.ts: session\.lifetime .+\ngatehouse\.config\.ts: sites\.A .+\n$/,
    ],
  ])('with a configuration that %s says so, and is exit code 1', async (_case, config, problems) => {
    await write({ 'gatehouse.config.ts': config })
    const { code, stdout, stderr } = await gatehouse('explain', 'http://localhost/')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(problems)
  })
})

describe('dev', () => {
  const devArguments = async () => [
    'dev',
    '--port',
    `${await freePort()}`,
    '--simulator-port',
    `${await freePort()}`,
  ]
  const today = () => new Date().toISOString().slice(0, 10)
  /** What is said, without what goes on meanwhile. */
  const problems = (stderr: string) => stderr.replace(/^.* …\n/gm, '').replace(/^Wrote .+\n/m, '')

  test.each<[string, Record<string, string>, string]>([
    [
      'there is no wrangler file',
      { 'wrangler.jsonc': '' },
      'There is no wrangler.jsonc, wrangler.json or wrangler.toml in this folder: ' +
        'go to the folder of your Worker, name its wrangler file with --config, or let `npx gatehouse init` set one up here.\n',
    ],
    [
      'the wrangler file is none',
      { 'wrangler.jsonc': '{ "name": ' },
      'wrangler.jsonc cannot be read: line 1, column 11: value expected\n',
    ],
    [
      'there is no gatehouse.config.ts',
      { 'gatehouse.config.ts': '' },
      'src/worker.ts imports a gatehouse.config that is not there: write gatehouse.config.ts beside wrangler.jsonc, ' +
        "with what defineConfig of 'gatehouse-sso/config' makes as its default export.\n",
    ],
    [
      'the Worker does not export the Durable Object class',
      {
        'src/worker.ts':
          `import { gatehouse } from '${HERE.worker}'\n` +
          "import config from '../gatehouse.config'\nexport default gatehouse(config)\n",
      },
      'src/worker.ts does not export the Durable Object class OrganizationSessions: ' +
        "add export { OrganizationSessions } from 'gatehouse-sso'\n",
    ],
    [
      'gatehouse.config.ts does not parse',
      { 'gatehouse.config.ts': 'export default {' },
      'gatehouse.config.ts:1:16: Expected identifier but found end of file\n',
    ],
    [
      'the compatibility date is in the future',
      { 'wrangler.jsonc': wranglerWith({ compatibility_date: '2999-01-01' }) },
      'wrangler.jsonc has a compatibility_date in the future, 2999-01-01: no runtime knows it yet. ' +
        'Take <today> or an earlier day.\n',
    ],
    [
      'static files would be served before the Worker sees the request',
      { 'wrangler.jsonc': wranglerWith({ assets: { directory: './site', binding: 'ASSETS' } }) },
      'wrangler.jsonc serves the files of ./site to everybody: run_worker_first is not true. Cloudflare answers with a file before ' +
        'Gatehouse sees the request, whatever the rules say. Write into wrangler.jsonc:\n"assets": { "run_worker_first": true }\n',
    ],
    [
      'another Worker is bound and does not start along',
      { 'wrangler.jsonc': wranglerWith({ services: [{ binding: 'API', service: 'api' }] }) },
      'wrangler.jsonc binds API to the Worker "api", which does not start with it: ' +
        'add --with and the wrangler file of api.\n',
    ],
  ])('where %s, says so in a sentence', async (_case, files, sentence) => {
    await write(files)
    const began = today()
    const { code, stdout, stderr } = await gatehouse(...(await devArguments()))
    // Midnight may have come meanwhile.
    const said = problems(stderr).replace(new RegExp(`${began}|${today()}`), '<today>')
    expect({ code, stdout, stderr: said }).toEqual({ code: 1, stdout: '', stderr: sentence })
    expect(await readdir(folder)).not.toContain('.dev.vars')
  })

  test('a port that is taken is named, with what to do', async () => {
    await write()
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    const port = await new Promise<number>((done) =>
      server.once('listening', () => done((server.address() as { readonly port: number }).port)),
    )
    const { code, stderr } = await gatehouse('dev', '--port', `${port}`)
    expect(code).toBe(1)
    expect(stderr).toContain(`Port ${port} on 127.0.0.1 is taken`)
    expect(stderr).toContain(`or choose other ports: --port ${port + 10} --simulator-port `)
    expect(stderr).toContain(`--port ${port + 10}`)
  })
})

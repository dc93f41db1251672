import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  type ApiError,
  type CloudflareKv,
  KEYS_A_PAGE,
  NAMESPACE_ID,
  startCloudflareKv,
  stopCloudflareKv,
} from '../support/node/cloudflare-kv.ts'
import type { Ended } from './command-line.ts'
import { type FakeKv, fakeKv } from './fake-kv.ts'
import { runHere } from './in-process.ts'
import { HERE, wranglerWith, wranglerWithout, writeStranger } from './stranger.ts'

const ACME = { organization: 'org_1', upstream: { kind: 'assets', folder: '/acme' } }
const GLOBEX = { ...ACME, organization: 'org_2' }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-sites-'))
  await writeStranger(folder, {
    entry: HERE,
    files: {
      'wrangler.jsonc': wranglerWith({ kv_namespaces: [{ binding: 'GATEHOUSE_KV', id: NAMESPACE_ID }] }),
      'gatehouse.config.ts':
        "const sites = { 'docs.example.com': { upstream: { kind: 'assets' } } }\n" +
        "export default { sitesInKv: true, loginHost: 'login.example.com', sites }\n",
      'acme.json': JSON.stringify(ACME, null, 4),
      'globex.json': JSON.stringify(GLOBEX),
      'broken.json':
        '{ "organization": "acme", "upstream": { "kind": "service", "binding": "API" }, "rule": [] }',
      'comma.json': '{ "organization": "org_1", }',
    },
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
  /** Default: the real one. */
  readonly wrangler?: FakeKv['wrangler']
}

const sites = ({ env, ...rest }: Surroundings, ...args: readonly string[]): Promise<Ended> =>
  runHere(folder, ['sites', ...args], {
    ...rest,
    // Whoever runs this may be logged in.
    env: { XDG_CONFIG_HOME: folder, HOME: folder, CLOUDFLARE_API_TOKEN: '', ...env },
  })

/** What is said, without what goes on meanwhile. */
const problems = ({ stderr }: Ended) => stderr.replace(/^.* …\n/gm, '')

test('a site on this machine is put, listed and removed', async () => {
  const local = (...args: readonly string[]) => sites({}, ...args, '--local')
  const put = await local('put', 'Acme.LOCALHOST.', 'acme.json')
  expect({ ...put, stderr: problems(put) }).toEqual({
    code: 0,
    stdout: 'site:acme.localhost in KV (local) is written, and live within about a minute.\n',
    stderr: expect.stringContaining('+  "organization": "org_1",\n'),
  })
  expect(JSON.parse((await local('list', '--json')).stdout)).toEqual({
    storage: 'local',
    sites: [{ host: 'acme.localhost', site: ACME }],
  })
  expect(await local('remove', 'acme.localhost', '--yes', '--json')).toMatchObject({
    code: 0,
    stdout: `${JSON.stringify({ host: 'acme.localhost', storage: 'local', removed: { site: ACME } })}\n`,
  })
  // Each command starts Wrangler, and that a runtime.
}, 200_000)

test('a site is shown, left alone where it is like that already, and missed where it is not there', async () => {
  const { values, commands, wrangler } = fakeKv('local')
  values.set('site:acme.localhost', JSON.stringify(ACME))
  const local = (...args: readonly string[]) => sites({ wrangler }, ...args, '--local')
  // The order of keys, and the white space, say nothing.
  const { upstream, organization } = ACME
  const input = JSON.stringify({ upstream, organization })
  expect(await sites({ wrangler, input }, 'put', 'acme.localhost', '-', '--local')).toMatchObject({
    code: 0,
    stdout: 'site:acme.localhost in KV (local) is like that already: nothing was written.\n',
  })
  expect(commands).toEqual(['bulk get'])

  expect(await local('get', 'acme.localhost')).toMatchObject({
    code: 0,
    stdout: `${JSON.stringify(ACME, null, 2)}\n`,
  })
  values.clear()
  const gone = await local('get', 'acme.localhost')
  expect(gone).toMatchObject({ code: 1, stdout: '' })
  expect(problems(gone)).toContain('KV (local) has no site:acme.localhost')
})

describe('at Cloudflare', () => {
  const start = async (answer?: ApiError): Promise<CloudflareKv> => {
    const api = await startCloudflareKv(answer)
    onTestFinished(() => stopCloudflareKv(api))
    return api
  }

  test('is where a site goes if nothing is said, without the white space of its file', async () => {
    const { values, env } = await start()
    const { code, stdout } = await sites({ env }, 'put', '*.acme.example', 'acme.json')
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'site:*.acme.example in KV (remote) is written, and live within about a minute.\n',
    })
    expect([...values]).toEqual([['site:*.acme.example', JSON.stringify(ACME)]])
    const removed = await sites({ env }, 'remove', '*.acme.example', '--yes')
    expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining('a minute and a half') })
    expect(values.size).toBe(0)
  })

  test('is the namespace of an environment where one is named', async () => {
    const { values, env } = await start()
    const inNamespace = (id: string) => ({ kv_namespaces: [{ binding: 'GATEHOUSE_KV', id }] })
    const file = { ...inNamespace('b'.repeat(32)), env: { production: inNamespace(NAMESPACE_ID) } }
    await writeFile(join(folder, 'environments.jsonc'), wranglerWith(file))
    const where = ['--config', 'environments.jsonc', '--env', 'production']
    const put = await sites({ env }, 'put', 'acme.example', 'acme.json', ...where, '--json')
    expect({ code: put.code, ...JSON.parse(put.stdout) }).toMatchObject({
      code: 0,
      storage: 'remote',
      env: 'production',
      outcome: 'created',
    })
    expect([...values.keys()]).toEqual(['site:acme.example'])
  })

  test('is asked about before a site is replaced or removed', async () => {
    const { values, commands, wrangler } = fakeKv()
    values.set('site:acme.example', JSON.stringify(ACME))
    const refused = await sites({ wrangler }, 'put', 'acme.example', 'globex.json')
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(problems(refused)).toContain('-  "organization": "org_1",\n+  "organization": "org_2",\n')
    expect(problems(refused)).toContain('add --yes')
    const kept = await sites({ wrangler }, 'remove', 'acme.example')
    expect(kept).toMatchObject({ code: 1, stdout: '' })
    expect(problems(kept)).toContain('add --yes')
    expect(commands).toEqual(['bulk get', 'bulk get'])

    const replaced = await sites({ wrangler }, 'put', 'acme.example', 'globex.json', '--yes', '--json')
    expect({ code: replaced.code, ...JSON.parse(replaced.stdout) }).toEqual({
      code: 0,
      host: 'acme.example',
      storage: 'remote',
      outcome: 'replaced',
      before: { site: ACME },
      site: GLOBEX,
    })
    expect([...values]).toEqual([['site:acme.example', JSON.stringify(GLOBEX)]])
    const removed = await sites({ wrangler }, 'remove', 'acme.example', '--yes')
    expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining('a minute and a half') })
    expect(values.size).toBe(0)
  })

  test.each<[string, string, string, readonly string[]]>([
    [
      'a record with problems',
      'acme.example',
      'broken.json',
      [
        'KV site:acme.example: rule is not a setting that Gatehouse knows',
        'KV site:acme.example: organization must look like org_…',
      ],
    ],
    [
      'what is not JSON',
      'acme.example',
      'comma.json',
      [expect.stringMatching(/comma\.json is not JSON: .*position 27/) as unknown as string],
    ],
    [
      'the login host',
      'LOGIN.example.com',
      'acme.json',
      [expect.stringContaining('is the login host') as never],
    ],
    ['a host of the file', 'docs.example.com', 'acme.json', [expect.stringContaining('before KV') as never]],
  ])('%s is refused before anything is asked or written', async (_case, host, file, said) => {
    const { commands, wrangler } = fakeKv()
    const { code, stdout } = await sites({ wrangler }, 'put', host, file, '--yes', '--json')
    expect({ code, ...JSON.parse(stdout) }).toEqual({ code: 1, problems: said })
    expect(commands).toEqual([])
  })

  test('what is not text is refused', async () => {
    const { commands, wrangler } = fakeKv()
    const utf16 = Buffer.from(`\ufeff${JSON.stringify(ACME)}`, 'utf16le')
    const refused = await sites({ wrangler, input: utf16 }, 'put', 'acme.example', '-')
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(problems(refused)).toBe('Standard input is not UTF-8\n')
    expect(commands).toEqual([])
  })

  test('sites are listed to the last, whatever their records are', async () => {
    const { values, commands, wrangler } = fakeKv()
    const names = Array.from({ length: 230 }, (_, at) => `c${String(at).padStart(3, '0')}.example`)
    for (const name of names) values.set(`site:${name}`, JSON.stringify(ACME))
    values.set('transaction:1', 'no site')
    values.set('site:z1.example', '{ broken \u001b[31m')
    values.set('site:z2.example', '{"upstream":{"kind":"origin","url":"https://b.example\u009b"}}')
    values.set('site:z3.example', '[]')
    const { code, stdout } = await sites({ wrangler }, 'list')
    const lines = stdout.trimEnd().split('\n')
    expect({
      code,
      first: lines.slice(0, 2),
      hosts: lines.slice(1, 231).map((line) => line.split(' ')[0]),
    }).toEqual({
      code: 0,
      first: ['host          organization  upstream', 'c000.example  org_1         assets /acme'],
      hosts: names,
    })
    expect(lines.slice(231)).toEqual([
      expect.stringMatching(/^z1\.example {18}is not JSON: /),
      'z2.example                  origin https://b.example?',
      'z3.example                  is not an object',
    ])
    expect(stdout).not.toMatch(/[^\P{C}\n]/u)
    expect(commands).toEqual(['key list', 'bulk get', 'bulk get', 'bulk get'])
  })

  test('Wrangler follows the cursor of a list', async () => {
    const { values, requests, env } = await start()
    const names = Array.from({ length: 2 * KEYS_A_PAGE + 1 }, (_, at) => `c${at}.example`).sort()
    for (const name of names) values.set(`site:${name}`, JSON.stringify(ACME))
    const { code, stdout } = await sites({ env }, 'list', '--json')
    const listed = JSON.parse(stdout) as { readonly sites: readonly { readonly host: string }[] }
    expect({ code, hosts: listed.sites.map(({ host }) => host) }).toEqual({ code: 0, hosts: names })
    expect(requests).toEqual(['GET /keys', 'GET /keys', 'GET /keys', 'POST /bulk/get'])
  })

  test('a record that somebody broke is shown as text, and can be replaced', async () => {
    const { values, wrangler } = fakeKv()
    values.set('site:acme.example', '{ broken \u001b[31m')
    const got = await sites({ wrangler }, 'get', 'acme.example')
    expect(got).toMatchObject({ code: 1, stdout: '' })
    expect(problems(got)).toContain('site:acme.example in KV (remote) is not JSON')
    const put = await sites({ wrangler }, 'put', 'acme.example', 'acme.json', '--yes')
    expect(put.code).toBe(0)
    expect(problems(put)).toContain('-{ broken ?[31m\n')
    expect(values.get('site:acme.example')).toBe(JSON.stringify(ACME))
  })

  test.each<[string, ApiError, string]>([
    ['wrong credentials', { status: 403, code: 10_000 }, 'npx wrangler login'],
    ['a token that is none', { status: 400, code: 6003 }, 'npx wrangler login'],
    ['a namespace that is not there', { status: 404, code: 10_013 }, 'npx wrangler kv namespace list'],
    ['something else', { status: 429, code: 10_429 }, 'something is wrong [code: 10429]'],
  ])('%s is said in a sentence', async (_case, answer, said) => {
    const { env } = await start(answer)
    const { code, stdout, ...rest } = await sites({ env }, 'list')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(problems({ code, stdout, ...rest })).toContain(said)
    expect(
      problems({ code, stdout, ...rest })
        .trimEnd()
        .split('\n'),
    ).toHaveLength(1)
  })

  test('nobody who is logged in is said in a sentence, and as JSON', async () => {
    const { code, stdout } = await sites({}, 'get', 'acme.example', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toEqual({
      problems: [expect.stringMatching(/^Wrangler is not logged in .+`npx wrangler login`/)],
    })
  })

  test('that cannot be reached is said in a sentence', async () => {
    const api = await startCloudflareKv()
    stopCloudflareKv(api)
    const ended = await sites({ env: api.env }, 'list')
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(problems(ended)).toMatch(/^Cloudflare cannot be reached from here/)
  })

  test.each([
    ['list', ['list'], 'Cloudflare has not answered for 30 seconds. Try again later.'],
    [
      'put',
      ['put', 'acme.example', 'acme.json'],
      'Cloudflare has not answered for 30 seconds, so it is not known whether that was changed: ' +
        'look with gatehouse sites get. Try again later.',
    ],
  ])(
    'that does not answer is said while it lasts, and given up after thirty seconds: %s',
    async (_case, args, said) => {
      const { commands, wrangler } = fakeKv()
      const silent: typeof wrangler = async (folder, asked, call) => {
        const answer = await wrangler(folder, asked, call)
        expect(call).toEqual({ patience: 30_000, waiting: 'Cloudflare has not answered yet …' })
        return commands.at(-1) === 'bulk get' ? answer : { code: undefined, stdout: '', said: '' }
      }
      const ended = await sites({ wrangler: silent }, ...args)
      expect(ended).toMatchObject({ code: 1, stdout: '' })
      expect(problems(ended)).toContain(said)
    },
  )
})

test.each([
  ['a namespace that is not bound', wranglerWithout('kv_namespaces'), 'The binding GATEHOUSE_KV is missing'],
  [
    'a namespace without an id',
    wranglerWithout(),
    'plain.jsonc gives GATEHOUSE_KV no id, and no Worker is deployed that has one',
  ],
])('%s is said in a sentence', async (_case, wranglerFile, said) => {
  const api = await startCloudflareKv({ status: 404, code: 10_007 })
  onTestFinished(() => stopCloudflareKv(api))
  await writeFile(join(folder, 'plain.jsonc'), wranglerFile)
  const ended = await sites({ env: api.env }, 'list', '--config', 'plain.jsonc')
  expect(ended).toMatchObject({ code: 1, stdout: '' })
  expect(problems(ended)).toContain(said)
})

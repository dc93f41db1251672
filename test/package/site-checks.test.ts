import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { InvalidArgumentError } from 'commander'
import * as esbuild from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as wrangler from 'wrangler'
import { Complaint } from '../../cli/complaint.ts'
import { confirm } from '../../cli/confirm.ts'
import { checkName, checkRecord } from '../../cli/sites/check-site.ts'
import { parseSiteName } from '../../cli/sites/site-name.ts'
import { WranglerKv } from '../../cli/sites/wrangler-kv.ts'
import { readWorkerFile, type WorkerFile } from '../../cli/wrangler/worker-file.ts'
import { runWrangler } from '../../cli/wrangler/wrangler.ts'
import { assets, defineConfig, type GatehouseConfig } from '../../src/config.ts'
import { HERE, wranglerWith, writeStranger } from './stranger.ts'

describe('the name of a site', () => {
  test.each([
    ['docs.example.com', 'docs.example.com'],
    ['Docs.EXAMPLE.com.', 'docs.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['*.Bücher.example.', '*.xn--bcher-kva.example'],
    ['*.customers.example.com', '*.customers.example.com'],
    ['_x.example', '_x.example'],
    ['localhost', 'localhost'],
    ['https://docs.example.com', 'docs.example.com'],
    ['https://docs.example.com/', 'docs.example.com'],
    ['HTTP://Docs.example.com/', 'docs.example.com'],
    ['docs.example.com/', 'docs.example.com'],
  ])('%s is %s, as browsers send it', (written, name) => {
    expect(parseSiteName(written)).toBe(name)
  })

  test.each([
    ['*', 'of gatehouse.config.ts only'],
    ['https://docs.example.com/a', 'without a path'],
    ['https://docs.example.com//', 'without a path'],
    ['https://docs.example.com/?a', 'without a path'],
    ['https://docs.example.com:8787/', 'without a port'],
    ['https://me@docs.example.com/', 'Write the host alone'],
    ['ftp://docs.example.com/', 'Write the host alone'],
    ['https://', 'Write a host'],
    ['docs.example.com/a', 'without a path'],
    ['docs.example.com?a', 'without a path'],
    ['docs.example.com#a', 'without a path'],
    ['me@docs.example.com', 'Write the host alone'],
    ['docs.example.com:8787', 'without a port'],
    ['docs.example.com:', 'without a port'],
    ['*.docs.example.com:443', 'without a port'],
    ['[::1]', 'Write a host'],
    ['', 'Write a host'],
    ['.', 'Write a host'],
    ['*.', 'Write a host'],
    ['*.*.example.com', 'Write a host'],
    ['docs.*.example.com', 'Write a host'],
    ['*docs.example.com', 'Write a host'],
    ['docs..example.com', 'Write a host'],
    ['docs.example.com..', 'Write a host'],
    ['docs%2eexample.com', 'Write a host'],
    ['docs example.com', 'Write the host alone'],
    ['docs\u0000.example.com', 'Write a host'],
    [`${'a'.repeat(64)}.example`, 'Write a host'],
    [`${'a.'.repeat(130)}example`, 'Write a host'],
  ])('%j is none', (written, why) => {
    expect(() => parseSiteName(written)).toThrow(InvalidArgumentError)
    expect(() => parseSiteName(written)).toThrow(why)
  })
})

const CONFIG: GatehouseConfig = defineConfig({
  sitesInKv: true,
  loginHost: 'login.example.com',
  sites: {
    'docs.example.com': { upstream: assets() },
    '*.preview.example.com': { upstream: assets() },
    '*': { upstream: assets() },
  },
})

describe('a host for which the Worker would not ask KV', () => {
  test.each([
    ['login.example.com', 'is the login host'],
    ['docs.example.com', 'has a site for docs.example.com, and the file goes before KV'],
    ['*.preview.example.com', 'has a site for *.preview.example.com, and'],
    ['a.preview.example.com', "has '*.preview.example.com' for a.preview.example.com, and"],
  ])('is refused: %s', (name, why) => {
    expect(() => checkName(name, CONFIG)).toThrow(why)
  })

  test.each(['acme.example.com', '*.example.com', '*.a.preview.example.com', 'preview.example.com'])(
    'is not %s',
    (name) => expect(() => checkName(name, CONFIG)).not.toThrow(),
  )

  test('is every host without sitesInKv', () => {
    expect(() => checkName('acme.example.com', { ...CONFIG, sitesInKv: false })).toThrow('sitesInKv: true')
  })
})

describe('a record', () => {
  let folder: string
  let worker: WorkerFile
  let honoApp: WorkerFile
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-records-'))
    await writeStranger(folder, { entry: HERE })
    const tables = { services: [{ binding: 'WIKI', service: 'wiki' }] }
    await writeFile(join(folder, 'wrangler.jsonc'), wranglerWith(tables))
    worker = readWorkerFile(wrangler, join(folder, 'wrangler.jsonc'))
    honoApp = readWorkerFile(wrangler, join(folder, 'hono.jsonc'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const { loginHost: _, ...ofKv } = CONFIG
  const problemsOf = async (
    record: unknown,
    of = worker,
    config: GatehouseConfig = ofKv,
  ): Promise<readonly string[]> => {
    const text = JSON.stringify(record)
    const problems = await checkRecord(esbuild, 'a.example', text, { worker: of, config }).catch((error) => {
      expect(error).toBeInstanceOf(Complaint)
      return (error as Complaint).problems
    })
    return (problems ?? []).map((problem) => problem.replace('KV site:a.example: ', ''))
  }

  const upstream = { kind: 'assets' }
  test.each<[string, unknown, readonly string[]]>([
    ['that is sound', { organization: 'org_1', upstream }, []],
    ['with a service that is bound', { upstream: { kind: 'service', binding: 'WIKI' } }, []],
    [
      'with several problems',
      {
        organisation: 'org_1',
        organization: 'acme',
        upstream,
        rules: [{ path: '/a' }, { path: 'b', require: { roles: 'admin' } }],
      },
      [
        'organisation is not a setting that Gatehouse knows',
        'organization must look like org_…',
        'rules[1].path must start with /',
        expect.stringMatching(/^rules\[1\]\.require\.roles /) as unknown as string,
      ],
    ],
    [
      'whose bindings the wrangler file lacks',
      {
        upstream: { kind: 'service', binding: 'API' },
        rules: [{ path: '/b/*', upstream: { kind: 'service', binding: 'CRM' } }],
      },
      [
        expect.stringMatching(
          /^The binding API is missing \(upstream needs it\): add it under services in .*wrangler\.jsonc$/,
        ) as unknown as string,
        expect.stringMatching(
          /^The binding CRM is missing \(rules\[0\]\.upstream needs it\): add it under services in .*wrangler\.jsonc$/,
        ) as unknown as string,
      ],
    ],
    [
      'with shards, which the file does not have',
      { upstream, registryShards: 4 },
      [expect.stringContaining('registryShards needs a site of gatehouse.config.ts') as unknown as string],
    ],
    ['that is a list', [], ['The site is a list, not an object']],
    ['that is a word', 'site', ['The site is missing or not an object']],
    ['that is null', null, ['The site is missing or not an object']],
    [
      'of the app, where there is none',
      { upstream: { kind: 'app' } },
      [expect.stringContaining('upstream is {"kind":"app"}') as unknown as string],
    ],
    ['without an upstream', {}, [expect.stringContaining('upstream') as unknown as string]],
    [
      'that is too long',
      { upstream, audience: 'a'.repeat(131_072) },
      [expect.stringContaining('131072 is the most') as unknown as string],
    ],
  ])('%s is judged as the Worker does', async (_case, record, problems) => {
    expect(await problemsOf(record)).toEqual(problems)
  })

  test('has its problems in the terms of JSON', async () => {
    const record = {
      upstream: 'assets()',
      embeddedIn: ['https://portal.acme.example'],
      claims: { roles: 'r' },
      rules: [
        { path: '/a', maxAge: 'minutes(5)' },
        { path: '/b', access: 'private' },
        { path: '/c', cache: 'forever' },
        { path: '/d', require: {} },
        { path: '/e', require: { organizations: ['*', 'org_1'] } },
        { path: '/f', upstream: { kind: 'app' } },
      ],
    }
    const anchors = { upstream, rules: [{ path: '/a', require: { roles: ['r'] } }] }
    const problems = [
      ...(await problemsOf(record)),
      ...(await problemsOf({ ...record, upstream, rules: [] }, worker, CONFIG)),
      ...(await problemsOf(anchors)),
    ]
    expect(problems).toHaveLength(10)
    for (const problem of problems) expect(problem).not.toMatch(/\w\(|\w: ?[[{'f]|'\S*'/)
    expect(problems).toContain(
      'rules[0].maxAge must be a whole number of seconds from 60 to 34560000, which is 400 days, such as 300 for five minutes',
    )
    expect(problems.at(-1)).toContain('Write "organizations": ["org_…"] beside them')
  })

  test('of a Hono app may leave the upstream to its routes', async () => {
    expect(await problemsOf({}, honoApp)).toEqual([])
    expect(await problemsOf({ upstream: { kind: 'app' } }, honoApp)).toEqual([])
  })

  test('with claims, or in frames, is held against the login host', async () => {
    const record = { upstream, claims: { roles: 'r' } }
    expect(await problemsOf(record, worker, CONFIG)).toEqual([expect.stringMatching(/^claims has no effect/)])
    expect(await problemsOf(record)).toEqual([])
  })

  test('may have shards where the file has them', async () => {
    const config = { ...ofKv, sites: { 'docs.example.com': { upstream: assets(), registryShards: 2 } } }
    expect(await problemsOf({ upstream, registryShards: 4 }, worker, config)).toEqual([])
  })
})

describe('an environment of the wrangler file', () => {
  let file: string
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-environments-'))
    file = join(folder, 'wrangler.jsonc')
    const production = {
      kv_namespaces: [{ binding: 'GATEHOUSE_KV', id: 'b' }],
      services: [{ binding: 'WIKI', service: 'wiki' }],
    }
    await writeFile(file, wranglerWith({ env: { production, bare: {} } }))
    return () => rm(folder, { recursive: true, force: true })
  })

  test('has bindings of its own', () => {
    const worker = readWorkerFile(wrangler, file, 'production')
    expect(worker).toMatchObject({ env: 'production', config: { services: [{ binding: 'WIKI' }] } })
    expect(readWorkerFile(wrangler, file).config.services).toEqual([])
    expect(new WranglerKv(worker, 'remote', runWrangler).label).toBe('KV (remote, production)')
  })

  test('needs a namespace of its own', () => {
    const worker = readWorkerFile(wrangler, file, 'bare')
    expect(() => new WranglerKv(worker, 'remote', runWrangler)).toThrow(
      'add it under [[env.bare.kv_namespaces]] in ',
    )
  })

  test('that is not there is said, with those that are', () => {
    const said = /wrangler\.jsonc has no environment "staging": it has "production","bare"$/
    expect(() => readWorkerFile(wrangler, file, 'staging')).toThrow(said)
    expect(() => readWorkerFile(wrangler, file, 'staging')).toThrow(Complaint)
  })
})

describe('a question', () => {
  const asked = async (answer: string | undefined, isTTY = true) => {
    const input = Object.assign(new PassThrough(), { isTTY })
    const output = Object.assign(new PassThrough(), { isTTY })
    const answered = confirm('Replace it?', { input, output }).then(
      () => 'yes',
      (error: Error) => error.message,
    )
    if (answer === undefined) input.end()
    else input.write(answer)
    const outcome = await answered
    output.end()
    return { outcome, said: await text(output) }
  }

  test.each(['y\n', 'yes\n', ' Y \n'])('is answered with yes by %j', async (answer) => {
    expect((await asked(answer)).outcome).toBe('yes')
  })

  test.each(['\n', 'n\n', 'yess\n', 'no, never\n', undefined])('and with no by %j', async (answer) => {
    const { outcome, said } = await asked(answer)
    expect(outcome).toBe('Nothing was changed.')
    expect(said).toContain('Replace it? [y/N]')
  })

  test('is not asked where nobody is', async () => {
    const { outcome, said } = await asked('y\n', false)
    expect(outcome).toContain('add --yes')
    expect(said).toBe('')
  })
})

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Finding } from '../../cli/doctor/finding.ts'
import { askLive, type LiveAnswers } from '../../cli/doctor/live/answers.ts'
import { LIVE_JUDGEMENTS, liveChecks } from '../../cli/doctor/live/checks.ts'
import { findProbeFile } from '../../cli/doctor/live/probe-file.ts'
import { protectedPaths } from '../../cli/doctor/live/probe-paths.ts'
import type { Project } from '../../cli/doctor/project.ts'
import type { KeySet } from '../../cli/keys/key-set.ts'
import gatehouseConfig from '../../gatehouse.config.ts'
import { DEVELOPMENT_WEBHOOK_SECRET } from '../../simulator/client.ts'
import { VERSION } from '../../src/app/version.ts'
import { assets, type GatehouseConfig } from '../../src/config.ts'
import { freePort } from '../support/node/port.ts'
import { type Servers, startServers } from '../support/node/start-servers.ts'
import { runHere } from './in-process.ts'
import { config, projectWith, removed, wrangler } from './sound-project.ts'

const PAGE = '<!doctype html><title>For members</title>\n'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-live-'))
  await mkdir(join(folder, 'team'))
  await writeFile(join(folder, '_headers'), '/*\n  X-A: b\n')
  await writeFile(join(folder, '.assetsignore'), 'drafts\n')
  await mkdir(join(folder, 'drafts'))
  await writeFile(join(folder, 'drafts/a.txt'), 'a')
  await writeFile(join(folder, 'open.txt'), 'everybody')
  await writeFile(join(folder, 'team/index.html'), PAGE)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const CONFIG: GatehouseConfig = {
  sites: {
    localhost: { upstream: assets(), rules: [{ path: '/open.txt', access: 'public' }] },
    'docs.example.com': { upstream: assets(), rules: [{ path: '/*', access: 'public' }] },
  },
}

/** As much of a project as is looked at. */
const projectOf = (config: GatehouseConfig, files: string, secret = DEVELOPMENT_WEBHOOK_SECRET) =>
  ({
    config: { ok: true, value: config },
    assetFiles: { folder: files, isThere: true, private: [], redirects: '', publishes: () => true },
    devVars: { file: '.dev.vars', text: '', values: { SCALEKIT_WEBHOOK_SECRET: secret } },
  }) as unknown as Project

/** What all checks say, by their ids. */
async function examined(origin: string, project: Project, keys?: KeySet) {
  const kept = keys && { set: keys, label: '../keys.json' }
  const findings = await Promise.all(
    liveChecks(origin, kept).map(async ({ id, judge }) => [id, (await judge(project))[0]] as const),
  )
  return Object.fromEntries(findings) as Readonly<Record<string, Finding>>
}

const statuses = (found: Readonly<Record<string, Finding>>) =>
  Object.fromEntries(Object.entries(found).map(([id, { status }]) => [id, status]))

describe('a Worker that runs', () => {
  let servers: Servers
  beforeAll(async () => {
    servers = await startServers()
  })
  afterAll(() => servers.stop())

  const own = (secret?: string) => projectOf(gatehouseConfig, join(import.meta.dirname, '../../site'), secret)

  test('is sound: its version, its keys, a protected file that stays, an event that is taken', async () => {
    const found = await examined(servers.gatehouse.origin, own())
    expect(statuses(found)).toEqual({
      'live-health': 'ok',
      'live-protected-file': 'ok',
      'live-gate': 'ok',
      'live-keys': 'ok',
      'live-https': 'ok',
      'live-cache': 'ok',
      'live-webhooks': 'ok',
      'live-clock': 'skipped',
    })
    expect(found['live-health']?.found).toBe(`version ${VERSION}`)
    expect(found['live-protected-file']?.found).toMatch(/ answers 401 without a session$/)
    expect(found['live-keys']?.found).toMatch(/^assertions-/)
  })

  test('is sound to the command, with the simulator beside it', async () => {
    const project = await projectWith({
      'wrangler.jsonc': wrangler({ vars: {} }),
      'gatehouse.config.ts': config(
        "localhost: { upstream: assets(), rules: [{ path: '/', access: 'public' }] }",
      ),
      '.dev.vars': (sound) => ({ ...sound, SCALEKIT_ENVIRONMENT_URL: servers.simulator.origin }),
    })
    onTestFinished(() => removed(project))
    const args = ['doctor', '--live', servers.gatehouse.origin, '--json']
    const { code, stdout } = await runHere(project, args)
    const { sound, findings } = JSON.parse(stdout) as {
      sound: boolean
      findings: { check: string; status: string }[]
    }
    expect({ code, sound }).toEqual({ code: 0, sound: true })
    const ok = findings.filter(({ status }) => status === 'ok').map(({ check }) => check)
    expect(ok).toEqual(
      expect.arrayContaining([
        'scalekit-environment',
        'scalekit-client',
        'live-health',
        'live-protected-file',
      ]),
    )
  })

  test('with another webhook secret refuses the event, and none of it is shown', async () => {
    const secret = `whsec_${Buffer.from('of another environment').toString('base64')}`
    const found = await examined(servers.gatehouse.origin, own(secret))
    expect(found['live-webhooks']).toMatchObject({
      status: 'problem',
      found: expect.stringContaining('refuses an event'),
    })
    expect(JSON.stringify(found)).not.toContain(secret.slice(6))
  })

  test('says that it has a webhook secret, to whoever has none', async () => {
    const found = await examined(servers.gatehouse.origin, own(''))
    expect(found['live-webhooks']).toMatchObject({
      status: 'skipped',
      found: expect.stringContaining('has a secret'),
    })
  })

  test('with other keys than those of the file', async () => {
    const keys: KeySet = { keys: [{ kty: 'EC', kid: 'assertions-1' }] }
    const found = await examined(servers.gatehouse.origin, own(), keys)
    expect(found['live-keys']).toMatchObject({
      status: 'problem',
      found: expect.stringMatching(
        /^The keys of the Worker are not those of \.\.\/keys\.json: assertions-1 is not published, assertions-/,
      ),
    })
  })
})

describe('what stands in its place', () => {
  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer((request, response) => {
      request.resume()
      listener(request, response)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return `http://localhost:${(server.address() as { port: number }).port}`
  }
  const project = () => projectOf(CONFIG, folder)

  test('files in the open are said, beside a Gatehouse that is well otherwise', async () => {
    const origin = await serve(({ url, method }, response) => {
      if (url === '/auth/health') response.setHeader('Gatehouse-Version', VERSION).end('{"status":"ok"}')
      else if (url === '/auth/jwks.json') response.end('{"keys":[]}')
      else if (url === '/team/') response.end(PAGE)
      else response.writeHead(method === 'POST' ? 404 : 401).end()
    })
    const found = await examined(origin, project())
    expect(found['live-protected-file']).toMatchObject({
      status: 'problem',
      found: `${origin}/team/ came back without a session.`,
      remedy: expect.stringContaining('run_worker_first = true'),
    })
    expect(found['live-webhooks']).toMatchObject({
      status: 'warning',
      found: expect.stringContaining('takes no events'),
    })
    expect(found['live-health']?.status).toBe('ok')
  })

  test.each([
    [200, 'problem'],
    [404, 'warning'],
    [401, 'ok'],
    [302, 'ok'],
  ])('a route that answers before the gate is seen without any file: %d', async (status, said) => {
    const origin = await serve(({ url }, response) => {
      if (url === '/auth/health') response.setHeader('Gatehouse-Version', VERSION).end('{"status":"ok"}')
      else response.writeHead(url === '/' ? status : 401).end()
    })
    const { assetFiles: _, ...withoutFiles } = project()
    const found = await examined(origin, withoutFiles as Project)
    expect(found['live-health']?.status).toBe('ok')
    expect(found['live-protected-file']?.status).toBe('ok')
    expect(found['live-gate']).toMatchObject({ status: said, found: expect.stringContaining(`${status}`) })
  })

  test('where nothing runs, that is said, and nothing of the simulator', async () => {
    const origin = `http://localhost:${await freePort()}`
    const found = await examined(origin, project())
    expect(found['live-health']).toMatchObject({
      status: 'problem',
      found: `Nothing runs at ${origin}: start it, or correct the address after --live.`,
    })
  })

  test('a host below localhost is found on this machine, whatever its resolver knows', async () => {
    const origin = await serve((request, response) =>
      response.setHeader('Gatehouse-Version', VERSION).end(
        // The name stays: it is what tells sites apart.
        JSON.stringify({ status: request.headers.host?.startsWith('docs.localhost:') ? 'ok' : 'other' }),
      ),
    )
    const found = await examined(origin.replace('//localhost', '//docs.localhost'), project())
    expect(found['live-health']?.status).toBe('ok')
  })

  test('files in the open are said where no Gatehouse answers at all', async () => {
    const origin = await serve(({ url }, response) => {
      if (url === '/team/') response.end(PAGE)
      else response.writeHead(404).end('not here')
    })
    expect(statuses(await examined(origin, project()))).toEqual({
      'live-health': 'problem',
      'live-protected-file': 'problem',
      'live-gate': 'skipped',
      'live-keys': 'skipped',
      'live-https': 'skipped',
      'live-cache': 'skipped',
      'live-webhooks': 'skipped',
      'live-clock': 'skipped',
    })
  })

  test.each([
    [
      'another Access',
      302,
      { Location: 'https://team.cloudflareaccess.com/cdn-cgi/access/login?kid=a' },
      /a redirect to team\.cloudflareaccess\.com\.$/,
    ],
    ['a password', 401, { 'WWW-Authenticate': 'Basic' }, /is 401\.$/],
    ['a host without a site', 421, {}, /has no site for localhost/],
    ['a Worker with problems', 503, {}, /answers 503/],
    ['another server', 404, {}, /Something other than Gatehouse answers/],
    ['a page for every address', 200, {}, /Something other than Gatehouse answers/],
  ])('%s is said', async (_case, status, headers, said) => {
    const origin = await serve((_request, response) => void response.writeHead(status, headers).end('<p>'))
    const found = await examined(origin, project())
    expect(found['live-health']).toMatchObject({ status: 'problem', found: expect.stringMatching(said) })
  })

  test('an older version is a warning', async () => {
    const origin = await serve((_request, response) => void response.end('{"status":"ok"}'))
    expect((await examined(origin, project()))['live-health']).toMatchObject({
      status: 'warning',
      found: expect.stringContaining(`and ${VERSION} is installed here`),
    })
  })

  test('a host that takes connections and never answers is given up', async () => {
    const origin = await serve(() => undefined)
    const { health, webhook } = await askLive(origin, project(), {}, 300)
    expect([health, webhook.answer]).toMatchObject(Array(2).fill({ ok: false, error: { kind: 'no_answer' } }))
  })
})

describe('what only a public host has', () => {
  const judge = (id: string, answers: Partial<LiveAnswers>) => {
    const judged = LIVE_JUDGEMENTS.find(([each]) => each === id)?.[2]
    return judged?.({ ...SOUND, ...answers }, undefined)[0]
  }
  const answer = (status: number, headers: Record<string, string> = {}, body = '') =>
    ({ ok: true, value: { status, headers: new Headers(headers), body } }) as const
  const HSTS = { 'Strict-Transport-Security': 'max-age=31536000' }
  const SOUND: LiveAnswers = {
    origin: 'https://docs.example.com',
    isLocal: false,
    basePath: '/auth',
    health: answer(200, HSTS, '{"status":"ok"}'),
    at: 1_800_000_000_000,
    plain: answer(308, { Location: 'https://docs.example.com/auth/health' }),
    keys: answer(200, {}, '{"keys":[]}'),
    file: undefined,
    gated: new Map(),
    webhook: { signed: false, answer: answer(401) },
  }

  test('a name that is none is to be corrected, and is nothing of Scalekit’s', () => {
    const failure = { ok: false, error: { kind: 'unknown_host', detail: 'ENOTFOUND' } } as const
    expect(judge('live-health', { health: failure })?.found).toBe(
      'There is no host docs.example.com: correct the address after --live.',
    )
  })

  test('http leads to https, and browsers are told to remember it', () => {
    expect(judge('live-https', {})?.status).toBe('ok')
    // Nothing listens there.
    expect(
      judge('live-https', { plain: { ok: false, error: { kind: 'refused', detail: '' } } })?.status,
    ).toBe('ok')
    expect(judge('live-https', { plain: answer(200) })).toMatchObject({ status: 'problem' })
    const elsewhere = answer(301, { Location: 'https://www.example.com/' })
    expect(judge('live-https', { plain: elsewhere })).toMatchObject({ status: 'problem' })
    expect(judge('live-https', { health: answer(200) })).toMatchObject({
      status: 'warning',
      found: expect.stringContaining('no Strict-Transport-Security'),
    })
  })

  test('no cache answers in its place', () => {
    expect(judge('live-cache', { health: answer(200, { 'CF-Cache-Status': 'DYNAMIC' }) })?.status).toBe('ok')
    expect(judge('live-cache', { health: answer(200, { 'CF-Cache-Status': 'HIT' }) })).toMatchObject({
      status: 'problem',
      found: expect.stringContaining('(HIT)'),
    })
  })

  test('its clock is that of this machine, or nearly', () => {
    const at = (seconds: number) =>
      judge('live-clock', {
        health: answer(200, { Date: new Date(SOUND.at + seconds * 1000).toUTCString() }),
      })
    expect(at(2)?.status).toBe('ok')
    expect(at(-90)).toMatchObject({
      status: 'warning',
      found: expect.stringContaining('90 seconds ahead of'),
    })
  })
})

test('a page is asked for only where there is nothing else, and as an answer is read', async () => {
  const files = await mkdtemp(join(tmpdir(), 'gatehouse-live-'))
  onTestFinished(() => rm(files, { recursive: true, force: true }))
  await writeFile(join(files, 'a.html'), PAGE)
  expect(await findProbeFile(files, CONFIG, 'localhost')).toEqual({ path: '/a', text: PAGE })
  await writeFile(join(files, 'b.csv'), '\ufeffname')
  const probe = await findProbeFile(files, CONFIG, 'localhost')
  expect(probe).toEqual({ path: '/b.csv', text: await new Response('\ufeffname').text() })
})

test('the paths that are asked for are those for which the rules ask for a login', () => {
  const sites: GatehouseConfig['sites'] = {
    localhost: {
      rules: [{ path: '/', access: 'public' }, { path: '/admin/*' }, { path: '/*', access: 'public' }],
    },
    'app.example.com': {},
    'docs.example.com': { rules: [{ path: '/*', access: 'public' }] },
  }
  expect(protectedPaths({ sites }, 'localhost:8787')).toEqual(['/admin/gatehouse-doctor'])
  expect(protectedPaths({ sites }, 'app.example.com')).toEqual(['/', '/gatehouse-doctor'])
  expect(protectedPaths({ sites }, 'docs.example.com')).toEqual([])
  expect(protectedPaths({ sites }, 'elsewhere.example')).toEqual([])
})

test('the file that is asked for is a protected one, by the address that the files’ own server has it at', async () => {
  expect(await findProbeFile(folder, CONFIG, 'localhost')).toEqual({ path: '/team/', text: PAGE })
  expect(await findProbeFile(folder, CONFIG, 'docs.example.com')).toBeUndefined()
  // A host without a site shows nothing either.
  expect((await findProbeFile(folder, CONFIG, 'elsewhere.example'))?.path).toBe('/open.txt')
})

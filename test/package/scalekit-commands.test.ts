import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server as TcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest'
import { meaningOf } from '../../cli/connections.ts'
import { namesOf } from '../../cli/doctor/organization-names.ts'
import { type Credentials, credentialsIn, findCredentials } from '../../cli/scalekit/credentials.ts'
import { openManagement } from '../../cli/scalekit/management.ts'
import { DEVELOPMENT_CLIENT } from '../../simulator/client.ts'
import { freePort } from '../support/node/port.ts'
import { startSimulator } from '../support/node/start-servers.ts'
import { run } from './command-line.ts'
import { runHere } from './in-process.ts'
import { HERE, PROGRAM, wranglerWith, writeStranger } from './stranger.ts'

const GLOBEX = 'org_20000000000000003'

let simulator: Awaited<ReturnType<typeof startSimulator>>
let folder: string
beforeAll(async () => {
  ;[simulator, folder] = await Promise.all([startSimulator(), mkdtemp(join(tmpdir(), 'gatehouse-scalekit-'))])
  await writeStranger(folder, {
    entry: HERE,
    files: {
      'wrangler.jsonc': wranglerWith({
        vars: { SCALEKIT_ENVIRONMENT_URL: 'https://of-wrangler.example', SCALEKIT_CLIENT_ID: 'skc_wrangler' },
        env: { staging: { vars: { SCALEKIT_CLIENT_ID: 'skc_staging' } } },
      }),
      '.dev.vars':
        `SCALEKIT_ENVIRONMENT_URL='${simulator.url.origin}'\nSCALEKIT_CLIENT_ID=${DEVELOPMENT_CLIENT.id}\n` +
        `SCALEKIT_CLIENT_SECRET="${DEVELOPMENT_CLIENT.secret}"\n`,
      '.dev.vars.staging': 'SCALEKIT_CLIENT_SECRET=of-staging\n',
    },
  })
})
afterAll(async () => {
  await simulator.stop()
  await rm(folder, { recursive: true, force: true })
})

// Whoever runs this may have an environment of their own.
beforeEach(() => {
  for (const name of ['ENVIRONMENT_URL', 'CLIENT_ID', 'CLIENT_SECRET']) vi.stubEnv(`SCALEKIT_${name}`, '')
})
afterEach(() => vi.unstubAllEnvs())

const credentials = (changed: Partial<Credentials> = {}): Credentials => ({
  environmentUrl: simulator.url.origin,
  clientId: DEVELOPMENT_CLIENT.id,
  clientSecret: DEVELOPMENT_CLIENT.secret,
  from: {
    SCALEKIT_ENVIRONMENT_URL: '.dev.vars',
    SCALEKIT_CLIENT_ID: '.dev.vars',
    SCALEKIT_CLIENT_SECRET: 'this shell',
  },
  ...changed,
})

/** Switches of the simulator, until the test ends. */
async function set(settings: object, after: object): Promise<void> {
  const patch = (body: object) =>
    fetch(new URL('/simulator/settings', simulator.url), {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  expect((await patch(settings)).status).toBe(200)
  onTestFinished(async () => void (await patch(after)))
}

describe('in a project whose .dev.vars names the simulator', () => {
  const gatehouse = (...args: readonly string[]) => runHere(folder, args)

  test('`orgs` lists all organizations, and says on standard error whom it asks', async () => {
    await set({ largest_page: 2 }, { largest_page: 100 })
    const { code, stdout, stderr } = await gatehouse('orgs')
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `Asking ${simulator.url.origin} (.dev.vars; if gatehouse dev of this project has another --simulator-port, set SCALEKIT_ENVIRONMENT_URL=http://127.0.0.1:<port>) …\n`,
    })
    expect(stdout.split('\n')).toHaveLength(7)
    expect(stdout).toContain('org_20000000000000002  acme               Acme\n')
  })

  test('`connections` lists disabled and unfinished ones too, with what that means', async () => {
    const { code, stdout } = await gatehouse('connections', '--json')
    expect(code).toBe(0)
    const { connections } = JSON.parse(stdout) as { connections: { id: string; means: string }[] }
    expect(connections.map(({ id, means }) => [id.slice(-1), means])).toEqual([
      ['1', 'people can sign in'],
      ['2', 'people can sign in'],
      ['4', expect.stringContaining('it is disabled')],
      ['3', 'people can sign in'],
      ['5', expect.stringContaining('it is disabled')],
      ['6', expect.stringContaining('gatehouse portal-link org_20000000000000005')],
    ])
  })

  test('`portal-link` prints the link and nothing else, and warns on standard error', async () => {
    // As a shell does: it has to end by itself.
    const { code, stdout, stderr } = await run(folder, PROGRAM, 'portal-link', GLOBEX)
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^${simulator.url.origin}/magicLink/[\\w-]+\\n$`))
    expect(stderr).toContain('within one minute')
    expect(stderr).not.toContain('magicLink')
    expect(await (await fetch(stdout.trim())).text()).toContain('Admin portal of Globex')
  })

  test('an unknown organization is exit code 1, as JSON where that is wanted', async () => {
    const { code, stdout } = await gatehouse('connections', '--org', 'org_1', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toEqual({ problems: [expect.stringContaining('no such organization')] })
  })
})

describe('`doctor --write`', () => {
  const NAMES = 'gatehouse.organizations.json'
  const gatehouse = (...args: readonly string[]) => runHere(folder, args)

  test('asks before it writes, and writes nothing where nobody can be asked', async () => {
    const { stdout, stderr } = await gatehouse('doctor', '--write')
    expect(stdout).toBe('')
    expect(stderr).toContain(`Write this file? Nobody can be asked here, so nothing was changed: add --yes`)
    expect(stderr).toContain('\n+  "org_20000000000000002": "Acme",\n')
    await expect(readFile(join(folder, NAMES))).rejects.toThrow('ENOENT')
  })

  test('puts the names of Scalekit into a file, whole, and says how a configuration gets them', async () => {
    const { stdout, stderr } = await gatehouse('doctor', '--write', '--yes', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ written: [NAMES] })
    expect(stderr).toContain(`import organizations from './${NAMES}' with { type: 'json' }`)
    const names = JSON.parse(await readFile(join(folder, NAMES), 'utf8'))
    expect(names).toMatchObject({ org_20000000000000002: 'Acme', [GLOBEX]: 'Globex' })
    expect(Object.keys(names)).toEqual(Object.keys(names).sort())
  })

  test('has nothing to write or to say where the configuration has them', async () => {
    const file = join(folder, 'gatehouse.config.ts')
    const before = await readFile(file, 'utf8')
    const imported = `import organizations from './${NAMES}' with { type: 'json' }\n`
    await writeFile(file, imported + before.replace('defineConfig({', 'defineConfig({ organizations,'))
    onTestFinished(() => writeFile(file, before))
    const { stdout, stderr } = await gatehouse('doctor', '--write', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ written: [] })
    expect(stderr).toContain(`${NAMES} has every name as Scalekit has it.`)
    expect(stderr).not.toContain('import organizations')
  })

  test('is wrong usage where nothing may be asked', async () => {
    expect(await gatehouse('doctor', '--write', '--offline')).toMatchObject({ code: 2, stdout: '' })
  })

  test('leaves out a name that no page could show, which somebody else may have written', () => {
    const of = (id: string, name: string) => ({ id, name, externalId: undefined })
    expect(
      namesOf([
        of('org_3', ' Globex '),
        of('org_1', '<img src=x>'),
        of('org_2', 'Acme\u202e'),
        of('org_4', 'a'.repeat(61)),
        of('conn_5', 'Initech'),
      ]),
    ).toEqual({
      names: { org_3: 'Globex' },
      unusable: [
        expect.stringMatching(/^The name of conn_5 is not the ID of an organization/),
        expect.stringMatching(/^The name of org_1 holds < or >/),
        expect.stringMatching(
          /^The name of org_2 holds .* a character that nobody sees or that changes the direction of text/,
        ),
        expect.stringMatching(/^The name of org_4 is longer than 60 characters/),
      ],
    })
  })
})

describe('credentials', () => {
  const here = { config: '' }
  beforeAll(() => {
    here.config = join(folder, 'wrangler.jsonc')
  })

  test('are those of .dev.vars, which win over the wrangler file', async () => {
    expect(await findCredentials(here)).toEqual({
      environmentUrl: simulator.url.origin,
      clientId: DEVELOPMENT_CLIENT.id,
      clientSecret: DEVELOPMENT_CLIENT.secret,
      from: {
        SCALEKIT_ENVIRONMENT_URL: '.dev.vars',
        SCALEKIT_CLIENT_ID: '.dev.vars',
        SCALEKIT_CLIENT_SECRET: '.dev.vars',
      },
    })
  })

  test('are those of the shell before all others, each for itself', async () => {
    vi.stubEnv('SCALEKIT_CLIENT_ID', 'skc_shell')
    vi.stubEnv('SCALEKIT_CLIENT_SECRET', '')
    const { clientId, clientSecret, from } = await findCredentials(here)
    expect({ clientId, clientSecret }).toEqual({
      clientId: 'skc_shell',
      clientSecret: DEVELOPMENT_CLIENT.secret,
    })
    expect(from.SCALEKIT_CLIENT_ID).toBe('the environment of this shell')
  })

  test('of an environment are in its .dev.vars and its part of the wrangler file', async () => {
    vi.stubEnv('SCALEKIT_ENVIRONMENT_URL', 'https://staging.example')
    expect(await findCredentials({ ...here, env: 'staging' })).toMatchObject({
      environmentUrl: 'https://staging.example',
      clientId: 'skc_staging',
      clientSecret: 'of-staging',
      from: { SCALEKIT_CLIENT_ID: 'vars in wrangler.jsonc', SCALEKIT_CLIENT_SECRET: '.dev.vars.staging' },
    })
  })

  test('that are missing are named, with every place that was looked at', () => {
    const found = credentialsIn([
      { label: 'A', values: { SCALEKIT_ENVIRONMENT_URL: 'https://a.example/', SCALEKIT_CLIENT_SECRET: ' ' } },
      { label: 'B', values: {} },
    ])
    expect(found).toMatchObject({
      ok: false,
      error: [
        expect.stringMatching(
          /^SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET are in none of: A, B\. .*read back/,
        ),
      ],
    })
  })

  test('in a folder without a project lead to one', () => {
    expect(credentialsIn([{ label: 'A', values: {} }])).toMatchObject({
      error: [
        expect.stringContaining(
          ' are not in A, and this folder has no wrangler file: go to that of your Worker,',
        ),
      ],
    })
  })

  test('go to https only, apart from this machine', () => {
    const at = (url: string) =>
      credentialsIn([
        {
          label: 'A',
          values: {
            SCALEKIT_ENVIRONMENT_URL: url,
            SCALEKIT_CLIENT_ID: 'skc_1',
            SCALEKIT_CLIENT_SECRET: 'secret-1',
          },
        },
      ])
    expect(at('https://a.example/')).toMatchObject({
      ok: true,
      value: { environmentUrl: 'https://a.example' },
    })
    for (const url of ['http://a.example', 'https://a.example/path', 'a.example'])
      expect(at(url)).toMatchObject({
        ok: false,
        error: [expect.stringMatching(/^SCALEKIT_ENVIRONMENT_URL \(A\) must be https/)],
      })
  })
})

/** A server on this machine, until the test ends. @returns its port */
async function listen(server: TcpServer): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return (server.address() as { port: number }).port
}

describe('what goes wrong is a sentence with the remedy', () => {
  const saidOf = async (changed: Partial<Credentials>, patienceMs?: number) => {
    try {
      const management = await openManagement(credentials(changed), patienceMs)
      const answer = await management.organizations()
      return answer.ok ? `${answer.value.length} organizations` : answer.error.said
    } catch (error) {
      return (error as Error).message
    }
  }

  test('where nothing listens', async () => {
    expect(await saidOf({ environmentUrl: `http://127.0.0.1:${await freePort()}` })).toContain(
      'start `npx gatehouse dev`',
    )
  })

  test('where the host does not exist', async () => {
    expect(await saidOf({ environmentUrl: 'https://nowhere.invalid' })).toMatch(
      /^(There is no host nowhere\.invalid: compare SCALEKIT_ENVIRONMENT_URL \(\.dev\.vars\)|nowhere\.invalid cannot be reached)/,
    )
  })

  test('where a connection is taken and nothing answered', async () => {
    const port = await listen(createServer((socket) => void onTestFinished(() => void socket.destroy())))
    expect(await saidOf({ environmentUrl: `http://127.0.0.1:${port}` }, 500)).toContain('has not answered')
  })

  test('where a token comes, and then nothing more', async () => {
    const port = await listen(
      createServer((socket) => {
        onTestFinished(() => void socket.destroy())
        socket.on('error', () => socket.destroy())
        const body = '{"access_token":"t"}'
        const answer = `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`
        socket.on('data', (bytes) => void (bytes.toString().startsWith('POST') && socket.write(answer)))
      }),
    )
    expect(await saidOf({ environmentUrl: `http://127.0.0.1:${port}` }, 1_500)).toContain('has not answered')
  })

  test('where TLS is wrong', async () => {
    const port = await listen(createHttpServer((_request, response) => void response.end()))
    expect(await saidOf({ environmentUrl: `https://127.0.0.1:${port}` })).toContain('certificate or TLS')
  })

  test('where a connection breaks off', async () => {
    const port = await listen(createServer((socket) => void socket.destroy()))
    expect(await saidOf({ environmentUrl: `http://127.0.0.1:${port}` })).toContain('broke off')
  })

  test.each([
    ['a page', 200, {}, 'answers a request for a token with 200'],
    [
      'a redirect',
      302,
      { Location: 'https://team.cloudflareaccess.com/x?token=1' },
      'a redirect to team.cloudflareaccess.com,',
    ],
    ['a failure', 503, {}, 'fails (503): try again later'],
    ['too much', 429, {}, 'too many requests (429)'],
  ])('where %s comes in the place of a token', async (_case, status, headers, said) => {
    const port = await listen(
      createHttpServer((request, response) => {
        request.resume()
        response.writeHead(status, headers).end('<html>')
      }),
    )
    expect(await saidOf({ environmentUrl: `http://127.0.0.1:${port}` })).toContain(said)
  })

  test('with a wrong secret, which is not repeated', async () => {
    const said = await saidOf({ clientSecret: 'of-another-environment' })
    expect(said).toContain('SCALEKIT_CLIENT_SECRET (this shell)')
    expect(said).toContain('invalid_client')
    expect(said).not.toContain('of-another-environment')
  })

  test('where the application may not use the API, by gRPC and by REST', async () => {
    await set({ management_api: false }, { management_api: true })
    expect(await saidOf({})).toContain('Allow Scalekit Management API access')
    const { connections } = await openManagement(credentials())
    expect(await connections({ domain: 'acme.example' })).toMatchObject({
      ok: false,
      error: { kind: 'forbidden', said: expect.stringContaining('Allow Scalekit Management API access') },
    })
  })

  test('where there were too many requests', async () => {
    await set({ rate_limited: true }, { rate_limited: false })
    expect(await saidOf({})).toContain('too many requests (429)')
  })
})

test('a connection with a status that is not known here is said to be unfinished', () => {
  const connection = {
    id: 'conn_1',
    organizationId: 'org_1',
    organizationName: '',
    provider: '',
    type: '',
    domains: [],
  }
  expect(meaningOf({ ...connection, status: 'IN_PROGRESS', enabled: true })).toContain('nobody can sign in')
})

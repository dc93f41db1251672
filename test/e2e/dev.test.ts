import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { newDevelopmentSecrets, SIMULATOR_URL } from '../../simulator/development-secrets.ts'
import { type Running, start } from '../package/command-line.ts'
import { HERE, PROGRAM, wranglerWith, writeStranger } from '../package/stranger.ts'
import { freePort } from '../support/node/port.ts'
import { passSimulator } from './simulator-login.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Acme, of the simulator. */
const ACME = 'org_20000000000000002'

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Started {
  readonly dev: Running
  readonly said: string
  readonly folder: string
  readonly port: number
  readonly simulatorPort: number
}

async function startDev(
  files: Readonly<Record<string, string>>,
  ...options: readonly string[]
): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-dev-'))
  await writeStranger(join(folder, 'docs'), { entry: HERE, files })
  const [port, simulatorPort] = [await freePort(), await freePort()]
  const ports = ['--port', `${port}`, '--simulator-port', `${simulatorPort}`]
  const dev = start(join(folder, 'docs'), PROGRAM, 'dev', ...ports, ...options)
  return { dev, said: await dev.says('Ctrl-C ends both.'), folder, port, simulatorPort }
}

async function stop(started: Started | undefined): Promise<void> {
  if (started === undefined) return
  await started.dev.interrupt()
  await rm(started.folder, { recursive: true, force: true })
}

/** A request under any name, as a tunnel on this machine passes it on. */
const ask = (port: number, path: string, host: string, headers: Record<string, string> = {}) =>
  new Promise<Answer>((done, fail) => {
    const sent = request(
      { host: '127.0.0.1', port, path, headers: { Host: host, ...headers } },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (text) => {
          body += text
        })
        response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }))
      },
    )
    // Whatever hangs is what these tests are about.
    sent.setTimeout(20_000, () => sent.destroy(new Error(`${host}${path} hangs`)))
    sent.once('error', fail)
    sent.end()
  })

const cookiesOf = ({ headers }: Answer) =>
  (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '').join('; ')

/** Jane of Acme signs in. @returns the way to the simulator, and what the callback answered */
async function signIn(port: number, host: string, headers: Record<string, string> = {}) {
  const login = await ask(port, `/auth/login?organization_id=${ACME}&return_to=%2Facme%2F`, host, headers)
  const authorize = new URL(login.headers.location ?? '')
  const callback = await passSimulator(authorize.href)
  const answer = await ask(port, callback.pathname + callback.search, host, {
    ...headers,
    Cookie: cookiesOf(login),
  })
  return { authorize, callback, answer }
}

describe('a Gatehouse with another Worker behind it, and a tunnel before it', () => {
  let started: Started
  beforeAll(async () => {
    started = await startDev(
      {
        'wrangler.jsonc': wranglerWith({ services: [{ binding: 'API', service: 'api' }] }),
        'gatehouse.config.ts': WITH_API,
        '../api/wrangler.toml': 'name = "api"\nmain = "api.ts"\ncompatibility_date = "2026-10-01"\n',
        '../api/api.ts':
          'export default { fetch: (request: Request) => ' +
          "Response.json({ url: request.url, greeting: 'hello from the api' }) }\n",
      },
      ...['--with', '../api/wrangler.toml', '--public-url', 'https://demo.example'],
    )
  })
  afterAll(() => stop(started))
  const tunnelled = { 'X-Forwarded-Proto': 'https', Accept: 'text/html' }
  const behindTunnel = (path: string, headers: Record<string, string> = {}) =>
    ask(started.port, path, 'demo.example', { ...tunnelled, ...headers })

  test('says where its own sites are, and who of the simulator belongs there', () => {
    const { said, port, simulatorPort } = started
    const lines = said.split('\n').map((line) => line.trim())
    expect(lines).toEqual(
      expect.arrayContaining([
        'Gatehouse           https://demo.example/',
        `http://docs.localhost:${port}/`,
        `Scalekit simulator  http://127.0.0.1:${simulatorPort}/`,
        'demo.example: sign in as sam@example.com, or anybody of the simulator.',
        'demo.example/acme/*: sign in as jane@acme.example, of Acme.',
        'demo.example/other/*: nobody of the simulator: it has no org_1.',
        'docs.localhost: public.',
      ]),
    )
  })

  test('the other Worker answers, at the address that was asked for', async () => {
    const answer = await behindTunnel('/api/orders')
    expect(JSON.parse(answer.body)).toEqual({
      url: 'https://demo.example/api/orders',
      greeting: 'hello from the api',
    })
  })

  test('behind the tunnel a person signs in, and is not redirected to where they are', async () => {
    expect((await behindTunnel('/')).status).toBe(200)
    const { authorize, answer } = await signIn(started.port, 'demo.example', tunnelled)
    expect(authorize.searchParams.get('redirect_uri')).toBe('https://demo.example/auth/callback')
    expect(answer).toMatchObject({ status: 303, headers: { location: '/acme/' } })
    expect(cookiesOf(answer)).toContain('__Host-')
    const page = await behindTunnel('/acme/', { Cookie: cookiesOf(answer) })
    expect(page).toMatchObject({ status: 200 })
    expect(page.body).toContain('Acme only')
  })

  test('a name that the tunnel does not have is http, whatever a header says', async () => {
    const answer = await ask(started.port, '/', 'other.example', tunnelled)
    expect(answer.status).toBe(421)
    expect((await ask(started.port, '/', 'docs.localhost', tunnelled)).status).toBe(200)
  })

  test('another client secret in .dev.vars is loaded, and is as wrong as it would be at Scalekit', async () => {
    const file = join(started.folder, 'docs/.dev.vars')
    const vars = await readFile(file, 'utf8')
    await writeFile(file, vars.replace(/^SCALEKIT_CLIENT_SECRET=.*$/m, "SCALEKIT_CLIENT_SECRET='test_wrong'"))
    await vi.waitFor(
      async () => {
        const { answer } = await signIn(started.port, 'demo.example', tunnelled)
        expect(answer.status).not.toBe(303)
      },
      { timeout: 30_000, interval: 500 },
    )
    expect(await started.dev.says('invalid_client')).toContain('invalid_client')

    const before = started.dev.errors().length
    await writeFile(file, vars)
    const loaded = /\.dev\.vars changed …\n[\s\S]*The Worker has loaded it\.\n/
    await vi.waitFor(() => expect(started.dev.errors().slice(before)).toMatch(loaded), { timeout: 30_000 })
    const { answer } = await signIn(started.port, 'demo.example', tunnelled)
    expect(answer.status).toBe(303)
  })

  test.each([
    ['does not parse', 'export default {\n', /Expected identifier but found end of file/],
    ['throws', "throw new Error('boom')\nexport default {}\n", /fails as it loads: Error: boom/],
  ])('a configuration that %s is said, and what ran before goes on', async (_case, text, problem) => {
    const file = join(started.folder, 'docs/gatehouse.config.ts')
    const before = started.dev.errors().length
    await writeFile(file, text)
    const said = () => started.dev.errors().slice(before)
    await vi.waitFor(() => expect(said()).toMatch(problem), { timeout: 30_000 })
    await vi.waitFor(() => expect(said()).toContain('What ran before goes on.'))
    expect(said()).not.toContain('\u001b')
    expect((await behindTunnel('/')).status).toBe(200)
    await writeFile(file, WITH_API)
  })

  test('a configuration that is wrong, or has lost the site, is said without a request, and so is the end of it', async () => {
    const file = join(started.folder, 'docs/gatehouse.config.ts')
    let before = 0
    const saves = async (text: string, sentence: string) => {
      before = started.dev.errors().length
      await writeFile(file, text)
      await vi.waitFor(() => expect(started.dev.errors().slice(before)).toContain(sentence), {
        timeout: 30_000,
      })
    }
    const right = 'Put right: the Worker lets people in.\n'
    await saves(WITH_API.replace('/acme/*', 'acme/*'), 'rules[2].path must start with /\n')
    await saves(WITH_API, right)
    await saves(
      WITH_API.replace("'demo.example'", "'demo.example.net'"),
      'The configuration has no site for demo.example: ',
    )
    await saves(WITH_API, right)
    expect(started.dev.errors().slice(before)).toBe(right)
  })
})

test('a Worker that binds Gatehouse stands in front of it, and a wrong client secret is one until .dev.vars is right', async () => {
  const secrets = await newDevelopmentSecrets(SIMULATOR_URL)
  const { name, ...rest } = JSON.parse(wranglerWith({})) as { name: string }
  expect(name).toBe('docs')
  const started = await startDev(
    {
      'wrangler.jsonc': JSON.stringify({ name: 'gatehouse', ...rest }),
      'gatehouse.config.ts': IN_FRONT,
      'src/worker.ts': WITH_ENTRYPOINT,
      '.dev.vars': devVars({ ...secrets, SCALEKIT_CLIENT_SECRET: 'test_of_somebody_else' }),
    },
    ...['--with', join(ROOT, 'examples/worker/wrangler.toml')],
  )
  try {
    const host = `docs.localhost:${started.port}`
    const open = await ask(started.port, '/', host)
    expect(JSON.parse(open.body)).toEqual({ path: '/', hello: 'whoever you are', body: '' })

    // The simulator knows its own client, and not the one that .dev.vars happens to name.
    const wrong = await signIn(started.port, host)
    expect(wrong.callback.origin).toBe(`http://${host}`)
    expect(wrong.answer.status).toBe(502)
    expect(await started.dev.says('invalid_client')).toContain('invalid_client')
    await writeFile(join(started.folder, 'docs/.dev.vars'), devVars(secrets))
    const answer = await vi.waitFor(
      async () => {
        const right = await signIn(started.port, host)
        expect(right.answer.status).toBe(303)
        return right.answer
      },
      { timeout: 30_000, interval: 500 },
    )
    const page = await ask(started.port, '/acme/', host, { Cookie: cookiesOf(answer) })
    expect(JSON.parse(page.body)).toMatchObject({ path: '/acme/', hello: 'jane@acme.example' })
  } finally {
    await stop(started)
  }
})

test('a login host of this machine signs people in for the sites beside it, at any port; one that is out of reach is said', async () => {
  const started = await startDev(
    { 'gatehouse.config.ts': WITH_LOGIN_HOST },
    ...['--public-url', 'https://demo.example'],
  )
  const { port, said, dev } = started
  try {
    expect(said.split('\n').map((line) => line.trim())).toContain(
      `Login host          http://login.shop.localhost:${port}/auth/sessions`,
    )
    expect(dev.errors()).toContain(
      'People sign in for demo.example at login.shop.localhost, which does not lead here: ' +
        'write loginHost: false in that site, or call the login host demo.example, while you develop.',
    )
    expect(dev.errors()).not.toContain('People sign in for localhost')

    const jar = new Map<string, string>()
    const visit = async (address: string) => {
      const { host, pathname, search } = new URL(address)
      const answer = await ask(port, pathname + search, host, {
        Accept: 'text/html',
        Cookie: jar.get(host) ?? '',
      })
      jar.set(host, [jar.get(host), cookiesOf(answer)].filter(Boolean).join('; '))
      return { ...answer, leadsTo: new URL(answer.headers.location ?? address, address).href }
    }
    const own = `http://localhost:${port}`
    const asked = await visit(`${own}/auth/login?return_to=%2Facme%2F`)
    expect(new URL(asked.leadsTo).host).toBe(`login.shop.localhost:${port}`)
    const authorize = await visit(asked.leadsTo)
    expect(new URL(authorize.leadsTo).searchParams.get('redirect_uri')).toBe(
      `http://login.shop.localhost:${port}/auth/callback`,
    )
    const finished = await visit((await passSimulator(authorize.leadsTo)).href)
    const handedOver = await visit(finished.leadsTo)
    expect(handedOver).toMatchObject({ status: 303, leadsTo: `${own}/acme/` })
    expect(await visit(handedOver.leadsTo)).toMatchObject({ status: 200 })
  } finally {
    await stop(started)
  }
})

const devVars = (vars: Readonly<Record<string, string>>) =>
  Object.entries(vars)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('')

const WITH_API = `import { assets, defineConfig, service } from '${HERE.config}'
const rules = [
  { path: '/', access: 'public' as const },
  { path: '/api/*', access: 'public' as const, upstream: service('API') },
  { path: '/acme/*', require: { organizations: ['${ACME}'] } },
  { path: '/other/*', require: { organizations: ['org_1'] } },
]
export default defineConfig({
  sites: {
    'demo.example': { upstream: assets(), rules },
    'docs.localhost': { upstream: assets(), rules: [{ path: '/*', access: 'public' }] },
  },
})
`

const IN_FRONT = `import { assets, defineConfig } from '${HERE.config}'
export default defineConfig({
  sites: {
    'docs.localhost': { upstream: assets(), rules: [{ path: '/', access: 'public' }] },
    localhost: { organization: '${ACME}', upstream: assets() },
  },
})
`

const WITH_LOGIN_HOST = `import { assets, defineConfig } from '${HERE.config}'
export default defineConfig({
  loginHost: 'login.shop.localhost',
  sites: {
    localhost: { organization: '${ACME}', upstream: assets() },
    'demo.example': { upstream: assets() },
  },
})
`

const WITH_ENTRYPOINT = `import { gatehouse, gatehouseEntrypoint } from '${HERE.worker}'
import config from '../gatehouse.config'
export { OrganizationSessions } from '${HERE.worker}'
const worker = gatehouse(config)
export default worker
export class Gatehouse extends gatehouseEntrypoint(worker) {}
`

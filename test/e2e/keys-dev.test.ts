import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { variableOf, withVariable } from '../../cli/files/dev-vars.ts'
import { parseKeyRing } from '../../src/crypto/key-ring.ts'
import { type Running, start } from '../package/command-line.ts'
import { runHere } from '../package/in-process.ts'
import { type KeySet, runKeys } from '../package/keys-command.ts'
import { HERE, PROGRAM, wranglerWith, writeStranger } from '../package/stranger.ts'
import { freePort } from '../support/node/port.ts'
import { passSimulator } from './simulator-login.ts'

let folder: string
let project: string
let dev: Running
let port: number
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-dev-'))
  project = join(folder, 'docs')
  await writeStranger(project, {
    entry: HERE,
    files: {
      'wrangler.jsonc': wranglerWith({ services: [{ binding: 'API', service: 'api' }] }),
      '.gitignore': '.dev.vars*\n',
      'gatehouse.config.ts': `import { assets, defineConfig, service } from '${HERE.config}'
const rules = [{ path: '/api/*', upstream: service('API') }]
export default defineConfig({ sites: { localhost: { upstream: assets(), rules } } })
`,
      '../api/wrangler.toml': 'name = "api"\nmain = "api.ts"\ncompatibility_date = "2026-10-01"\n',
      '../api/api.ts':
        'export default { fetch: (request: Request) => ' +
        "new Response(request.headers.get('Gatehouse-Assertion')) }\n",
    },
  })
  port = await freePort()
  const ports = ['--port', `${port}`, '--simulator-port', `${await freePort()}`]
  dev = start(project, PROGRAM, 'dev', ...ports, '--with', '../api/wrangler.toml')
  await dev.says('Ctrl-C ends both.')
})
afterAll(async () => {
  await dev?.interrupt()
  await rm(folder, { recursive: true, force: true })
})

const jar = new Map<string, string>()

/** Asks Gatehouse as a browser that keeps its cookies. */
const ask = (path: string) =>
  new Promise<{ readonly status: number; readonly body: string; readonly location: string }>((done, fail) => {
    const headers = {
      Host: `localhost:${port}`,
      Accept: 'text/html',
      Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
    }
    const sent = request({ host: '127.0.0.1', port, path, headers }, (response) => {
      for (const cookie of response.headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        jar.set(name, value)
      }
      let body = ''
      response.setEncoding('utf8').on('data', (text) => {
        body += text
      })
      response.on('end', () =>
        done({ status: response.statusCode ?? 0, body, location: response.headers.location ?? '' }),
      )
    })
    sent.setTimeout(20_000, () => sent.destroy(new Error(`${path} hangs`)))
    sent.once('error', fail)
    sent.end()
  })

async function signIn(): Promise<void> {
  const { location } = await ask('/auth/login?organization_id=org_20000000000000002&return_to=%2Fapi%2F')
  const callback = await passSimulator(location)
  expect((await ask(callback.pathname + callback.search)).status).toBe(303)
}

const published = async () => JSON.parse((await ask('/auth/jwks.json')).body) as JSONWebKeySet

/** Who the backend is told of, verified with keys that it has; and by which of them. */
async function whoIsThere(keys: JSONWebKeySet): Promise<{ readonly email: unknown; readonly kid: unknown }> {
  const { status, body } = await ask('/api/orders')
  expect(status).toBe(200)
  const { payload } = await jwtVerify(body, createLocalJWKSet(keys), {
    algorithms: ['ES256'],
    issuer: `http://localhost:${port}/auth`,
    audience: 'localhost',
  })
  return { email: payload['email'], kid: decodeProtectedHeader(body).kid }
}

const stored = async () =>
  variableOf(await readFile(join(project, '.dev.vars'), 'utf8'), 'GATEHOUSE_KEYS') ?? ''
const kidsOf = ({ keys }: JSONWebKeySet) => keys.map(({ kid }) => kid)

test('an operator lists sessions, and ends one, with a key of their own', async () => {
  const operator = join(folder, 'operator.json')
  const made = await runKeys(project, ['new', '--operator', '--file', operator, '--json'])
  expect(made.code).toBe(0)
  const { keys, public: known } = JSON.parse(made.stdout)
  const file = join(project, '.dev.vars')
  const sessions = (...args: readonly string[]) =>
    runHere(project, ['sessions', ...args, '--key', operator, '--host', `http://localhost:${port}`, '--json'])
  const acme = ['--org', 'org_20000000000000002']
  const before = await sessions('list', ...acme)
  expect(before.code).toBe(1)
  expect(before.stdout).toContain('has no GATEHOUSE_OPERATOR_KEYS')

  const vars = withVariable(await readFile(file, 'utf8'), 'GATEHOUSE_OPERATOR_KEYS', JSON.stringify(known))
  await writeFile(file, vars ?? '')
  await signIn()
  const whoIsHere = { email: 'jane@acme.example', host: 'localhost' }
  // The Worker is loaded anew.
  const list = await vi.waitFor(
    async () => {
      const { stdout } = await sessions('list', ...acme)
      expect(JSON.parse(stdout)).toMatchObject({ total: 1, sessions: [whoIsHere] })
      return JSON.parse(stdout)
    },
    { timeout: 30_000, interval: 500 },
  )
  await vi.waitFor(() =>
    expect(dev.errors()).toMatch(/\.dev\.vars changed …[\s\S]*The Worker has loaded it\./),
  )
  const unasked = await sessions('end', ...acme)
  expect(unasked.code).toBe(1)
  expect(JSON.parse(unasked.stdout).problems[0]).toContain('End the one session')
  const ended = await sessions('end', ...acme, '--id', list.sessions[0].id, '--yes')
  expect(ended).toMatchObject({ code: 0 })
  expect(JSON.parse(ended.stdout)).toEqual({ host: `http://localhost:${port}`, ended: 1 })
  expect(jar.delete('gh-session')).toBe(true)
  expect((await ask('/auth/session')).status).toBe(401)
  expect(keys[0]).toMatchObject({ purpose: 'operator', signs: true })
})

test('a person stays signed in through a rotation, and a backend verifies who it is with the keys of the step before', async () => {
  await signIn()
  const first = await published()
  expect(await whoIsThere(first)).toEqual({ email: 'jane@acme.example', kid: first.keys[0]?.kid })
  const old = (JSON.parse(await stored()) as KeySet).keys.map(({ kid }) => kid)

  let cached = first
  for (const step of [1, 2, 3]) {
    const rotated = await runKeys(project, ['rotate', '--now', '--json'])
    expect(rotated).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(rotated.stdout)).toMatchObject({ did: step })
    const ring = await parseKeyRing(await stored())
    if (!ring.ok) throw new Error('no ring')
    const { assertionPublicKeys, assertion } = ring.value
    // The Worker is loaded anew; nothing that it answers until then is wrong either.
    await vi.waitFor(
      async () => {
        expect(kidsOf(await published())).toEqual(assertionPublicKeys.map(({ kid }) => kid))
      },
      { timeout: 30_000, interval: 200 },
    )
    // A backend has the set of before for a while.
    expect(await whoIsThere(cached)).toEqual({ email: 'jane@acme.example', kid: assertion?.kid })
    cached = await published()
    expect(await whoIsThere(cached)).toEqual({ email: 'jane@acme.example', kid: assertion?.kid })
    // As when it has expired, which happens many times before the old key goes: the session is renewed under the new one.
    if (step === 2) {
      expect(jar.delete('gh-session')).toBe(true)
      await whoIsThere(cached)
    }
  }
  const { keys: left } = JSON.parse(await stored()) as KeySet
  expect(left.filter(({ kid }) => old.includes(kid))).toEqual([])
  expect(left).toHaveLength(2)
})

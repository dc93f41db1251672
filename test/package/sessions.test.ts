import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Complaint } from '../../cli/complaint.ts'
import { importOperatorKey, parseOperatorKey, publicHalf } from '../../cli/keys/operator-key.ts'
import { askOperator } from '../../cli/sessions/ask-operator.ts'
import { findAskedWorker, parseAskedHost } from '../../cli/sessions/asked-worker.ts'
import { type EpochSeconds, epochSeconds } from '../../src/base/time.ts'
import { newOperatorKey } from '../../src/crypto/new-keys.ts'
import { parseOperatorKeys } from '../../src/crypto/operator-keys.ts'
import { type OperatorCommand, verifyOperatorRequest } from '../../src/tokens/operator-request.ts'
import { runHere } from './in-process.ts'
import { HERE } from './stranger.ts'

const LIST: OperatorCommand = { kind: 'list', scope: { organizationId: 'org_1' }, limit: 100 }
const END: OperatorCommand = { kind: 'end', scope: { organizationId: 'org_1', email: 'jane@acme.example' } }
const NOBODY = { sessions: [], total: 0, next: null }

const jwk = parseOperatorKey(JSON.stringify(await newOperatorKey(epochSeconds(Date.now()))))
if (jwk === undefined) throw new Error('a new key is none')
const signer = await importOperatorKey(jwk, 'operator.json')

interface Heard {
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A Worker that answers as it is told. */
async function listen(answer: (response: ServerResponse) => void) {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text) => {
      body += text
    })
    request.on('end', () => {
      heard.push({ url: request.url, headers: request.headers, body })
      answer(response)
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise((done) => server.once('listening', done))
  const { port } = server.address() as AddressInfo
  return { worker: { origin: `http://docs.localhost:${port}`, basePath: '/sso' }, heard }
}

const answers =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

const problem = (code: string, more: object = {}) => ({
  code,
  detail: 'The check failed. Compare.',
  reference: 'ref-1',
  ...more,
})

/** What the command says where there is no answer. */
async function complaint(
  answer: (response: ServerResponse) => void,
  command = LIST,
  patienceMs?: number,
): Promise<string> {
  const { worker } = await listen(answer)
  const failed: unknown = await askOperator(worker, signer, command, patienceMs).catch(
    (error: unknown) => error,
  )
  if (!(failed instanceof Complaint)) throw failed
  return failed.message.replaceAll(worker.origin, 'ORIGIN')
}

describe('a request', () => {
  test('is one that a Worker believes, for the address that was asked, and says all there is in its body', async () => {
    const { worker, heard } = await listen(answers(200, { ended: 3 }))
    expect(await askOperator(worker, signer, END)).toEqual({ ended: 3 })
    const [{ url, headers, body } = { url: '', headers: {}, body: '' }] = heard
    expect(url).toBe('/sso/operator')
    expect(headers).toMatchObject({ host: new URL(worker.origin).host, 'content-type': 'application/jwt' })
    expect(decodeProtectedHeader(body)).toEqual({ typ: 'gh-operator+jwt', alg: 'ES256', kid: jwk.kid })
    const keys = await parseOperatorKeys(publicHalf(jwk), undefined)
    if (!keys.ok) throw new Error(keys.error.join())
    const audience = `${worker.origin}/sso/operator`
    const now = epochSeconds(Date.now())
    expect(await verifyOperatorRequest(body, keys.value, audience, now)).toMatchObject({
      ok: true,
      value: { operator: jwk.kid, command: END },
    })
    expect(await verifyOperatorRequest(body, keys.value, audience, (now + 61) as EpochSeconds)).toMatchObject(
      {
        ok: false,
        error: { check: 'exp' },
      },
    )
  })

  test('is another one each time', async () => {
    const { worker, heard } = await listen(answers(200, NOBODY))
    await askOperator(worker, signer, LIST)
    await askOperator(worker, signer, LIST)
    expect(new Set(heard.map(({ body }) => decodeJwt(body).jti)).size).toBe(2)
  })

  test('follows no redirect', async () => {
    const elsewhere = answers(307, '', { Location: 'http://127.0.0.1:1/' })
    expect(await complaint(elsewhere)).toContain('ORIGIN redirects (307)')
  })
})

describe('what goes wrong is said in a sentence', () => {
  const date = (ahead: number) => ({ Date: new Date(Date.now() + ahead * 1000).toUTCString() })
  test.each<[string, (response: ServerResponse) => void, string]>([
    ['a Worker without keys', answers(404, problem('not_found')), 'has no GATEHOUSE_OPERATOR_KEYS'],
    [
      'another key',
      answers(401, problem('operator_refused', { check: 'signature' })),
      'does not know this key',
    ],
    ['an unknown key', answers(401, problem('operator_refused', { check: 'kid' })), 'does not know this key'],
    [
      'a clock that is behind',
      answers(401, problem('operator_refused', { check: 'exp' }), date(181)),
      'The clock of this machine is 3 minutes behind that of ORIGIN: set it right.',
    ],
    [
      'a clock that is ahead',
      answers(401, problem('operator_refused', { check: 'iat' }), date(-45)),
      'ahead of that of ORIGIN: set it right.',
    ],
    [
      'a request that was used',
      answers(401, problem('operator_refused')),
      'ORIGIN refuses the request: The check failed. Compare. (reference ref-1)',
    ],
    ['no registry', answers(503, problem('unavailable')), 'ORIGIN says: The check failed.'],
    ['another server', answers(200, '<!doctype html>'), "gives no answer of Gatehouse's (200)"],
    [
      'sessions of another form',
      answers(200, { sessions: [{ id: 7 }], next: null }),
      'no answer of Gatehouse',
    ],
    ['a page', answers(404, '<!doctype html>'), "with basePath '/sso'?"],
    ['a server that hangs up', (response) => response.destroy(), 'cannot be reached (ECONNRESET)'],
  ])('%s', async (_case, answer, sentence) => {
    expect(await complaint(answer)).toContain(sentence)
  })

  test('a server that hangs, before its answer or in it, and that an end may have been done', async () => {
    expect(await complaint(() => {}, LIST, 300)).toBe('ORIGIN has not answered for 0.3 seconds.')
    const inIt = (response: ServerResponse) => void response.writeHead(200).write('{')
    expect(await complaint(inIt, END, 300)).toBe(
      'ORIGIN has not answered for 0.3 seconds. Whether anything has ended is not known: look with npx gatehouse sessions list.',
    )
  })

  test('words of the server decide nothing about the terminal', async () => {
    expect(await complaint(answers(503, problem('unavailable', { detail: '\u001b[2J' })))).toContain('?[2J')
  })

  test('nobody who listens, and no such name', async () => {
    const failed = (origin: string) =>
      askOperator({ origin, basePath: '/auth' }, signer, LIST).catch((error: Error) => error.message)
    expect(await failed('http://localhost:9')).toContain('(ECONNREFUSED): nothing listens there')
    expect(await failed('https://docs.invalid')).toMatch(/cannot be reached \((ENOTFOUND|EAI_AGAIN)\)/)
  })
})

describe('whom to ask', () => {
  test.each([
    ['docs.example.com', 'https://docs.example.com/'],
    ['https://docs.example.com/sso/', 'https://docs.example.com/sso/'],
    ['http://localhost:8787', 'http://localhost:8787/'],
    ['http://login.localhost:8787', 'http://login.localhost:8787/'],
  ])('--host %s is %s', (text, address) => {
    expect(parseAskedHost(text)).toMatchObject({ href: address })
  })

  test.each([
    'http://docs.example.com',
    'ftp://docs.example.com',
    'https://a:b@c.example',
    'https://c.example?x',
    '://',
  ])('--host %s is none', (text) => expect(parseAskedHost(text)).toMatch(/^It /))

  const site = '{ upstream: assets() }'
  test.each<[string, string, string | undefined]>([
    [
      'the first site that is not of this machine',
      `sites: { localhost: ${site}, '*.x.example': ${site}, 'b.example': ${site}, 'a.example': ${site} }`,
      'https://b.example',
    ],
    [
      'the login host',
      `loginHost: 'login.example', sites: { 'a.example': ${site} }`,
      'https://login.example',
    ],
    ['nobody, where all are of this machine', `sites: { localhost: ${site} }`, undefined],
  ])('is %s', async (_case, config, origin) => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-asked-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const text = `import { assets, defineConfig } from '${HERE.config}'\nexport default defineConfig({ basePath: '/sso', ${config} })\n`
    await writeFile(join(folder, 'gatehouse.config.ts'), text)
    const file = join(folder, 'wrangler.jsonc')
    const found = findAskedWorker({ config: file })
    if (origin === undefined) await expect(found).rejects.toThrow('name one with --host')
    else expect(await found).toEqual({ origin, basePath: '/sso' })
    const named = (host: string) => findAskedWorker({ config: file, host: new URL(host) })
    expect(await named('https://c.example')).toEqual({ origin: 'https://c.example', basePath: '/sso' })
    expect(await named('https://c.example/in/')).toEqual({ origin: 'https://c.example', basePath: '/in' })
    // A configuration that is broken keeps nobody from the Worker that runs.
    await writeFile(join(folder, 'gatehouse.config.ts'), 'export default')
    expect(await named('https://c.example')).toEqual({ origin: 'https://c.example', basePath: '/auth' })
  })
})

/** Runs the command with a key, in a folder of its own. */
async function runWithKey(...args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-sessions-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'k.json'), JSON.stringify(jwk), { mode: 0o600 })
  return runHere(folder, ['sessions', ...args, '--key', 'k.json'])
}

describe('where there is no such session', () => {
  const NOBODY_SAID =
    'There is no session of nobody@acme.example of org_1 at ORIGIN, so none has ended. ' +
    'npx gatehouse sessions list --key k.json --host ORIGIN/ --org org_1 shows whose there are.\n'
  test.each<[string, object, readonly string[], string]>([
    ['end says so, and how to look', { ended: 0 }, ['--user', 'nobody@acme.example', '--yes'], NOBODY_SAID],
    ['also before it asks', NOBODY, ['--user', 'nobody@acme.example'], NOBODY_SAID],
    [
      'of a whole organization likewise',
      { ended: 0 },
      ['--yes'],
      'There is no session of org_1 at ORIGIN, so none has ended. npx gatehouse orgs lists those that there are.\n',
    ],
    ['as JSON it is a number', { ended: 0 }, ['--yes', '--json'], '{"host":"ORIGIN","ended":0}\n'],
  ])('%s', async (_case, answer, args, expected) => {
    const { worker } = await listen(answers(200, answer))
    const { code, stdout } = await runWithKey('end', '--host', worker.origin, '--org', 'org_1', ...args)
    expect({ code, said: stdout.replaceAll(worker.origin, 'ORIGIN') }).toEqual({ code: 0, said: expected })
  })

  test('one that has ended is said as ever', async () => {
    const { worker } = await listen(answers(200, { ended: 1 }))
    const { stdout } = await runWithKey('end', '--host', worker.origin, '--org', 'org_1', '--yes')
    expect(stdout).toMatch(/^1 session has ended: /)
  })
})

test('a Worker that names a next page for ever is asked once for each', async () => {
  const { worker, heard } = await listen(answers(200, { sessions: [], total: 5, next: '1' }))
  const args = ['--host', worker.origin, '--org', 'org_1', '--all', '--json']
  const { code, stdout } = await runWithKey('list', ...args)
  expect({ code, ...JSON.parse(stdout) }).toEqual({
    code: 1,
    problems: [expect.stringContaining('says that there are more, without an end')],
  })
  expect(heard).toHaveLength(2)
})

import { request as httpRequest } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { base64url, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, type TestContext, test, vi } from 'vitest'
import { ANN, AssertionIssuer, AUDIENCE, newSigningKey, now, type SigningKey } from './assertion-issuer.ts'
import type { Backend, StartBackend } from './backend-process.ts'
import { freePort } from './port.ts'

/** An example may wait this long before it fetches the keys again. */
const PAUSE_MS = 5_000
const SOON = { timeout: PAUSE_MS + 5_000, interval: 500 }

/** What every backend behind Gatehouse owes; each example's test file calls this. */
export function assertionConsumerContract(start: StartBackend): void {
  let key: SigningKey
  let second: SigningKey
  let dropped: SigningKey
  let stranger: SigningKey
  let issuer: AssertionIssuer
  let backend: Backend

  beforeAll(async () => {
    key = await newSigningKey('assertions-1')
    second = await newSigningKey('assertions-2')
    dropped = await newSigningKey('assertions-0')
    stranger = await newSigningKey(key.kid)
    issuer = await (await AssertionIssuer.create(key, second)).listen()
    backend = await start({ port: await freePort(), issuer: issuer.issuer, audience: AUDIENCE })
  })
  afterAll(async () => {
    await backend?.stop()
    await issuer?.close()
  })

  const me = (...assertions: string[]) => get(backend, '/api/me', assertions)

  describe('a genuine assertion', () => {
    test('says who is there', async () => {
      const { sub, email, name, org, roles, groups } = ANN
      const answer = await me(await issuer.sign())
      expect(answer.status).toBe(200)
      expect(JSON.parse(answer.body)).toEqual({ sub, email, name, org, roles, groups })
    })

    test('may say little: absent things are absent claims', async () => {
      const nothing = {
        email: undefined,
        name: undefined,
        org: undefined,
        roles: undefined,
        groups: undefined,
      }
      const answer = await me(await issuer.sign(nothing))
      expect(answer.status).toBe(200)
      expect(JSON.parse(answer.body)).toEqual({ sub: ANN.sub })
      expect((await get(backend, '/', [await issuer.sign(nothing)])).body).toContain(ANN.sub)
    })

    test('may come from a clock that is a few seconds ahead or behind', async () => {
      const ahead = { iat: now() + 3, exp: now() + 63 }
      const behind = { iat: now() - 63, exp: now() - 3 }
      expect((await me(await issuer.sign(ahead))).status).toBe(200)
      expect((await me(await issuer.sign(behind))).status).toBe(200)
    })

    test('may be signed with any published key', async () => {
      expect((await me(await issuer.sign({}, second))).status).toBe(200)
    })

    test.each([
      ['the role', ['reader', 'admin'], 200],
      ['another role', ['reader'], 403],
      ['a longer role', ['administrator'], 403],
      ['no role', undefined, 403],
    ])('with %s at a page for one role', async (_case, roles, status) => {
      const answer = await get(backend, '/api/admin', [await issuer.sign({ roles })])
      expect(answer.status).toBe(status)
      expect(answer.body.includes('only for administrators')).toBe(status === 200)
    })
  })

  const signedWithSecret = (secret: string) =>
    new SignJWT(issuer.claims())
      .setProtectedHeader({ typ: 'JWT', alg: 'HS256', kid: key.kid })
      .sign(new TextEncoder().encode(secret))

  const refused: [name: string, make: () => Promise<string | string[]> | string | string[]][] = [
    ['no assertion', () => []],
    ['the audience of another host', () => issuer.sign({ aud: 'blog.example.com' })],
    ['an audience that begins like ours', () => issuer.sign({ aud: `${AUDIENCE}.evil.example` })],
    ['another issuer', () => issuer.sign({ iss: 'https://blog.example.com/auth' })],
    ['an issuer that begins like ours', () => issuer.sign({ iss: `${issuer.issuer}/` })],
    ['one that expired a minute ago', () => issuer.sign({ iat: now() - 120, exp: now() - 60 })],
    ...['exp', 'iat', 'iss', 'aud', 'sub'].map((claim): (typeof refused)[number] => [
      `no ${claim}`,
      () => issuer.sign({ [claim]: undefined }),
    ]),
    ['an altered payload', async () => altered(await issuer.sign(), { ...issuer.claims(), sub: 'boss' })],
    ['an altered signature', async () => withSignature(await issuer.sign(), flipped)],
    ['half a signature', async () => withSignature(await issuer.sign(), (bytes) => bytes.slice(0, 32))],
    ['no signature', async () => withSignature(await issuer.sign(), () => new Uint8Array())],
    [
      'a signature of zeros (CVE-2022-21449)',
      async () => withSignature(await issuer.sign(), (b) => b.fill(0)),
    ],
    ['a key that was dropped', () => issuer.sign({}, dropped)],
    ['our kid and another key', () => issuer.sign({}, stranger)],
    ['a key of its own in the header (CVE-2018-0114)', () => withOwnKey()],
    ['a key that is published under another kid', () => issuer.sign({}, second, { kid: key.kid })],
    ['alg none, unsigned', () => unsigned({ typ: 'JWT', alg: 'none', kid: key.kid }, issuer.claims())],
    ['alg NONE, unsigned', () => unsigned({ typ: 'JWT', alg: 'NONE', kid: key.kid }, issuer.claims())],
    ['no alg, unsigned', () => unsigned({ typ: 'JWT', kid: key.kid }, issuer.claims())],
    ['HS256 with the public key as PEM', () => signedWithSecret(key.publicPem)],
    ['HS256 with the PEM in one line', () => signedWithSecret(key.publicPem.trim())],
    ['HS256 with the JWK as text', () => signedWithSecret(JSON.stringify(key.publicJwk))],
    ['an empty header', () => ''],
    ['text that is no token', () => 'ann@example.com'],
    ['dots', () => '..'],
    ['five parts', async () => `${await issuer.sign()}.e30.e30`],
    ['JSON that is no object', () => [enc('[]'), enc('[]'), 'AA'].join('.')],
    ['a kid that is no text', () => unsigned({ alg: 'ES256', kid: { $ne: '' } }, issuer.claims())],
    ['bytes that are not ASCII', async () => (await issuer.sign()).replace('.', '.\u00e9')],
    ['a long text', () => 'a.'.repeat(4_000)],
    ['two headers, both genuine', async () => [await issuer.sign(), await issuer.sign()]],
    ['two headers, the second forged', async () => [await issuer.sign(), await issuer.sign({}, stranger)]],
    ['two headers, the first forged', async () => [await issuer.sign({}, stranger), await issuer.sign()]],
    ['two headers, the second empty', async () => [await issuer.sign(), '']],
    ['two headers, the first empty', async () => ['', await issuer.sign()]],
  ]

  async function withOwnKey(): Promise<string> {
    const own = await newSigningKey('own')
    const address = `${issuer.issuer}/jwks.json`
    return issuer.sign({}, own, { kid: undefined, jwk: own.publicJwk, jku: address })
  }

  test.each(refused)('refuses %s', async (_case, make) => {
    const assertions = [await make()].flat()
    for (const path of ['/', '/api/me', '/api/admin']) {
      const answer = await get(backend, path, assertions)
      expect(answer.status, path).toBe(401)
      expect(answer.body).not.toContain(ANN['email'])
    }
  })

  test('does not believe plain headers', async () => {
    const answer = await get(backend, '/api/me', [], {
      'X-Forwarded-User': String(ANN.sub),
      'X-Forwarded-Email': String(ANN['email']),
      Authorization: `Bearer ${await issuer.sign()}`,
      Gatehouse_Assertion: await issuer.sign(),
    })
    expect(answer.status).toBe(401)
  })

  test.each(['/docs', '/openapi.json', '/nowhere'])(
    'shows nothing at %s without an assertion',
    async (path) => {
      expect((await get(backend, path, [])).status).toBeOneOf([401, 404])
    },
  )

  // Mostly waiting, so all at once: each has keys and a process of its own.
  describe.concurrent('the published keys', () => {
    async function startPair({ onTestFinished }: TestContext, keys: readonly SigningKey[]) {
      const published = await AssertionIssuer.create(...keys)
      onTestFinished(() => published.close())
      const running = await start({ port: await freePort(), issuer: published.issuer, audience: AUDIENCE })
      onTestFinished(() => running.stop())
      const statusFor = async (assertion?: string) =>
        (await get(running, '/api/me', assertion === undefined ? [] : [assertion])).status
      return { published, statusFor }
    }

    test('a kid that nobody knows leads to a fetch in five seconds, however many there are, and keeps nobody out', async (context) => {
      const { expect } = context
      const { published, statusFor } = await startPair(context, [key])
      await published.listen()
      const began = Date.now()
      const flood = Array.from({ length: 60 }, async (_, n) =>
        statusFor(await published.sign({}, key, { kid: `made-up-${n}` })),
      )
      expect(new Set(await Promise.all(flood))).toEqual(new Set([401]))
      expect(await statusFor(await published.sign({}, key, { kid: 'made-up' }))).toBe(401)
      expect(await statusFor(await published.sign())).toBe(200)
      expect(published.fetches).toBeLessThanOrEqual(1 + Math.floor((Date.now() - began) / PAUSE_MS))
    })

    test('are rotated without a restart: a new one is accepted, the old one too, and a dropped one is not', async (context) => {
      const { expect } = context
      const { published, statusFor } = await startPair(context, [key, second])
      await published.listen()
      expect(await statusFor(await published.sign({}, key))).toBe(200)
      expect(await statusFor(await published.sign({}, second))).toBe(200)

      const next = await newSigningKey('assertions-3')
      published.keys = [next, key]
      await vi.waitFor(async () => expect(await statusFor(await published.sign({}, next))).toBe(200), SOON)
      expect(await statusFor(await published.sign({}, key))).toBe(200)
      expect(await statusFor(await published.sign({}, second))).toBe(401)
    })

    test('that cannot be fetched are a 503, whatever the reason, until they can be', async (context) => {
      const { expect } = context
      const { published, statusFor } = await startPair(context, [key])
      expect(await statusFor(await published.sign()), 'nobody listens').toBe(503)
      expect(await statusFor(), 'no assertion').toBe(401)

      const faults: [name: string, typeof published.fault][] = [
        ['500', (_, response) => response.writeHead(500).end()],
        ['a page in the place of keys', (_, response) => response.end('<!doctype html>')],
        ['JSON that is no key set', (_, response) => response.end('{"error":"misconfigured"}')],
        ['a connection that is cut', (request) => request.socket.destroy()],
      ]
      await published.listen()
      for (const [name, fault] of faults) {
        published.fault = fault
        const before = published.fetches
        await vi.waitFor(async () => {
          expect(await statusFor(await published.sign()), name).toBe(503)
          expect(published.fetches, name).toBeGreaterThan(before)
        }, SOON)
      }
      published.fault = undefined
      await vi.waitFor(async () => expect(await statusFor(await published.sign())).toBe(200), SOON)
    })

    test('that do not arrive keep nobody waiting whose key is known', async (context) => {
      const { expect } = context
      const { published, statusFor } = await startPair(context, [key])
      await published.listen()
      expect(await statusFor(await published.sign())).toBe(200)
      await wait(PAUSE_MS)
      published.fault = () => {}
      let isFetchOver = false
      const unknown = statusFor(await published.sign({}, dropped)).finally(() => {
        isFetchOver = true
      })
      await vi.waitFor(() => expect(published.fetches).toBe(2))
      expect(await statusFor(await published.sign())).toBe(200)
      expect(await statusFor(), 'no assertion').toBe(401)
      expect(isFetchOver).toBe(false)
      expect(await unknown, 'an unknown key').toBe(503)
      expect(await statusFor(await published.sign()), 'after the fetch has failed').toBe(200)
    })
  })

  test.each(['issuer', 'audience'])('does not start without an %s to compare with', async (missing) => {
    const settings = { port: await freePort(), issuer: issuer.issuer, audience: AUDIENCE, [missing]: '' }
    await expect(start(settings)).rejects.toThrow(`GATEHOUSE_${missing.toUpperCase()}`)
  })
}

interface Answer {
  readonly status: number
  readonly body: string
}

/** With one header for each assertion, as they are: `fetch` would join or refuse some of them. */
const get = ({ origin }: Backend, path: string, assertions: string[], headers: Record<string, string> = {}) =>
  new Promise<Answer>((done, fail) => {
    const outgoing = httpRequest(origin + path, {
      agent: false,
      headers: { ...headers, ...(assertions.length > 0 && { 'Gatehouse-Assertion': assertions }) },
    })
    outgoing.once('error', fail)
    outgoing.once('response', async (incoming) => {
      incoming.setEncoding('utf8')
      let body = ''
      for await (const text of incoming) body += text
      done({ status: incoming.statusCode ?? 0, body })
    })
    outgoing.end()
  })

const enc = (text: string) => base64url.encode(text)

const unsigned = (header: object, payload: JWTPayload) =>
  `${enc(JSON.stringify(header))}.${enc(JSON.stringify(payload))}.`

function altered(token: string, payload: JWTPayload): string {
  const [header, , signature] = token.split('.')
  return [header, enc(JSON.stringify(payload)), signature].join('.')
}

function withSignature(token: string, change: (bytes: Uint8Array) => Uint8Array): string {
  const [header, payload, signature = ''] = token.split('.')
  return [header, payload, base64url.encode(change(base64url.decode(signature)))].join('.')
}

function flipped(bytes: Uint8Array): Uint8Array {
  bytes[10] = (bytes[10] ?? 0) ^ 1
  return bytes
}

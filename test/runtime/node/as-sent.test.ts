import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http'
import type { Duplex } from 'node:stream'
import express from 'express'
import { describe, expect, test, vi } from 'vitest'
import { useSignedIn } from '../../support/node/gated-origin.ts'
import { type RawAnswer, rawRequest, sendRaw } from '../../support/node/raw-http.ts'
import { echoWebSocket } from '../../support/node/web-socket-echo.ts'

const gated = useSignedIn()

const on = (path: string, listener: RequestListener) => gated.world.origin.routes.set(path, listener)
const hostHeader = (host = 'localhost') => ['Host', `${host}:${gated.world.port}`] as const

/** Somebody who is signed in asks. */
const ask = (target: string, headers: readonly (readonly [string, string])[] = [], method = 'GET') =>
  sendRaw(gated.world.port, rawRequest(method, target, [hostHeader(), ['Cookie', gated.cookie], ...headers]))

const arrived = () =>
  gated.world.origin.seen.map(({ method, url, bodyLength }) => ({ method, url, bodyLength }))

describe('a body that nobody expects reaches the origin', () => {
  test.each(
    ['GET', 'HEAD'].flatMap((method) =>
      ['/page', '/public/x'].flatMap((path) => [
        [method, path, 'five bytes', 'Content-Length: 5\r\n\r\nhello', 5] as const,
        [method, path, 'a length of none', 'Content-Length: 0\r\n\r\n', 0] as const,
        [method, path, 'no chunks', 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 0] as const,
      ]),
    ),
  )('%s %s with %s', async (method, url, _what, rest, bodyLength) => {
    const { port } = gated.world
    const head = `${method} ${url} HTTP/1.1\r\nHost: localhost:${port}\r\nCookie: ${gated.cookie}\r\n`
    expect((await sendRaw(port, head + rest)).status).toBe(200)
    expect(arrived()).toEqual([{ method, url, bodyLength }])
  })
})

describe('what the browser holds is not sent again', () => {
  const app = express()
  let sent = 0
  app.get('/big', (_request, response) => {
    sent += 1
    response.type('text').send('x'.repeat(200_000))
  })

  test('by Express, to somebody who is signed in', async () => {
    on('/big', app)
    const first = await ask('/big')
    expect(first).toMatchObject({ status: 200 })
    expect(first.body).toHaveLength(200_000)
    const etag = first.header('ETag') ?? ''
    expect(etag).toMatch(/^W\/"/)

    const again = await ask('/big', [['If-None-Match', etag]])
    expect({ status: again.status, etag: again.header('ETag'), body: again.body }).toEqual({
      status: 304,
      etag,
      body: '',
    })
    expect(again.header('Cache-Control')).toBe('private, no-cache')
    expect(sent).toBe(2)
    // Express would answer these in full.
    for (const { headers } of gated.world.origin.seen)
      for (const [name] of headers) expect(name.toLowerCase()).not.toMatch(/^(?:cache-control|pragma)$/)
  })

  test('and who asks for it in full gets it in full', async () => {
    on('/big', app)
    const etag = (await ask('/big')).header('ETag') ?? ''
    const answer = await ask('/big', [
      ['If-None-Match', etag],
      ['Cache-Control', 'no-cache'],
    ])
    expect(answer.status).toBe(200)
    expect(answer.body).toHaveLength(200_000)
  })
})

describe('every answer says something in Cache-Control', () => {
  test.each<[what: string, target: string, host: string, signedIn: boolean, expected: string | RegExp]>([
    ['a public page of an origin', '/public/x', 'localhost', false, 'public, max-age=0, must-revalidate'],
    ['a guarded page', '/page', 'localhost', true, 'private, no-cache'],
    ['its 404', '/gone', 'localhost', true, 'private, no-cache'],
    ['a public 404', '/gone', 'one-rule.localhost', false, 'public, max-age=0, must-revalidate'],
    ['a public redirect', '/old', 'one-rule.localhost', false, 'public, max-age=0, must-revalidate'],
    [
      'a public page with a cookie',
      '/cookie',
      'one-rule.localhost',
      false,
      'private, max-age=0, must-revalidate',
    ],
    ['a public error', '/broken', 'one-rule.localhost', false, 'public, max-age=0, must-revalidate'],
    ['the way into a login', '/page', 'localhost', false, 'no-store'],
    ['an origin that is down', '/x', 'down.localhost', false, 'no-store'],
    ['no site', '/x', 'unknown.example', false, 'no-store'],
    ['an address that has no meaning', '/a/%2e%2e/b', 'localhost', false, 'no-store'],
    ['the keys', '/auth/jwks.json', 'localhost', false, 'public, max-age=300'],
    ['health', '/auth/health', 'localhost', false, 'no-store'],
    ['a route that is not there', '/auth/nothing', 'localhost', false, 'no-store'],
    ['who is there', '/auth/session', 'localhost', true, 'no-store'],
  ])('%s: %s of %s', async (_what, target, host, signedIn, expected) => {
    on('/gone', (_request, response) => void response.writeHead(404).end('gone'))
    on('/old', (_request, response) => void response.writeHead(302, { Location: '/new' }).end())
    on('/cookie', (_request, response) => void response.writeHead(200, { 'Set-Cookie': 'a=b' }).end())
    on('/broken', (_request, response) => void response.writeHead(500).end())
    const headers = [hostHeader(host), ...(signedIn ? [['Cookie', gated.cookie] as const] : [])]
    const answer = await sendRaw(gated.world.port, rawRequest('GET', target, headers))
    expect(answer.header('Cache-Control')).toMatch(expected)
  })

  test('an upgrade that a public upstream turns down', async () => {
    gated.world.origin.upgrades.set('/public/socket', (_request, socket) =>
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
    )
    const upgrade = [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Version', '13'],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ] as const
    const answer = await ask('/public/socket', upgrade)
    expect(answer.status).toBe(404)
    expect(answer.header('Cache-Control')).toBe('public, max-age=0, must-revalidate')
  })
})

describe('a status that HTTP does not know', () => {
  test.each([600, 999, 199])('%i of an upstream is a 502, and named in the log', async (status) => {
    const bytes = `HTTP/1.1 ${status} Odd\r\nContent-Length: 2\r\n\r\nhi`
    on('/odd', (request) => void request.socket.end(bytes))
    const answer = await ask('/odd')
    expect(answer.status).toBe(502)
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'upstream_unreachable' })
  })

  test('599 passes', async () => {
    on('/odd', (_request, response) => void response.writeHead(599).end('x'))
    expect(await ask('/odd')).toMatchObject({ status: 599, body: 'x' })
  })
})

describe('a redirect does not show where the origin is', () => {
  test.each(['https://HOST/x', 'http:\\\\HOST/x', '//HOST/x', '\\\\HOST/x', '/\\HOST/x', 'ht\ttp://HOST/x'])(
    '%s',
    async (location) => {
      const host = new URL(gated.world.origin.url).host
      const line = `Location: ${location.replace('HOST', host)}`
      const bytes = `HTTP/1.1 302 Found\r\n${line}\r\nContent-Length: 0\r\n\r\n`
      on('/old', (request) => void request.socket.end(bytes))
      expect((await ask('/old')).header('Location')).toBe(`http://localhost:${gated.world.port}/x`)
    },
  )

  test('and one within the site leads to no other host', async () => {
    const location = '/x/..//evil.example/'
    on('/old', (_request, response) => void response.writeHead(302, { Location: location }).end())
    const given = (await ask('/old')).header('Location') ?? ''
    expect(new URL(given, gated.world.gatehouse).host).toBe(gated.world.gatehouse.host)
  })
})

describe('an upstream by path', () => {
  const at = async (target: string, host = 'paths.localhost', signedIn = false): Promise<RawAnswer> => {
    const headers = [hostHeader(host), ...(signedIn ? [['Cookie', gated.cookie] as const] : [])]
    return sendRaw(gated.world.port, rawRequest('GET', target, headers))
  }
  const urls = () => gated.world.origin.seen.map(({ url }) => url)

  test.each([
    ['/open/x?y=/open', '/x?y=/open'],
    ['/open', '/'],
    ['/open/', '/'],
    ['/open?x', '/?x'],
    ['/open/a%20b', '/a%20b'],
    ['/open/a%2Fb//c', '/a%2Fb//c'],
    ['/openly', '/openly'],
    ['/moved/x', '/base/moved/x'],
    ['/both/x', '/base/x'],
    ['/both', '/base/'],
  ])('%s is %s there', async (target, expected) => {
    expect((await at(target)).status).toBe(200)
    expect(urls()).toEqual([expected])
  })

  test.each([
    '//open/x',
    '/OPEN/x',
    '/open%2Fx',
    '/open;a/x',
    '/%2fopen/x',
    '/%6fpen/x',
    '/Api/x',
    '//api/x',
  ])('%s, which is a path of one upstream or the other, reaches none', async (target) => {
    expect((await at(target)).status).toBe(400)
    expect(urls()).toEqual([])
  })

  test('with caseSensitive, /OPEN is another path', async () => {
    expect((await at('/OPEN/x', 'exact.localhost')).status).toBe(200)
    expect((await at('/API/x', 'exact.localhost')).status).toBe(200)
    expect(urls()).toEqual(['/OPEN/x', '/API/x'])
  })

  test('the rule decides who may ask', async () => {
    expect((await at('/api/x')).status).toBe(401)
    expect((await at('/%61pi/x')).status).toBe(400)
    expect(urls()).toEqual([])
  })

  test('the origin is told the prefix that was taken off, and no visitor says another', async () => {
    const forged = ['X-Forwarded-Prefix', '/evil'] as const
    await sendRaw(gated.world.port, rawRequest('GET', '/open/x', [hostHeader('paths.localhost'), forged]))
    await sendRaw(gated.world.port, rawRequest('GET', '/moved/x', [hostHeader('paths.localhost'), forged]))
    const told = gated.world.origin.seen.map(({ headers }) =>
      headers.filter(([name]) => name.toLowerCase() === 'x-forwarded-prefix').map(([, value]) => value),
    )
    expect(told).toEqual([['/open'], []])
  })

  test.each<[path: string, given: string, expected: string]>([
    ['/open/x', '/login', '/open/login'],
    ['/open/x', '/login?a#b', '/open/login?a#b'],
    ['/open/x', '/open/login', '/open/login'],
    ['/open/x', 'ORIGIN/login', 'SITE/open/login'],
    ['/open/x', 'SITE/home', 'SITE/home'],
    ['/open/x', '../../up', '/open/up'],
    ['/open/x', 'https://elsewhere.example/x', 'https://elsewhere.example/x'],
    ['/moved/x', '/base/moved/y', '/moved/y'],
    ['/moved/x', '/elsewhere', '/elsewhere'],
    ['/moved/x', '/base//evil.example/x', 'SITE//evil.example/x'],
    ['/both/x', '/base/y', '/both/y'],
    ['/both/x', '/base', '/both/'],
  ])('from %s a redirect to %s becomes %s', async (path, given, expected) => {
    const site = `http://paths.localhost:${gated.world.port}`
    const location = given.replace('ORIGIN', gated.world.origin.url).replace('SITE', site)
    for (const route of ['/x', '/base/moved/x', '/base/x'])
      on(route, (_request, response) => void response.writeHead(302, { Location: location }).end())
    expect((await at(path)).header('Location')).toBe(expected.replace('SITE', site))
  })

  test.each<[path: string, given: string, expected: string]>([
    ['/open/x', 'a=b; Path=/', 'a=b; Path=/open'],
    ['/open/x', 'a=b; path=/users; HttpOnly', 'a=b; path=/open/users; HttpOnly'],
    ['/open/x', 'a=b; Path=/open', 'a=b; Path=/open'],
    ['/open/x', 'a=b', 'a=b'],
    ['/open/x', '__Host-a=b; Path=/; Secure', '__Host-a=b; Path=/; Secure'],
    ['/moved/x', 'a=b; Path=/base', 'a=b; Path=/'],
    ['/moved/x', 'a=b; Path=/', 'a=b; Path=/'],
    ['/both/x', 'a=b; Path=/base/y', 'a=b; Path=/both/y'],
  ])('from %s the cookie %s becomes %s', async (path, given, expected) => {
    for (const route of ['/x', '/base/moved/x', '/base/x'])
      on(route, (_request, response) => void response.writeHead(200, { 'Set-Cookie': given }).end())
    expect((await at(path)).header('Set-Cookie')).toBe(expected)
  })
})

describe('a WebSocket', () => {
  /** As gorilla, Jupyter and Grafana do by default. */
  const sameOriginOnly = (request: IncomingMessage, socket: Duplex): void => {
    const { origin = '', host } = request.headers
    if (URL.parse(origin)?.host === host) echoWebSocket(request, socket)
    else socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
  }

  /** The visitor's end, for short messages. */
  async function openSocket(path: string, host = 'localhost') {
    const { port } = gated.world
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      path,
      headers: {
        Host: `${host}:${port}`,
        Origin: `http://${host}:${port}`,
        Cookie: gated.cookie,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    })
    request.once('response', ({ statusCode }) => request.destroy(new Error(`refused with ${statusCode}`)))
    const [, socket] = (await once(request.end(), 'upgrade')) as [unknown, Duplex]
    const frame = (opcode: number, payload: Buffer) =>
      socket.write(Buffer.concat([Buffer.of(0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0), payload]))
    return {
      drop: () => socket.destroy(),
      /** Sends a text, or a close with a code. @returns what comes back, of the same kinds */
      send: async (message: string | number) => {
        if (typeof message === 'string') frame(1, Buffer.from(message))
        else frame(8, Buffer.of(message >> 8, message & 0xff))
        const [bytes] = (await once(socket, 'data')) as [Buffer]
        return bytes[0] === 0x88 ? bytes.readUInt16BE(2) : bytes.subarray(2).toString()
      },
    }
  }

  test('is taken by a server that asks for its own origin, and closed as it closes', async () => {
    gated.world.origin.upgrades.set('/socket', sameOriginOnly)
    const socket = await openSocket('/socket')
    expect(await socket.send('hello')).toBe('hello')
    expect(await socket.send(4000)).toBe(4000)
    socket.drop()
    await vi.waitFor(() => expect(gated.world.origin.openSockets()).toBe(0), { timeout: 20_000 })
  })

  test('goes to the upstream of its path', async () => {
    gated.world.origin.upgrades.set('/socket', sameOriginOnly)
    const socket = await openSocket('/open/socket', 'paths.localhost')
    expect(await socket.send('hello')).toBe('hello')
    expect(gated.world.origin.seen.map(({ url }) => url)).toEqual(['/socket'])
    socket.drop()
    await vi.waitFor(() => expect(gated.world.origin.openSockets()).toBe(0), { timeout: 20_000 })
  })

  test('whose server drops the line is told so, by 1011', async () => {
    gated.world.origin.upgrades.set('/socket', (request, socket) => {
      echoWebSocket(request, socket)
      socket.removeAllListeners('data').on('data', () => socket.destroy())
    })
    const socket = await openSocket('/socket')
    expect(await socket.send('x')).toBe(1011)
  })

  test('of a visitor who drops the line ends at the server too', async () => {
    const socket = await openSocket('/socket')
    expect(await socket.send('x')).toBe('x')
    socket.drop()
    await vi.waitFor(() => expect(gated.world.origin.openSockets()).toBe(0), { timeout: 10_000 })
  })
})

describe('a long address', () => {
  const NAVIGATION = [
    ['Sec-Fetch-Mode', 'navigate'],
    ['Sec-Fetch-Dest', 'document'],
  ] as const
  const visit = (target: string) =>
    sendRaw(gated.world.port, rawRequest('GET', target, [hostHeader(), ...NAVIGATION]))
  const wanted = ({ header }: RawAnswer) =>
    new URL(header('Location') ?? '', gated.world.gatehouse).searchParams.get('return_to')

  test.each([4097, 8000])('of %i characters is kept for after the login', async (length) => {
    const path = `/${'x'.repeat(length - 1)}`
    expect(wanted(await visit(path))).toBe(path)
  })

  test('of 8,001 is dropped with a word on the log', async () => {
    expect(wanted(await visit(`/${'x'.repeat(8000)}`))).toBe('/')
    await vi.waitFor(() =>
      expect(gated.world.workerd.output()).toContain(
        '{"event":"return_to_dropped","length":8001,"limit":8000',
      ),
    )
  })
})

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type RequestOptions,
} from 'node:http'
import type { Writable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { useSignedIn } from '../../support/node/gated-origin.ts'

const gated = useSignedIn()

const MEBIBYTE = 2 ** 20
const LONG = 256 * MEBIBYTE
const NAVIGATION = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document', Accept: 'text/html' }

const on = (path: string, listener: RequestListener) => gated.world.origin.routes.set(path, listener)

/** Somebody who is signed in asks. */
function open(path: string, { headers = {}, ...options }: RequestOptions = {}): ClientRequest {
  const { port } = gated.world
  return httpRequest({
    host: '127.0.0.1',
    port,
    path,
    agent: false,
    ...options,
    headers: { Host: `localhost:${port}`, Cookie: gated.cookie, ...headers },
  })
}

async function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return response
}

async function get(path: string, options?: RequestOptions) {
  const response = await answerTo(open(path, options).end())
  let body = ''
  response.setEncoding('utf8')
  for await (const text of response) body += text
  return { status: response.statusCode, headers: response.headers, body }
}

/** Writes so many bytes, no two blocks of them equal, as fast as they are taken. @returns their SHA-256 */
async function pour(into: Writable, bytes: number): Promise<string> {
  const hash = createHash('sha256')
  const block = Buffer.alloc(64 * 1024, 'a')
  for (let sent = 0; sent < bytes; sent += block.length) {
    const piece = Buffer.from(block)
    piece.writeDoubleBE(sent)
    hash.update(piece)
    if (!into.write(piece)) await once(into, 'drain')
  }
  into.end()
  return hash.digest('hex')
}

async function swallow(from: IncomingMessage) {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of from) {
    bytes += chunk.length
    hash.update(chunk)
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** By how much the runtime's memory grew at most while something was done; `undefined` where the system does not say. */
async function growthWhile(action: () => Promise<void>): Promise<number | undefined> {
  const { pid } = gated.world.workerd
  const read = async (field: string) => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024
  }
  // Where it forgets how much it once was, no earlier peak is taken for this one.
  await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => {})
  const before = await read('VmRSS')
  await action()
  const peak = await read('VmHWM')
  return before === undefined || peak === undefined ? undefined : peak - before
}

const MAX_GROWTH_MEBIBYTES = 64

// Several times as much as may be held, and twice what a Worker may have on Cloudflare.
describe('what is long passes without being held', () => {
  const withLength = (bytes: number): Record<string, string> => ({ 'Content-Length': String(bytes) })

  test.each<[string, number, Record<string, string>]>([
    ['with its length', LONG, withLength(LONG)],
    ['in chunks', LONG, {}],
  ])('down: %s', async (_case, bytes, headers) => {
    let sent: Promise<string> | undefined
    on('/big', (_request, response) => {
      response.writeHead(200, headers)
      sent = pour(response, bytes)
    })
    const growth = await growthWhile(async () => {
      const response = await answerTo(open('/big').end())
      expect(response.statusCode).toBe(200)
      expect(response.headers['content-length']).toBe(headers['Content-Length'])
      expect(await swallow(response)).toEqual({ bytes, sha256: await sent })
    })
    expect(growth ?? 0).toBeLessThan(MAX_GROWTH_MEBIBYTES)
  })

  test.each<[string, number, Record<string, string>]>([
    ['with its length', LONG, withLength(LONG)],
    ['in chunks', LONG, {}],
  ])('up: %s', async (_case, bytes, headers) => {
    const growth = await growthWhile(async () => {
      const request = open('/form', { method: 'PUT', headers })
      const answered = answerTo(request)
      const sha256 = await pour(request, bytes)
      const response = await answered
      expect(response.statusCode).toBe(200)
      response.resume()
      expect(gated.world.origin.seen).toEqual([
        expect.objectContaining({ bodyLength: bytes, bodySha256: sha256 }),
      ])
    })
    expect(growth ?? 0).toBeLessThan(MAX_GROWTH_MEBIBYTES)
  })

  test('a visitor who does not read stops the origin', async () => {
    let written = 0
    on('/slow', async (_request, response) => {
      const block = Buffer.alloc(64 * 1024)
      response.on('error', () => {})
      while (written < LONG && !response.destroyed) {
        written += block.length
        // After a close this waits for ever, which is as good an end.
        if (!response.write(block)) await new Promise((drained) => response.once('drain', drained))
      }
    })
    const response = await answerTo(open('/slow').end())
    response.pause()
    await vi.waitFor(
      async () => {
        const before = written
        await wait(1000)
        expect(written).toBe(before)
      },
      { timeout: 30_000 },
    )
    expect(written).toBeLessThan(64 * MEBIBYTE)
    response.destroy()
  })
})

describe('what is sent bit by bit arrives bit by bit', () => {
  test('events (SSE)', async () => {
    let send: ((text: string) => void) | undefined
    on('/events', (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.flushHeaders()
      send = (text) => response.write(text)
    })
    const response = await answerTo(open('/events').end())
    expect(response.headers['content-type']).toBe('text/event-stream')
    for (const text of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
      // The next is sent when this one has arrived.
      const arrived = once(response, 'data')
      send?.(text)
      expect(String((await arrived)[0])).toBe(text)
    }
    response.destroy()
  })

  test('an upload', async () => {
    const pieces: string[] = []
    on('/upload', (request, response) => {
      request.on('data', (piece) => pieces.push(String(piece)))
      request.on('end', () => response.end('done'))
    })
    const request = open('/upload', { method: 'POST' })
    const answered = answerTo(request)
    for (const piece of ['one', 'two', 'three']) {
      request.write(piece)
      await vi.waitFor(() => expect(pieces.at(-1)).toBe(piece), { timeout: 10_000 })
    }
    request.end()
    expect((await answered).statusCode).toBe(200)
    expect(pieces).toEqual(['one', 'two', 'three'])
  })

  test('a visitor who leaves is not waited for', async () => {
    let gone = false
    on('/events', (_request, response) => {
      response.flushHeaders()
      response.on('close', () => {
        gone = true
      })
      const timer = setInterval(
        () => (gone ? clearInterval(timer) : response.write(': still there\n\n')),
        100,
      )
    })
    const response = await answerTo(open('/events').end())
    response.on('error', () => {})
    response.destroy()
    await vi.waitFor(() => expect(gone).toBe(true), { timeout: 20_000 })
  })
})

describe('HTTP goes on working', () => {
  const PAGE = 'The whole page, of which a part may be asked for.'

  beforeEach(() => {
    on('/file', ({ headers, method }, response) => {
      const common = { ETag: '"v1"', 'Accept-Ranges': 'bytes', 'Content-Type': 'text/plain' }
      if (headers['if-none-match'] === '"v1"') return void response.writeHead(304, common).end()
      const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')
      const [from, to] = [Number(range?.[1] ?? 0), Number(range?.[2] ?? PAGE.length - 1)]
      response.writeHead(range === null ? 200 : 206, {
        ...common,
        'Content-Length': to - from + 1,
        ...(range !== null && { 'Content-Range': `bytes ${from}-${to}/${PAGE.length}` }),
      })
      response.end(method === 'HEAD' ? '' : PAGE.slice(from, to + 1))
    })
  })

  test('a page has its length and tag', async () => {
    const { status, headers, body } = await get('/file')
    expect({ status, body }).toEqual({ status: 200, body: PAGE })
    expect(headers).toMatchObject({ etag: '"v1"', 'content-length': String(PAGE.length) })
    expect(headers['cache-control']).toBe('private, no-cache')
  })

  test('a part of it', async () => {
    const { status, headers, body } = await get('/file', { headers: { Range: 'bytes=4-8' } })
    expect({ status, body }).toEqual({ status: 206, body: 'whole' })
    expect(headers).toMatchObject({ 'content-range': `bytes 4-8/${PAGE.length}`, 'content-length': '5' })
  })

  test('a copy that is still good', async () => {
    const { status, headers, body } = await get('/file', { headers: { 'If-None-Match': '"v1"' } })
    expect({ status, body }).toEqual({ status: 304, body: '' })
    expect(headers['etag']).toBe('"v1"')
    expect(headers['cache-control']).toBe('private, no-cache')
  })

  test('only its headers', async () => {
    const { status, headers, body } = await get('/file', { method: 'HEAD' })
    expect({ status, body }).toEqual({ status: 200, body: '' })
    expect(headers).toMatchObject({ etag: '"v1"', 'content-length': String(PAGE.length) })
    expect(gated.world.origin.seen[0]?.method).toBe('HEAD')
  })

  test('what the origin has compressed arrives as it is', async () => {
    const compressed = gzipSync(PAGE)
    on(
      '/gzip',
      (_request, response) => void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(compressed),
    )
    const response = await answerTo(open('/gzip', { headers: { 'Accept-Encoding': 'gzip' } }).end())
    expect(response.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(Buffer.concat(await response.toArray())).toString()).toBe(PAGE)
  })

  test('answers with no body, with cookies of the site, and with errors of its own', async () => {
    on('/empty', (_request, response) => {
      const cookies = ['a=1; Path=/', 'gh-session=x; Path=/', 'b=2, x; HttpOnly', 'gh-refresh']
      response.writeHead(204, { 'Set-Cookie': cookies }).end()
    })
    const empty = await get('/empty')
    expect(empty.status).toBe(204)
    expect(empty.headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2, x; HttpOnly'])
    expect(empty.headers['cache-control']).toBe('no-store')
    on('/broken', (_request, response) => void response.writeHead(500).end('broken'))
    expect(await get('/broken')).toMatchObject({ status: 500, body: 'broken' })
  })
})

describe('a redirect of the origin', () => {
  const leadsTo = async (location: string) => {
    gated.world.origin.seen.length = 0
    on('/old', (_request, response) => void response.writeHead(302, { Location: location }).end())
    const { status, headers } = await get('/old')
    expect(status).toBe(302)
    expect(gated.world.origin.seen).toHaveLength(1)
    return headers.location
  }

  test.each(['/new?a=%20b', 'new', '?x', '#y', '../up'])('%s stays', async (location) => {
    expect(await leadsTo(location)).toBe(location)
  })

  test('to its own address leads to the site', async () => {
    const { origin, gatehouse } = gated.world
    expect(await leadsTo(`${origin.url}/new?a=%20b#c`)).toBe(`${gatehouse.origin}/new?a=%20b#c`)
    expect(await leadsTo(origin.url.replace('http:', ''))).toMatch(new RegExp(`^${gatehouse.origin}/?$`))
  })

  test.each(['https://elsewhere.example/x', 'http://127.0.0.1:1/x', 'mailto:you@example.com'])(
    'elsewhere stays: %s',
    async (location) => expect(await leadsTo(location)).toBe(location),
  )
})

describe('an origin that does not answer', () => {
  const atDown = () => ({ Host: `down.localhost:${gated.world.port}` })

  test('is said so to a person, with a reference', async () => {
    const { status, headers, body } = await get('/page', { headers: { ...atDown(), ...NAVIGATION } })
    expect(status).toBe(502)
    expect(headers['content-type']).toContain('text/html')
    expect(headers['cache-control']).toContain('no-store')
    const reference = /Reference <code>([\w-]+)<\/code>/.exec(body)?.[1]
    expect(reference).toMatch(/^[\w-]{8,}$/)
    // The log of another process may come a moment after its answer.
    await vi.waitFor(() => expect(gated.world.workerd.output()).toContain(`"reference":"${reference}"`))
    expect(body).not.toContain(new URL(gated.world.addresses.nobody).port)
  })

  test('is said so to a script, with a reference', async () => {
    const { status, headers, body } = await get('/page', { headers: atDown() })
    expect(status).toBe(502)
    expect(headers['content-type']).toContain('application/problem+json')
    expect(JSON.parse(body)).toMatchObject({
      status: 502,
      code: 'upstream_unreachable',
      reference: expect.any(String),
    })
  })

  test('because it closes before it answers is a 502', async () => {
    on('/closes', (request) => request.socket.destroy())
    expect((await get('/closes')).status).toBe(502)
    expect((await get('/page')).status).toBe(200)
  })

  test('because it answers what is no HTTP is a 502', async () => {
    on('/noise', (request) => void request.socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    expect((await get('/noise')).status).toBe(502)
  })

  test.each([
    ['with a length', { 'Content-Length': '1000' }],
    ['in chunks', {}],
  ])('to the end, %s, is no whole answer to the visitor either', async (_framing, headers) => {
    on('/half', (request, response) => {
      response.writeHead(200, headers)
      response.write('half')
      setTimeout(() => request.socket.destroy(), 200)
    })
    const response = await answerTo(open('/half').end())
    expect(response.statusCode).toBe(200)
    await expect(swallow(response)).rejects.toThrow(/aborted|reset|hang up/i)
    expect((await get('/page')).status).toBe(200)
  })
})

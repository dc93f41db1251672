import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { signIn, useGatedOrigin } from '../../support/node/gated-origin.ts'

const gated = useGatedOrigin()

const MIB = 2 ** 20
/** What the origin has to say: far more than the buffers of two connections hold. */
const FLOOD = 80 * MIB
/** What they may hold, and what the runtime may grow by where it waits. */
const BUFFERS = 40 * MIB
const CLOSE = 8
const BINARY = 2

let cookie = ''
beforeAll(async () => {
  cookie = await signIn(gated.world, 'you@example.com')
})

const ended: (() => void)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) end()
  gated.world.origin.upgrades.clear()
  await vi.waitFor(() => expect(gated.world.origin.openSockets()).toBe(0), { timeout: 10_000 })
})

/** The server's end of a WebSocket, for what the origin says first. */
function accept(request: IncomingMessage, socket: Duplex): Duplex {
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
  const proof = createHash('sha1').update(key).digest('base64')
  const head = `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${proof}`
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${head}\r\n\r\n`)
  socket.on('error', () => socket.destroy())
  socket.on('end', () => socket.end())
  return socket
}

const FRAME = Buffer.concat([
  Buffer.of(0x80 | BINARY, 127, 0, 0, 0, 0, 0, 1, 0, 0),
  Buffer.alloc(65_536, 'x'),
])

/** An origin that talks as fast as it may. */
function flooding(path: string) {
  let taken = 0
  let ends: () => void = () => {}
  let heard: number | undefined
  gated.world.origin.upgrades.set(path, (request, raw) => {
    const socket = accept(request, raw)
    socket.on('data', (bytes: Buffer) => {
      // What the gate sends is masked (RFC 6455 section 5.3).
      if (bytes[0] === (0x80 | CLOSE)) {
        heard = bytes.readUInt16BE(6) ^ bytes.readUInt16BE(2)
        socket.end(Buffer.of(0x80 | CLOSE, 2, heard >> 8, heard & 0xff))
      }
    })
    const talk = () => {
      while (taken < FLOOD && socket.writable) {
        taken += FRAME.length
        if (!socket.write(FRAME)) {
          socket.once('drain', talk)
          return
        }
      }
    }
    ends = () => socket.write(Buffer.of(0x80 | CLOSE, 2, 4001 >> 8, 4001 & 0xff))
    talk()
  })
  return { taken: () => taken, heard: () => heard, close: () => ends() }
}

/** A visitor who opens a WebSocket and reads none of it. */
async function openWithoutReading(path: string, withCookie = cookie) {
  const { port } = gated.world
  const headers = {
    Host: `localhost:${port}`,
    Origin: `http://localhost:${port}`,
    Cookie: withCookie,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  const request = httpRequest({ host: '127.0.0.1', port, path, headers })
  request.once('response', ({ statusCode }) => request.destroy(new Error(`refused with ${statusCode}`)))
  const [, socket, first] = (await once(request.end(), 'upgrade')) as [unknown, Duplex, Buffer]
  socket.pause()
  ended.push(() => socket.destroy())
  socket.on('error', () => {})
  let isCut = false
  socket.on('close', () => {
    isCut = true
  })
  return {
    socket,
    /** Reads until the line is cut, or all has come. @returns the bytes that came */
    drain: async (): Promise<{ bytes: number; cut: boolean }> => {
      let bytes = first.length
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      socket.resume()
      await vi.waitFor(() => expect(isCut || bytes >= FLOOD).toBe(true), { timeout: 10_000 })
      return { bytes, cut: isCut }
    },
  }
}

/** How many were cut off, who had the time to confirm the end. */
const unconfirmed = () => gated.world.workerd.output().split('which was not confirmed').length - 1

/** Waits until the origin says no more. */
async function untilStill(origin: { readonly taken: () => number }): Promise<void> {
  await vi.waitFor(() => expect(origin.taken()).toBeGreaterThan(0))
  for (let before = -1; before !== origin.taken(); ) {
    before = origin.taken()
    await wait(400)
  }
}

/** Bytes of memory that the runtime holds. */
const memory = () =>
  1024 *
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(gated.world.workerd.pid)], { encoding: 'utf8' }))

async function signOut(of: string): Promise<void> {
  const answer = await fetch(new URL('/auth/logout', gated.world.gatehouse), {
    method: 'POST',
    headers: { Cookie: of, Origin: gated.world.gatehouse.origin },
    redirect: 'manual',
  })
  expect(answer.status).toBe(200)
}

test('on a public path the runtime waits for a visitor who does not read, and does not grow', async () => {
  const origin = flooding('/public/socket')
  const before = memory()
  await openWithoutReading('/public/socket')
  await untilStill(origin)
  expect(origin.taken()).toBeLessThan(BUFFERS)
  expect(memory() - before).toBeLessThan(BUFFERS)
})

test('visitors who do not read are cut off when their session ends, what was held goes, and the origin is told at once', async () => {
  const person = await signIn(gated.world, 'slow@example.com')
  const [origin, closedBefore, others] = [
    flooding('/socket'),
    flooding('/closed-before'),
    flooding('/others'),
  ]
  const visitors = [
    await openWithoutReading('/socket', person),
    await openWithoutReading('/closed-before', person),
  ]
  const reader = await openWithoutReading('/echo', person)
  const other = await openWithoutReading('/others')
  // All of it is taken and held, as docs/security.md says: otherwise there would be nothing to throw away.
  for (const each of [origin, closedBefore, others])
    await vi.waitFor(() => expect(each.taken()).toBeGreaterThanOrEqual(FLOOD), { timeout: 10_000 })
  closedBefore.close()
  others.close()
  await wait(200)

  await signOut(person)
  await vi.waitFor(() => expect(origin.heard()).toBe(3000))
  expect(unconfirmed()).toBe(0)
  const [close] = (await once(reader.socket.resume(), 'data')) as [Buffer]
  expect(close.readUInt16BE(2)).toBe(3000)
  reader.socket.write(Buffer.of(0x80 | CLOSE, 0x82, 0, 0, 0, 0, 3000 >> 8, 3000 & 0xff))
  await vi.waitFor(() => expect(unconfirmed()).toBe(visitors.length))
  await wait(500)
  for (const visitor of visitors) {
    const { bytes, cut } = await visitor.drain()
    expect(cut).toBe(true)
    expect(bytes).toBeLessThan(BUFFERS)
  }
  // Whose session goes on gets everything, long after the origin has closed.
  const { bytes, cut } = await other.drain()
  expect(cut).toBe(false)
  expect(bytes).toBeGreaterThanOrEqual(FLOOD)
  // Nor was who confirmed.
  expect(unconfirmed()).toBe(visitors.length)
})

import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { decodeJwt } from 'jose'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { after, epochSeconds, seconds } from '../../../src/base/time.ts'
import { parseKeyRing } from '../../../src/crypto/key-ring.ts'
import { issueSessionToken, verifySessionToken } from '../../../src/tokens/session-token.ts'
import { signIn, useGatedOrigin } from '../../support/node/gated-origin.ts'

const gated = useGatedOrigin()

const SESSION = /gh-session=([^;]+)/
const REMAINING_SECONDS = 3

/** A session of the registry, whose token expires soon: as if it had been renewed `session.lifetime` ago. */
async function signInWithOldToken(): Promise<{ cookie: string; signOut: () => Promise<void> }> {
  const { world } = gated
  const cookie = await signIn(world, 'you@example.com')
  const token = SESSION.exec(cookie)?.[1] ?? ''
  const { iss = '', aud } = decodeJwt(token)
  const scope = { issuer: iss, audience: String(aud) }
  const ring = await parseKeyRing(world.keys)
  const now = epochSeconds(Date.now())
  const session = ring.ok ? await verifySessionToken(token, scope, ring.value, now) : undefined
  if (!ring.ok || session === undefined) throw new Error('the session cannot be read')
  const expiresAt = after(now, seconds(REMAINING_SECONDS))
  const old = await issueSessionToken({ ...session, expiresAt }, scope, ring.value)
  const signOut = async () => {
    const answer = await fetch(new URL('/auth/logout', world.gatehouse), {
      method: 'POST',
      headers: { Cookie: cookie, Origin: world.gatehouse.origin },
      redirect: 'manual',
    })
    expect(answer.status).toBe(200)
  }
  return { cookie: `gh-session=${old}`, signOut }
}

interface Listener {
  readonly response: IncomingMessage
  readonly pieces: string[]
  /** How the answer ended, once it has. */
  readonly ended: () => 'complete' | 'cut off' | undefined
}

const open: IncomingMessage[] = []
afterAll(() => {
  for (const response of open) response.destroy()
})

async function listen(path: string, cookie: string): Promise<Listener> {
  const { port } = gated.world
  const headers = { Host: `localhost:${port}`, Cookie: cookie }
  const request = httpRequest({ host: '127.0.0.1', port, path, agent: false, headers }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  open.push(response)
  expect(response.statusCode).toBe(200)
  const pieces: string[] = []
  let ended: ReturnType<Listener['ended']>
  response.setEncoding('utf8')
  response.on('data', (piece) => pieces.push(piece))
  response.on('error', () => {
    ended = 'cut off'
  })
  response.on('end', () => {
    ended = 'complete'
  })
  return { response, pieces, ended: () => ended }
}

/** A path of its own that says something ten times a second, and whether the gate still listens there. */
function talk(headers: Record<string, string>): { readonly path: string; readonly listens: () => boolean } {
  const path = `/stream/${randomUUID()}`
  let listens = false
  const listener: RequestListener = (_request, response) => {
    listens = true
    response.writeHead(200, headers)
    const timer = setInterval(() => response.write('data: tick\n\n'), 100)
    response.on('close', () => {
      listens = false
      clearInterval(timer)
    })
  }
  gated.world.origin.routes.set(path, listener)
  return { path, listens: () => listens }
}

const STREAMS: [string, Record<string, string>][] = [
  ['an event stream', { 'Content-Type': 'text/event-stream' }],
  ['a long download', { 'Content-Type': 'application/zip', 'Content-Length': '100000000' }],
]

// All of these wait for a token to expire, and do so together.
describe.concurrent.each(STREAMS)('%s that is open when the token expires', (_what, headers) => {
  test('is cut off where the session has ended, and the origin is let go', async () => {
    const origin = talk(headers)
    const { cookie, signOut } = await signInWithOldToken()
    const listener = await listen(origin.path, cookie)
    await signOut()
    const before = listener.pieces.length
    await vi.waitFor(() => expect(listener.pieces.length).toBeGreaterThan(before))
    expect(listener.ended()).toBeUndefined()
    await vi.waitFor(() => expect(listener.ended()).toBe('cut off'), {
      timeout: (REMAINING_SECONDS + 3) * 1000,
    })
    await vi.waitFor(() => expect(origin.listens()).toBe(false), { timeout: 5000 })
  })

  test('goes on where the session does, past the hour of its request', async () => {
    const origin = talk(headers)
    const { cookie } = await signInWithOldToken()
    const listener = await listen(origin.path, cookie)
    await wait((REMAINING_SECONDS + 1.5) * 1000)
    const before = listener.pieces.length
    await vi.waitFor(() => expect(listener.pieces.length).toBeGreaterThan(before + 2), { timeout: 5000 })
    expect(listener.ended()).toBeUndefined()
    expect(origin.listens()).toBe(true)
  })
})

test.concurrent('a long file that the origin has compressed arrives byte for byte, with its length', async () => {
  // Long enough to be held to the session.
  const compressed = gzipSync(randomBytes(200_000))
  gated.world.origin.routes.set('/file', (_request, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': compressed.length })
    response.end(compressed)
  })
  const { cookie } = await signInWithOldToken()
  const { port } = gated.world
  const headers = { Host: `localhost:${port}`, Cookie: cookie, 'Accept-Encoding': 'gzip' }
  const request = httpRequest({ host: '127.0.0.1', port, path: '/file', agent: false, headers }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  expect(response.headers).toMatchObject({
    'content-encoding': 'gzip',
    'content-length': String(compressed.length),
  })
  expect(Buffer.concat(await response.toArray()).equals(compressed)).toBe(true)
})

test.concurrent('one that is silent is cut off too', async () => {
  gated.world.origin.routes.set('/silent', (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write(': hello\n\n')
  })
  const { cookie, signOut } = await signInWithOldToken()
  const listener = await listen('/silent', cookie)
  await signOut()
  await vi.waitFor(() => expect(listener.ended()).toBe('cut off'), {
    timeout: (REMAINING_SECONDS + 3) * 1000,
  })
})

import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { service } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { APP, CONFIG, createWorld, type World } from '../support/world.ts'

const UPGRADE = { Upgrade: 'websocket', Connection: 'Upgrade', Origin: APP }

interface OpenSocket {
  readonly world: World
  readonly browser: Browser
  readonly response: Response
  /** The visitor's end. */
  readonly socket: WebSocket
  /** The upstream's end. */
  readonly upstream: WebSocket
  /** How the visitor's end was closed. */
  readonly closed: Promise<CloseEvent>
}

/** A person who is signed in, with a WebSocket to an upstream that waits to be told what to say. */
async function openSocket(world?: World): Promise<OpenSocket> {
  const its = world ?? (await createWorld())
  const browser = its.browser()
  await its.signIn(browser, `${APP}/a`)
  const { 0: theirs, 1: upstream } = new WebSocketPair()
  upstream.accept()
  its.pages.answer = () =>
    new Response(null, { status: 101, webSocket: theirs, headers: { 'Sec-WebSocket-Protocol': 'chat' } })
  const response = await browser.request(`${APP}/socket`, {
    headers: { ...UPGRADE, 'Sec-WebSocket-Protocol': 'chat, other' },
  })
  const socket = response.webSocket as WebSocket
  expect(response.status).toBe(101)
  socket.binaryType = 'arraybuffer'
  socket.accept()
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
  onTestFinished(() => {
    if (socket.readyState === WebSocket.OPEN) socket.close()
  })
  return { world: its, browser, response, socket, upstream, closed }
}

const next = (socket: WebSocket) =>
  new Promise<unknown>((resolve) =>
    socket.addEventListener('message', ({ data }) => resolve(data), { once: true }),
  )

describe('with a session', () => {
  test('it passes, with the subprotocol that the upstream chose and who is there', async () => {
    const { world, response } = await openSocket()
    expect(response.headers.get('Sec-WebSocket-Protocol')).toBe('chat')
    const asked = world.pages.last?.headers
    expect(asked?.get('Upgrade')).toBe('websocket')
    expect(asked?.get('Sec-WebSocket-Protocol')).toBe('chat, other')
    expect(asked?.get('X-Forwarded-Email')).toBe('jane@acme.example')
    expect(asked?.get('Gatehouse-Assertion')).toMatch(/^eyJ/)
    expect(asked?.get('Cookie')).toBeNull()
  })

  test('text and bytes go both ways, in order', async () => {
    const { socket, upstream } = await openSocket()
    upstream.binaryType = 'arraybuffer'
    const heard = next(upstream)
    socket.send('up')
    expect(await heard).toBe('up')
    const answered = next(socket)
    upstream.send(Uint8Array.of(0, 255, 1))
    expect(new Uint8Array((await answered) as ArrayBuffer)).toEqual(Uint8Array.of(0, 255, 1))
  })

  test('a close of either side reaches the other, with code and reason', async () => {
    const { upstream, closed } = await openSocket()
    upstream.close(4001, 'enough')
    expect(await closed).toMatchObject({ code: 4001, reason: 'enough' })

    const second = await openSocket()
    const heard = new Promise<CloseEvent>((resolve) => second.upstream.addEventListener('close', resolve))
    second.socket.close(4002, 'bye')
    expect(await heard).toMatchObject({ code: 4002, reason: 'bye' })
  })

  test('an upstream that refuses the upgrade is believed, and nothing is left open', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    world.pages.answer = () => new Response('no sockets here', { status: 426 })
    const response = await browser.request(`${APP}/socket`, { headers: UPGRADE })
    expect(response.status).toBe(426)
    expect(response.headers.get('Cache-Control')).toBe('private, no-cache')
  })

  test('a session that had to be renewed on the way brings its new cookies with the 101', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    world.clock.advance(6 * 60)
    world.pages.answer = () => new Response(null, { status: 101, webSocket: new WebSocketPair()[0] })
    const response = await browser.request(`${APP}/socket`, { headers: UPGRADE })
    expect(response.status).toBe(101)
    expect(response.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
      '__Host-gh-session',
      '__Host-gh-refresh',
    ])
  })
})

describe('when the session ends, the connection ends (oauth2-proxy#2996)', () => {
  test('by a logout, at once', async () => {
    const { browser, upstream, closed } = await openSocket()
    const heard = new Promise<CloseEvent>((resolve) => upstream.addEventListener('close', resolve))
    await browser.visit(`${APP}/auth/logout`, { method: 'POST', from: 'same-origin' })
    expect(await closed).toMatchObject({ code: 3000, reason: 'The session ended' })
    expect(await heard).toMatchObject({ code: 3000 })
  })

  test('by a revocation, at once, and nobody else’s with it', async () => {
    const world = await createWorld()
    const first = await openSocket(world)
    const second = await openSocket(world)
    await first.browser.request(`${APP}/auth/sessions/end`, {
      method: 'POST',
      body: new URLSearchParams({ others: '1' }),
      headers: { Origin: APP },
    })
    expect(await second.closed).toMatchObject({ code: 3000 })
    expect(first.socket.readyState).toBe(WebSocket.OPEN)
  })

  test('by a logout while the upstream was still being asked', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    const copy = browser.clone()
    world.pages.answer = async () => {
      await browser.visit(`${APP}/auth/logout`, { method: 'POST', from: 'same-origin' })
      await scheduler.wait(50)
      return new Response(null, { status: 101, webSocket: new WebSocketPair()[0] })
    }
    const { webSocket } = await copy.request(`${APP}/socket`, { headers: UPGRADE })
    const closed = new Promise<CloseEvent>((resolve) => webSocket?.addEventListener('close', resolve))
    webSocket?.accept()
    expect(await closed).toMatchObject({ code: 3000 })
  })

  test('and not because the registry is out of reach for a moment after hours', async () => {
    const { world, socket } = await openSocket()
    await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
    world.clock.advance(2 * 60 * 60)
    world.sessions.unreachable = true
    world.longWaits.shift()?.()
    await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
    expect(socket.readyState).toBe(WebSocket.OPEN)
  })

  test('at its limit, which renewals move', async () => {
    const { world, socket, closed } = await openSocket()
    await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
    // Used elsewhere meanwhile: the idle limit has moved.
    world.clock.advance(6 * 60 * 60)
    const elsewhere = world.sessions.calls.length
    world.longWaits.shift()?.()
    await vi.waitFor(() => expect(world.sessions.calls.length).toBeGreaterThan(elsewhere))
    await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
    expect(socket.readyState).toBe(WebSocket.OPEN)

    world.clock.advance(2 * 60 * 60)
    world.longWaits.shift()?.()
    expect(await closed).toMatchObject({ code: 3000 })
  })

  test('when the registry has been out of reach for longer than a session is believed', async () => {
    const { world, socket, closed } = await openSocket()
    await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
    world.sessions.unreachable = true
    world.longWaits.shift()?.()
    await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
    expect(socket.readyState).toBe(WebSocket.OPEN)
    world.clock.advance(5 * 60)
    world.longWaits.shift()?.()
    expect(await closed).toMatchObject({ code: 3000 })
  })

  test('and not when the registry was out of reach for a moment', async () => {
    const { world, socket } = await openSocket()
    await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
    world.sessions.unreachable = true
    world.longWaits.shift()?.()
    await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
    world.sessions.unreachable = false
    world.longWaits.shift()?.()
    await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
    expect(socket.readyState).toBe(WebSocket.OPEN)
  })
})

describe('without a live session it is refused', () => {
  test('signed out', async () => {
    const world = await createWorld()
    const response = await world.browser().request(`${APP}/socket`, { headers: UPGRADE })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'login_required' })
    expect(world.pages.requests).toEqual([])
  })

  test('with a session token that outlived its session', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    const copy = browser.clone()
    await browser.visit(`${APP}/auth/logout`, { method: 'POST', from: 'same-origin' })
    const before = world.pages.requests.length
    const response = await copy.request(`${APP}/socket`, { headers: UPGRADE })
    expect(response.status).toBe(401)
    expect(world.pages.requests).toHaveLength(before)
  })

  test('while the registry cannot be asked: 503, and the cookies stay', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    world.sessions.unreachable = true
    const response = await browser.request(`${APP}/socket`, { headers: UPGRADE })
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).not.toBeNull()
    expect(response.headers.getSetCookie()).toEqual([])
  })
})

test.each(['https://evil.example', 'http://app.example.com', 'https://docs.example.com', 'null'])(
  'a WebSocket that a page of %s opens is refused, session or not (cross-site WebSocket hijacking)',
  async (origin) => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    const headers = { Upgrade: 'websocket', Origin: origin }
    const before = world.pages.requests.length
    const response = await browser.request(`${APP}/socket`, { headers })
    expect(response.status).toBe(403)
    expect(world.refusals).toEqual(['foreign_websocket'])
    expect(world.pages.requests).toHaveLength(before)
  },
)

test('a page of an origin that the site names may open one', async () => {
  const world = await createWorld()
  const app = CONFIG.sites['app.example.com']
  if (app === undefined) throw new Error('no site')
  world.deploy({ config: { sites: { 'app.example.com': { ...app, cors: ['https://spa.example.com'] } } } })
  const browser = world.browser()
  await world.signIn(browser, `${APP}/a`)
  world.pages.answer = () => new Response(null, { status: 101, webSocket: new WebSocketPair()[0] })
  const headers = { Upgrade: 'websocket', Origin: 'https://spa.example.com' }
  expect((await browser.request(`${APP}/socket`, { headers })).status).toBe(101)
})

test.each(['OPTIONS', 'POST', 'HEAD'])(
  'an upgrade by %s is none: a rule for that method opens no socket, which would be a GET',
  async (method) => {
    const world = await createWorld()
    world.deploy({
      config: {
        sites: {
          'app.example.com': {
            upstream: service('APP'),
            rules: [{ path: '/socket', methods: [method as 'POST'], access: 'public' }],
          },
        },
      },
    })
    const response = await world.browser().request(`${APP}/socket`, { method, headers: UPGRADE })
    expect(response.status).toBe(200)
    expect(world.pages.last?.method).toBe(method)
    expect(world.pages.last?.headers.get('Upgrade')).toBeNull()
  },
)

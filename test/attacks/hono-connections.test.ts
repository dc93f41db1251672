import type { Context } from 'hono'
import { upgradeWebSocket } from 'hono/cloudflare-workers'
import { stream, streamSSE } from 'hono/streaming'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { defineConfig, minutes, service } from '../../src/config.ts'
import { type GatehouseEnv, requireSession } from '../../src/hono.ts'
import type { Browser } from '../support/browser.ts'
import { type App, CONFIG, honoWorld, page, SITE } from '../support/hono-world.ts'
import { ACME, JANE } from '../support/openid-provider.ts'
import type { World } from '../support/world.ts'

const SHORT = defineConfig({ ...CONFIG, session: { lifetime: minutes(2) } })

const signOut = (browser: Browser) => browser.clone().visit(`${SITE}/auth/logout`, { from: 'same-origin' })

/** What the app of a test does and sees. */
class Streams {
  aborted = 0
  tell: (text: string) => Promise<unknown> = async () => undefined

  readonly routes = (app: App): void => {
    page(app)
    for (const path of ['/events', '/open/events'])
      app.get(path, requireSession(), (c) =>
        streamSSE(c, async (events) => {
          const { promise, resolve } = Promise.withResolvers<void>()
          events.onAbort(() => {
            this.aborted += 1
            resolve()
          })
          this.tell = (data) => events.writeSSE({ data })
          await promise
        }),
      )
    app.get('/download', (c) =>
      stream(c, async (writer) => {
        for (const part of ['one ', 'two ', 'three']) {
          await writer.write(part)
          await scheduler.wait(5)
        }
      }),
    )
    app.get('/open/ticker', (c) => streamSSE(c, async (events) => events.writeSSE({ data: 'for all' })))
  }
}

/** Lets the time come for which answers wait: also the first page, which has ended long ago and has nothing to ask. */
async function letExpire(world: World, waiting: number): Promise<void> {
  await vi.waitFor(() => expect(world.longWaits).toHaveLength(waiting))
  world.clock.advance(120)
  for (const end of world.longWaits.splice(0)) end()
}

describe('a stream of the app', () => {
  test.each(['/events', '/open/events'])(
    'passes event by event, and ends with the session: %s',
    async (path) => {
      const streams = new Streams()
      const world = await honoWorld(streams.routes, { config: SHORT })
      const browser = world.browser()
      await (await world.signIn(browser, `${SITE}/page`, JANE)).response.text()
      const response = await browser.request(SITE + path)
      expect(response.headers.get('Content-Type')).toContain('text/event-stream')
      expect(response.headers.get('Cache-Control')).toMatch(/^private/)
      const reader = (response.body as ReadableStream<Uint8Array>).getReader()
      onTestFinished(() => void reader.cancel().catch(() => {}))
      const next = async () => new TextDecoder().decode((await reader.read()).value)
      for (const text of ['first', 'second']) {
        const heard = next()
        await streams.tell(text)
        expect(await heard).toBe(`data: ${text}\n\n`)
      }
      // With the session it goes on …
      await letExpire(world, 2)
      await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
      const heard = next()
      await streams.tell('third')
      expect(await heard).toBe('data: third\n\n')
      // … and no further.
      await signOut(browser)
      await letExpire(world, 1)
      await expect(
        (async () => {
          for (;;) {
            const piece = reader.read()
            streams.tell('too late').catch(() => {})
            if ((await piece).done) return
            await scheduler.wait(5)
          }
        })(),
      ).rejects.toThrow('The session ended')
      await vi.waitFor(() => expect(streams.aborted).toBe(1))
    },
  )

  test('arrives whole, and nobody’s passes as it is', async () => {
    const streams = new Streams()
    const world = await honoWorld(streams.routes, { config: SHORT })
    const browser = world.browser()
    expect(await (await browser.request(`${SITE}/open/ticker`)).text()).toBe('data: for all\n\n')
    expect((await browser.request(`${SITE}/events`)).status).toBe(401)
    expect((await browser.request(`${SITE}/open/events`)).status).toBe(401)
    await world.signIn(browser, `${SITE}/page`, JANE)
    expect(await (await browser.request(`${SITE}/download`)).text()).toBe('one two three')
  })

  test('that the visitor leaves is told so', async () => {
    const streams = new Streams()
    const world = await honoWorld(streams.routes, { config: SHORT })
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    const response = await browser.request(`${SITE}/events`)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const heard = reader.read()
    await streams.tell('hello')
    await heard
    await reader.cancel()
    await vi.waitFor(async () => {
      await streams.tell('anybody?').catch(() => {})
      expect(streams.aborted).toBe(1)
    })
  })
})

/** The app's ends of its sockets. */
class Sockets {
  readonly ends: WebSocket[] = []

  readonly routes = (app: App): void => {
    page(app)
    const accept = () => {
      const { 0: theirs, 1: ours } = new WebSocketPair()
      ours.accept()
      ours.addEventListener('message', ({ data }) => ours.send(`echo ${data}`))
      this.ends.push(ours)
      return new Response(null, { status: 101, webSocket: theirs })
    }
    app.get('/socket', accept)
    app.get('/open/socket', accept)
    app.get('/open/asked', requireSession(), accept)
    app.get(
      '/helper',
      upgradeWebSocket((c) => ({
        onMessage: ({ data }, socket) =>
          socket.send(`${(c as Context<GatehouseEnv>).var.session.user.email} says ${data}`),
      })),
    )
    app.get('/broken', (c) => {
      if (c.req.header('Upgrade') !== 'websocket') return c.text('', 426)
      throw new Error('mine')
    })
  }
}

const UPGRADE = { Upgrade: 'websocket', Connection: 'Upgrade' }

async function open(browser: Browser, path: string, origin = SITE) {
  const response = await browser.request(SITE + path, { headers: { ...UPGRADE, Origin: origin } })
  const socket = response.webSocket
  if (socket === null) return { response, socket, closed: undefined }
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
  socket.accept()
  onTestFinished(() => {
    if (socket.readyState === WebSocket.OPEN) socket.close()
  })
  return { response, socket, closed }
}

const answer = (socket: WebSocket | null, text: string) => {
  const heard = new Promise<unknown>((resolve) =>
    socket?.addEventListener('message', ({ data }) => resolve(data), { once: true }),
  )
  socket?.send(text)
  return heard
}

describe('a WebSocket that the app accepts', () => {
  test.each([
    ['/socket', 'echo hi'],
    ['/open/asked', 'echo hi'],
    ['/helper', `${JANE.email} says hi`],
  ])('works, and is closed the moment the session ends (oauth2-proxy#2996): %s', async (path, echo) => {
    const sockets = new Sockets()
    const world = await honoWorld(sockets.routes)
    const browser = world.browser()
    expect((await open(browser, path)).response.status).toBe(401)
    expect(sockets.ends).toEqual([])
    await world.signIn(browser, `${SITE}/page`, JANE)
    const { response, socket, closed } = await open(browser, path)
    expect(response.status).toBe(101)
    expect(await answer(socket, 'hi')).toBe(echo)
    await signOut(browser)
    expect(await closed).toMatchObject({ code: 3000, reason: 'The session ended' })
    for (const end of sockets.ends) await vi.waitFor(() => expect(end.readyState).not.toBe(WebSocket.OPEN))
  })

  test('is nobody else’s: a page of another origin is refused before the app is asked (CVE-2026-31839)', async () => {
    const sockets = new Sockets()
    const world = await honoWorld(sockets.routes)
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    for (const path of ['/socket', '/open/socket', '/open/asked', '/helper'])
      for (const origin of ['https://evil.example', 'https://docs.example.com', 'null'])
        expect((await open(browser, path, origin)).response.status, `${path} from ${origin}`).toBe(403)
    expect(sockets.ends).toEqual([])
    expect((await open(browser, '/open/socket')).response.status).toBe(101)
  })

  test('that was opened while the registry could not be asked is closed again, and refused', async () => {
    const sockets = new Sockets()
    const world = await honoWorld(sockets.routes)
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    world.sessions.unreachable = true
    for (const path of ['/socket', '/open/asked']) {
      const { response } = await open(browser, path)
      expect(response.status).toBe(503)
      expect(response.webSocket).toBeNull()
    }
    for (const end of sockets.ends) await vi.waitFor(() => expect(end.readyState).not.toBe(WebSocket.OPEN))
  })

  test('of a session that has ended, while its token is still good', async () => {
    const sockets = new Sockets()
    const world = await honoWorld(sockets.routes)
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    const copy = browser.clone()
    await signOut(browser)
    for (const path of ['/socket', '/open/asked']) {
      const { response } = await open(copy, path)
      expect(response.status).toBe(401)
      expect(response.webSocket).toBeNull()
    }
  })

  test('whose handler throws is the app’s own error', async () => {
    const sockets = new Sockets()
    const world = await honoWorld((app) => {
      sockets.routes(app)
      app.onError((error, c) => c.text(error.message, 500))
    })
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/page`, JANE)
    const { response } = await open(browser, '/broken')
    expect([response.status, await response.text()]).toEqual([500, 'mine'])
  })

  test('or that another Worker accepts, behind another site of the app', async () => {
    const other = 'https://docs.example.com'
    const sites = { ...CONFIG.sites, 'docs.example.com': { organization: ACME, upstream: service('APP') } }
    const before = (app: App) =>
      app.use(async (c, next) => {
        c.res.headers.set('Cache-Control', 'public, max-age=600')
        c.res.headers.append('Set-Cookie', 'seen=1')
        await next()
      })
    const world = await honoWorld(page, { config: defineConfig({ sites }), before })
    const browser = world.browser()
    await world.signIn(browser, `${other}/page`, JANE)
    const response = await browser.request(`${other}/page`)
    expect(response.headers.get('Cache-Control')).toBe('private, no-cache')
    expect(response.headers.getSetCookie()).toEqual(['seen=1'])
    const { 0: theirs, 1: ours } = new WebSocketPair()
    ours.accept()
    ours.addEventListener('message', ({ data }) => ours.send(`echo ${data}`))
    world.pages.answer = () => new Response(null, { status: 101, webSocket: theirs })
    const opened = await browser.request(`${other}/socket`, { headers: { ...UPGRADE, Origin: other } })
    opened.webSocket?.accept()
    expect(await answer(opened.webSocket, 'hi')).toBe('echo hi')
    const closed = new Promise<CloseEvent>((done) => opened.webSocket?.addEventListener('close', done))
    await browser.clone().visit(`${other}/auth/logout`, { from: 'same-origin' })
    expect(await closed).toMatchObject({ code: 3000 })
  })
})

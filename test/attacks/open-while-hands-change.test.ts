import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Site, service } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { KV_CONFIG, KV_SITE, putSite, removeSite } from '../support/kv-sites.ts'
import { ACME, GLOBEX } from '../support/openid-provider.ts'
import { createWorld, type World } from '../support/world.ts'

const NAME = 'acme.customers.example'
const OF_ACME: Site = { organization: ACME, upstream: service('APP') }

/** What may become of a site in KV while somebody of Acme has something open there. */
const CHANGES: readonly (readonly [what: string, change: (world: World) => Promise<void>])[] = [
  ['becomes Globex’s', (world) => putSite(world, NAME, { ...OF_ACME, organization: GLOBEX })],
  ['is taken away', (world) => removeSite(world, NAME)],
  ['is broken', (world) => putSite(world, NAME, '{')],
  [
    'asks for a role',
    (world) => putSite(world, NAME, { ...OF_ACME, rules: [{ path: '/*', require: { roles: ['admin'] } }] }),
  ],
]

async function signedIn(): Promise<{ readonly world: World; readonly browser: Browser }> {
  const world = await createWorld({ config: KV_CONFIG })
  await putSite(world, NAME, OF_ACME)
  const browser = world.browser()
  await world.signIn(browser, `${KV_SITE}/a`)
  return { world, browser }
}

/** The time comes at which open things look around, which is once in `session.lifetime`. */
async function fiveMinutesLater(world: World): Promise<void> {
  await vi.waitFor(() => expect(world.longWaits.length).toBeGreaterThan(0))
  world.clock.advance(5 * 60)
  for (const wake of world.longWaits.splice(0)) wake()
}

async function openSocket({ world, browser }: Awaited<ReturnType<typeof signedIn>>) {
  const { 0: theirs, 1: upstream } = new WebSocketPair()
  upstream.accept()
  world.pages.answer = () => new Response(null, { status: 101, webSocket: theirs })
  const headers = { Upgrade: 'websocket', Connection: 'Upgrade', Origin: KV_SITE }
  const { webSocket: socket } = await browser.request(`${KV_SITE}/socket`, { headers })
  if (socket === null) throw new Error('no WebSocket was opened')
  socket.accept()
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
  for (const end of [socket, upstream]) end.addEventListener('close', () => end.close())
  onTestFinished(() => socket.close())
  return { socket, upstream, closed }
}

async function openStream({ world, browser }: Awaited<ReturnType<typeof signedIn>>) {
  const { readable, writable } = new TransformStream()
  const writer = writable.getWriter()
  writer.closed.catch(() => {})
  world.pages.answer = () => new Response(readable, { headers: { 'Content-Type': 'text/event-stream' } })
  const response = await browser.request(`${KV_SITE}/events`)
  const reader = response.body?.getReader()
  onTestFinished(() => void reader?.cancel().catch(() => {}))
  return async (text: string): Promise<string | undefined> => {
    const heard = reader?.read()
    writer.write(new TextEncoder().encode(text)).catch(() => {})
    const piece = await heard
    return piece?.value === undefined ? undefined : new TextDecoder().decode(piece.value)
  }
}

describe.each(CHANGES)('a site in KV %s', (_what, change) => {
  test('while a WebSocket is open: it ends within session.lifetime', async () => {
    const opened = await signedIn()
    const { closed } = await openSocket(opened)
    await change(opened.world)
    await fiveMinutesLater(opened.world)
    expect(await closed).toMatchObject({ code: 3000 })
  })

  test('while an event stream goes on: it is cut off within session.lifetime', async () => {
    const opened = await signedIn()
    const says = await openStream(opened)
    expect(await says('data: 1\n\n')).toBe('data: 1\n\n')
    await change(opened.world)
    await fiveMinutesLater(opened.world)
    const cutOff = (async () => {
      while ((await says('data: 2\n\n')) !== undefined) await scheduler.wait(5)
    })()
    await expect(cutOff).rejects.toThrow('The session ended')
  })
})

test('a site that stays as it is, or changes for others only, ends nothing, whatever is read again', async () => {
  const opened = await signedIn()
  const { socket, upstream } = await openSocket(opened)
  await putSite(opened.world, NAME, {
    ...OF_ACME,
    rules: [{ path: '/admin/*', require: { roles: ['admin'] } }],
  })
  for (let times = 0; times < 3; times += 1) {
    await fiveMinutesLater(opened.world)
    const heard = new Promise<unknown>((resolve) =>
      socket.addEventListener('message', ({ data }) => resolve(data), { once: true }),
    )
    upstream.send(`still here ${times}`)
    expect(await heard).toBe(`still here ${times}`)
  }
})

test('a site of the file changes with a deploy, and its WebSockets look at nothing meanwhile', async () => {
  const world = await createWorld({
    config: { ...KV_CONFIG, sites: { ...KV_CONFIG.sites, [NAME]: OF_ACME } },
  })
  const browser = world.browser()
  await world.signIn(browser, `${KV_SITE}/a`)
  await openSocket({ world, browser })
  await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
  expect(world.kv.on('site:')).toEqual([])
})

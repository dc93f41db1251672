import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { assets, defineConfig, minutes, origin, passthrough, service } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { ACME } from '../support/openid-provider.ts'
import { APP, createWorld, type World } from '../support/world.ts'

const ORIGIN = 'https://wiki.example.com'
const ZONE = 'https://zone.example.com'
const FILES = 'https://files.example.com'
const BACKEND = 'https://origin.internal.example'

const rules = [
  { path: '/public/*', access: 'public' },
  { path: '/strict/*', access: 'authenticated', strict: true },
] as const

const CONFIG = defineConfig({
  session: { lifetime: minutes(2) },
  sites: {
    'app.example.com': { organization: ACME, upstream: service('APP'), rules },
    'wiki.example.com': { organization: ACME, upstream: origin(BACKEND), rules },
    'zone.example.com': { organization: ACME, upstream: passthrough(), rules },
    'files.example.com': { organization: ACME, upstream: assets(), rules },
  },
})

/** An answer that goes on until its upstream ends it. */
class OpenAnswer {
  readonly #writer: WritableStreamDefaultWriter
  readonly response: Response
  /** Whether the upstream was told that nobody listens any more. */
  stopped = false

  constructor(headers: Record<string, string> = { 'Content-Type': 'text/event-stream' }) {
    const { readable, writable } = new TransformStream()
    this.#writer = writable.getWriter()
    this.#writer.closed.catch(() => {
      this.stopped = true
    })
    this.response = new Response(readable, { headers })
  }

  async say(text: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(text))
  }

  async end(): Promise<void> {
    await this.#writer.close()
  }
}

interface Listening {
  readonly world: World
  readonly browser: Browser
  readonly answer: OpenAnswer
  readonly response: Response
  /** What the next piece of the answer says; `undefined` at its end, rejected where it is cut off. */
  readonly next: () => Promise<string | undefined>
}

/** Somebody who is signed in and listens to an upstream that has not finished. */
async function listen(site = APP, path = '/events', headers?: Record<string, string>): Promise<Listening> {
  const world = await createWorld()
  const page = () => new Response('page', { headers: { 'Content-Length': '4' } })
  let answer: () => Response = page
  world.pages.answer = () => answer()
  world.deploy({
    config: CONFIG,
    fetch: async (input, init) => {
      const request = new Request(input as Request, init as RequestInit)
      const isUpstream = request.url.startsWith(BACKEND) || request.url.startsWith(ZONE)
      return isUpstream ? answer() : world.provider.fetch(request)
    },
  })
  const browser = world.browser()
  await world.signIn(browser, `${site}/start`)
  const open = new OpenAnswer(headers)
  answer = () => open.response
  const response = await browser.request(site + path)
  answer = page
  expect(response.status).toBe(200)
  const reader = response.body?.getReader()
  onTestFinished(() => void reader?.cancel().catch(() => {}))
  const next = async () => {
    const piece = await reader?.read()
    return piece?.value === undefined ? undefined : new TextDecoder().decode(piece.value)
  }
  return { world, browser, answer: open, response, next }
}

/** Lets the time come for which an answer waits. */
async function letExpire({ world }: Listening, seconds: number): Promise<void> {
  await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
  expect(world.waits.at(-1)).toBe(seconds * 1000)
  world.clock.advance(seconds)
  world.longWaits.shift()?.()
}

const signOut = (browser: Browser, site: string) =>
  browser.clone().visit(`${site}/auth/logout`, {
    method: 'POST',
    from: 'same-origin',
    body: 'everywhere=1',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  })

const isLiveCalls = (world: World) => world.sessions.calls.filter((call) => call.startsWith('isLive'))

/**
 * What a script sends, as here, is cut off at its next piece, which arrives no more; what a network sends at once
 * (test/runtime/node/stream-end.test.ts).
 */
async function isCutOff({ answer, next }: Pick<Listening, 'answer' | 'next'>): Promise<void> {
  const goOn = async () => {
    const heard = next()
    answer.say('data: more\n\n').catch(() => {})
    return await heard
  }
  // Until the registry has answered.
  await expect(
    (async () => {
      while ((await goOn()) !== undefined) await scheduler.wait(5)
    })(),
  ).rejects.toThrow('The session ended')
}

async function hears({ answer, next }: Listening, text: string): Promise<void> {
  const heard = next()
  await answer.say(text)
  expect(await heard).toBe(text)
}

describe.each([
  ['another Worker', APP],
  ['an origin', ORIGIN],
  ['the zone’s own origin', ZONE],
])('an event stream of %s', (_upstream, site) => {
  test('ends within session.lifetime of a sign-out', async () => {
    const listening = await listen(site)
    await hears(listening, 'data: 1\n\n')
    await signOut(listening.browser, site)
    // The token is believed until it expires, as for any request.
    await hears(listening, 'data: 2\n\n')
    await letExpire(listening, 120)
    await isCutOff(listening)
    await vi.waitFor(() => expect(listening.answer.stopped).toBe(true))
    expect(isLiveCalls(listening.world)).toHaveLength(1)
  })

  test('goes on with its session, which is asked for again each session.lifetime', async () => {
    const listening = await listen(site)
    for (let turn = 1; turn <= 3; turn += 1) {
      await letExpire(listening, 120)
      await vi.waitFor(() => expect(isLiveCalls(listening.world)).toHaveLength(turn))
      await hears(listening, `data: ${turn}\n\n`)
    }
    await signOut(listening.browser, site)
    await letExpire(listening, 120)
    await isCutOff(listening)
  })
})

test('it ends within seconds more where the registry takes the question and never answers', async () => {
  const listening = await listen()
  await hears(listening, 'data: 1\n\n')
  listening.world.sessions.silent = true
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  listening.world.clock.advance(120)
  listening.world.longWaits.shift()?.()
  while (isLiveCalls(listening.world).length === 0) await scheduler.wait(1)
  await vi.advanceTimersByTimeAsync(10_000)
  await isCutOff(listening)
}, 5000)

test.each([
  ['pages that are written bit by bit', { 'Content-Type': 'text/html' }],
  ['a download that takes its time', { 'Content-Type': 'application/zip', 'Content-Length': '1000000' }],
  ['an answer that does not say what it is', {}],
])('so do %s', async (_case, headers) => {
  const listening = await listen(APP, '/slow', headers)
  await hears(listening, 'half of it')
  await signOut(listening.browser, APP)
  await letExpire(listening, 120)
  await isCutOff(listening)
})

test('a request whose token was older waits for what is left of it', async () => {
  const world = await listen()
  await letExpire(world, 120)
  const second = await createWorld()
  second.deploy({ config: CONFIG })
  const browser = second.browser()
  await second.signIn(browser, `${APP}/auth/login?return_to=/auth/session`)
  second.clock.advance(75)
  const open = new OpenAnswer()
  second.pages.answer = () => open.response
  await browser.request(`${APP}/events`)
  await vi.waitFor(() => expect(second.waits.at(-1)).toBe(45_000))
})

test('when the registry cannot be asked, nobody knows that the session goes on: it ends', async () => {
  const listening = await listen()
  listening.world.sessions.unreachable = true
  await letExpire(listening, 120)
  await isCutOff(listening)
})

test('when the session has reached its limit it ends', async () => {
  const listening = await listen()
  await vi.waitFor(() => expect(listening.world.longWaits).toHaveLength(1))
  listening.world.clock.advance(24 * 60 * 60)
  listening.world.longWaits.shift()?.()
  await isCutOff(listening)
})

test('an upgrade that is answered with a stream in place of a socket is held to its session too', async () => {
  const listening = await listen()
  const open = new OpenAnswer()
  listening.world.pages.answer = () => open.response
  const { body } = await listening.browser.request(`${APP}/socket`, { headers: { Upgrade: 'websocket' } })
  await vi.waitFor(() => expect(listening.world.longWaits).toHaveLength(2))
  await signOut(listening.browser, APP)
  listening.world.clock.advance(120)
  for (const wake of listening.world.longWaits) wake()
  const reader = body?.getReader()
  await isCutOff({ answer: open, next: async () => String((await reader?.read())?.value) })
})

test('an answer that is over asks nobody when the time comes', async () => {
  const listening = await listen()
  await hears(listening, 'data: last\n\n')
  const ended = listening.next()
  await listening.answer.end()
  expect(await ended).toBeUndefined()
  await scheduler.wait(10)
  await letExpire(listening, 120)
  expect(isLiveCalls(listening.world)).toEqual([])
})

describe('nothing waits', () => {
  test.each([
    ['on a public path, which is nobody’s', APP, '/public/events', undefined],
    ['for static files, which end by themselves', FILES, '/film', { 'Content-Type': 'video/mp4' }],
    ['for an answer that is short', ORIGIN, '/api', { 'Content-Length': '65536' }],
  ])('%s', async (_case, site, path, headers) => {
    const { world } = await listen(site, path, headers)
    await scheduler.wait(10)
    expect(world.longWaits).toEqual([])
  })

  test.each([204, 304])('for an answer without a body: %i', async (status) => {
    const { world, browser } = await listen(APP, '/public/x')
    world.pages.answer = () => new Response(null, { status })
    expect((await browser.request(`${APP}/x`)).status).toBe(status)
    expect(world.longWaits).toEqual([])
  })
})

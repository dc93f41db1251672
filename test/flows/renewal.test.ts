import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { hours, minutes } from '../../src/config.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import { JANE } from '../support/openid-provider.ts'
import { createWorld, DOCS } from '../support/world.ts'

afterEach(() => reset())

const LIFETIME = minutes(5)
const PAGE = `${DOCS}/guide`

async function signedIn() {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, PAGE)
  world.sessions.calls.length = 0
  world.kv.operations.length = 0
  return { world, browser }
}

const refreshCookie = (response: Response) =>
  response.headers.getSetCookie().find((cookie) => cookie.startsWith('__Host-gh-refresh='))

test('a session token lives five minutes, and is renewed with one registry call, no KV and no other request', async () => {
  const { world, browser } = await signedIn()
  world.clock.advance(LIFETIME - 1)
  expect((await browser.visit(PAGE)).status).toBe(200)
  expect(world.sessions.calls).toEqual([])

  world.clock.advance(1)
  const fetches = world.provider.requests.length
  const renewed = await browser.visit(PAGE)
  expect(renewed.status).toBe(200)
  expect(await renewed.text()).toBe('the page /guide')
  expect(world.sessions.calls).toEqual([`refresh ${JANE.organization}`])
  expect(world.kv.operations).toEqual([])
  expect(world.provider.requests).toHaveLength(fetches)
  expect(renewed.headers.get('Cache-Control')).toBe('no-store')

  await browser.visit(PAGE)
  expect(world.sessions.calls).toHaveLength(1)
})

test.each(['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])(
  'a %s with an expired token is renewed in place and carried out',
  async (method) => {
    const { world, browser } = await signedIn()
    world.clock.advance(LIFETIME)
    const body = method === 'POST' || method === 'PUT' ? 'the body' : undefined
    const response = await browser.request(PAGE, { method, ...(body !== undefined && { body }) })
    expect(response.status).toBe(200)
    expect(refreshCookie(response)).toBeDefined()
    expect(world.pages.last?.method).toBe(method)
    if (body !== undefined) expect(await world.pages.last?.text()).toBe(body)
  },
)

test('/auth/session renews as well, and tells when the session ends, not the token', async () => {
  const { world, browser } = await signedIn()
  world.clock.advance(LIFETIME)
  const response = await browser.request(`${DOCS}/auth/session`)
  expect(response.status).toBe(200)
  expect(refreshCookie(response)).toBeDefined()
  const renewed = (await response.json()) as { expires_at: string }
  expect(Date.parse(renewed.expires_at)).toBe(world.clock.now() + hours(8) * 1000)
  const again = (await (await browser.request(`${DOCS}/auth/session`)).json()) as { expires_at: string }
  expect(Date.parse(again.expires_at)).toBe(world.clock.now() + hours(8) * 1000)
})

test('fifty requests at once with one expired token: one new generation, no sign-out, every one served', async () => {
  const { world, browser } = await signedIn()
  world.clock.advance(LIFETIME)
  const tabs = Array.from({ length: 50 }, () => browser.clone())
  const responses = await Promise.all(tabs.map((tab, n) => tab.request(`${DOCS}/image-${n}.png`)))
  expect(responses.map(({ status }) => status)).toEqual(Array(50).fill(200))
  const generations = tabs.map((tab) => generationOf(tab.cookie(DOCS, '__Host-gh-refresh')))
  expect(new Set(generations)).toEqual(new Set([2]))

  world.clock.advance(LIFETIME)
  const [first, last] = [tabs[0], tabs[49]]
  expect((await first?.visit(PAGE))?.status).toBe(200)
  expect((await last?.visit(PAGE))?.status).toBe(200)
})

test('a renewal whose answer never arrived costs nobody the session, however late the next request', async () => {
  const { world, browser } = await signedIn()
  world.clock.advance(LIFETIME)
  await browser.clone().visit(PAGE)
  world.clock.advance(hours(2))
  expect((await browser.visit(PAGE)).status).toBe(200)
})

test('a stolen refresh token that its owner has moved on from ends the session for both, and is in the log', async () => {
  const { world, browser } = await signedIn()
  const thief = browser.clone()
  for (let n = 0; n < 2; n += 1) {
    world.clock.advance(LIFETIME)
    expect((await browser.visit(PAGE)).status).toBe(200)
  }
  const caught = await thief.visit(PAGE)
  expect(caught.status).toBe(302)
  expect(thief.cookie(DOCS, '__Host-gh-refresh')).toBeUndefined()
  expect(world.log).toContainEqual(
    expect.objectContaining({ event: 'session_reuse', subject: 'conn_30001;jane|1' }),
  )

  world.clock.advance(LIFETIME)
  expect((await browser.visit(PAGE)).status).toBe(302)
  expect(browser.cookie(DOCS, '__Host-gh-refresh')).toBeUndefined()
})

describe('limits', () => {
  test('a session that is not used for its idle limit is over', async () => {
    const { world, browser } = await signedIn()
    world.clock.advance(hours(8) - 1)
    expect((await browser.clone().visit(PAGE)).status).toBe(200)
    world.clock.advance(hours(8))
    expect((await browser.visit(PAGE)).status).toBe(302)
  })

  test('a session that is used all the time is over at its absolute limit', async () => {
    const { world, browser } = await signedIn()
    for (let hour = 1; hour < 24; hour += 1) {
      world.clock.advance(hours(1))
      expect((await browser.visit(PAGE)).status, `after ${hour} hours`).toBe(200)
    }
    world.clock.advance(hours(1) - 1)
    expect((await browser.visit(PAGE)).status).toBe(200)
    world.clock.advance(1)
    expect((await browser.visit(PAGE)).status).toBe(302)
  })
})

describe('the registry cannot be reached', () => {
  test('nobody is signed out: 503 with Retry-After, the cookies stay, and later all is well', async () => {
    const { world, browser } = await signedIn()
    world.clock.advance(LIFETIME)
    world.sessions.unreachable = true
    const refused = await browser.visit(PAGE)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('Retry-After')).toBe('5')
    expect(refused.headers.getSetCookie()).toEqual([])
    expect(world.pages.requests.filter(({ url }) => url === PAGE)).toHaveLength(1)

    world.sessions.unreachable = false
    expect((await browser.visit(PAGE)).status).toBe(200)
  })

  test('one that takes the question and never answers is the same after a while, and nobody waits for ever', async () => {
    const { world, browser } = await signedIn()
    world.clock.advance(LIFETIME)
    world.sessions.silent = true
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const asked = world.sessions.calls.length
    const waiting = browser.visit(PAGE)
    while (world.sessions.calls.length === asked) await scheduler.wait(1)
    await vi.advanceTimersByTimeAsync(10_000)
    const refused = await waiting
    expect(refused.status).toBe(503)
    expect(refused.headers.get('Retry-After')).toBe('5')
    expect(refused.headers.getSetCookie()).toEqual([])
    expect(world.refusals).toEqual(['registry_unreachable'])

    world.sessions.silent = false
    expect((await browser.visit(PAGE)).status).toBe(200)
  }, 5000)

  test('a session token that is still good needs no registry', async () => {
    const { world, browser } = await signedIn()
    world.sessions.unreachable = true
    expect((await browser.visit(PAGE)).status).toBe(200)
  })
})

describe('only a definite end clears cookies', () => {
  test('a session that was ended elsewhere', async () => {
    const { world, browser } = await signedIn()
    const same = browser.clone()
    await same.visit(`${DOCS}/auth/logout`, { from: 'none' })
    world.clock.advance(LIFETIME)
    expect((await browser.visit(PAGE)).status).toBe(302)
    expect(browser.cookie(DOCS, '__Host-gh-refresh')).toBeUndefined()
  })

  test('a session that was replaced leaves the cookies of the new one alone', async () => {
    const { world, browser } = await signedIn()
    const slow = browser.clone()
    await world.signIn(browser, `${DOCS}/auth/login?return_to=/guide`)
    world.clock.advance(LIFETIME)
    const answer = await slow.request(PAGE)
    expect(answer.status).toBe(401)
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})

describe('rotation of keys', () => {
  test('no session ends while both keys are in the ring, and those of a dropped key are just signed out', async () => {
    const { world, browser } = await signedIn()
    const both = merge(await newKeys(), world.keys)
    world.deploy({ env: { GATEHOUSE_KEYS: both } })
    expect((await browser.visit(PAGE)).status).toBe(200)
    world.clock.advance(LIFETIME)
    const old = browser.clone()
    expect((await browser.visit(PAGE)).status).toBe(200)

    const onlyNew = JSON.stringify({ keys: JSON.parse(both).keys.slice(0, 2) })
    world.deploy({ env: { GATEHOUSE_KEYS: onlyNew } })
    expect((await browser.visit(PAGE)).status).toBe(200)
    world.clock.advance(LIFETIME)
    expect((await browser.visit(PAGE)).status).toBe(200)
    expect((await old.visit(PAGE)).status).toBe(302)
  })
})

describe('one purpose per token', () => {
  test.each([
    ['a refresh token', '__Host-gh-session', '__Host-gh-refresh'],
    ['a session token', '__Host-gh-refresh', '__Host-gh-session'],
  ])('%s in the place of the other is nothing', async (_case, name, from) => {
    const { world, browser } = await signedIn()
    const swapped = `${name}=${browser.cookie(DOCS, from)}`
    const response = await world.browser().visit(PAGE, { headers: { Cookie: swapped } })
    expect(response.status).toBe(302)
    expect(world.sessions.calls).toEqual([])
  })

  test('a refresh token of one host is nothing on another', async () => {
    const { world, browser } = await signedIn()
    const cookie = `__Host-gh-refresh=${browser.cookie(DOCS, '__Host-gh-refresh')}`
    const response = await world.browser().visit('https://app.example.com/', { headers: { Cookie: cookie } })
    expect(response.status).toBe(302)
    expect(world.sessions.calls).toEqual([])
  })
})

function generationOf(token: string | undefined): unknown {
  return JSON.parse(atob((token ?? '').split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? 'e30='))
    .gen
}

const merge = (...rings: string[]) => JSON.stringify({ keys: rings.flatMap((ring) => JSON.parse(ring).keys) })

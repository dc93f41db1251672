import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { minutes } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { ACME, JANE } from '../support/openid-provider.ts'
import { RateLimiter } from '../support/rate-limiter.ts'
import { createWorld, DOCS, OPEN, type World } from '../support/world.ts'

beforeEach(() => {
  // A test is one request to the runtime, which has no more than 10,000 timers.
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal)
  vi.spyOn(console, 'log').mockImplementation(() => {})
})
afterEach(() => reset())

const OFFICE = { 'CF-Connecting-IP': '192.0.2.1' }
const ELSEWHERE = { 'CF-Connecting-IP': '198.51.100.7' }

/** Storage in memory: thousands of logins take minutes with the runtime's own, and it is not what is tried here. */
function quickStorage() {
  const values = new Map<string, string>()
  const kv = {
    get: async (key: string, type?: 'json') => {
      const value = values.get(key) ?? null
      return type === 'json' && value !== null ? JSON.parse(value) : value
    },
    put: async (key: string, value: string) => void values.set(key, value),
    delete: async (key: string) => void values.delete(key),
  }
  const sessions = { getByName: () => ({ open: async () => ({ kind: 'opened' }), isLive: async () => true }) }
  return { GATEHOUSE_KV: kv, SESSIONS: { ...sessions, idFromName: () => '' } }
}

/** A deployment whose logins are counted, by the clock of the test, at the beginning of a minute. */
async function limitedWorld(storage: object = quickStorage()): Promise<World> {
  const world = await createWorld()
  world.deploy({ env: { ...storage, LOGIN_RATE_LIMIT: new RateLimiter(world.clock) } })
  world.clock.advance(60 - (world.clock.seconds % 60))
  return world
}

/** Begins a login. @returns where it leads at Scalekit, or `undefined` where it is refused for coming too often */
async function begin(browser: Browser, headers = OFFICE): Promise<string | undefined> {
  const response = await browser.visit(`${DOCS}/auth/login?return_to=/a`, { headers })
  if (response.status === 429) return undefined
  expect(response.status).toBe(302)
  return response.headers.get('Location') ?? ''
}

const finish = async (
  world: World,
  browser: Browser,
  location: string,
  headers = OFFICE,
): Promise<number> => {
  const callback = world.provider.authorize(location)
  return (await browser.visit(callback, { from: 'cross-site', headers })).status
}

/** Starts that nobody finishes, one after the other, each from a browser without cookies. @returns how many were let through */
async function flood(world: World, starts: number, seconds: number, headers = OFFICE): Promise<number> {
  let through = 0
  for (let n = 0; n < starts; n += 1) {
    if ((await begin(world.browser(), headers)) !== undefined) through += 1
    world.clock.advance(Math.floor(((n + 1) * seconds) / starts) - Math.floor((n * seconds) / starts))
  }
  return through
}

/** An ID token that all of a crowd sign in with: what is counted is how often, and thousands of signatures take their time. */
async function oneIdTokenForAll(world: World): Promise<void> {
  const { issuer, clientId } = world.provider
  const sub = `${JANE.connection};${JANE.user}`
  const iat = world.clock.seconds
  const id_token = await world.provider.sign({
    iss: issuer,
    aud: clientId,
    sub,
    oid: ACME,
    iat,
    exp: iat + 86_400,
  })
  world.provider.tokenEndpoint = () => Response.json({ id_token })
}

// All of the 5,000, and those who take less time, are in test/unit/login/crowd.test.ts: from the third minute on one is like the other.
describe('people of one address, of whom 5,000 come in ten minutes, and who look for their second factor', () => {
  const PEOPLE = 1500
  const secondsToSignIn = 55
  test('sign in, and nobody is refused', { timeout: 120_000 }, async () => {
    const world = await limitedWorld()
    await oneIdTokenForAll(world)
    const underWay: { readonly browser: Browser; readonly location: string; readonly doneAt: number }[] = []
    const began = world.clock.seconds
    const refused = { starts: 0, callbacks: 0 }
    let signedIn = 0
    for (let n = 0; signedIn + refused.starts + refused.callbacks < PEOPLE; world.clock.advance(1)) {
      const now = world.clock.seconds
      for (; n < Math.min(PEOPLE, ((now - began + 1) * 5000) / 540); n += 1) {
        const browser = world.browser()
        const location = await begin(browser)
        if (location === undefined) refused.starts += 1
        else underWay.push({ browser, location, doneAt: now + secondsToSignIn })
      }
      while (underWay[0] !== undefined && underWay[0].doneAt <= now) {
        const { browser, location } = underWay.shift() as (typeof underWay)[0]
        const status = await finish(world, browser, location)
        if (status === 303) signedIn += 1
        else refused.callbacks += 1
      }
    }
    expect({ signedIn, ...refused }).toEqual({ signedIn: PEOPLE, starts: 0, callbacks: 0 })
    expect(world.clock.seconds - began).toBeLessThanOrEqual(minutes(4))
  })
})

describe('a flood of starts that nobody finishes', () => {
  test('is refused, as fast as it comes', { timeout: 60_000 }, async () => {
    const world = await limitedWorld()
    expect(await flood(world, 1000, 30)).toBe(600)
  })

  test('of 500 a minute is refused, down to the limit of wrangler.toml', { timeout: 60_000 }, async () => {
    const world = await limitedWorld()
    const first = await flood(world, 1000, minutes(2))
    const rest = await flood(world, 1000, minutes(2))
    expect(first + rest).toBeLessThan(840)
    expect(rest).toBeLessThanOrEqual(60 * 3)
  })

  test('is refused after people of its network have signed in, too', { timeout: 60_000 }, async () => {
    const world = await limitedWorld()
    for (let n = 0; n < 20; n += 1) {
      const browser = world.browser()
      await finish(world, browser, (await begin(browser)) ?? '')
    }
    expect(await flood(world, 1000, 30)).toBeLessThanOrEqual(600 + 2 * 20)
  })

  test('holds nobody back who comes from elsewhere', async () => {
    const { world } = await flooded()
    const browser = world.browser()
    expect(await finish(world, browser, (await begin(browser, ELSEWHERE)) ?? '', ELSEWHERE)).toBe(303)
  })

  test('holds no login back that has begun', async () => {
    const { world, underWay } = await flooded()
    const rubbish = () => world.browser().visit(`${DOCS}/auth/callback?code=c&state=s`, { headers: OFFICE })
    for (let n = 0; n < 60; n += 1) expect((await rubbish()).status).toBe(400)
    expect((await rubbish()).status).toBe(429)
    expect(await finish(world, underWay.browser, underWay.location)).toBe(303)
  })
})

/** What there was before a flood that goes on while several tests look at it. */
interface Flooded {
  readonly world: World
  readonly underWay: { readonly browser: Browser; readonly location: string }
  /** Browsers that somebody has signed in with. */
  readonly signedIn: { readonly again: Browser; readonly copied: Browser; readonly owner: Browser }
}

async function beforeTheFlood(): Promise<Flooded> {
  const world = await limitedWorld()
  const browser = world.browser()
  const underWay = { browser, location: (await begin(browser)) ?? '' }
  const signedIn = { again: world.browser(), copied: world.browser(), owner: world.browser() }
  for (const each of Object.values(signedIn)) await finish(world, each, (await begin(each)) ?? '')
  await world.signIn(signedIn.owner, `${OPEN}/auth/login?organization_id=${ACME}&return_to=/a`)
  return { world, underWay, signedIn }
}

let shared: Flooded | undefined

async function flooded(): Promise<Flooded> {
  if (shared === undefined) {
    const before = await beforeTheFlood()
    await flood(before.world, 700, 20)
    shared = before
  }
  // A login that another test has finished has earned a start, which the flood takes.
  await flood(shared.world, 5, 0)
  expect(await begin(shared.world.browser())).toBeUndefined()
  return shared
}

describe('a browser that somebody has signed in with', () => {
  test('signs in again while its network is flooded', async () => {
    const { world, signedIn } = await flooded()
    expect(await finish(world, signedIn.again, (await begin(signedIn.again)) ?? '')).toBe(303)
  })

  test('is known by its refresh token, though that has expired', { timeout: 60_000 }, async () => {
    const world = await limitedWorld()
    const browser = world.browser()
    await finish(world, browser, (await begin(browser)) ?? '')
    const refresh = browser.cookie(DOCS, '__Host-gh-refresh') ?? ''
    world.clock.advance(minutes(60 * 24 * 7))
    await flood(world, 700, 20)
    const late = world.browser()
    late.cookies.plant(new URL(DOCS), '__Host-gh-refresh', refresh)
    expect(await begin(late)).toBeDefined()
    // It proves no more than that.
    expect((await late.request(`${DOCS}/a`)).status).toBe(401)
  })

  test('is not copied into a flood: after ten starts in ten minutes it counts with its network', async () => {
    const { signedIn } = await flooded()
    let through = 0
    for (let n = 0; n < 50; n += 1) if ((await begin(signedIn.copied.clone())) !== undefined) through += 1
    expect(through).toBeLessThanOrEqual(10)
  })

  test.each([
    ['altered', (token: string) => `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`, DOCS],
    ['of another site', (token: string) => token, OPEN],
  ])('is not believed by a refresh token that is %s', async (_case, change, site) => {
    const { world, signedIn } = await flooded()
    const token = change(signedIn.owner.cookie(site, '__Host-gh-refresh') ?? '')
    const forger = world.browser()
    forger.cookies.plant(new URL(DOCS), '__Host-gh-refresh', token)
    expect(await begin(forger)).toBeUndefined()
  })
})

describe('callbacks', () => {
  const knock = async (browser: Browser, state: string) =>
    (await browser.visit(`${DOCS}/auth/callback?code=c&state=${state}`, { headers: OFFICE })).status

  test('that show the cookie of no login are refused after sixty, however many states they name', async () => {
    const world = await limitedWorld()
    const genuine = world.browser()
    await begin(genuine)
    const cookie = genuine.cookies.of(new URL(DOCS)).find(({ name }) => name.startsWith('__Host-gh-login-'))
    let through = 0
    for (let n = 0; n < 200; n += 1) {
      const state = `state-${n}`.padEnd(43, 'x')
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(state)))
      const suffix = btoa(String.fromCharCode(...hash))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .slice(0, 8)
      const browser = world.browser()
      // What makes it a cookie of ours was made for another state.
      browser.cookies.plant(new URL(DOCS), `__Host-gh-login-${suffix}`, cookie?.value ?? '')
      if ((await knock(browser, state)) !== 429) through += 1
    }
    expect(through).toBe(60)
  })

  test('of one login that come again and again count with the network', async () => {
    const world = await limitedWorld({})
    const browser = world.browser()
    const state = new URL((await begin(browser)) ?? '').searchParams.get('state') ?? ''
    world.kv.missingReads = 10_000
    let through = 0
    for (let n = 0; n < 200; n += 1) if ((await knock(browser.clone(), state)) !== 429) through += 1
    expect(through).toBe(63)
  })

  test('that start a login again count as a start', { timeout: 60_000 }, async () => {
    const world = await limitedWorld({})
    const browser = world.browser()
    const location = (await begin(browser)) ?? ''
    await flood(world, 700, 20)
    world.kv.missingReads = 3
    expect(await finish(world, browser, location)).toBe(429)
  })
})

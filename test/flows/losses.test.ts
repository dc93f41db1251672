import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { minutes } from '../../src/config.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import { CONFIG, createWorld, DOCS, shownCode } from '../support/world.ts'

/** What docs/operations.md says is lost, and what goes on. */

afterEach(() => reset())

const LIFETIME = minutes(5)
const PAGE = `${DOCS}/guide`
const STRICT = `${DOCS}/admin`
const config = {
  ...CONFIG,
  sites: {
    ...CONFIG.sites,
    'docs.example.com': {
      ...CONFIG.sites['docs.example.com'],
      rules: [{ path: '/admin', strict: true }],
    },
  },
} as typeof CONFIG

async function signedIn() {
  const world = await createWorld({ config })
  const browser = world.browser()
  await world.signIn(browser, PAGE)
  return { world, browser }
}

async function emptyKv(kv: KVNamespace): Promise<void> {
  const { keys } = await kv.list()
  expect(keys.length).toBeGreaterThan(0)
  for (const { name } of keys) await kv.delete(name)
}

describe('KV is lost', () => {
  test('whoever is signed in stays so, and renews', async () => {
    const { world, browser } = await signedIn()
    await emptyKv(world.kv.inside)
    world.deploy({ config })
    expect((await browser.visit(PAGE)).status).toBe(200)
    world.clock.advance(LIFETIME)
    expect((await browser.visit(PAGE)).status).toBe(200)
    expect((await browser.visit(STRICT)).status).toBe(200)
  })

  test('a login that was under way starts again by itself and ends at its page; new ones work', async () => {
    const { world } = await signedIn()
    const late = world.browser()
    const callback = world.provider.authorize(await world.beginLogin(late, `${DOCS}/a?b=c`))
    await emptyKv(world.kv.inside)
    const { leavesTo = '' } = await world.finishLogin(late, callback)
    expect((await world.finishLogin(late, world.provider.authorize(leavesTo))).url).toBe(`${DOCS}/a?b=c`)
    expect((await world.signIn(world.browser(), PAGE)).response.status).toBe(200)
  })
})

describe('the registry is lost', () => {
  test('its people are asked to sign in: under a strict rule at once, elsewhere within the lifetime', async () => {
    const { world, browser } = await signedIn()
    await reset()
    expect((await browser.clone().visit(PAGE)).status).toBe(200)
    expect((await browser.clone().visit(STRICT)).status).toBe(302)
    world.clock.advance(LIFETIME)
    expect((await browser.visit(PAGE)).status).toBe(302)
    expect((await world.signIn(browser, PAGE)).response.status).toBe(200)
  })
})

describe('the keys are lost', () => {
  test('with new ones in their place everybody signs in again, and nobody sees an error', async () => {
    const { world, browser } = await signedIn()
    world.deploy({ config, env: { GATEHOUSE_KEYS: await newKeys() } })
    expect((await browser.visit(PAGE)).status).toBe(302)
    expect((await world.signIn(browser, PAGE)).response.status).toBe(200)
  })

  test('a login that was under way is told to begin again', async () => {
    const world = await createWorld({ config })
    const browser = world.browser()
    const callback = world.provider.authorize(await world.beginLogin(browser, PAGE))
    world.deploy({ config, env: { GATEHOUSE_KEYS: await newKeys() } })
    const { response } = await world.finishLogin(browser, callback)
    expect([response.status, await shownCode(response)]).toEqual([400, 'state_mismatch'])
    expect((await world.signIn(browser, PAGE)).response.status).toBe(200)
  })
})

describe('Scalekit is down', () => {
  const down = () => Promise.reject(new Error('connect ECONNREFUSED'))

  test('whoever is signed in stays so, and renews', async () => {
    const { world, browser } = await signedIn()
    world.deploy({ config, fetch: down })
    world.clock.advance(LIFETIME)
    expect((await browser.visit(PAGE)).status).toBe(200)
  })

  test('a login comes to a 503 that says so, and works later from its page', async () => {
    const world = await createWorld({ config })
    const browser = world.browser()
    const callback = world.provider.authorize(await world.beginLogin(browser, PAGE))
    world.deploy({ config, fetch: down })
    const { response } = await world.finishLogin(browser, callback)
    expect([response.status, await shownCode(response)]).toEqual([503, 'scalekit_unreachable'])
    world.deploy({ config })
    expect((await world.signIn(browser, PAGE)).url).toBe(PAGE)
  })
})

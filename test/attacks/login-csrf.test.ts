import { describe, expect, test } from 'vitest'
import type { Browser } from '../support/browser.ts'
import { HANK } from '../support/openid-provider.ts'
import { createWorld, DOCS, GLOBEX_SITE, OPEN, shownCode, type World } from '../support/world.ts'

const SESSION = '__Host-gh-session'

async function beginAndAuthorize(world: World, browser: Browser, address = `${DOCS}/a?b=c`): Promise<string> {
  return world.provider.authorize(await world.beginLogin(browser, address))
}

describe('state in a store without the browser (CVE-2025-68158, CVE-2026-41425, CVE-2025-68481, CVE-2025-14546, CVE-2025-65107)', () => {
  test('a callback does not finish in another browser, touches no storage, and its owner can still finish', async () => {
    const world = await createWorld()
    const [attacker, victim] = [world.browser(), world.browser()]
    const callback = await beginAndAuthorize(world, attacker)
    const [operations, requests] = [world.kv.operations.length, world.provider.requests.length]

    const { response } = await world.finishLogin(victim, callback)
    expect(response.status).toBe(400)
    expect(await shownCode(response)).toBe('state_mismatch')
    expect(world.refusals).toEqual(['binding_cookie_missing'])
    expect(victim.cookies.of(new URL(DOCS))).toEqual([])
    expect(world.kv.operations).toHaveLength(operations)
    expect(world.provider.requests).toHaveLength(requests)

    expect((await world.finishLogin(attacker, callback)).url).toBe(`${DOCS}/a?b=c`)
  })

  test('a victim with a login of their own under way is not signed in by a foreign callback either', async () => {
    const world = await createWorld()
    const [attacker, victim] = [world.browser(), world.browser()]
    const foreign = await beginAndAuthorize(world, attacker)
    const own = await beginAndAuthorize(world, victim)
    await world.finishLogin(victim, foreign)
    expect(victim.cookie(DOCS, SESSION)).toBeUndefined()
    expect((await world.finishLogin(victim, own)).response.status).toBe(200)
  })

  test('a victim who is signed in stays who they are', async () => {
    const world = await createWorld()
    const [attacker, victim] = [world.browser(), world.browser()]
    await world.signIn(victim, `${OPEN}/auth/login?organization_id=org_20001`)
    const before = victim.cookie(OPEN, SESSION)
    const location = await world.beginLogin(attacker, `${OPEN}/auth/login?organization_id=org_20002`)
    const { response } = await world.finishLogin(victim, world.provider.authorize(location, HANK))
    expect(response.status).toBe(200)
    expect(victim.cookie(OPEN, SESSION)).toBe(before)
  })
})

test("an attacker's own code under the victim's state is refused: PKCE ties the code to the transaction", async () => {
  const world = await createWorld()
  const [attacker, victim] = [world.browser(), world.browser()]
  const code = new URL(await beginAndAuthorize(world, attacker)).searchParams.get('code') ?? ''
  const callback = new URL(await beginAndAuthorize(world, victim))
  callback.searchParams.set('code', code)
  const { response } = await world.finishLogin(victim, callback.href)
  expect(await shownCode(response)).toBe('code_rejected')
  expect(victim.cookie(DOCS, SESSION)).toBeUndefined()
})

test('an ID token for another login is refused by its nonce, even where code and verifier would do', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const nonce = new URL(await world.beginLogin(world.browser(), `${DOCS}/a`)).searchParams.get('nonce')
  const { response } = await world.signIn(browser, `${DOCS}/a`, undefined, { claims: { nonce } })
  expect(await shownCode(response)).toBe('id_token_invalid')
  expect(world.log.at(-1)?.refusal).toMatchObject({ check: 'nonce' })
})

test('a callback on another host of the same deployment is refused, with and without its cookie', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = await beginAndAuthorize(world, browser, `${OPEN}/auth/login?organization_id=org_20002`)
  const elsewhere = callback.replace(OPEN, GLOBEX_SITE)
  const without = await world.finishLogin(browser, elsewhere)
  expect(world.refusals).toEqual(['binding_cookie_missing'])
  expect(await shownCode(without.response)).toBe('state_mismatch')

  const header = browser.cookies.header(new URL(OPEN), { crossSite: true, topLevelRead: true }) ?? ''
  const withCookie = await world.browser().visit(elsewhere, { headers: { Cookie: header } })
  expect(await shownCode(withCookie)).toBe('state_mismatch')
  expect(world.log.at(-1)?.refusal).toMatchObject({ reason: 'transaction_of_other_host' })
  expect(withCookie.headers.getSetCookie().join()).not.toContain(SESSION)
  expect(world.provider.count('/oauth/token')).toBe(0)
})

test('an issuer in the callback that is not ours is refused (mix-up, RFC 9207)', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = `${await beginAndAuthorize(world, browser)}&iss=https%3A%2F%2Fevil.example`
  const { response } = await world.finishLogin(browser, callback)
  expect(await shownCode(response)).toBe('id_token_invalid')
  expect(world.refusals).toEqual(['issuer_mismatch'])
  expect(world.provider.count('/oauth/token')).toBe(0)

  const good = `${await beginAndAuthorize(world, browser)}&iss=${encodeURIComponent(world.provider.issuer)}`
  expect((await world.finishLogin(browser, good)).response.status).toBe(200)
})

test('the code of a finished login is worthless: the callback cannot be replayed with a fresh cookie', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = await beginAndAuthorize(world, browser)
  const before = browser.clone()
  await world.finishLogin(browser, callback)
  const { leavesTo, response } = await world.finishLogin(before, callback)
  expect(response.status).toBe(302)
  expect(new URL(leavesTo ?? '').pathname).toBe('/oauth/authorize')
  expect(before.cookie(DOCS, SESSION)).toBeUndefined()
  expect(world.provider.count('/oauth/token')).toBe(1)
})

test('even where KV gives the record twice, the code works once', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = await beginAndAuthorize(world, browser)
  const twin = browser.clone()
  world.kv.failing = 'delete'
  await world.finishLogin(browser, callback)
  const { response } = await world.finishLogin(twin, callback)
  expect(await shownCode(response)).toBe('code_rejected')
  expect(twin.cookie(DOCS, SESSION)).toBeUndefined()
})

import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, defineConfig, minutes, type Rule } from '../../src/config.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import { ACME, JANE } from '../support/openid-provider.ts'
import { createWorld, DOCS } from '../support/world.ts'

afterEach(() => reset())

const PAGE = `${DOCS}/page`
const STRICT = `${DOCS}/strict`
const rules: Rule[] = [{ path: '/strict', access: 'authenticated', strict: true }]
const config = defineConfig({
  sites: { 'docs.example.com': { organization: ACME, upstream: assets(), rules } },
})

async function signedIn() {
  const world = await createWorld({ config })
  const browser = world.browser()
  await world.signIn(browser, PAGE)
  return { world, browser }
}

describe('an answer that is overtaken', () => {
  test('brings no session back: a renewal gives its cookies with a prompt answer only', async () => {
    const { world, browser } = await signedIn()
    world.clock.advance(minutes(5))
    const copy = browser.clone()
    world.pages.answer = async () => {
      await copy.visit(`${DOCS}/auth/logout`)
      world.clock.advance(3)
      return new Response('slow')
    }
    const late = await browser.request(PAGE)
    expect([late.status, await late.text()]).toEqual([200, 'slow'])
    expect(late.headers.getSetCookie()).toEqual([])
  })

  test('costs nobody the session: the next request is given the same generation', async () => {
    const { world, browser } = await signedIn()
    world.clock.advance(minutes(5))
    const prompt = world.pages.answer
    world.pages.answer = () => {
      world.clock.advance(3)
      return new Response('slow')
    }
    expect((await browser.visit(PAGE)).status).toBe(200)
    world.pages.answer = prompt
    const next = await browser.visit(PAGE)
    expect(next.status).toBe(200)
    expect(next.headers.getSetCookie()).toHaveLength(2)
  })

  test('does not delete the cookies of a session that was opened meanwhile', async () => {
    const { world, browser } = await signedIn()
    const old = browser.clone()
    await browser.visit(`${DOCS}/auth/logout`)
    await world.signIn(browser, PAGE)
    const strict = await old.request(STRICT)
    expect([strict.status, strict.headers.getSetCookie()]).toEqual([401, []])
    world.clock.advance(minutes(5))
    const expired = await old.request(PAGE)
    expect([expired.status, expired.headers.getSetCookie()]).toEqual([401, []])
  })
})

test('a key with a longer name does not lock out a session that just fitted', async () => {
  const { world, browser } = await signedIn()
  const filler = await sessionLength(browser.cookie(DOCS, '__Host-gh-session') ?? '')
  const large = world.browser()
  await world.signIn(large, PAGE, JANE, { claims: { name: 'x'.repeat(filler) } })
  expect(large.cookie(DOCS, '__Host-gh-session')?.length).toBeGreaterThan(3450)

  const ring = JSON.parse(await newKeys())
  ring.keys[0].kid = 'k'.repeat(64)
  ring.keys.push(...JSON.parse(world.keys).keys)
  world.deploy({ config, env: { GATEHOUSE_KEYS: JSON.stringify(ring) } })
  world.clock.advance(minutes(5))
  const renewed = await large.visit(PAGE)
  expect(renewed.status).toBe(200)
  for (const cookie of renewed.headers.getSetCookie()) expect(cookie.length).toBeLessThan(4096)
})

/** How many letters a name has to have so that a token comes close to its limit. */
const sessionLength = async (token: string): Promise<number> => Math.floor(((3496 - token.length) * 3) / 4)

test('a page that an upstream means for shared caches is not cached for everybody (RFC 9213)', async () => {
  const { world, browser } = await signedIn()
  world.pages.answer = () =>
    new Response('page', {
      headers: {
        'Cache-Control': 'public, max-age=60',
        'CDN-Cache-Control': 'public, max-age=600',
        'Cloudflare-CDN-Cache-Control': 'public',
        'Surrogate-Control': 'max-age=600',
      },
    })
  const { headers } = await browser.visit(PAGE)
  expect(headers.get('Cache-Control')).toBe('private, max-age=60')
  for (const name of ['CDN-Cache-Control', 'Cloudflare-CDN-Cache-Control', 'Surrogate-Control']) {
    expect(headers.has(name), name).toBe(false)
  }
  expect(headers.get('Strict-Transport-Security')).toBe('max-age=31536000')
})

test.each(['image', 'iframe', 'script'])(
  'an <%s> that somebody wrote into a page signs nobody out',
  async (destination) => {
    const { browser } = await signedIn()
    const response = await browser.request(`${DOCS}/auth/logout?everywhere=1`, {
      headers: { 'Sec-Fetch-Dest': destination, 'Sec-Fetch-Mode': 'no-cors' },
    })
    expect(response.status).toBe(400)
    expect((await browser.visit(STRICT)).status).toBe(200)
  },
)

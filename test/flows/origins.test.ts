import { describe, expect, test } from 'vitest'
import { defineConfig, origin, passthrough, type Upstream } from '../../src/config.ts'
import { ACME } from '../support/openid-provider.ts'
import { createWorld, shownCode, type World } from '../support/world.ts'

const SITE = 'https://wiki.example.com'
const ORIGIN = 'https://origin.internal.example:8443'

/** A site whose pages are on another server, and what that server was asked. */
async function withOrigin(
  answer: (request: Request) => Response | Promise<Response>,
  upstream: Upstream = origin(ORIGIN),
  address = ORIGIN,
) {
  const asked: Request[] = []
  let signedIn = false
  const world: World = await createWorld()
  world.deploy({
    config: defineConfig({ sites: { 'wiki.example.com': { organization: ACME, upstream } } }),
    fetch: async (input, init) => {
      const request = new Request(input as Request, init as RequestInit)
      if (!request.url.startsWith(address)) return world.provider.fetch(request)
      asked.push(request)
      return signedIn ? answer(request) : new Response('start')
    },
  })
  const browser = world.browser()
  await world.signIn(browser, `${SITE}/start`)
  asked.length = 0
  signedIn = true
  return { world, browser, asked }
}

test('the origin is asked for the address that was judged, and told by which one it was reached', async () => {
  const { browser, asked } = await withOrigin(() => new Response('page'))
  await browser.visit(`${SITE}/a%2db/%c3%a9?x=%2f&y`)
  const [request] = asked
  expect(request?.url).toBe(`${ORIGIN}/a%2db/%c3%a9?x=%2f&y`)
  expect(request?.redirect).toBe('manual')
  // Cloudflare's cache goes by the address alone, and would give it to the next person (CVE-2025-48947).
  expect(request?.cf).toEqual({ cacheTtlByStatus: { '100-599': -1 } })
  expect(request?.headers.get('Cache-Control')).toBeNull()
  expect(request?.headers.get('X-Forwarded-Host')).toBe('wiki.example.com')
  expect(request?.headers.get('X-Forwarded-Proto')).toBe('https')
})

describe('a redirect of the origin', () => {
  test.each([
    ['to its own address becomes ours', `${ORIGIN}/b?c#d`, `${SITE}/b?c#d`],
    ['to its own address without a scheme', '//origin.internal.example:8443/b', `${SITE}/b`],
    ['within the site stays as it is', '/b', '/b'],
    ['relative to the page stays as it is', '../b', '../b'],
    [
      'relative, with an address in its query, stays as it is',
      'b?next=https://x.example//y',
      'b?next=https://x.example//y',
    ],
    [
      'to another server is the browser’s business',
      'https://elsewhere.example/b',
      'https://elsewhere.example/b',
    ],
    [
      'to another port is another server',
      'https://origin.internal.example/b',
      'https://origin.internal.example/b',
    ],
    ['that makes no sense passes', 'http://[', 'http://['],
  ])('%s', async (_case, location, expected) => {
    const { browser } = await withOrigin(
      () => new Response(null, { status: 302, headers: { Location: location, 'X-Kept': 'yes' } }),
    )
    const response = await browser.visit(`${SITE}/a`)
    expect(response.status).toBe(302)
    expect(response.headers.get('Location')).toBe(expected)
    expect(response.headers.get('X-Kept')).toBe('yes')
    expect(response.headers.get('Cache-Control')).toMatch(/^private/)
  })
})

test('an origin that is down is a 502, as a page with a reference and as a problem', async () => {
  const { browser, world } = await withOrigin(() => Promise.reject(new Error('Network connection lost.')))
  const page = await browser.visit(`${SITE}/a`)
  expect(page.status).toBe(502)
  expect(await shownCode(page)).toBe('upstream_unreachable')
  expect(await page.text()).toContain(world.log.at(-1)?.reference)
  const problem = await browser.request(`${SITE}/a`)
  expect(problem.headers.get('Content-Type')).toBe('application/problem+json')
  expect(await problem.json()).toMatchObject({ status: 502, code: 'upstream_unreachable' })
})

test('the zone’s own origin is asked under the address of the site, and told who is there', async () => {
  const { browser, asked } = await withOrigin(() => new Response('page'), passthrough(), SITE)
  const response = await browser.visit(`${SITE}/a?b`)
  expect(await response.text()).toBe('page')
  expect(asked.map(({ url }) => url)).toEqual([`${SITE}/a?b`])
  expect(asked[0]?.headers.get('Gatehouse-Assertion')).toMatch(/^eyJ/)
  expect(asked[0]?.headers.get('Cookie')).toBeNull()
  expect(response.headers.get('Cache-Control')).toMatch(/^private/)
})

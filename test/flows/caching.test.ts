import { describe, expect, test } from 'vitest'
import { defineConfig, service } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { ACME } from '../support/openid-provider.ts'
import { APP, CONFIG, createWorld, DOCS, realEnv, type World } from '../support/world.ts'

/** The static files of the repository, as wrangler serves them. */
async function withRealAssets(): Promise<{ world: World; browser: Browser }> {
  const world = await createWorld()
  world.deploy({ env: { ASSETS: realEnv.ASSETS } })
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/team/`)
  return { world, browser }
}

describe('static files behind the gate', () => {
  test('are private to whoever is signed in, and vary by cookie (CVE-2025-48947, CVE-2025-64762)', async () => {
    const { browser } = await withRealAssets()
    const response = await browser.visit(`${DOCS}/team/`)
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toContain('text/html')
    expect(response.headers.get('Cache-Control')).toBe('private, max-age=0, must-revalidate')
    expect(response.headers.get('Vary')).toContain('Cookie')
    expect(response.headers.get('Set-Cookie')).toBeNull()
  })

  test('answer 304 to an ETag, still private, but only with a session', async () => {
    const { world, browser } = await withRealAssets()
    const first = await browser.visit(`${DOCS}/style.css`)
    const etag = first.headers.get('ETag') ?? ''
    expect(etag).not.toBe('')
    const again = await browser.visit(`${DOCS}/style.css`, { headers: { 'If-None-Match': etag } })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
    expect(again.headers.get('Cache-Control')).toMatch(/^private/)
    const anonymous = await world
      .browser()
      .request(`${DOCS}/style.css`, { headers: { 'If-None-Match': etag } })
    expect(anonymous.status).toBe(401)
  })

  test('answer HEAD without a body, like GET otherwise', async () => {
    const { browser } = await withRealAssets()
    const get = await browser.visit(`${DOCS}/style.css`)
    const head = await browser.visit(`${DOCS}/style.css`, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
    for (const name of ['ETag', 'Content-Type', 'Cache-Control'])
      expect(head.headers.get(name)).toBe(get.headers.get(name))
  })

  test('keep their 404 page and their redirects', async () => {
    const { browser } = await withRealAssets()
    const missing = await browser.visit(`${DOCS}/nothing-here`)
    expect(missing.status).toBe(404)
    expect(missing.headers.get('Cache-Control')).toMatch(/^private/)
    const moved = await browser.visit(`${DOCS}/team`)
    expect(moved.status).toBe(307)
    expect(moved.headers.get('Location')).toBe('/team/')
  })

  test('keep the headers that the site sets for them', async () => {
    const { browser } = await withRealAssets()
    const response = await browser.visit(`${DOCS}/team/`)
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
  })

  test('that are public stay as cacheable as they were', async () => {
    const { world } = await withRealAssets()
    const response = await world.browser().visit(`${DOCS}/`)
    expect(response.status).toBe(200)
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=0, must-revalidate')
    expect(response.headers.get('Vary') ?? '').not.toContain('Cookie')
  })
})

describe('what an upstream says about caching', () => {
  const answerWith = async (headers: HeadersInit, status = 200): Promise<Response> => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    world.pages.answer = () => new Response(status === 304 ? null : 'body', { headers, status })
    return browser.visit(`${APP}/b`)
  }

  test.each([
    ['public, max-age=31536000, immutable', 'private, max-age=31536000, immutable'],
    ['Public,Max-Age=60,S-MaxAge=600', 'private, Max-Age=60'],
    ['private, max-age=5', 'private, max-age=5'],
    ['no-store', 'private, no-store'],
    ['s-maxage=600', 'private'],
  ])('%s becomes %s', async (given, expected) => {
    expect((await answerWith({ 'Cache-Control': given })).headers.get('Cache-Control')).toBe(expected)
  })

  test('nothing becomes private and revalidated', async () => {
    expect((await answerWith({})).headers.get('Cache-Control')).toBe('private, no-cache')
  })

  test('a cookie of the upstream is passed on and kept by no cache', async () => {
    const response = await answerWith({
      'Set-Cookie': 'theme=dark; Path=/',
      'Cache-Control': 'public, max-age=60',
    })
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(response.headers.getSetCookie()).toEqual(['theme=dark; Path=/'])
  })

  test('its own Vary stays', async () => {
    expect((await answerWith({ Vary: 'Accept-Encoding' })).headers.get('Vary')).toBe(
      'Accept-Encoding, Cookie',
    )
  })

  test('a 304 of its own passes', async () => {
    const response = await answerWith({ ETag: '"x"' }, 304)
    expect(response.status).toBe(304)
    expect(response.headers.get('ETag')).toBe('"x"')
  })
})

test('a range is asked for and answered as it is', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${APP}/a`)
  world.pages.answer = (request) =>
    new Response('bcd', {
      status: request.headers.get('Range') === 'bytes=1-3' ? 206 : 200,
      headers: { 'Content-Range': 'bytes 1-3/26', 'Content-Type': 'text/plain' },
    })
  const response = await browser.visit(`${APP}/video`, { headers: { Range: 'bytes=1-3' } })
  expect(response.status).toBe(206)
  expect(response.headers.get('Content-Range')).toBe('bytes 1-3/26')
  expect(await response.text()).toBe('bcd')
})

test('a body streams in and out: the first piece arrives before the last is there', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${APP}/a`)
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  world.pages.answer = () => new Response(readable)
  const response = await browser.request(`${APP}/events`)
  const reader = response.body?.getReader()
  const text = async () => new TextDecoder().decode((await reader?.read())?.value)
  const [, first] = await Promise.all([writer.write(new TextEncoder().encode('one')), text()])
  expect(first).toBe('one')
  await Promise.all([writer.close(), reader?.read()])
})

test('two people who ask a shared cache for one address do not get each other', async () => {
  const world = await createWorld()
  world.deploy({ config: CONFIG })
  const store = new Map<string, Response>()
  const cached = async (browser: Browser, address: string): Promise<Response> => {
    const hit = store.get(address)
    if (hit !== undefined) return hit.clone()
    const response = await browser.visit(address)
    const control = response.headers.get('Cache-Control') ?? ''
    if (!/private|no-store/.test(control)) store.set(address, response.clone())
    return response
  }
  const [jane, anonymous] = [world.browser(), world.browser()]
  await world.signIn(jane, `${DOCS}/a`)
  for (const path of ['/a', '/auth/session', '/auth/signed-out', '/auth/logout', '/admin/']) {
    const first = await cached(jane, DOCS + path)
    const second = await cached(anonymous, DOCS + path)
    expect(await second.text()).not.toContain('jane@acme.example')
    expect(first.status).toBeLessThan(500)
  }
})

describe('what a rule says about caching', () => {
  const answer = async (path: string, headers: HeadersInit = {}, status = 200): Promise<Response> => {
    const world = await createWorld({
      config: defineConfig({
        sites: {
          'app.example.com': {
            organization: ACME,
            upstream: service('APP'),
            rules: [
              { path: '/public/*', access: 'public', cache: 'public, max-age=600' },
              { path: '/assets/*', access: 'authenticated', cache: 'max-age=31536000, immutable' },
              { path: '/secret/*', access: 'authenticated', cache: 'no-store' },
            ],
          },
        },
      }),
    })
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    world.pages.answer = () => new Response(status === 304 ? null : 'body', { headers, status })
    return browser.visit(APP + path)
  }

  test.each<[string, HeadersInit, number, string]>([
    ['/assets/app.js', { 'Cache-Control': 'no-cache' }, 200, 'private, max-age=31536000, immutable'],
    ['/assets/app.js', {}, 304, 'private, max-age=31536000, immutable'],
    ['/assets/gone.js', { 'Cache-Control': 'max-age=5' }, 404, 'private, max-age=5'],
    ['/assets/broken.js', {}, 500, 'private, no-cache'],
    ['/secret/x', { 'Cache-Control': 'public, max-age=600' }, 200, 'private, no-store'],
    ['/assets/login', { 'Set-Cookie': 'a=b' }, 200, 'no-store'],
    ['/public/x', { 'Cache-Control': 'no-cache' }, 200, 'public, max-age=600'],
    ['/public/x', { 'Set-Cookie': 'a=b' }, 200, 'no-store'],
    ['/public/gone', { 'Cache-Control': 'no-cache' }, 404, 'no-cache'],
  ])('%s, answered with %j and %i: %s', async (path, headers, status, expected) => {
    expect((await answer(path, headers, status)).headers.get('Cache-Control')).toBe(expected)
  })

  test('goes before what the upstream says to caches in front (RFC 9213)', async () => {
    const response = await answer('/public/x', { 'CDN-Cache-Control': 'max-age=86400' })
    expect(response.headers.get('CDN-Cache-Control')).toBeNull()
  })
})

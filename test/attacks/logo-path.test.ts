import { describe, expect, test } from 'vitest'
import { assets, defineConfig, type GatehouseConfig, service } from '../../src/config.ts'
import { honoWorld } from '../support/hono-world.ts'
import { ACME, JANE } from '../support/openid-provider.ts'
import { APP, createWorld, type World } from '../support/world.ts'

/** The one path that a brand opens is used to get at something else, or as somebody else. */

const LOGO = '/img/logo.svg'
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'

const CONFIG = defineConfig({
  brand: { logo: LOGO },
  sites: {
    'app.example.com': {
      organization: ACME,
      upstream: service('APP'),
      rules: [{ path: '/static/*', access: 'public' }],
    },
    'other.example.com': { organization: ACME, upstream: service('APP'), brand: { logo: '/other.png' } },
  },
})

const image = (headers: Record<string, string> = {}, status = 200) =>
  new Response(SVG, { status, headers: { 'Content-Type': 'image/svg+xml', ...headers } })

/** A world whose upstream answers every path with an image: whatever reaches it is an opening. */
async function open(config: GatehouseConfig = CONFIG): Promise<World> {
  const world = await createWorld({ config })
  world.pages.answer = () => image()
  return world
}

const ask = (world: World, target: string, init: RequestInit = {}) =>
  world.fetch(new Request(APP + target, { redirect: 'manual', ...init }))

describe('what is open', () => {
  test('is an image at the path, for GET and HEAD', async () => {
    const world = await open()
    const got = await ask(world, LOGO)
    expect([got.status, got.headers.get('Content-Type'), await got.text()]).toEqual([
      200,
      'image/svg+xml',
      SVG,
    ])
    expect((await ask(world, LOGO, { method: 'HEAD' })).status).toBe(200)
    expect(world.pages.requests.map(({ method, url }) => [method, new URL(url).pathname])).toEqual([
      ['GET', LOGO],
      ['HEAD', LOGO],
    ])
    expect(world.log).toEqual([])
  })

  test('has no length that is not its own: what comes compressed is unpacked on the way', async () => {
    const world = await open()
    world.pages.answer = () => image({ 'Content-Encoding': 'gzip', 'Content-Length': '84' })
    expect((await ask(world, LOGO, { method: 'HEAD' })).headers.get('Content-Length')).toBeNull()
    world.pages.answer = () => image({ 'Content-Length': String(SVG.length) })
    expect((await ask(world, LOGO, { method: 'HEAD' })).headers.get('Content-Length')).toBe(
      String(SVG.length),
    )
  })

  test('is the logo of this site, and not that of another', async () => {
    const world = await open()
    expect((await ask(world, '/other.png')).status).toBe(401)
    expect((await world.fetch(new Request(`https://other.example.com${LOGO}`))).status).toBe(401)
    expect((await world.fetch(new Request('https://other.example.com/other.png'))).status).toBe(200)
  })
})

test.each([
  '/img/logo.svg/../../secret',
  '/img/logo.svg/..%2f..%2fsecret',
  '/img/logo.svg/%2e%2e/%2e%2e/secret',
  '/img/logo.svg/secret',
  '/img/logo.svg/',
  '/img//logo.svg',
  '//img/logo.svg',
  '//evil.example/img/logo.svg',
  '/img/./logo.svg',
  '/img/logo%2esvg',
  '/img/%6cogo.svg',
  '/img%2flogo.svg',
  '/img%5clogo.svg',
  '/img\\logo.svg',
  '/img/logo.svg;.html',
  '/img/logo.svg;/../secret',
  '/img/logo.svg%00',
  '/img/logo.svg%3f',
  '/img/logo.svg%23',
  '/img/logo.svg?',
  '/img/logo.svg?v=1',
  '/img/logo.svg?_method=DELETE',
  '/img/logo.svg?/../secret',
  '/IMG/LOGO.SVG',
  '/img/logo.svg.',
  '/img/logo.svg%20',
  '/img/logo.svg::$DATA',
  '/(S(x))/img/logo.svg',
  '/img/logo',
  '/img/logo.svg.html',
  '/img/',
  '/secret',
])('%s is not the logo', async (target) => {
  const world = await open()
  // A URL object would put some of them in order before they are sent.
  const response = await world.fetch(requestLike(APP + target))
  expect([400, 401]).toContain(response.status)
  expect(world.pages.requests).toEqual([])
})

/** A request whose address is as it is written. */
function requestLike(url: string): Request {
  const { headers, method, body, cf } = new Request(`${APP}/`)
  return { url, headers, method, body, cf } as unknown as Request
}

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY'])(
  '%s of the logo needs a session',
  async (method) => {
    const world = await open()
    const response = await ask(world, LOGO, { method, headers: { Origin: APP } })
    expect(response.status).toBe(401)
    expect(world.pages.requests).toEqual([])
  },
)

test('a WebSocket is not opened at the path of the logo', async () => {
  const world = await open()
  const response = await ask(world, LOGO, { headers: { Upgrade: 'websocket', Origin: APP } })
  expect(response.status).toBe(401)
  expect(world.pages.requests).toEqual([])
})

test('the upstream learns nothing of who asks, and is not told of another request', async () => {
  const world = await open()
  const browser = world.browser()
  await world.signIn(browser, `${APP}/a`)
  browser.cookies.receive(new URL(APP), new Headers({ 'Set-Cookie': 'sid=of-the-app; Path=/' }))
  world.pages.requests.length = 0
  const response = await browser.request(APP + LOGO, {
    headers: {
      Authorization: 'Bearer x',
      'X-HTTP-Method-Override': 'DELETE',
      'X-Original-URL': '/secret',
      'X-Api-Key': 'x',
      'Gatehouse-Assertion': 'forged',
      'X-Forwarded-User': 'admin',
      'If-None-Match': '*',
      'If-Modified-Since': 'Thu, 26 Nov 2026 10:00:00 GMT',
      'If-Match': '"x"',
      'If-Range': '"x"',
      Range: 'bytes=0-10',
      Prefer: 'return=representation',
      Accept: 'image/*',
    },
  })
  expect(response.status).toBe(200)
  const names = [...(world.pages.last?.headers.keys() ?? [])]
  expect(names.filter((name) => !name.startsWith('x-forwarded-'))).toEqual(['accept'])
  expect(world.pages.last?.headers.get('Accept')).toBe('image/*')
  expect(world.pages.last?.body).toBeNull()
})

test.each<[string, () => Response]>([
  ['a page', () => new Response('<html>secret', { headers: { 'Content-Type': 'text/html' } })],
  ['data', () => new Response('{"secret":1}', { headers: { 'Content-Type': 'application/json' } })],
  ['something without a type', () => new Response('secret', { headers: { 'Content-Type': '' } })],
  ['two types', () => image({ 'Content-Type': 'image/png, text/html' })],
  ['a type that only begins so', () => image({ 'Content-Type': 'image/' })],
  ['a part of an image', () => image({ 'Content-Range': 'bytes 0-1/9' }, 206)],
  ['that it has not changed', () => new Response(null, { status: 304 })],
  ['a way to somewhere else', () => new Response(null, { status: 302, headers: { Location: '/secret' } })],
  ['an error with an image', () => image({}, 500)],
  ['a refusal with an image', () => image({}, 403)],
])('%s at the path of the logo is shown to nobody, signed in or not', async (_case, answer) => {
  const world = await open()
  const browser = world.browser()
  await world.signIn(browser, `${APP}/a`)
  world.pages.answer = answer
  for (const asked of [await ask(world, LOGO), await browser.request(APP + LOGO)]) {
    expect(asked.status).toBe(404)
    const text = await asked.text()
    expect(text).not.toContain('secret')
    expect(text).not.toContain('<svg')
    expect(asked.headers.get('Location')).toBeNull()
  }
})

test('an image cannot sign anybody out of the application, nor run as a page of the site', async () => {
  const world = await open()
  world.pages.answer = () =>
    image({
      'Set-Cookie': 'sid=new; Path=/',
      'Clear-Site-Data': '"*"',
      Refresh: '0; url=/secret',
      Link: '</secret>; rel=preload',
      'Service-Worker-Allowed': '/',
      'Content-Security-Policy': "script-src 'unsafe-inline'",
      'Access-Control-Allow-Origin': '*',
      ETag: '"v1"',
      'Cache-Control': 'max-age=60',
    })
  const { headers } = await ask(world, LOGO)
  expect([...headers.keys()].sort()).toEqual([
    'cache-control',
    'content-security-policy',
    'content-type',
    'cross-origin-resource-policy',
    'etag',
    'strict-transport-security',
    'x-content-type-options',
  ])
  expect(headers.get('Content-Security-Policy')).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  )
})

test('no rule of the site is weakened by the logo: one that is stricter holds for all but the image', async () => {
  const config = defineConfig({
    sites: {
      'app.example.com': {
        upstream: service('APP'),
        brand: { logo: LOGO },
        rules: [{ path: '/img/*', require: { organizations: ['org_initech'] }, strict: true }],
      },
    },
  })
  const world = await open(config)
  expect((await ask(world, LOGO)).status).toBe(200)
  expect((await ask(world, '/img/logo.png')).status).toBe(401)
  expect((await ask(world, `${LOGO}?`)).status).toBe(401)
})

test('a path that upstreams would read in two ways is no logo', async () => {
  const config = defineConfig({
    sites: {
      'app.example.com': {
        upstream: service('APP'),
        brand: { logo: '/Logo.svg' },
        rules: [{ path: '/logo.svg', require: { organizations: ['org_initech'] } }],
      },
    },
  })
  const world = await open(config)
  expect((await ask(world, '/Logo.svg')).status).toBe(400)
  expect(world.pages.requests).toEqual([])
})

test('a file of a single-page app that is missing is not its index, and static files are asked without conditions', async () => {
  const config = defineConfig({
    sites: { 'app.example.com': { upstream: assets({ spa: true }), brand: { logo: LOGO } } },
  })
  const world = await open(config)
  world.pages.answer = (request) =>
    request.headers.has('If-None-Match')
      ? new Response(null, { status: 304 })
      : new Response('<html>the app', { headers: { 'Content-Type': 'text/html', ETag: '"index"' } })
  const response = await ask(world, LOGO, { headers: { 'If-None-Match': '"index"' } })
  expect(response.status).toBe(404)
  expect(await response.text()).not.toContain('the app')
})

describe('in a Hono app', () => {
  const config = defineConfig({
    sites: { 'app.example.com': { organization: ACME, brand: { logo: LOGO } } },
  })

  test('its own route gives the image, and knows nobody', async () => {
    const seen: (string | undefined)[] = []
    const world = await honoWorld(
      (app) => {
        app.get(LOGO, (c) => {
          seen.push(c.req.header('Cookie'), c.req.header('Authorization'), c.var.session?.user.email)
          return c.body(SVG, 200, { 'Content-Type': 'image/svg+xml', 'Set-Cookie': 'sid=new' })
        })
        app.all('*', (c) => c.text('secret'))
      },
      { config },
    )
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    const response = await browser.request(APP + LOGO, { headers: { Authorization: 'Bearer x' } })
    expect([response.status, await response.text()]).toEqual([200, SVG])
    expect(response.headers.has('Set-Cookie')).toBe(false)
    expect(seen).toEqual([undefined, undefined, undefined])
    expect((await ask(world, `${LOGO}?`)).status).toBe(401)
    expect((await ask(world, LOGO, { method: 'POST' })).status).toBe(401)
  })

  test('what is no image is for nobody', async () => {
    const world = await honoWorld((app) => app.all('*', (c) => c.text('secret')), { config })
    const response = await ask(world, LOGO)
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('secret')
  })
})

test('another Worker that asks by RPC learns that nobody is asked, whoever is there', async () => {
  const world = await open()
  const browser = world.browser()
  await world.signIn(browser, `${APP}/a`)
  const Cookie = `__Host-gh-session=${browser.cookie(APP, '__Host-gh-session')}`
  const logo = await world.authenticate(new Request(APP + LOGO, { headers: { Cookie } }))
  expect(logo).toEqual({ ok: true, session: null, cookies: [] })
  const other = await world.authenticate(new Request(`${APP}${LOGO}?`, { headers: { Cookie } }))
  expect(other).toMatchObject({ ok: true, session: { user: { email: JANE.email } } })
})

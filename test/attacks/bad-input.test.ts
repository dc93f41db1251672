import fc from 'fast-check'
import { expect, test } from 'vitest'
import { APP, createWorld, DOCS, LOCAL, OPEN, type World } from '../support/world.ts'

const RUNS = 1000

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'get'] as const

const ROUTES = ['login', 'callback', 'logout', 'signed-out', 'session', 'jwks.json', 'health', 'nothing', '']

const PARAMETERS = [
  'state',
  'code',
  'error',
  'error_description',
  'iss',
  'idp_initiated_login',
  'return_to',
  'organization_id',
  'connection_id',
  'login_hint',
  'domain_hint',
  'provider',
  'prompt',
  'local',
  '__proto__',
]

/** Values that are nearly right, and values that are nothing at all. */
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.base64String({ maxLength: 80 }),
  fc.constantFrom(
    '',
    '/',
    '//',
    '/a',
    'a@b',
    'org_1',
    'conn_1',
    'google',
    'none',
    'access_denied',
    'eyJhbGciOiJSUzI1NiJ9.e30.AA',
  ),
  fc
    .tuple(
      fc.base64String({ minLength: 4 }),
      fc.base64String({ minLength: 4 }),
      fc.base64String({ minLength: 4 }),
    )
    .map((parts) => parts.join('.').replaceAll('=', '')),
)

const query = fc
  .array(fc.tuple(fc.constantFrom(...PARAMETERS), value), { maxLength: 5 })
  .map((pairs) => pairs.map(([name, text]) => `${name}=${encodeURIComponent(text.toWellFormed())}`).join('&'))

/** Bytes that HTTP allows in a header. */
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
})

const cookieName = fc.oneof(
  fc.constantFrom('__Host-gh-session', '__Host-gh-login-AAAAAAAA', 'gh-session', '__Host-gh-login-', 'x'),
  // Browsers send names that no Set-Cookie may hold.
  headerText.map((text) => `__Host-gh-login-${text.replace(/[=;]/g, '')}`),
)

const encoded = value.map((text) => encodeURIComponent(text.toWellFormed()))

const cookies = ({ minLength = 0 } = {}) =>
  fc
    .array(fc.tuple(cookieName, fc.oneof(headerText, encoded)), { minLength, maxLength: minLength + 8 })
    .map((pairs) => pairs.map(([name, text]) => `${name}=${text}`).join('; '))

const headers = fc.record(
  {
    Cookie: fc.oneof(cookies(), headerText),
    Accept: fc.constantFrom('*/*', 'text/html', 'application/json', ''),
    'Sec-Fetch-Mode': fc.constantFrom('navigate', 'cors', 'no-cors', 'websocket', 'nonsense'),
    'Sec-Fetch-Dest': fc.constantFrom('document', 'image', 'iframe', 'empty', 'nonsense'),
    'Sec-Fetch-Site': fc.constantFrom('none', 'same-origin', 'same-site', 'cross-site', 'nonsense'),
    Origin: fc.oneof(fc.constantFrom(DOCS, 'null', 'https://evil.example'), headerText),
    Referer: fc.oneof(fc.webUrl(), headerText),
    'CF-Ray': headerText,
    'CF-Connecting-IP': fc.oneof(fc.ipV4(), fc.ipV6()),
    'User-Agent': headerText,
  },
  { requiredKeys: [] },
)

const request = fc.record({
  site: fc.constantFrom(DOCS, OPEN, APP, LOCAL, 'https://nobody.example'),
  path: fc.oneof(
    fc.constantFrom(...ROUTES).map((route) => `/auth/${route}`),
    fc.webPath(),
  ),
  query,
  method: fc.constantFrom(...METHODS),
  headers,
  body: fc.option(fc.uint8Array({ maxLength: 64 }), { nil: undefined }),
})

type Input = typeof request extends fc.Arbitrary<infer T> ? T : never

async function send(
  world: World,
  { site, path, query: search, method, headers: sent, body }: Input,
): Promise<Response> {
  const url = `${site}${path}${search === '' ? '' : `?${search}`}`
  const withBody = body !== undefined && !['GET', 'HEAD', 'get'].includes(method)
  const init = {
    method,
    headers: sent as Record<string, string>,
    ...(withBody && { body }),
    redirect: 'manual' as const,
  }
  return world.fetch(new Request(url, init))
}

async function expectOrderly(world: World, response: Response): Promise<void> {
  expect(response.status).toBeLessThan(500)
  expect(world.log.filter(({ event }) => event === 'fault')).toEqual([])
  if (response.status >= 300 && response.status < 400) {
    const { origin } = new URL(response.headers.get('Location') ?? '', DOCS)
    expect([world.provider.issuer, DOCS, OPEN, APP, LOCAL]).toContain(origin)
  }
  if (response.status >= 400) {
    const type = response.headers.get('Content-Type')
    expect(['text/html; charset=utf-8', 'application/problem+json']).toContain(type)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
  }
  expect(response.headers.getSetCookie().join()).not.toContain('gh-session=eyJ')
  await response.body?.cancel()
}

test('whatever comes in, the answer is orderly: never a 5xx, never another site, always a page or a problem', async () => {
  const world = await createWorld()
  await fc.assert(
    fc.asyncProperty(request, async (input) => expectOrderly(world, await send(world, input))),
    { numRuns: RUNS },
  )
  // Nobody was let in to anything that is not public.
  expect(
    world.pages.requests.filter(({ url }) => !/^https:\/\/docs\.example\.com\/($|\?|public|forms)/.test(url)),
  ).toEqual([])
})

test('a login begins, whatever cookies a browser has been filled with', async () => {
  const world = await createWorld()
  await fc.assert(
    fc.asyncProperty(cookies({ minLength: 8 }), async (Cookie) => {
      const call = new Request(`${DOCS}/auth/login`, { headers: { Cookie }, redirect: 'manual' })
      const response = await world.fetch(call)
      expect(response.status).toBe(302)
      await expectOrderly(world, response)
    }),
    { numRuns: 100 },
  )
})

test('rubbish in the callback of a login that is under way lets nobody in', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.beginLogin(browser, `${DOCS}/a`)
  const Cookie = browser.cookies.header(new URL(DOCS), { crossSite: true, topLevelRead: true }) ?? ''
  await fc.assert(
    fc.asyncProperty(query, async (search) => {
      const call = new Request(`${DOCS}/auth/callback?${search}`, { headers: { Cookie }, redirect: 'manual' })
      await expectOrderly(world, await world.fetch(call))
    }),
    { numRuns: RUNS },
  )
  expect(world.provider.count('/oauth/token')).toBe(0)
})

test('nor does rubbish in the cookies of a login, whatever its record says', async () => {
  const world = await createWorld()
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[\w-]{43}$/), fc.oneof(headerText, value), async (state, text) => {
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(state)))
      const name = btoa(String.fromCharCode(...hash))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .slice(0, 8)
      const Cookie = `__Host-gh-login-${name}=${encodeURIComponent(text.toWellFormed())}`
      const call = new Request(`${DOCS}/auth/callback?code=c&state=${encodeURIComponent(state)}`, {
        headers: { Cookie },
        redirect: 'manual',
      })
      await expectOrderly(world, await world.fetch(call))
    }),
    { numRuns: 100 },
  )
  expect(world.provider.count('/oauth/token')).toBe(0)
})

test('a body of any kind on any route of ours is never read as a session', async () => {
  const world = await createWorld()
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ROUTES), fc.uint8Array({ maxLength: 200 }), async (route, body) => {
      const call = new Request(`${DOCS}/auth/${route}`, { method: 'POST', body, redirect: 'manual' })
      await expectOrderly(world, await world.fetch(call))
    }),
    { numRuns: 100 },
  )
})

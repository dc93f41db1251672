import { describe, expect, test } from 'vitest'
import { defineConfig, service } from '../../src/config.ts'
import { ACME } from '../support/openid-provider.ts'
import { APP, createWorld } from '../support/world.ts'

const SPA = 'https://spa.example.com'
const PARTNER = 'https://partner.example:8443'

const config = defineConfig({
  sites: {
    'app.example.com': {
      organization: ACME,
      upstream: service('APP'),
      cors: [SPA],
      rules: [
        { path: '/admin/*', require: { roles: ['admin'] } },
        { path: '/partner/*', access: 'authenticated', cors: [PARTNER] },
        { path: '/closed/*', access: 'authenticated', cors: [] },
      ],
    },
  },
})

async function ask(path: string, origin: string, signedIn = false): Promise<Response> {
  const world = await createWorld({ config })
  const browser = world.browser()
  if (signedIn) await world.signIn(browser, `${APP}/a`)
  return browser.request(APP + path, { headers: { Origin: origin, 'Sec-Fetch-Site': 'same-site' } })
}

const readableBy = (response: Response, origin: string): boolean =>
  response.headers.get('Access-Control-Allow-Origin') === origin &&
  response.headers.get('Access-Control-Allow-Credentials') === 'true'

describe('a refusal is readable', () => {
  test('by scripts of an origin that the site names, with the way to sign in (oauth2-proxy#822)', async () => {
    const response = await ask('/api', SPA)
    expect(response.status).toBe(401)
    expect(readableBy(response, SPA)).toBe(true)
    expect(response.headers.get('Vary')).toContain('Origin')
    expect(await response.json()).toMatchObject({ login_url: expect.stringContaining(`${APP}/auth/login`) })
  })

  test('where it is a 403 too', async () => {
    const response = await ask('/admin/x', SPA, true)
    expect(response.status).toBe(403)
    expect(readableBy(response, SPA)).toBe(true)
  })

  test('by the origins of the rule, in place of the site’s', async () => {
    expect(readableBy(await ask('/partner/x', PARTNER), PARTNER)).toBe(true)
    expect(readableBy(await ask('/partner/x', SPA), SPA)).toBe(false)
    expect(readableBy(await ask('/closed/x', SPA), SPA)).toBe(false)
  })
})

test.each([
  'https://evil.example',
  'https://spa.example.com.evil.example',
  'https://evilspa.example.com',
  'https://sub.spa.example.com',
  'http://spa.example.com',
  'https://spa.example.com:444',
  'https://spa.example.com/',
  'HTTPS://SPA.EXAMPLE.COM',
  'null',
  '*',
  '',
])('a refusal is readable by no other origin: %s (CVE-2021-21291)', async (origin) => {
  const response = await ask('/api', origin)
  expect(response.status).toBe(401)
  expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
  expect(response.headers.get('Access-Control-Allow-Credentials')).toBeNull()
  expect(response.headers.get('Vary')).toContain('Origin')
})

test('what the upstream answers is the upstream’s to share', async () => {
  const response = await ask('/api', SPA, true)
  expect(response.status).toBe(200)
  expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
})

test('a preflight has no cookies, and passes only where a rule says so', async () => {
  const world = await createWorld({
    config: defineConfig({
      sites: {
        'app.example.com': {
          upstream: service('APP'),
          rules: [{ path: '/api/*', methods: ['OPTIONS'], access: 'public' }],
        },
      },
    }),
  })
  const headers = { Origin: SPA, 'Access-Control-Request-Method': 'PUT' }
  const status = async (path: string, method: string) =>
    (await world.browser().request(APP + path, { method, headers })).status
  expect(await status('/api/x', 'OPTIONS')).toBe(200)
  expect(await status('/api/x', 'PUT')).toBe(401)
  expect(await status('/other', 'OPTIONS')).toBe(401)
})

describe('a preflight', () => {
  const PREFLIGHT = { 'Sec-Fetch-Site': 'same-site', 'Access-Control-Request-Method': 'PUT' }
  const ofSites = async (path: string, origin: string, headers: Record<string, string> = {}) => {
    const world = await createWorld({ config: withMethods })
    const response = await world
      .browser()
      .request(APP + path, { method: 'OPTIONS', headers: { ...PREFLIGHT, Origin: origin, ...headers } })
    return { response, passedOn: world.pages.requests.length > 0, world }
  }
  const withMethods = defineConfig({
    sites: {
      'app.example.com': {
        upstream: service('APP'),
        cors: [SPA],
        rules: [
          { path: '/api/*', methods: ['OPTIONS'], access: 'public' },
          { path: '/mixed/*', methods: ['PUT', 'DELETE'], access: 'authenticated', cors: [PARTNER] },
          { path: '/mixed/*', methods: ['POST'], access: 'public' },
          { path: '/closed/*', access: 'authenticated', cors: [] },
          { path: '/Two', methods: ['PUT'], access: 'authenticated' },
          { path: '/two', methods: ['PUT'], access: 'authenticated' },
        ],
      },
    },
  })

  test('of an origin that the site names is answered, without a session and without the upstream', async () => {
    const { response, passedOn, world } = await ofSites('/x', SPA, {
      'Access-Control-Request-Headers': 'content-type,x-request-id',
    })
    expect(response.status).toBe(204)
    expect(readableBy(response, SPA)).toBe(true)
    expect(response.headers.get('Access-Control-Allow-Methods')).toBe('PUT')
    expect(response.headers.get('Access-Control-Allow-Headers')).toBe('content-type,x-request-id')
    expect(response.headers.get('Access-Control-Max-Age')).toBe('600')
    const vary = response.headers.get('Vary')
    for (const name of ['Origin', 'Access-Control-Request-Method', 'Access-Control-Request-Headers'])
      expect(vary).toContain(name)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(passedOn).toBe(false)
    expect(world.refusals).toEqual([])
  })

  test.each([
    ['PUT', PARTNER, 204],
    ['DELETE', PARTNER, 204],
    ['PUT', SPA, 401],
    ['POST', SPA, 204],
    ['POST', PARTNER, 401],
    ['PATCH', SPA, 204],
    ['PATCH', PARTNER, 401],
  ])(
    'is judged by the rule that the method it asks for meets: %s of %s gets %i',
    async (method, origin, status) => {
      const { response } = await ofSites('/mixed/x', origin, { 'Access-Control-Request-Method': method })
      expect(response.status).toBe(status)
      expect(response.headers.get('Access-Control-Allow-Methods')).toBe(status === 204 ? method : null)
    },
  )

  test.each([
    ['another origin', '/x', 'https://evil.example', {}, 401],
    ['an origin that begins alike', '/x', `${SPA}.evil.example`, {}, 401],
    ['no origin at all', '/x', 'null', {}, 401],
    ['a rule that names nobody', '/closed/x', SPA, {}, 401],
    ['a method for which two rules claim the path', '/two', SPA, {}, 401],
    ['what is no method', '/x', SPA, { 'Access-Control-Request-Method': 'P UT' }, 401],
    ['an OPTIONS that is no preflight', '/x', SPA, { 'Access-Control-Request-Method': '' }, 401],
    ['a route of our own', '/auth/logout', SPA, {}, 405],
  ])('is not answered for %s', async (_case, path, origin, headers, status) => {
    const { response, passedOn } = await ofSites(path, origin, headers)
    expect(response.status).toBe(status)
    expect(response.headers.get('Access-Control-Allow-Methods')).toBeNull()
    expect(passedOn).toBe(false)
  })

  test('names no headers where what is asked for is no list of them', async () => {
    const { response } = await ofSites('/x', SPA, { 'Access-Control-Request-Headers': 'a b, (c)' })
    expect(response.status).toBe(204)
    expect(response.headers.get('Access-Control-Allow-Headers')).toBeNull()
  })

  test('passes to the upstream where a rule makes OPTIONS public', async () => {
    const { response, passedOn } = await ofSites('/api/x', SPA)
    expect(response.status).toBe(200)
    expect(passedOn).toBe(true)
  })
})

describe('who is signed in', () => {
  const EVIL = 'https://evil.example'

  test.each([true, false])(
    'is readable by the origins of the site and by no other (signed in: %s)',
    async (signedIn) => {
      const response = await ask('/auth/session', SPA, signedIn)
      expect(response.status).toBe(signedIn ? 200 : 401)
      expect(readableBy(response, SPA)).toBe(true)
      expect(response.headers.get('Vary')).toContain('Origin')
      for (const origin of [PARTNER, EVIL, 'null']) {
        const hidden = await ask('/auth/session', origin, signedIn)
        expect(hidden.headers.get('Access-Control-Allow-Origin')).toBeNull()
        expect(hidden.headers.get('Vary')).toContain('Origin')
      }
    },
  )

  test('is readable with headers that need a preflight', async () => {
    const world = await createWorld({ config })
    const preflight = (origin: string) =>
      world.browser().request(`${APP}/auth/session`, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'GET' },
      })
    const response = await preflight(SPA)
    expect(response.status).toBe(204)
    expect(readableBy(response, SPA)).toBe(true)
    expect((await preflight(EVIL)).status).toBe(405)
  })

  test.each(['/auth/sessions', '/auth/health', '/auth/login?x'])(
    'is all that they may read of ours: not %s',
    async (path) => {
      const response = await ask(path, SPA, true)
      expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
    },
  )
})

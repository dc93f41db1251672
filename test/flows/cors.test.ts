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

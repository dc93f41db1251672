import { describe, expect, test } from 'vitest'
import { assets, defineConfig, service } from '../../src/config.ts'
import { ACME } from '../support/openid-provider.ts'
import { APP, createWorld, DOCS, type World } from '../support/world.ts'

/** By these, backends learn an address or a person from some proxy; here a visitor sends them. */
const BORROWED = [
  'X-Real-IP',
  'True-Client-IP',
  'X-Client-IP',
  'Client-IP',
  'X-Cluster-Client-IP',
  'Remote-User',
  'Remote-Groups',
  'Remote-Addr',
  'X-Remote-User',
  'X-Remote-User-Email',
  'X-Remote-Group',
  'X-Remote-Extra-Scopes',
  'X-WebAuth-User',
  'X-WebAuth-Role',
  'X-Auth-Request-User',
  'X-Auth-Request-Access-Token',
  'Cf-Access-Jwt-Assertion',
  'Cf-Access-Authenticated-User-Email',
  'X-MS-CLIENT-PRINCIPAL',
  'X-MS-CLIENT-PRINCIPAL-NAME',
  'X-Amzn-Oidc-Identity',
  'X-Amzn-Oidc-Data',
  'X-Goog-Authenticated-User-Email',
  'X-Goog-Authenticated-User-ID',
  'X-Original-URL',
  'X-Original-Host',
  'X-Original-Forwarded-For',
  'X-Rewrite-URL',
  'X-Rewrite-Path',
  'X-Host',
  'X-HTTP-Host-Override',
  'X-HTTP-Method',
  'X-Envoy-External-Address',
  'X-Envoy-Original-Dst-Host',
  'Proxy',
]

const spellings = (name: string): string[] => [
  name,
  name.toLowerCase(),
  name.toUpperCase(),
  name.replaceAll('-', '_'),
  name.replace(/-(?!.*-)/, '_'),
  name.replaceAll('-', '.'),
]

const FORGED = 'forged-by-the-visitor'

const CONFIG = defineConfig({
  sites: {
    'app.example.com': {
      organization: ACME,
      upstream: service('APP'),
      rules: [{ path: '/public/*', access: 'public' }],
    },
    'docs.example.com': { upstream: assets(), rules: [{ path: '/public/*', access: 'public' }] },
  },
})

function arrived(world: World): string[] {
  return world.pages.requests.flatMap(({ headers }) =>
    [...headers].filter(([, value]) => value.includes(FORGED)).map(([name]) => name),
  )
}

test.each(BORROWED)(
  '%s of a visitor reaches no backend, in no spelling (CVE-2025-64484, CVE-2016-5385)',
  async (name) => {
    const world = await createWorld({ config: CONFIG })
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    for (const spelling of spellings(name)) {
      for (const more of [{}, { Connection: spelling }]) {
        const headers = { ...more, [spelling]: FORGED }
        await browser.request(`${APP}/b`, { headers })
        await browser.request(`${APP}/public/b`, { headers })
        await browser.request(`${DOCS}/public/b`, { method: 'POST', headers })
        await browser.request(`${APP}/socket`, { headers: { ...headers, Upgrade: 'websocket' } })
      }
    }
    const all = Object.fromEntries(spellings(name).map((spelling) => [spelling, FORGED]))
    await browser.request(`${APP}/b`, { headers: all })
    expect(world.pages.requests.length).toBeGreaterThan(40)
    expect(arrived(world)).toEqual([])
  },
)

test('what only sounds alike is the application’s own, and passes', async () => {
  const world = await createWorld({ config: CONFIG })
  const own = ['X-User', 'X-Real-Estate', 'Authorization', 'X-Goog-User-Project', 'X-Auth-Token', 'Proximity']
  await world
    .browser()
    .request(`${APP}/public/b`, { headers: Object.fromEntries(own.map((name) => [name, 'x'])) })
  for (const name of own) expect(world.pages.last?.headers.get(name), name).toBe('x')
})

describe('a site that names one gets it', () => {
  const named = defineConfig({
    sites: {
      'app.example.com': {
        organization: ACME,
        upstream: service('APP'),
        rules: [{ path: '/public/*', access: 'public' }],
        passHeaders: ['True-Client-IP', 'x-envoy-external-address'],
      },
    },
  })

  test('in any case, with and without a session, and no other', async () => {
    const world = await createWorld({ config: named })
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    for (const path of ['/b', '/public/b'])
      await browser.request(APP + path, {
        headers: {
          'TRUE-CLIENT-IP': '203.0.113.7',
          'X-Envoy-External-Address': '203.0.113.8',
          'X-Real-IP': FORGED,
          'X-Envoy-Internal': FORGED,
        },
      })
    for (const { headers } of world.pages.requests.slice(-2)) {
      expect(headers.get('True-Client-IP')).toBe('203.0.113.7')
      expect(headers.get('X-Envoy-External-Address')).toBe('203.0.113.8')
    }
    expect(arrived(world)).toEqual([])
  })

  test('by exactly that name: servers would read another spelling as the same', async () => {
    const world = await createWorld({ config: named })
    const headers = { True_Client_IP: FORGED, 'True-Client_IP': FORGED, 'True.Client.IP': FORGED }
    await world.browser().request(`${APP}/public/b`, { headers })
    expect(world.pages.requests).toHaveLength(1)
    expect(arrived(world)).toEqual([])
  })

  test('even where the visitor names it in Connection, which would take away what the edge has said', async () => {
    const world = await createWorld({ config: named })
    const headers = { 'True-Client-IP': '203.0.113.7', Connection: 'close, true-client-ip' }
    await world.browser().request(`${APP}/public/b`, { headers })
    expect(world.pages.last?.headers.get('True-Client-IP')).toBe('203.0.113.7')
  })
})

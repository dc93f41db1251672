import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { assets, defineConfig, type GatehouseConfig, service } from '../../src/config.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import { IDENTITY_HEADERS } from '../support/identity-headers.ts'
import { ACME } from '../support/openid-provider.ts'
import { APP, CONFIG, createWorld, DOCS, type World } from '../support/world.ts'

/** What the upstream got, after somebody signed in and asked for a page. */
async function upstreamHeaders(
  claims: Record<string, unknown> = {},
  config?: GatehouseConfig,
): Promise<{ world: World; headers: Headers }> {
  const world = await createWorld(config === undefined ? {} : { config })
  await world.signIn(world.browser(), `${APP}/a`, undefined, { claims })
  return { world, headers: world.pages.last?.headers ?? new Headers() }
}

const published = async (world: World) =>
  createLocalJWKSet(await (await world.browser().request(`${APP}/auth/jwks.json`)).json())

describe('an upstream is told', () => {
  test('who is there, and by which address', async () => {
    const { headers } = await upstreamHeaders({ name: 'Jane Doe' })
    expect(headers.get('X-Forwarded-User')).toBe('conn_30001;jane|1')
    expect(headers.get('X-Forwarded-Email')).toBe('jane@acme.example')
    expect(headers.get('X-Forwarded-Preferred-Username')).toBe('Jane Doe')
    expect(headers.get('X-Forwarded-Groups')).toBeNull()
    expect(headers.get('X-Forwarded-Host')).toBe('app.example.com')
    expect(headers.get('X-Forwarded-Proto')).toBe('https')
  })

  test('by an assertion that verifies with the published keys and names this host', async () => {
    const { world, headers } = await upstreamHeaders()
    const { payload } = await jwtVerify(headers.get('Gatehouse-Assertion') ?? '', await published(world), {
      algorithms: ['ES256'],
      issuer: `${APP}/auth`,
      audience: 'app.example.com',
      currentDate: new Date(world.clock.seconds * 1000),
    })
    expect(payload).toMatchObject({ sub: 'conn_30001;jane|1', email: 'jane@acme.example', org: ACME })
  })

  test('under the audience that the site names', async () => {
    const app = CONFIG.sites['app.example.com']
    if (app === undefined) throw new Error('no site')
    const config = defineConfig({ sites: { 'app.example.com': { ...app, audience: 'urn:backend' } } })
    const { world, headers } = await upstreamHeaders({}, config)
    const { payload } = await jwtVerify(headers.get('Gatehouse-Assertion') ?? '', await published(world), {
      currentDate: new Date(world.clock.seconds * 1000),
    })
    expect(payload.aud).toBe('urn:backend')
  })

  test.each([
    ['letters beyond ASCII', 'Jörg 李', 'J%C3%B6rg %E6%9D%8E'],
    [
      'a line break, which would begin another header',
      'Eve\r\nX-Forwarded-User: admin',
      'Eve%0D%0AX-Forwarded-User: admin',
    ],
    ['a percent sign', '100%41', '100%2541'],
    ['half a surrogate pair', 'a\ud800', 'a%EF%BF%BD'],
  ])('a name with %s as one header, percent-encoded', async (_case, name, shown) => {
    const { headers } = await upstreamHeaders({ name })
    expect(headers.get('X-Forwarded-Preferred-Username')).toBe(shown)
    expect(headers.get('X-Forwarded-User')).toBe('conn_30001;jane|1')
  })

  test('the groups that a rule names, each as one', async () => {
    const groups = ['a,b', 'c', 'unnamed', '50%']
    const config = defineConfig({
      sites: {
        'app.example.com': {
          organization: ACME,
          upstream: service('APP'),
          rules: [{ path: '/x', require: { groups: ['a,b', 'c', '50%'] } }],
        },
      },
    })
    const { headers } = await upstreamHeaders({ groups }, config)
    expect(headers.get('X-Forwarded-Groups')).toBe('a%2Cb,c,50%25')
  })
})

describe('an upstream is told nothing', () => {
  test('about who opens a public page, whose answer may be kept for everybody (CVE-2026-30851)', async () => {
    const world = await createWorld({
      config: defineConfig({
        sites: {
          'app.example.com': {
            upstream: service('APP'),
            rules: [{ path: '/p', access: 'public' }],
            organization: ACME,
          },
        },
      }),
    })
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    await browser.request(`${APP}/p`, {
      headers: Object.fromEntries(IDENTITY_HEADERS.map((name) => [name, 'admin'])),
    })
    for (const name of IDENTITY_HEADERS) expect(world.pages.last?.headers.get(name)).toBeNull()
    expect(world.pages.last?.headers.get('X-Forwarded-Host')).toBe('app.example.com')
  })

  test('static files are told of nobody, and no assertion is signed for them', async () => {
    const world = await createWorld()
    await world.signIn(world.browser(), `${DOCS}/a`)
    for (const name of IDENTITY_HEADERS) expect(world.pages.last?.headers.get(name)).toBeNull()
  })
})

describe('keys of assertions', () => {
  const merge = (...sets: string[]) =>
    JSON.stringify({ keys: sets.flatMap((set) => JSON.parse(set).keys as unknown[]) })

  test('rotate with an overlap: the first signs, all are published, and a dropped one is gone', async () => {
    const [old, fresh] = [await newKeys(), await newKeys()]
    const kids = async (world: World) => {
      const set = (await (await world.browser().request(`${APP}/auth/jwks.json`)).json()) as {
        keys: { kid: string }[]
      }
      return set.keys.map(({ kid }) => kid)
    }
    const signer = async (keys: string) => {
      const world = await createWorld({ env: { GATEHOUSE_KEYS: keys } })
      await world.signIn(world.browser(), `${APP}/a`)
      const header = (world.pages.last?.headers.get('Gatehouse-Assertion') ?? '').split('.')[0] ?? ''
      return { kid: JSON.parse(atob(header)).kid as string, published: await kids(world) }
    }
    const oldKid = (JSON.parse(old).keys as { kid: string }[])[1]?.kid ?? ''
    const freshKid = (JSON.parse(fresh).keys as { kid: string }[])[1]?.kid ?? ''
    expect(await signer(old)).toEqual({ kid: oldKid, published: [oldKid] })
    expect(await signer(merge(old, fresh))).toEqual({ kid: oldKid, published: [oldKid, freshKid] })
    expect(await signer(merge(fresh, old))).toEqual({ kid: freshKid, published: [freshKid, oldKid] })
    expect(await signer(fresh)).toEqual({ kid: freshKid, published: [freshKid] })
  })

  test('are missing: a problem where an upstream is told who is there, and only there', async () => {
    const keys = JSON.stringify({ keys: JSON.parse(await newKeys()).keys.slice(0, 1) })
    const world = await createWorld({ env: { GATEHOUSE_KEYS: keys, GATEHOUSE_DEVELOPMENT: '1' } })
    const response = await world.browser().request('http://localhost:8787/')
    expect(response.status).toBe(503)
    expect(await response.text()).toContain('sites[\\"app.example.com\\"].upstream')
    world.deploy({
      config: defineConfig({ sites: { localhost: { upstream: assets() } } }),
      env: { GATEHOUSE_KEYS: keys },
    })
    expect((await world.browser().request('http://localhost:8787/')).status).toBe(401)
  })
})

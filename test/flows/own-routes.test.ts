import { describe, expect, test } from 'vitest'
import ownPackage from '../../package.json'
import { createWorld, DOCS, LOCAL, shownCode } from '../support/world.ts'

test.each([
  '/auth',
  '/auth/',
  '/auth/nothing',
  '/auth/login/x',
  '/auth/login//',
  '/auth/Login',
  '/auth/index.html',
  '/auth/style.css',
  '/auth/.well-known/openid-configuration',
  '/auth/constructor',
  '/auth/__proto__',
  '/auth/toString',
  '/auth/%6eothing',
])('%s is a 404 of ours, with a session and without, and never reaches the pages', async (path) => {
  const world = await createWorld()
  const [anonymous, member] = [world.browser(), world.browser()]
  await world.signIn(member, `${DOCS}/a`)
  const before = world.pages.requests.length
  for (const browser of [anonymous, member])
    for (const method of ['GET', 'POST', 'DELETE']) {
      const response = await browser.request(DOCS + path, { method })
      expect(response.status).toBe(404)
      expect(await shownCode(response)).toBe('not_found')
    }
  expect(world.pages.requests).toHaveLength(before)
})

test.each(['/authentication', '/auth.html', '/auth-guide/', '/AUTH/login'])(
  '%s is a page like any other',
  async (path) => {
    const world = await createWorld()
    const browser = world.browser()
    expect((await browser.request(DOCS + path)).status).toBe(401)
    await world.signIn(browser, `${DOCS}/a`)
    expect(await (await browser.request(DOCS + path)).text()).toBe(`the page ${path}`)
  },
)

test.each([
  ['/auth/login', 'GET', ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']],
  ['/auth/callback', 'GET', ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']],
  ['/auth/logout', 'GET, POST', ['HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']],
  ['/auth/session', 'GET, HEAD', ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']],
  ['/auth/signed-out', 'GET, HEAD', ['POST', 'DELETE']],
  ['/auth/jwks.json', 'GET, HEAD', ['POST', 'DELETE']],
  ['/auth/health', 'GET, HEAD', ['POST', 'DELETE']],
])('%s answers %s and says so to the rest', async (path, allow, others) => {
  const world = await createWorld()
  for (const method of others) {
    const response = await world.browser().request(DOCS + path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('Allow')).toBe(allow)
  }
  expect(world.kv.operations).toEqual([])
})

test('a slash at the end makes no difference', async () => {
  const world = await createWorld()
  const { leavesTo } = await world.browser().open(`${DOCS}/auth/login/`)
  expect(leavesTo).toContain('/oauth/authorize')
})

describe('/auth/jwks.json', () => {
  test('has the public assertion key, may be cached and read from anywhere, and never has a secret', async () => {
    const world = await createWorld()
    const response = await world.browser().request(`${DOCS}/auth/jwks.json`)
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=300')
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*')
    const { keys } = await response.json<{ keys: Record<string, unknown>[] }>()
    expect(keys).toHaveLength(1)
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    expect(keys[0]?.['kty']).toBe('EC')
  })
})

describe('/auth/health', () => {
  test('says that the Worker runs, and nothing else, to anybody', async () => {
    const world = await createWorld()
    const addresses = [DOCS, LOCAL].flatMap((site) => [`${site}/auth/health`, `${site}/auth/health?deep=1`])
    for (const address of addresses) {
      const response = await world.browser().request(address)
      expect(await response.json()).toEqual({ status: 'ok' })
    }
    expect(world.kv.operations).toEqual([])
    expect(world.provider.requests).toEqual([])
  })

  test('says which version answers, and which deployment where the Worker knows', async () => {
    const versionOf = async (env: Readonly<Record<string, unknown>>) => {
      const world = await createWorld({ env })
      const { headers } = await world.browser().request(`${DOCS}/auth/health`)
      return [headers.get('Gatehouse-Version'), headers.get('Gatehouse-Deployment')]
    }
    expect(await versionOf({})).toEqual([ownPackage.version, null])
    const deployed = { CF_VERSION_METADATA: { id: 'version-1', tag: '', timestamp: '' } }
    expect(await versionOf(deployed)).toEqual([ownPackage.version, 'version-1'])
  })

  test('looks deeper for a developer, and says what is wrong', async () => {
    const world = await createWorld({ env: { GATEHOUSE_DEVELOPMENT: '1' } })
    const good = await world.browser().request(`${LOCAL}/auth/health?deep=1`)
    expect(await good.json()).toEqual({
      status: 'ok',
      checks: { kv: 'ok', sessions: 'ok', scalekit_keys: 'ok' },
    })
    world.provider.keysEndpoint = () => new Response(null, { status: 500 })
    const bad = await world.browser().request(`${LOCAL}/auth/health?deep=1`)
    expect(bad.status).toBe(503)
    expect(await bad.json()).toMatchObject({
      status: 'degraded',
      checks: { scalekit_keys: 'Error: status 500' },
    })
  })
})

import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, defineConfig, minutes } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { apiError, ManagementApi } from '../support/management-api.ts'
import { ACME, HANK, JANE, type Person } from '../support/openid-provider.ts'
import { createWorld, DOCS, OPEN, shownCode, type World, type WorldOptions } from '../support/world.ts'

afterEach(() => reset())

const config = defineConfig({
  adminPortal: { roles: ['admin', 'it'] },
  sites: {
    'docs.example.com': { organization: ACME, upstream: assets() },
    'open.example.com': { upstream: assets() },
  },
})

const PORTAL = `${DOCS}/auth/admin-portal`

interface Scene {
  readonly world: World
  readonly api: ManagementApi
  readonly browser: Browser
}

async function scene(
  roles: readonly string[] | undefined = ['admin'],
  options: WorldOptions = {},
): Promise<Scene> {
  const world = await createWorld()
  const api = new ManagementApi(world.provider)
  world.deploy({ config, fetch: api.fetch, ...options })
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`, JANE, { claims: { idp_roles: roles } })
  return { world, api, browser }
}

/** Who signs in on a site of all customers. */
async function signInAtOpen(world: World, person: Person): Promise<Browser> {
  const browser = world.browser()
  const address = `${OPEN}/auth/login?return_to=/a&connection_id=${person.connection}`
  const page = await world.signIn(browser, address, person, { claims: { idp_roles: ['admin'] } })
  expect(page.response.status).toBe(200)
  return browser
}

describe('a customer’s administrator', () => {
  test('goes on to the portal of their own organization', async () => {
    const { world, api, browser } = await scene()
    const response = await browser.visit(PORTAL)
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toBe(api.links[0])
    expect(api.links[0]).toContain(ACME)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(response.headers.get('Referrer-Policy')).toBe('no-referrer')
    expect(await response.text()).toBe('')
    expect(world.log.at(-1)).toMatchObject({
      event: 'admin_portal_opened',
      organization: ACME,
      subject: `${JANE.connection};${JANE.user}`,
    })
    const log = JSON.stringify(world.log)
    for (const secret of [...api.links, ...api.tokens, 'magicLink']) expect(log).not.toContain(secret)
  })

  test('gets a link of their own each time, with one token for the API', async () => {
    const { api, browser } = await scene()
    const first = (await browser.visit(PORTAL)).headers.get('Location')
    const second = (await browser.visit(PORTAL, { from: 'same-origin' })).headers.get('Location')
    expect(first).not.toBe(second)
    expect(api.tokens).toHaveLength(1)
  })

  test('may have any of the roles', async () => {
    const { browser } = await scene(['viewer', 'it'])
    expect((await browser.visit(PORTAL)).status).toBe(303)
  })

  test('whose session has to be renewed takes the new cookies along', async () => {
    const { world, browser } = await scene()
    world.clock.advance(minutes(6))
    const response = await browser.visit(PORTAL)
    expect(response.status).toBe(303)
    expect(response.headers.getSetCookie()).toHaveLength(2)
  })

  test('of another customer, on a site for all, goes to theirs', async () => {
    const { world, api } = await scene()
    const browser = await signInAtOpen(world, HANK)
    const response = await browser.visit(`${OPEN}/auth/admin-portal`)
    expect(response.headers.get('Location')).toBe(api.links[0])
    expect(api.requests.map(({ path }) => path)).toEqual([
      `/api/v1/organizations/${HANK.organization}/portal_links`,
    ])
  })

  test('hears nothing of it where Scalekit does not take the old token any more', async () => {
    const { api, browser } = await scene()
    await browser.visit(PORTAL)
    api.valid.clear()
    expect((await browser.visit(PORTAL)).status).toBe(303)
    expect(api.tokens).toHaveLength(2)
  })
})

describe('nobody else', () => {
  test('without a session: as other pages of ours', async () => {
    const { world, api } = await scene()
    const page = await world.browser().visit(PORTAL)
    expect(page.status).toBe(401)
    expect(await page.text()).toContain('/auth/login?')
    const script = await world.fetch(new Request(PORTAL))
    expect(script.status).toBe(401)
    expect(await script.json()).toMatchObject({ code: 'login_required', login_url: expect.any(String) })
    expect(api.tokens).toEqual([])
  })

  test('without the role: says that it is a role, and not which', async () => {
    const { world, api, browser } = await scene(['viewer'])
    const response = await browser.visit(PORTAL)
    expect(response.status).toBe(403)
    expect(await shownCode(response)).toBe('access_denied')
    const html = await response.text()
    expect(html).toContain(`You are signed in as ${JANE.email}. This page needs a role that you do not have.`)
    expect(html).not.toMatch(/\badmin\b(?!-portal)/)
    expect(world.log.at(-1)?.refusal).toEqual({
      reason: 'requirement_unmet',
      unmet: [{ key: 'roles', accepted: ['admin', 'it'] }],
      who: JANE.email,
    })
    expect(api.tokens).toEqual([])
  })

  test('without an organization: says so', async () => {
    const { world, api } = await scene()
    const browser = await signInAtOpen(world, { ...JANE, organization: undefined })
    const response = await browser.visit(`${OPEN}/auth/admin-portal`)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('Your account belongs to no organization')
    expect(world.refusals.at(-1)).toBe('portal_without_organization')
    expect(api.tokens).toEqual([])
  })

  test('where it is not switched on: there is no such page', async () => {
    const { world, api, browser } = await scene()
    const { adminPortal: _, ...without } = config
    world.deploy({ config: without, fetch: api.fetch })
    expect((await browser.visit(PORTAL)).status).toBe(404)
    expect((await world.browser().visit(PORTAL)).status).toBe(404)
    expect(world.refusals.slice(-2)).toEqual(['route_unknown', 'route_unknown'])
    expect(api.tokens).toEqual([])
  })

  test('where nobody can say whether the session goes on', async () => {
    const { world, api, browser } = await scene()
    world.sessions.unreachable = true
    const response = await browser.visit(PORTAL)
    expect(response.status).toBe(503)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(api.tokens).toEqual([])
  })
})

describe('what Scalekit may answer', () => {
  const refused: [string, (api: ManagementApi) => void, number, string, string, string, boolean][] = [
    [
      'the application may not use the API',
      (api) => (api.linkAnswer = () => Response.json(apiError(7, 'PERMISSION_DENIED'), { status: 403 })),
      502,
      'scalekit_error',
      'management_refused',
      'The admin portal could not be opened',
      true,
    ],
    [
      'its credentials are wrong',
      (api) => (api.tokenAnswer = () => Response.json({ error: 'invalid_client' }, { status: 401 })),
      502,
      'scalekit_error',
      'management_refused',
      'The admin portal could not be opened',
      true,
    ],
    [
      'too many requests',
      (api) => (api.linkAnswer = () => Response.json(apiError(8, 'RATE_LIMITED'), { status: 429 })),
      503,
      'unavailable',
      'management_limited',
      'The admin portal is busy',
      false,
    ],
    [
      'nothing',
      (api) =>
        (api.linkAnswer = () => {
          throw new TypeError('Network connection lost.')
        }),
      503,
      'scalekit_unreachable',
      'management_unreachable',
      'The admin portal does not answer',
      true,
    ],
    [
      'nonsense',
      (api) => (api.linkAnswer = () => new Response('<html>')),
      503,
      'scalekit_unreachable',
      'management_unreachable',
      'The admin portal does not answer',
      true,
    ],
  ]
  test.each(refused)('%s', async (_case, break_, status, code, reason, words, isOperators) => {
    const { world, api, browser } = await scene()
    break_(api)
    const response = await browser.visit(PORTAL)
    expect(response.status).toBe(status)
    expect(await shownCode(response)).toBe(code)
    const html = await response.text()
    expect(html).toContain(words)
    expect(html.includes('For the operators of this site')).toBe(isOperators)
    expect(html).not.toContain('Sign in again')
    expect(world.refusals.at(-1)).toBe(reason)
    expect(response.headers.get('Retry-After')).toBe(
      status === 502 ? null : code === 'unavailable' ? '60' : '5',
    )
    // Whoever was signed in still is.
    expect((await browser.visit(`${DOCS}/a`)).status).toBe(200)
  })
})

test('is counted by session, apart from logins, and refused beyond the limit', async () => {
  const limited: string[] = []
  let open = true
  const limit = async ({ key }: { key: string }) => {
    limited.push(key)
    return { success: open || !key.startsWith('admin-portal:') }
  }
  const { world, api, browser } = await scene(['admin'], { env: { LOGIN_RATE_LIMIT: { limit } } })
  world.deploy({ config, fetch: api.fetch, env: { LOGIN_RATE_LIMIT: { limit } } })
  const other = world.browser()
  await world.signIn(other, `${DOCS}/a`, JANE, { claims: { idp_roles: ['admin'] } })
  limited.length = 0
  await browser.visit(PORTAL)
  await other.visit(PORTAL)
  expect(new Set(limited).size).toBe(2)
  for (const key of limited) expect(key).toMatch(/^admin-portal:[\w-]{43}$/)
  open = false
  const response = await browser.visit(PORTAL)
  expect(response.status).toBe(429)
  expect(response.headers.get('Retry-After')).toBe('60')
  expect(await shownCode(response)).toBe('rate_limited')
  expect(api.links).toHaveLength(2)

  world.deploy({ config, fetch: api.fetch, env: { GATEHOUSE_DEVELOPMENT: '1', LOGIN_RATE_LIMIT: { limit } } })
  expect((await browser.visit(PORTAL)).status).toBe(303)
})

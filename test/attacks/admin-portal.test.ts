import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, defineConfig, minutes } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { deliver, WEBHOOK_SECRET } from '../support/deliver.ts'
import { ManagementApi } from '../support/management-api.ts'
import { ACME, GLOBEX, HANK, JANE, type Person } from '../support/openid-provider.ts'
import { createWorld, DOCS, OPEN, shownCode, type World } from '../support/world.ts'

afterEach(() => reset())

const config = defineConfig({
  adminPortal: { roles: ['admin'] },
  sites: {
    'docs.example.com': { organization: ACME, upstream: assets() },
    'open.example.com': { upstream: assets() },
  },
})

const ADMIN = { claims: { idp_roles: ['admin'] } }
const portal = (site: string) => `${site}/auth/admin-portal`

interface Scene {
  readonly world: World
  readonly api: ManagementApi
}

async function scene(): Promise<Scene> {
  const world = await createWorld()
  const api = new ManagementApi(world.provider)
  world.deploy({ config, fetch: api.fetch, env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET } })
  return { world, api }
}

/** Signs somebody in on a site, as an administrator unless it is said otherwise. */
async function signIn(
  { world }: Scene,
  site: string,
  person: Person = JANE,
  changes: typeof ADMIN | { claims: Record<string, unknown> } = ADMIN,
  browser: Browser = world.browser(),
): Promise<Browser> {
  const address = `${site}/auth/login?return_to=/a&connection_id=${person.connection}`
  const { response } = await world.signIn(browser, address, person, changes)
  expect(response.status).toBe(200)
  return browser
}

/** No link was made, and the browser is sent nowhere. */
async function expectNothing({ api }: Scene, response: Response, status: number): Promise<void> {
  expect(response.status).toBe(status)
  expect(response.headers.get('Location')).toBeNull()
  expect(api.requests).toEqual([])
  expect(api.tokens).toEqual([])
}

describe('a session that has ended has no authority, although its token still opens pages', () => {
  test.each([0, minutes(6)])('signed out elsewhere, %s seconds ago', async (wait) => {
    const at = await scene()
    const browser = await signIn(at, DOCS)
    const stolen = browser.clone()
    await browser.request(`${DOCS}/auth/logout`, { method: 'POST' })
    at.world.clock.advance(wait)
    if (wait === 0) expect((await stolen.clone().visit(`${DOCS}/a`)).status).toBe(200)
    await expectNothing(at, await stolen.visit(portal(DOCS)), 401)
  })

  test.each([
    ['the person was removed', { email: JANE.email, active: false }],
    ['the role was taken away', { email: JANE.email, roles: [{ role_name: 'member' }] }],
  ])('%s', async (_case, data) => {
    const at = await scene()
    const browser = await signIn(at, DOCS)
    at.world.clock.advance(60)
    expect((await deliver(at.world, 'organization.directory.user_updated', data)).status).toBe(200)
    expect((await browser.clone().visit(`${DOCS}/a`)).status).toBe(200)
    await expectNothing(at, await browser.visit(portal(DOCS)), 401)
  })
})

describe('another customer', () => {
  test('whose administrator holds a session of a site that is somebody else’s now', async () => {
    const at = await scene()
    const browser = await signIn(at, OPEN, HANK)
    const pinned = { 'open.example.com': { organization: ACME, upstream: assets() } }
    at.world.deploy({ config: { ...config, sites: pinned }, fetch: at.api.fetch })
    const response = await browser.visit(portal(OPEN))
    expect(await shownCode(response)).toBe('organization_mismatch')
    await expectNothing(at, response, 403)
  })

  test('cannot be named by the query, the path or a header', async () => {
    const at = await scene()
    const browser = await signIn(at, OPEN, HANK)
    const query = `organization_id=${ACME}&organization=${ACME}&org=${ACME}`
    const response = await browser.visit(`${portal(OPEN)}?${query}`, {
      headers: { 'X-Forwarded-Organization': ACME, 'X-Organization-Id': ACME },
    })
    expect(response.headers.get('Location')).toContain(GLOBEX)
    expect(at.api.requests).toHaveLength(1)
    expect((await browser.visit(`${portal(OPEN)}/${ACME}`)).status).toBe(404)
    expect(at.api.requests).toHaveLength(1)
  })

  test('is not opened by the role that somebody has at the first', async () => {
    const at = await scene()
    const browser = await signIn(at, OPEN, HANK)
    await signIn(at, OPEN, JANE, { claims: { idp_roles: ['viewer'] } }, browser)
    await expectNothing(at, await browser.visit(portal(OPEN)), 403)
    expect(at.world.log.at(-1)?.refusal).toMatchObject({ reason: 'requirement_unmet', who: JANE.email })
  })

  test('is not opened with the cookies of another host', async () => {
    const at = await scene()
    const browser = await signIn(at, OPEN, HANK)
    const Cookie = browser.cookies.header(new URL(OPEN), { crossSite: false, topLevelRead: true }) ?? ''
    await expectNothing(at, await at.world.browser().visit(portal(DOCS), { headers: { Cookie } }), 401)
  })

  test.each(['org_1/../org_20001', '..', '../organizations', 'org_1?x=', 'usr_1', 'org_1%2f..'])(
    'cannot be reached by an organization that is called %s',
    async (oid) => {
      const at = await scene()
      const browser = await signIn(at, OPEN, JANE, { claims: { idp_roles: ['admin'], oid } })
      await expectNothing(at, await browser.visit(portal(OPEN)), 403)
      expect(at.world.refusals.at(-1)).toBe('portal_without_organization')
    },
  )
})

describe('a page of anybody’s', () => {
  test.each<[string, Record<string, string>]>([
    ['fetches it', { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' }],
    ['fetches it without reading the answer', { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'empty' }],
    ['shows it as an image', { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' }],
    ['shows it in a frame', { 'Sec-Fetch-Dest': 'iframe' }],
    ['shows it in a frame of old', { 'Sec-Fetch-Dest': 'frame' }],
    ['shows it as an object', { 'Sec-Fetch-Dest': 'object' }],
    ['fetches it ahead', { 'Sec-Purpose': 'prefetch' }],
    ['renders it ahead', { 'Sec-Purpose': 'prefetch;prerender' }],
    ['fetches it ahead, in an older browser', { Purpose: 'prefetch' }],
  ])('that %s has no link made', async (_case, headers) => {
    const at = await scene()
    const browser = await signIn(at, DOCS)
    for (const from of ['same-origin', 'cross-site'] as const)
      await expectNothing(at, await browser.visit(portal(DOCS), { from, headers }), 400)
    expect(at.world.refusals).toEqual(['not_a_navigation', 'not_a_navigation'])
  })

  test('shows it in a frame, where the site is made for frames', async () => {
    const at = await scene()
    const site = { upstream: assets(), embeddedIn: ['https://evil.example'] }
    at.world.deploy({ config: { ...config, sites: { 'open.example.com': site } }, fetch: at.api.fetch })
    const browser = await signIn(at, OPEN)
    const headers = { 'Sec-Fetch-Dest': 'iframe' }
    await expectNothing(at, await browser.visit(portal(OPEN), { from: 'cross-site', headers }), 400)
  })

  test.each(['HEAD', 'POST'] as const)('sends %s', async (method) => {
    const at = await scene()
    const browser = await signIn(at, DOCS)
    await expectNothing(at, await browser.visit(portal(DOCS), { method, from: 'same-origin' }), 405)
  })
})

test.each([
  'http://portal.evil.example/',
  'javascript:alert(document.domain)',
  'https://scalekit.example@evil.example/',
  'https://:secret@evil.example/',
  'data:text/html,<script>1</script>',
  '//evil.example/',
  'https://',
])('a link that leads to %s is followed by nobody, and written down nowhere', async (location) => {
  const at = await scene()
  const browser = await signIn(at, DOCS)
  at.api.linkAnswer = () => Response.json({ link: { id: 'lnk_1', location } })
  const response = await browser.visit(portal(DOCS))
  expect(response.status).toBe(503)
  expect(response.headers.get('Location')).toBeNull()
  const seen = `${await response.text()} ${JSON.stringify(at.world.log)}`
  expect(seen).not.toMatch(/evil|alert|secret@|data:text/)
  expect(at.world.refusals).toEqual(['management_unreachable'])
})

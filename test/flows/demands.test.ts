import { describe, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import { ACME, GLOBEX, HANK, JANE, type Person } from '../support/openid-provider.ts'
import {
  CONNECTION_SITE,
  createWorld,
  DOCS,
  GLOBEX_SITE,
  OPEN,
  shownCode,
  type World,
} from '../support/world.ts'

const SESSION = '__Host-gh-session'

async function expectMismatch(
  world: World,
  address: string,
  person: Person,
  code: 'organization_mismatch' | 'connection_mismatch',
): Promise<void> {
  const browser = world.browser()
  const { response } = await world.signIn(browser, address, person)
  expect(response.status).toBe(403)
  expect(await shownCode(response)).toBe(code)
  expect(world.refusals).toEqual([code])
  expect(browser.cookie(address, SESSION)).toBeUndefined()
  expect(world.sessions.calls).toEqual([])
}

describe('an organization that the site demands', () => {
  test('another one is refused at the callback, and the page does not name the one that is right', async () => {
    const world = await createWorld()
    const { response } = await world.signIn(world.browser(), `${DOCS}/a`, HANK)
    expect(await shownCode(response)).toBe('organization_mismatch')
    expect(await response.text()).not.toMatch(/org_2000/)
  })

  test('no organization at all, as after a social login, is refused', async () =>
    expectMismatch(
      await createWorld(),
      `${DOCS}/a`,
      { ...JANE, organization: undefined },
      'organization_mismatch',
    ))

  test('the query cannot override it', async () => {
    const world = await createWorld()
    const location = await world.beginLogin(
      world.browser(),
      `${DOCS}/auth/login?organization_id=${GLOBEX}&domain_hint=globex.example&provider=google`,
    )
    const asked = new URL(location).searchParams
    expect(asked.get('organization_id')).toBe(ACME)
    expect(asked.has('domain')).toBe(false)
    expect(asked.has('provider')).toBe(false)
  })

  test('a connection of another organization in the query leads to a refusal, not to a session', async () =>
    expectMismatch(
      await createWorld(),
      `${DOCS}/auth/login?connection_id=${HANK.connection}`,
      HANK,
      'organization_mismatch',
    ))

  test('is asked for on every request: a session from before the demand does not pass (CVE-2021-41230)', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${OPEN}/auth/login?organization_id=${GLOBEX}&return_to=/a`, HANK)
    expect((await browser.open(`${OPEN}/a`)).response.status).toBe(200)
    world.deploy({
      config: defineConfig({ sites: { 'open.example.com': { organization: ACME, upstream: assets() } } }),
    })
    const { response } = await browser.open(`${OPEN}/a`)
    expect(response.status).toBe(403)
    expect(await shownCode(response)).toBe('organization_mismatch')
  })
})

describe('a connection that the site demands', () => {
  test('is asked for, and nothing else', async () => {
    const world = await createWorld()
    const location = await world.beginLogin(
      world.browser(),
      `${CONNECTION_SITE}/auth/login?connection_id=conn_99&organization_id=${ACME}`,
    )
    const asked = new URL(location).searchParams
    expect(asked.get('connection_id')).toBe(HANK.connection)
    expect(asked.has('organization_id')).toBe(false)
  })

  test('the right one is let in', async () => {
    const world = await createWorld()
    expect((await world.signIn(world.browser(), `${CONNECTION_SITE}/a`, HANK)).response.status).toBe(200)
  })

  test('another one is refused', async () =>
    expectMismatch(await createWorld(), `${CONNECTION_SITE}/a`, JANE, 'connection_mismatch'))

  test('is asked for on every request', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${OPEN}/auth/login?organization_id=${GLOBEX}&return_to=/a`, HANK)
    world.deploy({
      config: defineConfig({ sites: { 'open.example.com': { connection: 'conn_1', upstream: assets() } } }),
    })
    expect((await browser.open(`${OPEN}/a`)).response.status).toBe(403)
  })
})

describe('what only the query asks for', () => {
  test('an organization has to come back', async () =>
    expectMismatch(
      await createWorld(),
      `${OPEN}/auth/login?organization_id=${ACME}`,
      HANK,
      'organization_mismatch',
    ))

  test('a connection has to come back', async () =>
    expectMismatch(
      await createWorld(),
      `${OPEN}/auth/login?connection_id=${JANE.connection}`,
      HANK,
      'connection_mismatch',
    ))

  test('the right one is let in', async () => {
    const world = await createWorld()
    const page = await world.signIn(
      world.browser(),
      `${OPEN}/auth/login?organization_id=${GLOBEX}&return_to=/a`,
      HANK,
    )
    expect(page.url).toBe(`${OPEN}/a`)
  })
})

test("a customer's member is not let into another customer's site (authkit-nextjs 4.1.3)", async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`, JANE)
  const { leavesTo } = await browser.open(`${GLOBEX_SITE}/a`)
  expect(new URL(leavesTo ?? '').searchParams.get('organization_id')).toBe(GLOBEX)
  const callback = world.provider.authorize(leavesTo ?? '', JANE)
  expect(await shownCode((await world.finishLogin(browser, callback)).response)).toBe('organization_mismatch')
})

import { expect, test } from 'vitest'
import { ACME, HANK } from '../support/openid-provider.ts'
import { createWorld, DOCS, OPEN, shownCode } from '../support/world.ts'

test.each([1, 2])('a record that KV shows at attempt %i plus one is waited for', async (missing) => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a?b=c`))
  world.kv.missingReads = missing
  const page = await world.finishLogin(browser, callback)
  expect(page.url).toBe(`${DOCS}/a?b=c`)
  expect(page.response.status).toBe(200)
  expect(world.waits).toEqual([150, 400].slice(0, missing))
  expect(world.log.map(({ event }) => event)).toEqual(['login_started', 'login_succeeded'])
})

test('a record that does not come starts the login again, once, without a word, and keeps the deep link', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a?b=c`))
  world.kv.missingReads = 3
  const { leavesTo = '' } = await world.finishLogin(browser, callback)
  expect(new URL(leavesTo).searchParams.get('organization_id')).toBe(ACME)
  expect(new URL(leavesTo).searchParams.get('state')).not.toBe(new URL(callback).searchParams.get('state'))
  expect(world.provider.count('/oauth/token')).toBe(0)

  const page = await world.finishLogin(browser, world.provider.authorize(leavesTo))
  expect(page.url).toBe(`${DOCS}/a?b=c`)
  expect(world.log.map(({ event }) => event)).toEqual(['login_started', 'login_restarted', 'login_succeeded'])
  expect(browser.cookies.of(new URL(DOCS)).map(({ name }) => name)).toEqual([
    '__Host-gh-session',
    '__Host-gh-refresh',
  ])
})

test('a login that is started again keeps its selectors and prompt', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const asked = 'login_hint=jane%40acme.example&prompt=login&return_to=%2Fa'
  const callback = world.provider.authorize(await world.beginLogin(browser, `${OPEN}/auth/login?${asked}`))
  world.kv.missingReads = 3
  const { leavesTo = '' } = await world.finishLogin(browser, callback)
  const again = new URL(leavesTo).searchParams
  expect(again.get('login_hint')).toBe('jane@acme.example')
  expect(again.get('prompt')).toBe('login')
})

test('a deep link too long for the cookie is given up, but not the organization that was asked for', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const asked = `organization_id=${ACME}&return_to=/${'x'.repeat(700)}`
  const location = await world.beginLogin(browser, `${OPEN}/auth/login?${asked}`)
  world.kv.missingReads = 3
  const { leavesTo = '' } = await world.finishLogin(browser, world.provider.authorize(location))
  expect(new URL(leavesTo).searchParams.get('organization_id')).toBe(ACME)
  const page = await world.finishLogin(browser, world.provider.authorize(leavesTo, HANK))
  expect(await shownCode(page.response)).toBe('organization_mismatch')
})

test('where nothing of what was asked for fits into the cookie, the login is not started again for nobody', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const asked = `login_hint=${'ж'.repeat(200)}@acme.example&prompt=login`
  const location = await world.beginLogin(browser, `${OPEN}/auth/login?${asked}`)
  world.kv.missingReads = 3
  const { leavesTo, response } = await world.finishLogin(browser, world.provider.authorize(location))
  expect(leavesTo).toBeUndefined()
  expect([response.status, await shownCode(response)]).toEqual([400, 'login_unknown'])
})

test('the second time in a row is explained, with a link that keeps the page that was wanted', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const first = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a?b=c`))
  world.kv.missingReads = 6
  const { leavesTo = '' } = await world.finishLogin(browser, first)
  const { response } = await world.finishLogin(browser, world.provider.authorize(leavesTo))
  expect(response.status).toBe(400)
  expect(await shownCode(response)).toBe('login_unknown')
  expect(await response.text()).toContain('/auth/login?return_to=%2Fa%3Fb%3Dc')
  expect(world.refusals).toEqual(['transaction_unknown'])
  expect(browser.cookies.ofUse(new URL(DOCS))).toEqual([])
})

test('a KV that cannot delete does not keep anybody from signing in', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a`))
  world.kv.failing = 'delete'
  expect((await world.finishLogin(browser, callback)).url).toBe(`${DOCS}/a`)
})

test('a record that could not be deleted is of no use to a browser without its cookie', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a`))
  world.kv.failing = 'delete'
  await world.finishLogin(browser, callback)
  const { response } = await world.finishLogin(world.browser(), callback)
  expect(response.status).toBe(400)
  expect(response.headers.getSetCookie()).toEqual([])
})

test('a KV that takes no key set still lets people in', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a`))
  world.kv.failing = 'put'
  expect((await world.finishLogin(browser, callback)).response.status).toBe(200)
})

test.each(['put', 'get'] as const)(
  'a KV that fails at %s answers 503, and nobody is let in',
  async (operation) => {
    const world = await createWorld()
    const browser = world.browser()
    const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a`))
    world.kv.failing = operation
    const { response } = await browser.open(operation === 'put' ? `${DOCS}/a` : callback)
    expect(response.status).toBe(503)
    expect(await shownCode(response)).toBe('unavailable')
    expect(response.headers.get('Retry-After')).toBe('5')
    expect(browser.cookie(DOCS, '__Host-gh-session')).toBeUndefined()
  },
)

test('a registry out of reach answers 503, and nobody is let in', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a`))
  world.sessions.unreachable = true
  const { response } = await world.finishLogin(browser, callback)
  expect(response.status).toBe(503)
  expect(world.refusals).toEqual(['registry_unreachable'])
  expect(browser.cookie(DOCS, '__Host-gh-session')).toBeUndefined()
})

test('a key set in KV that is not one is fetched anew', async () => {
  for (const rubbish of ['{"keys":[]}', '{}', 'not JSON']) {
    const world = await createWorld()
    await world.kv.inside.put(`jwks:${world.provider.issuer}`, rubbish)
    expect((await world.signIn(world.browser(), `${DOCS}/a`)).response.status).toBe(200)
  }
})

import { expect, test } from 'vitest'
import { createWorld, DOCS } from './world.ts'

test('a login on a cold isolate costs one KV put, get and delete, one token request, one key set, one registry call', async () => {
  const world = await createWorld()
  await world.signIn(world.browser(), `${DOCS}/a`)
  expect(world.kv.on('login:')).toEqual(['put', 'get', 'delete'])
  expect(world.kv.on('jwks:')).toEqual(['get', 'put'])
  expect(world.provider.requests).toEqual(['/oauth/token', '/keys'])
  expect(world.sessions.calls).toEqual([expect.stringMatching(/^open /)])
  expect(world.waits).toEqual([])
})

test('a second login on the same isolate fetches no key set and does not look for one', async () => {
  const world = await createWorld()
  await world.signIn(world.browser(), `${DOCS}/a`)
  const before = world.kv.operations.length
  await world.signIn(world.browser(), `${DOCS}/b`)
  expect(world.provider.count('/keys')).toBe(1)
  expect(world.kv.operations.slice(before).map((operation) => operation.split(':')[0])).toEqual([
    'put login',
    'get login',
    'delete login',
  ])
})

test('a further isolate takes the key set from KV', async () => {
  const world = await createWorld()
  await world.signIn(world.browser(), `${DOCS}/a`)
  world.deploy()
  await world.signIn(world.browser(), `${DOCS}/b`)
  expect(world.provider.count('/keys')).toBe(1)
  expect(world.kv.on('jwks:')).toEqual(['get', 'put', 'get'])
})

test('a page with a session costs no storage, no registry and no subrequest but the page itself', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`)
  const [kv, calls, requests, pages] = [
    world.kv.operations.length,
    world.sessions.calls.length,
    world.provider.requests.length,
    world.pages.requests.length,
  ]
  for (const path of ['/b', '/c?d=e', '/auth/session'])
    expect((await browser.open(DOCS + path)).response.status).toBe(200)
  expect(world.kv.operations).toHaveLength(kv)
  expect(world.sessions.calls).toHaveLength(calls)
  expect(world.provider.requests).toHaveLength(requests)
  expect(world.pages.requests).toHaveLength(pages + 2)
  expect(world.limited).toHaveLength(2)
})

test('a page for everybody, and the answer to somebody without a session, cost nothing', async () => {
  const world = await createWorld()
  const browser = world.browser()
  expect((await browser.visit(`${DOCS}/`)).status).toBe(200)
  expect((await browser.visit(`${DOCS}/private`)).status).toBe(302)
  expect((await browser.request(`${DOCS}/private`)).status).toBe(401)
  expect(world.kv.operations).toEqual([])
  expect(world.sessions.calls).toEqual([])
  expect(world.provider.requests).toEqual([])
  expect(world.limited).toEqual([])
})

test('a callback that nobody here began costs no storage and no subrequest', async () => {
  const world = await createWorld()
  const { response } = await world.browser().open(`${DOCS}/auth/callback?code=c&state=${'s'.repeat(43)}`)
  expect(response.status).toBe(400)
  expect(world.kv.operations).toEqual([])
  expect(world.provider.requests).toEqual([])
})

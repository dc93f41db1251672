import { expect, test } from 'vitest'
import { defineConfig, type Rule, type Upstream } from '../../src/config.ts'
import { ACME } from '../support/openid-provider.ts'
import { createWorld, type World } from '../support/world.ts'

/** A single-page app stands in for every page that does not exist: it must not be had by a page that is open to more people. */

const SITE = 'https://app.example.com'
const HOME = 'the app of those who may see it'

async function singlePageApp(rules: readonly Rule[]): Promise<World> {
  const upstream: Upstream = { kind: 'assets', spa: true }
  const config = defineConfig({ sites: { 'app.example.com': { organization: ACME, upstream, rules } } })
  const world = await createWorld()
  world.deploy({ config })
  world.pages.answer = ({ url }) =>
    new URL(url).pathname === '/' ? new Response(HOME) : new Response('no such file', { status: 404 })
  return world
}

test.each([
  ['opened', {}],
  ['asked for as if it were a WebSocket', { Upgrade: 'websocket' }],
])('by an open page that does not exist, %s, nobody gets the app', async (_how, headers) => {
  const world = await singlePageApp([{ path: '/open/*', access: 'public' }])
  const response = await world.fetch(new Request(`${SITE}/open/nothing`, { headers }))
  expect(await response.text()).not.toContain(HOME)
  expect(response.status).toBe(401)
})

test.each([
  ['opened', {}],
  ['asked for as if it were a WebSocket', { Upgrade: 'websocket' }],
])('by a page that does not exist, %s, a person does not get the app of others', async (_how, headers) => {
  const world = await singlePageApp([{ path: '/', require: { roles: ['admin'] } }])
  const browser = world.browser()
  await world.signIn(browser, `${SITE}/nothing`)
  const response = await browser.request(`${SITE}/nothing`, { headers })
  expect(await response.text()).not.toContain(HOME)
  expect(response.status).toBe(403)
})

test('a session that is renewed on the way to an app that is open to everybody arrives', async () => {
  const world = await singlePageApp([{ path: '/', access: 'public' }])
  const browser = world.browser()
  await world.signIn(browser, `${SITE}/orders`)
  world.clock.advance(6 * 60)
  const response = await browser.visit(`${SITE}/orders`)
  expect(await response.text()).toBe(HOME)
  expect(response.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
    '__Host-gh-session',
    '__Host-gh-refresh',
  ])
})

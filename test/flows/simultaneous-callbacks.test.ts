import { reset } from 'cloudflare:test'
import { afterEach, expect, test } from 'vitest'
import type { EpochSeconds } from '../../src/base/time.ts'
import type { Browser } from '../support/browser.ts'
import { ACME, JANE } from '../support/openid-provider.ts'
import { createWorld, DOCS, shownCode, type World } from '../support/world.ts'

afterEach(() => reset())

/** Comes back twice at the same moment, as a tab that is loaded again while it waits. Both requests have the same cookies. */
async function comeBackTwice(world: World, browser: Browser, start: string) {
  const callback = world.provider.authorize(await world.beginLogin(browser, start))
  const pages = await Promise.all([
    world.finishLogin(browser, callback),
    world.finishLogin(browser, callback),
  ])
  // Otherwise the second found no record, which is another story.
  expect(world.provider.count('/oauth/token')).toBe(2)
  expect(world.refusals.filter((reason) => reason !== 'code_rejected')).toEqual([])
  return pages
}

const sessions = (world: World) =>
  world.sessions.inside
    .getByName(ACME)
    .sessionsOf(`${JANE.connection};${JANE.user}`, world.clock.seconds as EpochSeconds)

test('of two callbacks at once one signs in, and no second session is left over', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const pages = await comeBackTwice(world, browser, `${DOCS}/a`)
  expect(pages.map(({ response }) => response.status).sort()).toEqual([200, 400])
  const refused = pages.find(({ response }) => response.status === 400)
  expect(refused && (await shownCode(refused.response))).toBe('code_rejected')
  expect(await sessions(world)).toHaveLength(1)
  // The refused one has taken nothing from the browser.
  expect((await browser.open(`${DOCS}/a`)).response.status).toBe(200)
})

test('who is signed in goes on to the page from both', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`)
  world.provider.requests.length = 0
  const pages = await comeBackTwice(world, browser, `${DOCS}/auth/login?prompt=login&return_to=/b`)
  expect(pages.map(({ url, response }) => [url, response.status])).toEqual([
    [`${DOCS}/b`, 200],
    [`${DOCS}/b`, 200],
  ])
  expect(await sessions(world)).toHaveLength(1)
  expect((await browser.open(`${DOCS}/a`)).response.status).toBe(200)
})

test('a callback that comes again, with its record still there, leads a signed-in person on', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a`))
  const binding = browser.cookies.of(new URL(DOCS)).find(({ name }) => name.startsWith('__Host-gh-login-'))
  world.kv.failing = 'delete'
  await world.finishLogin(browser, callback)
  browser.cookies.plant(new URL(DOCS), binding?.name ?? '', binding?.value ?? '')
  expect((await world.finishLogin(browser, callback)).url).toBe(`${DOCS}/a`)
  expect(world.provider.count('/oauth/token')).toBe(2)
  expect(world.refusals).toEqual([])
})

import { expect, test } from 'vitest'
import { createWorld, DOCS } from '../support/world.ts'

const toss = (count: number) =>
  Array.from({ length: count }, (_, at) => `__Host-gh-login-${at.toString(36)}=x`).join('; ')

test('600 login cookies that a page tossed at the site do not make an answer of 600 Set-Cookie', async () => {
  const world = await createWorld()
  const response = await world.fetch(
    new Request(`${DOCS}/auth/login`, { headers: { Cookie: toss(600), 'Sec-Fetch-Mode': 'navigate' } }),
  )
  expect(response.status).toBe(302)
  const deleted = response.headers
    .getSetCookie()
    .filter((line) => line.includes('gh-login-') && line.includes('Max-Age=0'))
  expect(deleted).toHaveLength(10)
  const size = response.headers.getSetCookie().join('\n').length
  expect(size).toBeLessThan(3000)
})

test('tossed cookies are all gone after a few logins, and the browser’s own logins stay', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const kept = [await world.beginLogin(browser, `${DOCS}/a`), await world.beginLogin(browser, `${DOCS}/b`)]
  for (let at = 0; at < 25; at += 1) browser.cookies.plant(new URL(DOCS), `__Host-gh-login-junk${at}`, 'x')
  world.clock.advance(60)
  for (let login = 0; login < 3; login += 1) {
    kept.push(await world.beginLogin(browser, `${DOCS}/c${login}`))
    world.clock.advance(60)
  }
  expect(browser.cookies.of(new URL(DOCS)).filter(({ name }) => name.includes('gh-login-'))).toHaveLength(5)
  for (const location of kept)
    expect((await world.finishLogin(browser, world.provider.authorize(location))).response.status).toBe(200)
})

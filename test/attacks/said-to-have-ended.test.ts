import { expect, test } from 'vitest'
import { createWorld, DOCS } from '../support/world.ts'

const SAID = /<p class="done"[^>]*>([^<]*)</

async function signedIn() {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`)
  const cookies = `__Host-gh-session=${browser.cookie(DOCS, '__Host-gh-session')}`
  const open = (path: string, ended: string) =>
    browser.visit(DOCS + path, { headers: { Cookie: `${cookies}; ${ended}` } })
  return { open }
}

test.each([
  '__Host-gh-ended=0',
  '__Host-gh-ended=-1',
  '__Host-gh-ended=1e3',
  '__Host-gh-ended=99999',
  '__Host-gh-ended=<b>1</b>',
  '__Host-gh-ended=１',
  // What another host of the domain can set.
  'gh-ended=3',
  '__Secure-gh-ended=3',
  '__host-gh-ended=3',
])('a made-up cookie has the list say nothing: %s', async (cookie) => {
  const { open } = await signedIn()
  const response = await open('/auth/sessions', cookie)
  expect(response.status).toBe(200)
  expect(SAID.exec(await response.text())).toBeNull()
})

test('of a number that holds it says only that, once', async () => {
  const { open } = await signedIn()
  const response = await open('/auth/sessions', '__Host-gh-ended=3')
  expect(SAID.exec(await response.text())?.[1]).toMatch(/^3 /)
  expect(response.headers.getSetCookie().join()).toMatch(/__Host-gh-ended=;.*Max-Age=0/)
})

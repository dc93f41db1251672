import { describe, expect, test } from 'vitest'
import type { Browser, Initiator } from '../support/browser.ts'
import { createWorld, DOCS, type World } from '../support/world.ts'

const EVERYWHERE = `${DOCS}/auth/logout?everywhere=1`

/** Somebody with a session in each of two browsers. */
async function signedInTwice(): Promise<{ world: World; here: Browser; other: Browser }> {
  const world = await createWorld()
  const [here, other] = [world.browser(), world.browser()]
  await world.signIn(here, `${DOCS}/a`)
  await world.signIn(other, `${DOCS}/a`)
  return { world, here, other }
}

/** Whether the registry still renews the session of a browser. */
async function goesOn(world: World, browser: Browser): Promise<boolean> {
  world.clock.advance(5 * 60)
  return (await browser.request(`${DOCS}/a`)).status === 200
}

describe('a link signs nobody out everywhere: it asks first', () => {
  // A link in an e-mail, a chat or a document looks as if it were typed.
  test.each(['none', 'same-origin', 'same-site', 'cross-site'] as Initiator[])(
    'with Sec-Fetch-Site: %s',
    async (from) => {
      const { world, here, other } = await signedInTwice()
      const response = await here.visit(EVERYWHERE, { from })
      expect(response.status).toBe(200)
      expect(response.headers.getSetCookie()).toEqual([])
      expect(response.headers.get('Cache-Control')).toBe('no-store')
      const html = await response.text()
      expect(html).toContain('<form method="post" action="/auth/logout">')
      expect(html).toMatch(/<input type="hidden" name="everywhere" value="1"\/?>/)
      expect(await goesOn(world, here)).toBe(true)
      expect(await goesOn(world, other)).toBe(true)
    },
  )

  test.each(['everywhere=1&everywhere=0', 'a=b&everywhere=1', 'everywhere=%31'])(
    'however it is written: %s',
    async (query) => {
      const { world, here, other } = await signedInTwice()
      expect((await here.visit(`${DOCS}/auth/logout?${query}`)).status).toBe(200)
      expect(await goesOn(world, other)).toBe(true)
    },
  )
})

test('the page is one click away from what it says', async () => {
  const { world, here, other } = await signedInTwice()
  const html = await (await here.visit(EVERYWHERE)).text()
  const action = /<form method="post" action="([^"]*)">/.exec(html)?.[1]
  const { leavesTo } = await here.open(new URL(action ?? '', DOCS).href, {
    method: 'POST',
    from: 'same-origin',
    body: 'everywhere=1',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: DOCS },
  })
  expect(leavesTo).toMatch(/\/oidc\/logout\?.*state=others-0/)
  expect(await goesOn(world, other)).toBe(false)
})

test.each([
  ['in the query', EVERYWHERE, ''],
  ['in the form', `${DOCS}/auth/logout`, 'everywhere=1'],
])('a form of the site itself ends everything at once, with the wish %s', async (_case, address, body) => {
  const { world, here, other } = await signedInTwice()
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: DOCS }
  const response = await here.visit(address, { method: 'POST', from: 'same-origin', body, headers })
  expect(response.status).toBe(303)
  expect(await goesOn(world, other)).toBe(false)
})

describe('the page that asks', () => {
  test.each(['none', 'cross-site'] as Initiator[])(
    'says what will end, and nothing of where the person came from, which nobody knows (%s)',
    async (from) => {
      const { here } = await signedInTwice()
      const html = await (await here.visit(EVERYWHERE, { from })).text()
      expect(html).toContain('<h1>Sign out everywhere?</h1>')
      expect(html).toContain('all your sessions')
      expect(html).toContain('in every browser')
      expect(html).not.toContain('You came here from another site')
    },
  )

  test('says so of one session too', async () => {
    const { here } = await signedInTwice()
    const html = await (await here.visit(`${DOCS}/auth/logout`, { from: 'cross-site' })).text()
    expect(html).toContain('<h1>Sign out of this site?</h1>')
    expect(html).toContain('This ends your session on this site, in this browser.')
    expect(html).not.toContain('everywhere')
    expect(html).not.toContain('You came here from another site')
  })
})

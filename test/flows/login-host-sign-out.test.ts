import { describe, expect, test } from 'vitest'
import { minutes } from '../../src/base/time.ts'
import { ACME_SITE, LOGIN, manyHosts, WIKI } from '../support/many-hosts.ts'

const sessionOf = async (browser: { request: (address: string) => Promise<Response> }, site: string) => {
  const response = await browser.request(`${site}/auth/session`)
  return response.ok ? ((await response.json()) as { user: { email: string; roles: string[] } }) : undefined
}

describe('signing out where a login host signs in', () => {
  async function everywhereSignedIn() {
    const hosts = await manyHosts()
    const browser = hosts.world.browser()
    await hosts.signIn(browser, `${ACME_SITE}/a`)
    await hosts.roam(browser, `${WIKI}/b`)
    return { ...hosts, browser }
  }

  test('of one host ends that one, and its page says where the person is signed in still', async () => {
    const { browser, roam, world } = await everywhereSignedIn()
    const page = await roam(browser, `${WIKI}/auth/logout`)
    expect(new URL(page.url).pathname).toBe('/auth/signed-out')
    const html = await page.response.text()
    expect(html).toContain('still signed in at login.example.com')
    expect(html).toContain(`href="${LOGIN}/auth/logout"`)
    expect(await sessionOf(browser, WIKI)).toBeUndefined()
    expect(await sessionOf(browser, ACME_SITE)).toBeDefined()
    expect(world.log.at(-1)).toMatchObject({ event: 'logout', everywhere: false })
  })

  test('everywhere ends all, and then Scalekit, by way of the login host', async () => {
    const { browser, roam, world } = await everywhereSignedIn()
    const page = await roam(browser, `${WIKI}/auth/logout`, {
      from: 'same-origin',
      method: 'POST',
      body: new URLSearchParams({ everywhere: '1' }),
    })
    const { searchParams, pathname } = new URL(page.leavesTo ?? '')
    expect(pathname).toBe('/oidc/logout')
    expect(searchParams.get('post_logout_redirect_uri')).toBe(`${LOGIN}/auth/signed-out`)
    const end = `${LOGIN}/auth/signed-out?${new URLSearchParams({ state: searchParams.get('state') ?? '' })}`
    expect(await (await browser.visit(end, { from: 'cross-site' })).text()).toContain(`href="${WIKI}/"`)
    world.clock.advance(minutes(5))
    for (const site of [WIKI, ACME_SITE, LOGIN]) expect(await sessionOf(browser, site), site).toBeUndefined()
    expect((await roam(browser, `${ACME_SITE}/a`)).leavesTo).toBeDefined()
  })

  test('at the login host has a way back to the site that it began at, whichever way it went', async () => {
    const { browser, roam } = await everywhereSignedIn()
    const link = `href="${WIKI}/"`
    const asked = await browser.visit(`${LOGIN}/auth/logout`, {
      from: 'cross-site',
      headers: { Referer: `${WIKI}/` },
    })
    expect(await asked.text()).toContain('<input type="hidden" name="from" value="wiki.example.com"/>')
    const left = async (address: string, body: Record<string, string>) => {
      const { leavesTo = '' } = await roam(browser, address, {
        from: 'same-origin',
        method: 'POST',
        body: new URLSearchParams(body),
      })
      const { searchParams } = new URL(leavesTo)
      const state = searchParams.get('state') ?? ''
      return { state, address: `${searchParams.get('post_logout_redirect_uri')}?state=${state}` }
    }
    const first = await left(`${LOGIN}/auth/logout`, { from: 'wiki.example.com' })
    expect(await (await browser.visit(first.address, { from: 'cross-site' })).text()).toContain(link)

    await roam(browser, `${WIKI}/b`)
    const forged = first.state.replace('wiki.', 'acme.')
    for (const state of ['others-0', 'others-0.wiki.example.com', forged]) {
      const page = await (await browser.visit(`${LOGIN}/auth/signed-out?state=${state}`)).text()
      expect(page, state).toContain('Open the site that you want to use')
      expect(page, state).not.toContain(link)
      expect(page, state).not.toContain('acme.example.com')
    }
  })

  test.each(['evil.example', 'login.example.com', 'docs.example.com:443', '//evil.example'])(
    'at the login host leads back to no site but its own (%s)',
    async (from) => {
      const { browser, roam } = await everywhereSignedIn()
      const asked = await browser.visit(`${LOGIN}/auth/logout`, {
        from: 'cross-site',
        headers: { Referer: `https://${from}/` },
      })
      expect(await asked.text()).not.toContain('name="from"')
      const page = await roam(browser, `${LOGIN}/auth/logout`, {
        from: 'same-origin',
        method: 'POST',
        body: new URLSearchParams({ from }),
      })
      expect(new URL(page.leavesTo ?? '').searchParams.get('state')).toBe('others-0')
    },
  )

  test('of the login host ends what it opened', async () => {
    const { browser, roam, world } = await everywhereSignedIn()
    await roam(browser, `${LOGIN}/auth/logout`)
    world.clock.advance(minutes(5))
    for (const site of [WIKI, ACME_SITE, LOGIN]) expect(await sessionOf(browser, site), site).toBeUndefined()
  })

  test('the login host lists where somebody is signed in, and ends one of them', async () => {
    const { browser, world } = await everywhereSignedIn()
    const listed = await browser.request(`${LOGIN}/auth/sessions`)
    const { sessions } = (await listed.json()) as { sessions: { id: string; host: string }[] }
    expect(sessions.map(({ host }) => host).sort()).toEqual(
      ['acme.example.com', 'login.example.com', 'wiki.example.com'].sort(),
    )
    const { id = '' } = sessions.find(({ host }) => host === 'wiki.example.com') ?? {}
    const ended = await browser.request(`${LOGIN}/auth/sessions/end`, {
      method: 'POST',
      body: new URLSearchParams({ id }),
    })
    expect(ended.status).toBe(200)
    world.clock.advance(minutes(5))
    expect(await sessionOf(browser, WIKI)).toBeUndefined()
    expect(await sessionOf(browser, ACME_SITE)).toBeDefined()
  })
})

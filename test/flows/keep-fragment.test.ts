import { describe, expect, test } from 'vitest'
import { assets, defineConfig, minutes } from '../../src/config.ts'
import type { Browser, NavigationOptions } from '../support/browser.ts'
import { honoWorld, CONFIG as IN_APP, page as inApp, SITE } from '../support/hono-world.ts'
import { KV_CONFIG, KV_SITE, putSite } from '../support/kv-sites.ts'
import { ACME, HANK, JANE } from '../support/openid-provider.ts'
import { APP, createWorld, DOCS, shownCode, type World } from '../support/world.ts'

const PORTAL = 'https://portal.example.com'

const config = defineConfig({
  sites: {
    'docs.example.com': {
      organization: ACME,
      upstream: assets(),
      keepFragment: true,
      rules: [
        { path: '/public/*', access: 'public' },
        { path: '/money/*', access: 'authenticated', maxAge: minutes(15) },
      ],
    },
    'app.example.com': { organization: ACME, upstream: assets(), keepFragment: true, embeddedIn: [PORTAL] },
    'open.example.com': { upstream: assets(), keepFragment: true },
  },
})

const keepingWorld = () => createWorld({ config })

/** Where the page leads by itself, by each of its three ways: script, `<noscript>`, link. */
function waysOn(html: string): string[] {
  const ways = [/data-next="([^"]*)"/, /content="0; url=([^"]*)"/, /<a href="([^"]*)"/]
  return ways.map((way) => (way.exec(html)?.[1] ?? '').replaceAll('&amp;', '&'))
}

/** What the browser does with the page: the address of the login, with the fragment as the script puts it there. */
async function scriptOf(response: Response, fragment: string): Promise<string> {
  const login = new URL(waysOn(await response.text())[0] ?? '')
  login.searchParams.set('return_to', login.searchParams.get('return_to') + fragment)
  return login.href
}

async function signInWithFragment(
  world: World,
  browser: Browser,
  [path, fragment]: readonly [string, string],
  { from = 'none', person = JANE }: Pick<NavigationOptions, 'from'> & { person?: typeof JANE } = {},
) {
  const asked = await browser.visit(path, { from })
  const { leavesTo = '' } = await browser.open(await scriptOf(asked, fragment), { from: 'same-origin' })
  return world.finishLogin(browser, world.provider.authorize(leavesTo, person))
}

test('a hash route survives the login', async () => {
  const world = await keepingWorld()
  const { url, response } = await signInWithFragment(world, world.browser(), [
    `${DOCS}/app?tab=2`,
    '#/orders/7',
  ])
  expect(url).toBe(`${DOCS}/app?tab=2#/orders/7`)
  expect(response.status).toBe(200)
})

test('the page is small, is kept by nobody, is nobody’s page, and leads on without a script', async () => {
  const world = await keepingWorld()
  const response = await world.browser().visit(`${DOCS}/app?tab=2`)
  // Not 200: a service worker or a proxy would take it for the app.
  expect(response.status).toBe(401)
  expect(response.headers.get('WWW-Authenticate')).toBe('Cookie realm="docs.example.com"')
  expect(response.headers.get('Cache-Control')).toBe('no-store')
  expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('Referrer-Policy')).toBe('strict-origin')
  const html = await response.text()
  expect(html.length).toBeLessThan(2200)
  expect(html).toMatch(/<noscript><meta http-equiv="refresh"/)
  expect(waysOn(html)).toEqual(Array(3).fill(`${DOCS}/auth/login?return_to=%2Fapp%3Ftab%3D2`))
  expect(world.log).toEqual([])
  expect(world.pages.requests).toEqual([])
  expect(world.kv.operations).toEqual([])
})

test('its policy lets its own script run, and nothing else', async () => {
  const world = await keepingWorld()
  const policies = await Promise.all(
    [1, 2].map(async () => {
      const response = await world.browser().visit(`${DOCS}/app`)
      const policy = response.headers.get('Content-Security-Policy') ?? ''
      const nonce = /script-src 'nonce-([\w-]{43})'/.exec(policy)?.[1]
      const html = await response.text()
      expect(html.match(/<script/g)).toHaveLength(1)
      expect(html).toContain(`<script nonce="${nonce}"`)
      expect(policy).toBe(
        `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`,
      )
      expect(response.headers.get('X-Frame-Options')).toBe('DENY')
      return policy
    }),
  )
  expect(policies[0]).not.toBe(policies[1])
})

describe('what is no page in a tab is answered as without the setting:', () => {
  test('HEAD', async () => {
    const response = await (await keepingWorld()).browser().visit(`${DOCS}/app`, { method: 'HEAD' })
    expect(response.status).toBe(302)
    expect(response.headers.get('Location')).toBe(`${DOCS}/auth/login?return_to=%2Fapp`)
  })

  test('a frame of a portal that may show the site', async () => {
    const options = { from: 'cross-site', headers: { 'Sec-Fetch-Dest': 'iframe' } } as const
    const response = await (await keepingWorld()).browser().visit(`${APP}/app`, options)
    expect(response.status).toBe(302)
    expect(response.headers.get('Location')).toBe(`${APP}/auth/login?return_to=%2Fapp`)
  })

  test.each([
    ['another frame', 'GET', { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' }],
    ['a form', 'POST', { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }],
  ])('%s', async (_case, method, headers) => {
    const response = await (await keepingWorld()).browser().request(`${DOCS}/app`, { method, headers })
    expect(response.status).toBe(401)
    expect(await response.text()).not.toContain('<script')
  })

  test.each([
    ['fetch()', {}],
    ['a prefetch', { 'Sec-Fetch-Mode': 'navigate', 'Sec-Purpose': 'prefetch' }],
    [
      'a page rendered ahead',
      { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document', 'Sec-Purpose': 'prefetch;prerender' },
    ],
  ])('%s', async (_case, headers) => {
    const response = await (await keepingWorld()).browser().request(`${DOCS}/app`, { headers })
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(response.status).toBe(401)
  })

  test('a public page', async () => {
    const response = await (await keepingWorld()).browser().visit(`${DOCS}/public/app`)
    expect(response.status).toBe(200)
  })

  test('a site without it', async () => {
    const response = await (await createWorld()).browser().visit(`${DOCS}/app`)
    expect(response.status).toBe(302)
  })
})

test('a login that is too old for the page is repeated', async () => {
  const world = await keepingWorld()
  const browser = world.browser()
  await signInWithFragment(world, browser, [`${DOCS}/app`, ''])
  world.clock.advance(16 * 60)
  const asked = await browser.visit(`${DOCS}/money/app`)
  expect(waysOn(await asked.clone().text())[0]).toContain('prompt=login')
  const { leavesTo } = await browser.open(await scriptOf(asked, '#/transfer'), { from: 'same-origin' })
  expect(leavesTo).toContain('prompt=login')
})

test('cookies of a session that has ended are deleted with it', async () => {
  const world = await keepingWorld()
  const browser = world.browser()
  await signInWithFragment(world, browser, [`${DOCS}/app`, ''])
  await browser.clone().open(`${DOCS}/auth/logout`, { method: 'POST', from: 'same-origin' })
  world.clock.advance(6 * 60)
  const response = await browser.visit(`${DOCS}/app`)
  expect(response.status).toBe(401)
  expect(response.headers.getSetCookie()).toContainEqual(
    expect.stringMatching(/^__Host-gh-refresh=;.*Max-Age=0/),
  )
})

test('logins that go round in circles are noticed by the gate, which is never told the fragment', async () => {
  const world = await keepingWorld()
  const browser = world.browser()
  for (let login = 1; login <= 3; login += 1) {
    const asked = await browser.visit(`${DOCS}/app`)
    const { leavesTo = '' } = await browser.open(await scriptOf(asked, `#/orders/${login}`))
    await browser.visit(world.provider.authorize(leavesTo), { from: 'cross-site' })
    for (const name of ['__Host-gh-session', '__Host-gh-refresh']) browser.cookies.remove(new URL(DOCS), name)
  }
  expect(await shownCode(await browser.visit(`${DOCS}/app`))).toBe('login_loop')
})

test('a long fragment does not cost the page, where the record of the login has not arrived', async () => {
  const world = await keepingWorld()
  const browser = world.browser()
  const asked = await browser.visit(`${DOCS}/app?tab=2`)
  const { leavesTo = '' } = await browser.open(await scriptOf(asked, `#/${'a'.repeat(900)}`))
  for (const { name } of (await world.kv.inside.list({ prefix: 'login:' })).keys)
    await world.kv.inside.delete(name)
  const again = await world.finishLogin(browser, world.provider.authorize(leavesTo))
  const { url } = await world.finishLogin(browser, world.provider.authorize(again.leavesTo ?? ''))
  expect(url).toBe(`${DOCS}/app?tab=2`)
})

test('a site in KV may have it', async () => {
  const world = await createWorld({ config: KV_CONFIG })
  await putSite(world, 'acme.customers.example', {
    organization: ACME,
    upstream: assets(),
    keepFragment: true,
  })
  const { url } = await signInWithFragment(world, world.browser(), [`${KV_SITE}/app`, '#/orders/7'])
  expect(url).toBe(`${KV_SITE}/app#/orders/7`)
})

test('a Hono app that renders refusals itself does not get to see it', async () => {
  const [[host, site] = ['', {}]] = Object.entries(IN_APP.sites)
  const world = await honoWorld(
    (app) => {
      inApp(app)
      app.onError((_error, c) => c.text('the app’s own words', 418))
    },
    { config: { sites: { [host]: { ...site, keepFragment: true } } } },
  )
  const { url, response } = await signInWithFragment(world, world.browser(), [`${SITE}/page`, '#/orders/7'])
  expect(url).toBe(`${SITE}/page#/orders/7`)
  expect(await response.text()).toBe('page')
})

describe('a link on another site counts as such, although a page of ours stands between', () => {
  test.each(['cross-site', 'same-site'] as const)('%s', async (from) => {
    const world = await keepingWorld()
    const browser = world.browser()
    const asked = await browser.visit(`${DOCS}/app`, { from })
    const login = await scriptOf(asked, '#/orders/7')
    expect(new URL(login).searchParams.get('begun')).toBe('elsewhere')

    // Meanwhile somebody signs in in another tab.
    const { leavesTo = '' } = await browser.open(login, { from: 'same-origin' })
    await signInWithFragment(world, browser, [`${DOCS}/app`, ''])
    const other = { ...JANE, user: 'mallory', email: 'mallory@acme.example' }
    const { response } = await world.finishLogin(browser, world.provider.authorize(leavesTo, other))
    expect(response.status).toBe(200)
    const html = await response.text()
    expect(html).toContain('Continue as mallory@acme.example?')
    expect(html).toContain('href="/app#/orders/7"')
  })

  test.each(['none', 'same-origin'] as const)('%s is nobody else', async (from) => {
    const asked = await (await keepingWorld()).browser().visit(`${DOCS}/app`, { from })
    expect(waysOn(await asked.text())[0]).not.toContain('begun')
  })
})

test('a person of another organization is refused as ever', async () => {
  const world = await keepingWorld()
  const { response } = await signInWithFragment(world, world.browser(), [`${DOCS}/app`, '#/orders/7'], {
    person: HANK,
  })
  expect(await shownCode(response)).toBe('organization_mismatch')
})

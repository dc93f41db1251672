import { describe, expect, test } from 'vitest'
import { hours, minutes } from '../../src/base/time.ts'
import {
  ACME_SITE,
  ALONE,
  GLOBEX_SITE,
  LOGIN,
  MANY_HOSTS,
  manyHosts,
  OTHER_ACME_SITE,
  PREVIEW,
  WIKI,
} from '../support/many-hosts.ts'
import { ACME, HANK, JANE } from '../support/openid-provider.ts'
import { shownCode } from '../support/world.ts'

const SESSION = '__Host-gh-session'

const sessionOf = async (browser: { request: (address: string) => Promise<Response> }, site: string) => {
  const response = await browser.request(`${site}/auth/session`)
  return response.ok ? ((await response.json()) as { user: { email: string; roles: string[] } }) : undefined
}

describe('one sign-in for all hosts', () => {
  test('the callback URL that Scalekit sees is the login host’s, and the page that was wanted is opened', async () => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const { leavesTo = '' } = await roam(browser, `${ACME_SITE}/a?b=c`)
    const asked = new URL(leavesTo).searchParams
    expect(asked.get('redirect_uri')).toBe(`${LOGIN}/auth/callback`)
    expect(asked.get('organization_id')).toBe(ACME)

    const page = await roam(browser, world.provider.authorize(leavesTo, JANE), { from: 'cross-site' })
    expect(page.url).toBe(`${ACME_SITE}/a?b=c`)
    expect(page.response.status).toBe(200)
    expect(browser.cookie(LOGIN, SESSION)).not.toBe(browser.cookie(ACME_SITE, SESSION))
  })

  test('a second host asks nobody: no form, no request to Scalekit, no visit to its page', async () => {
    const { world, roam, signIn } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${ACME_SITE}/a`)
    world.provider.requests.length = 0
    for (const site of [WIKI, OTHER_ACME_SITE, PREVIEW]) {
      const page = await roam(browser, `${site}/b`)
      expect(page.response.status, site).toBe(200)
      expect(page.url).toBe(`${site}/b`)
      expect(await sessionOf(browser, site)).toMatchObject({ user: { email: JANE.email } })
    }
    expect(world.provider.requests).toEqual([])
  })

  test('a site without a demand asks for an address at the login host, and comes back from there', async () => {
    const { world, roam, trail } = await manyHosts()
    const browser = world.browser()
    const page = await roam(browser, `${PREVIEW}/deep?x=1`)
    expect(new URL(page.url).origin).toBe(LOGIN)
    const request = /name="request" value="([^"]+)"/.exec(await page.response.text())?.[1] ?? ''
    const query = new URLSearchParams({ request, login_hint: JANE.email })
    const { leavesTo = '' } = await roam(browser, `${LOGIN}/auth/login?${query}`, { from: 'same-origin' })
    expect(new URL(leavesTo).searchParams.get('login_hint')).toBe(JANE.email)
    const back = await roam(browser, world.provider.authorize(leavesTo), { from: 'cross-site' })
    expect(back.url).toBe(`${PREVIEW}/deep?x=1`)
    expect(trail.filter((address) => address.startsWith(world.provider.issuer))).toEqual([])
  })

  test('an address that is none is asked for again, and the request goes along', async () => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const page = await roam(browser, `${WIKI}/b`)
    const request = new URL(page.url).searchParams.get('request') ?? ''
    const query = new URLSearchParams({ request, login_hint: 'jane' })
    const again = await browser.open(`${LOGIN}/auth/login?${query}`, { from: 'same-origin' })
    expect(again.response.status).toBe(400)
    expect(await again.response.text()).toContain(`name="request" value="${request}"`)
  })

  test('each site is told of the roles and groups that its own rules name', async () => {
    const { world, roam, signIn } = await manyHosts()
    const browser = world.browser()
    const claims = { idp_roles: ['admin', 'editor', 'unheard-of'], groups: ['engineering', 'sales'] }
    await signIn(browser, `${WIKI}/auth/login?organization_id=${ACME}`, JANE, { claims })
    await roam(browser, `${ACME_SITE}/editors/x`)
    expect(await sessionOf(browser, WIKI)).toMatchObject({ user: { roles: ['admin'], groups: [] } })
    expect(await sessionOf(browser, ACME_SITE)).toMatchObject({
      user: { roles: ['editor'], groups: ['engineering'] },
    })
    expect(await sessionOf(browser, LOGIN)).toMatchObject({ user: { roles: [], groups: [] } })
  })

  test('a site with a login of its own talks to Scalekit itself', async () => {
    const { world, roam, signIn } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${ACME_SITE}/a`)
    const { leavesTo = '' } = await roam(browser, `${ALONE}/a`)
    expect(new URL(leavesTo).searchParams.get('redirect_uri')).toBe(`${ALONE}/auth/callback`)
  })

  test('on a developer’s machine the login host is reached by the scheme and port of the site', async () => {
    const sites = { 'docs.localhost': { organization: ACME, ...MANY_HOSTS.sites['acme-too.example.com'] } }
    const { signIn, world } = await manyHosts({ loginHost: 'login.localhost', sites } as typeof MANY_HOSTS)
    const page = await signIn(world.browser(), 'http://docs.localhost:8787/a')
    expect(page.url).toBe('http://docs.localhost:8787/a')
    expect(page.response.status).toBe(200)
  })
})

describe('what a site asks for goes before whoever is signed in', () => {
  test('somebody of another organization signs in again, and the login host asks before it changes who they are', async () => {
    const { world, roam, signIn } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${ACME_SITE}/a`, JANE)
    const { leavesTo = '' } = await roam(browser, `${GLOBEX_SITE}/b`)
    const question = await roam(browser, world.provider.authorize(leavesTo, HANK), { from: 'cross-site' })
    expect(new URL(question.url).origin).toBe(LOGIN)
    const html = await question.response.text()
    expect(html).toContain(JANE.email)
    expect(html).toContain(HANK.email)
    // Until the answer, everything is as it was.
    expect(await sessionOf(browser, ACME_SITE)).toMatchObject({ user: { email: JANE.email } })
    expect(await sessionOf(browser, LOGIN)).toMatchObject({ user: { email: JANE.email } })

    const login = /name="login" value="([^"]+)"/.exec(html)?.[1] ?? ''
    const answered = await roam(browser, `${LOGIN}/auth/continue`, {
      from: 'same-origin',
      method: 'POST',
      body: new URLSearchParams({ login }),
    })
    expect(answered.url).toBe(`${GLOBEX_SITE}/b`)
    expect(answered.response.status).toBe(200)
    // The browser is Hank's now: what Jane opened ends within the session's lifetime.
    world.clock.advance(minutes(5))
    expect(await sessionOf(browser, ACME_SITE)).toBeUndefined()
  })

  test.each(['login', 'select_account', 'consent', 'create'])(
    'prompt=%s goes to Scalekit',
    async (prompt) => {
      const { world, roam, signIn } = await manyHosts()
      const browser = world.browser()
      await signIn(browser, `${ACME_SITE}/a`)
      const { leavesTo = '' } = await roam(browser, `${OTHER_ACME_SITE}/auth/login?prompt=${prompt}`)
      expect(new URL(leavesTo).searchParams.get('prompt')).toBe(prompt)
    },
  )

  test('another address, organization, domain or provider in the link goes to Scalekit', async () => {
    const { world, roam, signIn } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${WIKI}/auth/login?organization_id=${ACME}`)
    for (const selector of [
      `login_hint=${HANK.email}`,
      `organization_id=${HANK.organization}`,
      `connection_id=${HANK.connection}`,
      'domain_hint=globex.example',
      'provider=google',
    ])
      expect((await roam(browser, `${WIKI}/auth/login?${selector}`)).leavesTo, selector).toBeDefined()
    for (const selector of [
      'login_hint=Jane@acme.example',
      `organization_id=${ACME}`,
      `connection_id=${JANE.connection}`,
      'domain_hint=acme.example',
    ])
      expect((await roam(browser, `${WIKI}/auth/login?${selector}`)).leavesTo, selector).toBeUndefined()
  })

  test('a page with maxAge takes a recent sign-in from another host, and asks again for an older one', async () => {
    const { world, roam, signIn } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${OTHER_ACME_SITE}/a`)
    expect((await roam(browser, `${ACME_SITE}/money/x`)).response.status).toBe(200)
    world.clock.advance(minutes(20))
    const { leavesTo = '' } = await roam(browser, `${ACME_SITE}/money/x`)
    expect(new URL(leavesTo).searchParams.get('prompt')).toBe('login')
    const page = await roam(browser, world.provider.authorize(leavesTo), { from: 'cross-site' })
    expect(page.url).toBe(`${ACME_SITE}/money/x`)
    expect(page.response.status).toBe(200)
    // The sites that the earlier sign-in opened go on.
    expect(await sessionOf(browser, OTHER_ACME_SITE)).toBeDefined()
  })

  test('the first visit to a page with maxAge asks at once where the sign-in is too old', async () => {
    const { world, roam, signIn, trail } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${OTHER_ACME_SITE}/a`)
    world.clock.advance(minutes(20))
    trail.length = 0
    const { leavesTo = '' } = await roam(browser, `${ACME_SITE}/money/x`)
    expect(new URL(leavesTo).searchParams.get('prompt')).toBe('login')
    expect(trail).toHaveLength(1)
  })
})

test('a sign-in that is used at the sites goes on at the login host, and one that is not ends when it is idle', async () => {
  const { world, roam, signIn } = await manyHosts()
  const browser = world.browser()
  await signIn(browser, `${ACME_SITE}/a`)
  for (let hour = 0; hour < 10; hour += 5) {
    world.clock.advance(hours(5))
    expect((await browser.open(`${ACME_SITE}/a`)).response.status).toBe(200)
  }
  expect((await roam(browser, `${WIKI}/b`)).url).toBe(`${WIKI}/b`)
  world.clock.advance(hours(9))
  expect((await roam(browser, `${OTHER_ACME_SITE}/c`)).leavesTo).toBeDefined()
})

describe('the login host', () => {
  test('has its own routes and nothing else', async () => {
    const { world } = await manyHosts()
    const browser = world.browser()
    for (const path of ['/', '/index.html', '/wiki'])
      expect((await browser.open(LOGIN + path)).response.status, path).toBe(404)
    expect((await browser.open(`${LOGIN}/auth/health`)).response.status).toBe(200)
    expect(world.pages.requests).toEqual([])
  })

  test('signs nobody in that no site sent, and says so', async () => {
    const { world } = await manyHosts()
    const page = await world.browser().open(`${LOGIN}/auth/login?organization_id=${ACME}`)
    expect(page.response.status).toBe(400)
    expect(world.refusals).toEqual(['login_request_missing'])
    expect(await page.response.text()).toContain('Open the site that you want to use')
  })

  test('is a site too, where the configuration names it', async () => {
    const { world, signIn } = await manyHosts({
      ...MANY_HOSTS,
      sites: { ...MANY_HOSTS.sites, 'login.example.com': MANY_HOSTS.sites['acme-too.example.com'] },
    } as typeof MANY_HOSTS)
    const page = await signIn(world.browser(), `${LOGIN}/a`)
    expect(page.url).toBe(`${LOGIN}/a`)
    expect(page.response.status).toBe(200)
  })

  test('an error on the way leads back into the same login, and to its site', async () => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const { leavesTo = '' } = await roam(browser, `${ACME_SITE}/a?b=c`)
    const page = await roam(browser, world.provider.refuse(leavesTo, 'access_denied'), { from: 'cross-site' })
    expect(await shownCode(page.response)).toContain('scalekit_error')
    const html = await page.response.text()
    expect(html).toContain('Back to acme.example.com')
    const again = /href="([^"]*\/auth\/login\?request=[^"]*)"/.exec(html)?.[1] ?? ''
    const second = await roam(browser, again.replaceAll('&amp;', '&'), { from: 'same-origin' })
    const back = await roam(browser, world.provider.authorize(second.leavesTo ?? ''), { from: 'cross-site' })
    expect(back.url).toBe(`${ACME_SITE}/a?b=c`)
  })

  test('a login that KV has not caught up with starts again, once, and is answered', async () => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const { leavesTo = '' } = await roam(browser, `${ACME_SITE}/a`)
    world.kv.missingReads = 3
    const again = await roam(browser, world.provider.authorize(leavesTo), { from: 'cross-site' })
    const back = await roam(browser, world.provider.authorize(again.leavesTo ?? ''), { from: 'cross-site' })
    expect(back.url).toBe(`${ACME_SITE}/a`)
    expect(back.response.status).toBe(200)
  })

  test('so does one that was asked for in many words, for the same person', async () => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const hint = 'jane.margaret.hathaway-smith@engineering.subsidiary.acme.example'
    const asked = `login_hint=${hint}&connection_id=${JANE.connection}&prompt=login&ui_locales=de`
    const { leavesTo = '' } = await roam(browser, `${ACME_SITE}/auth/login?return_to=/a&${asked}`)
    world.kv.missingReads = 3
    const again = await roam(browser, world.provider.authorize(leavesTo), { from: 'cross-site' })
    const selectors = Object.fromEntries(new URL(again.leavesTo ?? '').searchParams)
    expect(selectors).toMatchObject({
      organization_id: ACME,
      connection_id: JANE.connection,
      login_hint: hint,
      prompt: 'login',
    })
    const back = await roam(browser, world.provider.authorize(again.leavesTo ?? ''), { from: 'cross-site' })
    expect(back.url).toBe(`${ACME_SITE}/a`)
  })

  test('one that is too long to be remembered is not started for nobody', async () => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const hint = `${'j'.repeat(200)}@${'x'.repeat(60)}.example`
    const { leavesTo = '' } = await roam(browser, `${ACME_SITE}/auth/login?login_hint=${hint}`)
    world.kv.missingReads = 3
    const page = await roam(browser, world.provider.authorize(leavesTo), { from: 'cross-site' })
    expect(page.leavesTo).toBeUndefined()
    expect([page.response.status, await shownCode(page.response)]).toEqual([400, 'login_unknown'])
  })
})

describe('a site that is added in KV', () => {
  const ADDED = 'https://new.customers.example'
  const record = {
    organization: ACME,
    upstream: { kind: 'assets' },
    rules: [{ path: '/writers/*', require: { roles: ['writer'] } }],
  }

  test('signs people in by the same callback URL, and is told of roles that no file names', async () => {
    const { world, roam, signIn } = await manyHosts({ ...MANY_HOSTS, sitesInKv: true })
    const browser = world.browser()
    const claims = { idp_roles: ['writer', 'unheard-of'] }
    await signIn(browser, `${ACME_SITE}/a`, JANE, { claims })
    await world.kv.inside.put('site:new.customers.example', JSON.stringify(record))
    const page = await roam(browser, `${ADDED}/writers/x`)
    expect(page.url).toBe(`${ADDED}/writers/x`)
    expect(page.response.status).toBe(200)
    expect(await sessionOf(browser, ADDED)).toMatchObject({ user: { roles: ['writer'] } })
  })

  test('and is taken away again signs nobody in any more', async () => {
    const { world, roam } = await manyHosts({ ...MANY_HOSTS, sitesInKv: true })
    const browser = world.browser()
    await world.kv.inside.put('site:new.customers.example', JSON.stringify(record))
    const { leavesTo = '' } = await roam(browser, `${ADDED}/x`)
    await world.kv.inside.delete('site:new.customers.example')
    world.clock.advance(minutes(2))
    const page = await roam(browser, world.provider.authorize(leavesTo), { from: 'cross-site' })
    expect(new URL(page.url).origin).toBe(LOGIN)
    expect(page.response.status).toBe(421)
    expect(world.refusals.at(-1)).toBe('site_unknown')
  })
})

describe('what it costs', () => {
  test('a handoff: one put, one get, one delete, one call to the registry; at the login host no request to Scalekit', async () => {
    const { world, roam, signIn } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${ACME_SITE}/a`)
    world.kv.operations.length = 0
    world.sessions.calls.length = 0
    world.provider.requests.length = 0
    await roam(browser, `${WIKI}/b`)
    expect(world.kv.operations.map((operation) => operation.replace(/:.*/, ''))).toEqual([
      'put login',
      'get login',
      'delete login',
    ])
    // The login host asks whether its session goes on; the site opens its own.
    expect(world.sessions.calls).toEqual([`vouch ${ACME}`, `open ${ACME}`])
    expect(world.provider.requests).toEqual([])
  })
})

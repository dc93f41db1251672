import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, defineConfig, minutes } from '../../src/config.ts'
import { deviceName } from '../../src/pages/device-name.ts'
import { words as english } from '../../src/pages/words/en.ts'
import { Browser } from '../support/browser.ts'
import { ACME, JANE, type Person } from '../support/openid-provider.ts'
import { createWorld, DOCS, type World } from '../support/world.ts'

const words = english()

afterEach(() => reset())

const APP = 'https://app.example.com'
const JOE: Person = {
  organization: ACME,
  connection: JANE.connection,
  user: 'joe',
  email: 'joe@acme.example',
}
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
const POST_EVERYWHERE = { method: 'POST', from: 'same-origin', body: 'everywhere=1', headers: FORM } as const

const site = { organization: ACME, upstream: assets() }
const config = defineConfig({ sites: { 'docs.example.com': site, 'app.example.com': site } })

async function signIn(
  at: World,
  person: Person = JANE,
  host = DOCS,
  userAgent = 'Firefox/1',
): Promise<Browser> {
  const browser = at.browser()
  const location = await at.beginLogin(browser, `${host}/`)
  await browser.open(at.provider.authorize(location, person), {
    from: 'cross-site',
    headers: { 'User-Agent': userAgent },
  })
  at.clock.advance(1)
  return browser
}

/** Whether a session goes on once its token has expired. */
async function goesOn(at: World, browser: Browser, host = DOCS): Promise<boolean> {
  at.clock.advance(minutes(5))
  return (await browser.clone().visit(`${host}/`)).status === 200
}

interface Listed {
  readonly id: string
  readonly current: boolean
  readonly host: string
  readonly user_agent: string | null
}

async function list(browser: Browser, host = DOCS): Promise<Listed[]> {
  const response = await browser.request(`${host}/auth/sessions`)
  expect(response.status).toBe(200)
  return ((await response.json()) as { sessions: Listed[] }).sessions
}

describe('/auth/sessions', () => {
  test('lists the sessions of this person on all sites of the organization, and none of anybody else', async () => {
    const at = await createWorld({ config })
    const here = await signIn(at, JANE, DOCS, 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0')
    await signIn(at, JANE, APP, 'Mozilla/5.0 (Macintosh; Intel Mac OS X) Safari/605')
    await signIn(at, JOE)
    expect(await list(here)).toMatchObject([
      { host: 'app.example.com', current: false, user_agent: expect.stringContaining('Safari') },
      { host: 'docs.example.com', current: true, user_agent: expect.stringContaining('Firefox') },
    ])
  })

  test.each([
    [DOCS, true],
    // What there is of Cloudflare's network on a developer's machine makes it up.
    ['http://localhost:8787', false],
  ])('at %s a session has the place that Cloudflare’s network tells: %s', async (host, hasPlace) => {
    const at = await createWorld({ config: defineConfig({ sites: { '*': site } }) })
    const cf = { city: 'Zürich', country: 'CH' } as IncomingRequestCfProperties
    const browser = new Browser((request) => at.fetch(new Request(request, { cf })), at.clock)
    const location = await at.beginLogin(browser, `${host}/`)
    await browser.open(at.provider.authorize(location), { from: 'cross-site' })
    const page = await (await browser.visit(`${host}/auth/sessions`)).text()
    expect(page).toContain('this one')
    expect(page.includes(' · Zürich, CH')).toBe(hasPlace)
  })

  test('as a page it names devices, escapes what they call themselves, and shows no token', async () => {
    const at = await createWorld({ config })
    await signIn(at, JANE, DOCS, '<script>alert(1)</script>')
    const here = await signIn(at)
    const response = await here.visit(`${DOCS}/auth/sessions`)
    const text = await response.text()
    expect(response.headers.get('Content-Type')).toContain('text/html')
    expect(text).toContain('Unknown device')
    expect(text).toContain('this one')
    expect(text).not.toContain('<script>')
    for (const name of ['__Host-gh-session', '__Host-gh-refresh'])
      expect(text).not.toContain(here.cookie(DOCS, name))
  })

  test('needs a session that goes on, and not only a token that has not expired', async () => {
    const at = await createWorld({ config })
    expect((await at.browser().request(`${DOCS}/auth/sessions`)).status).toBe(401)
    const browser = await signIn(at)
    const copy = browser.clone()
    await browser.visit(`${DOCS}/auth/logout`)
    expect((await copy.request(`${DOCS}/auth/sessions`)).status).toBe(401)
  })
})

describe('POST /auth/sessions/end', () => {
  test('ends one', async () => {
    const at = await createWorld({ config })
    const [here, other] = [await signIn(at), await signIn(at)]
    const id = (await list(here)).find(({ current }) => !current)?.id ?? ''
    const response = await here.request(`${DOCS}/auth/sessions/end`, {
      method: 'POST',
      body: new URLSearchParams({ id }).toString(),
      headers: FORM,
    })
    expect(await response.json()).toEqual({ ended: 1 })
    expect(await goesOn(at, other)).toBe(false)
    expect(await goesOn(at, here)).toBe(true)
  })

  test('ends all others, and leads back to the list when a form was sent', async () => {
    const at = await createWorld({ config })
    const [here, second, third] = [await signIn(at), await signIn(at), await signIn(at, JANE, APP)]
    const joe = await signIn(at, JOE)
    const response = await here.visit(`${DOCS}/auth/sessions/end`, {
      method: 'POST',
      from: 'same-origin',
      body: 'others=1',
      headers: FORM,
    })
    expect([response.status, response.headers.get('Location')]).toEqual([303, `${DOCS}/auth/sessions`])
    expect(await goesOn(at, second)).toBe(false)
    expect(await goesOn(at, third, APP)).toBe(false)
    expect(await goesOn(at, here)).toBe(true)
    expect(await goesOn(at, joe)).toBe(true)
  })

  test('says afterwards what was ended, once, and only to a person', async () => {
    const at = await createWorld({ config })
    const here = await signIn(at)
    await signIn(at)
    await signIn(at)
    const list = async () => (await here.visit(`${DOCS}/auth/sessions`)).text()
    expect(await list()).not.toContain('ended')
    const page = await here.open(`${DOCS}/auth/sessions/end`, {
      method: 'POST',
      from: 'same-origin',
      body: 'others=1',
      headers: FORM,
    })
    expect(await page.response.text()).toContain('2 sessions have ended.')
    expect(await list()).not.toContain('ended')
    expect(here.cookie(DOCS, '__Host-gh-ended')).toBeUndefined()
    here.cookies.plant(new URL(DOCS), '__Host-gh-ended', '<script>')
    expect(await list()).not.toContain('ended')
    await here.request(`${DOCS}/auth/sessions/end`, { method: 'POST', body: 'others=1', headers: FORM })
    expect(here.cookie(DOCS, '__Host-gh-ended')).toBeUndefined()
  })

  test('ends no session of another person', async () => {
    const at = await createWorld({ config })
    const [jane, joe] = [await signIn(at), await signIn(at, JOE)]
    const id = (await list(joe))[0]?.id ?? ''
    const response = await jane.request(`${DOCS}/auth/sessions/end`, {
      method: 'POST',
      body: `id=${id}`,
      headers: FORM,
    })
    expect(response.status).toBe(404)
    expect(await goesOn(at, joe)).toBe(true)
  })

  test.each(['cross-site', 'same-site', 'none'] as const)(
    'a request from %s is refused (CSRF)',
    async (from) => {
      const at = await createWorld({ config })
      const [here, other] = [await signIn(at), await signIn(at)]
      const cookie = `__Host-gh-session=${here.cookie(DOCS, '__Host-gh-session')}`
      const response = await here.visit(`${DOCS}/auth/sessions/end`, {
        method: 'POST',
        from,
        body: 'others=1',
        headers: { ...FORM, Cookie: cookie },
      })
      expect(response.status).toBe(403)
      expect(await goesOn(at, other)).toBe(true)
    },
  )

  test('says what is missing', async () => {
    const at = await createWorld({ config })
    const here = await signIn(at)
    expect((await here.request(`${DOCS}/auth/sessions/end`, { method: 'POST' })).status).toBe(400)
    expect((await here.request(`${DOCS}/auth/sessions/end`)).status).toBe(405)
  })
})

describe('logout', () => {
  test('ends the one session alone, and the page says how many go on', async () => {
    const at = await createWorld({ config })
    const [here, other] = [await signIn(at), await signIn(at, JANE, APP)]
    const { leavesTo } = await here.open(`${DOCS}/auth/logout`)
    const { searchParams } = new URL(leavesTo ?? '')
    expect(searchParams.get('state')).toBe('others-1')
    const back = await here.open(`${searchParams.get('post_logout_redirect_uri')}?state=others-1`)
    expect(await back.response.text()).toContain('One more session of yours goes on')
    expect(await goesOn(at, other, APP)).toBe(true)
  })

  test.each([
    ['in the query', `${DOCS}/auth/logout?everywhere=1`, ''],
    ['in the form', `${DOCS}/auth/logout`, 'everywhere=1'],
  ])('with everywhere=1 %s ends every session of this person', async (_case, address, body) => {
    const at = await createWorld({ config })
    const [here, other, joe] = [await signIn(at), await signIn(at, JANE, APP), await signIn(at, JOE)]
    const copy = here.clone()
    const response = await here.visit(address, { ...POST_EVERYWHERE, body })
    expect(response.headers.get('Location')).toContain('state=others-0')
    expect(response.headers.get('Clear-Site-Data')).toBe('"cache"')
    expect(await goesOn(at, copy)).toBe(false)
    expect(await goesOn(at, other, APP)).toBe(false)
    expect(await goesOn(at, joe)).toBe(true)
  })

  test('with everywhere=1 reaches every shard', async () => {
    const sharded = (registryShards: number) => ({ organization: ACME, upstream: assets(), registryShards })
    const at = await createWorld({
      config: defineConfig({ sites: { 'docs.example.com': sharded(1), 'app.example.com': sharded(7) } }),
    })
    const [here, other] = [await signIn(at), await signIn(at, JANE, APP)]
    expect(await list(here)).toHaveLength(2)
    await here.visit(`${DOCS}/auth/logout`, POST_EVERYWHERE)
    expect(await goesOn(at, other, APP)).toBe(false)
  })

  test('with everywhere=1 says so where the registry cannot be reached', async () => {
    const at = await createWorld({ config })
    const here = await signIn(at)
    at.sessions.unreachable = true
    const { response } = await here.open(`${DOCS}/auth/logout`, POST_EVERYWHERE)
    expect(await response.text()).toContain('sessions of yours may go on')
  })

  test('works when the session token has expired: the refresh token says which session', async () => {
    const at = await createWorld({ config })
    const here = await signIn(at)
    const copy = here.clone()
    at.clock.advance(minutes(5))
    const { leavesTo } = await here.open(`${DOCS}/auth/logout`)
    expect(new URL(leavesTo ?? '').searchParams.get('id_token_hint')).toBeTruthy()
    expect(await goesOn(at, copy)).toBe(false)
  })

  test('a renewal that was on its way when the person signed out brings nothing back', async () => {
    const at = await createWorld({ config })
    const here = await signIn(at)
    at.clock.advance(minutes(5))
    const late = here.clone()
    await Promise.all([late.visit(`${DOCS}/`), here.visit(`${DOCS}/auth/logout`)])
    expect(await goesOn(at, late)).toBe(false)
    expect(await goesOn(at, here)).toBe(false)
  })

  test('a link on another site that wants everything ended gets a page to confirm, which keeps the wish', async () => {
    const at = await createWorld({ config })
    const here = await signIn(at)
    const response = await here.visit(`${DOCS}/auth/logout?everywhere=1`, { from: 'cross-site' })
    const text = await response.text()
    expect(text).toContain('Sign out everywhere?')
    expect(text).toContain('name="everywhere" value="1"')
    expect(await goesOn(at, here)).toBe(true)
  })
})

test('a new login ends the session it replaces, in another organization too', async () => {
  const open = { upstream: assets() }
  const at = await createWorld({ config: defineConfig({ sites: { 'docs.example.com': open } }) })
  const browser = at.browser()
  const login = (person: Person) =>
    at.signIn(browser, `${DOCS}/auth/login?return_to=/x&organization_id=${person.organization}`, person)
  await login(JANE)
  const jane = browser.clone()
  await login({ ...JOE, organization: 'org_20002' })
  expect(await goesOn(at, jane)).toBe(false)
  expect(await goesOn(at, browser)).toBe(true)
})

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19 Mobile Safari/604.1',
    'Safari on iOS',
  ],
  ['curl/8.0', 'Unknown device'],
  [undefined, 'Unknown device'],
])('%s is called %s', (userAgent, name) => {
  expect(deviceName(words, userAgent)).toBe(name)
})

import { describe, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import { refuseLogin } from '../../src/hono.ts'
import {
  expectRefused,
  parameter,
  roamIn,
  sessionCookie,
  upTo,
  whoIsAt,
  withParameters,
} from '../support/handoffs.ts'
import { honoWorld } from '../support/hono-world.ts'
import { ACME_SITE, GLOBEX_SITE, LOGIN, manyHosts, WIKI } from '../support/many-hosts.ts'
import { ACME, GLOBEX, HANK, JANE } from '../support/openid-provider.ts'

describe('in a Hono app', () => {
  const config = defineConfig({
    loginHost: 'login.example.com',
    sites: {
      'acme.example.com': { organization: ACME },
      'wiki.example.com': { rules: [{ path: '/', access: 'public' }] },
      'globex.example.com': { organization: GLOBEX },
    },
  })

  async function app(onLogin?: (email: string | undefined) => object | undefined) {
    const asked: string[] = []
    const world = await honoWorld(
      (hono) => {
        hono.get('*', (c) =>
          c.json({ who: c.var.session?.user.email, claims: c.var.session?.claims ?? null }),
        )
      },
      {
        config,
        options: {
          onLogin: async ({ user }, context) => {
            asked.push(new URL(context.req.url).host)
            return onLogin?.(user.email) as never
          },
        },
      },
    )
    const signIn = async (address: string, person = JANE) => {
      const browser = world.browser()
      const { leavesTo = '' } = await roamIn(world, browser, address)
      const callback = world.provider.authorize(leavesTo, person)
      const page = await roamIn(world, browser, callback, { from: 'cross-site' })
      return { browser, page }
    }
    return { world, asked, signIn }
  }

  test('onLogin is asked by each site for its own session, and never by a login host that is no site', async () => {
    const { world, asked, signIn } = await app(() => ({ plan: 'gold' }))
    const { browser, page } = await signIn(`${ACME_SITE}/a`)
    expect(await page.response.json()).toEqual({ who: JANE.email, claims: { plan: 'gold' } })
    await roamIn(world, browser, `${WIKI}/a`)
    expect(asked).toEqual(['acme.example.com', 'wiki.example.com'])
  })

  test('whom the app does not let in, no ticket lets in: neither now nor with the same ticket again', async () => {
    let lets = true
    const { world, signIn } = await app(() => (lets ? undefined : refuseLogin('Not today.')))
    const { browser } = await signIn(`${ACME_SITE}/a`)
    lets = false
    const handoff = await upTo(browser, `${WIKI}/a`, '/auth/handoff')
    for (let turn = 0; turn < 2; turn += 1) {
      const { response } = await browser.open(handoff, { from: 'cross-site' })
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(response.status).toBeLessThan(500)
      expect(sessionCookie(browser, WIKI)).toBeUndefined()
    }
    expect(world.refusals[0]).toBe('login_declined')
  })

  test('the login host has no page of the app, and the same refusals', async () => {
    const { world, signIn } = await app()
    const { browser } = await signIn(`${ACME_SITE}/a`)
    expect((await browser.open(`${LOGIN}/a`)).response.status).toBe(404)
    const handoff = await upTo(browser, `${WIKI}/a`, '/auth/handoff')
    for (const [changes, reason] of [
      [{ ticket: 'a.b.c' }, 'ticket_unreadable'],
      [{ ticket: undefined }, 'parameter_invalid'],
      [{ state: undefined }, 'state_missing'],
    ] as const) {
      const { response } = await browser.open(withParameters(handoff, changes))
      await expectRefused(world, response, reason, [parameter(handoff, 'ticket')])
    }
    const moved = handoff.replace(WIKI, GLOBEX_SITE)
    const { response } = await browser.open(moved)
    await expectRefused(world, response, 'binding_cookie_missing', [parameter(handoff, 'ticket')])
  })

  test('Globex at Acme’s site: refused', async () => {
    const { world, signIn } = await app()
    const { browser, page } = await signIn(`${ACME_SITE}/a`, HANK)
    expect(page.response.status).toBe(403)
    expect(world.refusals).toEqual(['organization_mismatch'])
    expect(sessionCookie(browser, ACME_SITE)).toBeUndefined()
  })
})

describe('asked by another Worker', () => {
  test('a site names its own login, and not the login host’s', async () => {
    const { world } = await manyHosts()
    const script = await world.authenticate(
      new Request(`${ACME_SITE}/a`, { headers: { Accept: 'application/json' } }),
    )
    expect(script.ok).toBe(false)
    if (script.ok) return
    const { login_url } = (await script.response.json()) as { login_url: string }
    expect(login_url.startsWith(`${ACME_SITE}/auth/login?`)).toBe(true)
    const headers = { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }
    const page = await world.authenticate(new Request(`${ACME_SITE}/a`, { headers }))
    if (page.ok) throw new Error('nobody is signed in')
    expect(page.response.headers.get('Location')).toBe(`${ACME_SITE}/auth/login?return_to=%2Fa`)
  })

  test('the session of another host is none, and a request or a ticket in the address neither', async () => {
    const { world, signIn } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${ACME_SITE}/a`)
    const handoff = new URL(await upTo(browser, `${WIKI}/b`, '/auth/handoff'))
    const cookie = `__Host-gh-session=${browser.cookie(LOGIN, '__Host-gh-session')}`
    for (const address of [`${WIKI}/b`, `${WIKI}/b${handoff.search}`]) {
      const asked = await world.authenticate(new Request(address, { headers: { Cookie: cookie } }))
      expect(asked.ok).toBe(false)
    }
  })
})

describe.each(['/auth', '/sso', '/_team/sign-in'])('on a developer’s machine, below %s', (basePath) => {
  const PORT = 'http://docs.localhost:8787'
  const config = defineConfig({
    basePath,
    loginHost: 'login.localhost',
    sites: {
      'docs.localhost': { organization: ACME, upstream: assets() },
      'acme.localhost': { organization: ACME, upstream: assets() },
      'globex.localhost': { organization: GLOBEX, upstream: assets() },
    },
  })
  const local = () => manyHosts(config as Parameters<typeof manyHosts>[0])

  test('a login stays with its host, scheme and port', async () => {
    const { world, roam, signIn, trail } = await local()
    const browser = world.browser()
    expect((await signIn(browser, `${PORT}/a`)).url).toBe(`${PORT}/a`)
    expect(browser.cookies.rejected).toEqual([])
    trail.length = 0
    const page = await roam(browser, 'http://acme.localhost:8787/a')
    expect([page.url, page.response.status]).toEqual(['http://acme.localhost:8787/a', 200])
    expect(trail.map((address) => address.replace(/\?.*/, ''))).toEqual([
      `http://login.localhost:8787${basePath}/login`,
      `http://acme.localhost:8787${basePath}/handoff`,
    ])
    const { leavesTo } = await roam(browser, 'http://globex.localhost:8787/a')
    expect(parameter(leavesTo ?? '', 'organization_id')).toBe(GLOBEX)
  })

  test('a ticket of one host is nothing on another, nor below another path', async () => {
    const { world, roam, signIn, trail } = await local()
    const browser = world.browser()
    await signIn(browser, `${PORT}/a`)
    await roam(browser, 'http://acme.localhost:8787/a')
    const handoff = trail.at(-1) ?? ''
    const ticket = parameter(handoff, 'ticket')
    const used = await browser.open(handoff.replace('acme.localhost', 'docs.localhost'))
    expect(used.url).toBe(`${PORT}/`)
    const stranger = world.browser()
    const { response } = await stranger.open(handoff)
    await expectRefused(world, response, 'binding_cookie_missing', [ticket])
    if (basePath !== '/auth') {
      const page = await stranger.open(handoff.replace(basePath, '/auth'))
      expect(page.leavesTo ?? page.url).not.toContain('handoff?ticket')
      expect(sessionCookie(stranger, 'http://acme.localhost:8787')).toBeUndefined()
    }
  })
})

test('over plain http nothing is read before https', async () => {
  const { world, signIn } = await manyHosts()
  const browser = world.browser()
  await signIn(browser, `${ACME_SITE}/a`)
  const handoff = await upTo(browser, `${WIKI}/b`, '/auth/handoff')
  const response = await world.fetch(new Request(handoff.replace('https:', 'http:'), { redirect: 'manual' }))
  expect(response.status).toBe(308)
  expect(response.headers.get('Location')).toBe(handoff)
  expect(response.headers.getSetCookie()).toEqual([])
  expect(world.refusals).toEqual([])
  expect(await whoIsAt(browser, ACME_SITE)).toBe(JANE.email)
})

test('whatever happens, no line of the log has a token in it', async () => {
  const { world, roam, signIn, trail } = await manyHosts()
  const browser = world.browser()
  await signIn(browser, `${ACME_SITE}/a`)
  await roam(browser, `${WIKI}/b`)
  await browser.request(`${WIKI}/auth/logout`, {
    method: 'POST',
    body: new URLSearchParams({ everywhere: '1' }),
  })
  const secrets = trail.flatMap((address) => [...new URL(address).searchParams.values()])
  for (const host of [LOGIN, ACME_SITE, WIKI])
    for (const { value } of browser.cookies.of(new URL(host))) secrets.push(value)
  expect(secrets.length).toBeGreaterThan(6)
  const log = JSON.stringify(world.log)
  for (const secret of secrets.filter(({ length }) => length >= 16)) expect(log).not.toContain(secret)
  expect(world.log.map(({ event }) => event)).toContain('login_handed_over')
})

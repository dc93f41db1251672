import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { describe, expect, test } from 'vitest'
import { defineConfig, service } from '../../src/config.ts'
import { type GatehouseEnv, GatehouseError, gatehouse } from '../../src/hono.ts'
import { CONFIG, SITE } from '../support/hono-world.ts'
import { ACME, JANE } from '../support/openid-provider.ts'
import { createWorld } from '../support/world.ts'
import { appWorld, createApp } from './hono-app-world.ts'

describe('a login', () => {
  test('begins at a page of the app, and leads back to it with a session', async () => {
    const world = await appWorld()
    const browser = world.browser()
    const page = await world.signIn(browser, `${SITE}/api/me?tab=2`, JANE)
    expect(page.url).toBe(`${SITE}/api/me?tab=2`)
    expect(await page.response.json()).toMatchObject({
      user: { email: JANE.email },
      organizationId: ACME,
      claims: {},
    })
  })

  test('is not what a script gets: 401 with login_url', async () => {
    const world = await appWorld()
    const response = await world.browser().request(`${SITE}/api/me`)
    expect(response.status).toBe(401)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ code: 'login_required', login_url: expect.any(String) })
  })

  test('ends with a logout', async () => {
    const world = await appWorld()
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/api/me`, JANE)
    await browser.visit(`${SITE}/auth/logout`, { from: 'same-origin' })
    expect((await browser.request(`${SITE}/api/me`)).status).toBe(401)
  })
})

describe('an answer of the app', () => {
  test('is private where a session is asked for, and as it was where none is', async () => {
    const world = await appWorld()
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/api/me`, JANE)
    const response = await browser.request(`${SITE}/api/me`)
    expect(response.headers.get('Cache-Control')).toBe('private, no-cache')
    expect(response.headers.get('Vary')).toBe('Cookie')
    expect(response.headers.get('Strict-Transport-Security')).toBe('max-age=31536000')
    const open = await browser.request(`${SITE}/open/page`)
    expect(open.headers.get('Cache-Control')).toBe('public, max-age=600')
    expect(await open.text()).toBe('for everybody')
  })

  test('that depends on a session under a public rule is private, whatever the rule says of caches', async () => {
    const world = await appWorld()
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/api/me`, JANE)
    const response = await browser.request(`${SITE}/open/me`)
    expect(await response.json()).toMatchObject({ email: JANE.email })
    expect(response.headers.get('Cache-Control')).toBe('private, max-age=600')
    expect(response.headers.get('Vary')).toContain('Cookie')
  })

  test('carries the cookies of a renewal, and those of the app beside them', async () => {
    const world = await appWorld({
      behind: (app) =>
        app.get('/cookie', (c) => {
          c.header('Set-Cookie', 'theme=dark; Path=/', { append: true })
          c.header('Set-Cookie', '__Host-gh-session=forged; Path=/; Secure', { append: true })
          return c.text('')
        }),
    })
    const browser = world.browser()
    await world.signIn(browser, `${SITE}/api/me`, JANE)
    const before = browser.cookie(SITE, '__Host-gh-session')
    world.clock.advance(6 * 60)
    const response = await browser.request(`${SITE}/cookie`)
    const names = response.headers.getSetCookie().map((line) => line.split('=')[0])
    expect(names).toEqual(['theme', '__Host-gh-session', '__Host-gh-refresh'])
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(browser.cookie(SITE, '__Host-gh-session')).not.toMatch(/^forged$/)
    expect(browser.cookie(SITE, '__Host-gh-session')).not.toBe(before)
  })
})

test('the app gets a request without our cookies, and without headers that would say who is there', async () => {
  const world = await appWorld()
  const browser = world.browser()
  await world.signIn(browser, `${SITE}/api/me`, JANE)
  const response = await browser.request(`${SITE}/headers`, {
    headers: { 'X-Forwarded-User': 'mallory', X_Forwarded_Email: 'm@evil.example', 'X-Custom': 'kept' },
  })
  const headers = (await response.json()) as Record<string, string>
  expect(headers).toMatchObject({ 'x-custom': 'kept' })
  expect(Object.keys(headers).filter((name) => /forwarded|cookie/.test(name))).toEqual([])
})

test('the body of a request arrives, even where something before has read it', async () => {
  const world = await appWorld({
    before: (app) =>
      app.use(async (c, next) => {
        if (c.req.query('read') !== undefined) await c.req.text()
        await next()
      }),
  })
  const browser = world.browser()
  await world.signIn(browser, `${SITE}/api/me`, JANE)
  for (const query of ['', '?read']) {
    const response = await browser.request(`${SITE}/echo${query}`, { method: 'POST', body: 'a body' })
    expect(await response.text()).toBe('a body')
  }
})

describe('a refusal', () => {
  test('is an HTTPException that app.onError may render', async () => {
    const seen: Error[] = []
    const world = await appWorld({
      behind: (app) =>
        app.onError((error, c) => {
          seen.push(error)
          if (!(error instanceof GatehouseError)) throw error
          return c.json(
            { mine: error.code, reference: error.reference, says: error.explanation.title },
            error.status,
          )
        }),
    })
    const browser = world.browser()
    const response = await browser.request(`${SITE}/api/me`)
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ mine: 'login_required' })
    expect(seen[0]).toBeInstanceOf(HTTPException)
    const lost = await browser.visit(`${SITE}/auth/callback?state=x&code=y`, { from: 'cross-site' })
    expect(await lost.json()).toMatchObject({
      mine: 'state_mismatch',
      reference: world.log.at(-1)?.reference,
    })
    // A way on is no error.
    expect((await browser.visit(`${SITE}/api/me`)).status).toBe(302)
  })

  test('renders as the gate’s where the app says nothing', async () => {
    const world = await appWorld()
    const response = await world
      .browser()
      .visit(`${SITE}/auth/callback?state=x&code=y`, { from: 'cross-site' })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('This sign-in was not started here')
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
  })
})

describe('put together wrongly', () => {
  test('mounted where its own routes never arrive: one sentence, and nobody gets in', async () => {
    const world = await createWorld()
    world.deployApp(
      (effects) => {
        const app = new Hono<GatehouseEnv>()
        app.use('/app/*', gatehouse(CONFIG, {}, effects))
        app.get('/app/page', (c) => c.text('in'))
        return app
      },
      { env: { GATEHOUSE_DEVELOPMENT: '1' } },
    )
    const response = await world.browser().visit(`${SITE}/app/page`)
    expect(response.status).toBe(503)
    expect(await response.text()).toContain(
      'gatehouse() is mounted at /app/*, where it never sees /auth/login',
    )
  })

  test('with a second copy of hono: one sentence, and nobody gets in', async () => {
    const world = await createWorld()
    // @ts-expect-error it has no types of its own
    const other = (await import('../../node_modules/hono/dist/cjs/index.js')) as unknown as {
      readonly Hono: typeof Hono
    }
    expect(other.Hono).not.toBe(Hono)
    world.deployApp((effects) => {
      const app = new other.Hono<GatehouseEnv>()
      app.use(gatehouse(CONFIG, {}, effects))
      app.get('/', (c) => c.text('in'))
      return app
    })
    expect((await world.browser().visit(`${SITE}/`)).status).toBe(503)
    expect(world.log.at(-1)).toMatchObject({
      event: 'misconfigured',
      problems: [expect.stringContaining('two copies of hono')],
    })
  })

  test('without bindings: every problem in one list', async () => {
    const world = await createWorld()
    world.deployApp(createApp(), { env: { SESSIONS: undefined, GATEHOUSE_KV: undefined } })
    const response = await world.browser().visit(`${SITE}/api/me`)
    expect(response.status).toBe(503)
    expect(world.log.at(-1)).toMatchObject({
      event: 'misconfigured',
      problems: [expect.stringContaining('GATEHOUSE_KV'), expect.stringContaining('SESSIONS')],
    })
  })

  test('in a Worker of its own app() is a problem, and so is no upstream', async () => {
    const world = await createWorld({ config: CONFIG })
    expect((await world.browser().visit(`${SITE}/`)).status).toBe(503)
    expect(world.log.at(-1)).toMatchObject({
      problems: [expect.stringContaining('sites["app.example.com"].upstream')],
    })
  })
})

test('a site of the app may have another upstream', async () => {
  const config = defineConfig({
    sites: { ...CONFIG.sites, 'docs.example.com': { organization: ACME, upstream: service('APP') } },
  })
  const world = await appWorld({ config })
  const { response } = await world.signIn(world.browser(), 'https://docs.example.com/x', JANE)
  expect(response.status).toBe(200)
  expect(world.pages.requests.at(-1)?.headers.get('Gatehouse-Assertion')).toEqual(expect.any(String))
})

test('a strict rule asks the registry', async () => {
  const world = await appWorld()
  const browser = world.browser()
  await world.signIn(browser, `${SITE}/strict/page`, JANE)
  const other = browser.clone()
  await other.visit(`${SITE}/auth/logout`, { from: 'same-origin' })
  expect((await browser.request(`${SITE}/strict/page`)).status).toBe(401)
})

import { describe, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import { createWorld } from '../support/world.ts'

/** A site for any host, as it is deployed: with it a `Host` header decides nothing but names. */
const config = defineConfig({ sites: { '*': { upstream: assets() } } })

/** What a URL parser makes of them is this machine, or looks like it. */
const LOCAL_NAMES = ['localhost', 'a.localhost', '127.0.0.1', '127.1', '2130706433', '0x7f.1', '[::1]']

describe.each(LOCAL_NAMES.flatMap((host) => [`https://${host}`, `http://${host}:8787`]))(
  'a stranger who asks for %s in production',
  (origin) => {
    test('is not told what health depends on', async () => {
      const world = await createWorld({ config })
      const response = await world.browser().request(`${origin}/auth/health?deep=1`)
      expect(await response.json()).toEqual({ status: 'ok' })
      expect(world.provider.requests).toEqual([])
    })

    test('is not told what is wrong with the configuration', async () => {
      const world = await createWorld()
      world.deploy({ config, env: { SCALEKIT_CLIENT_ID: undefined } })
      const page = await world.browser().visit(`${origin}/`)
      expect(page.status).toBe(503)
      expect(await page.text()).not.toContain('SCALEKIT_CLIENT_ID')
      expect(await (await world.browser().request(`${origin}/`)).json()).not.toHaveProperty('problems')
    })

    test('meets the limit of logins', async () => {
      const world = await createWorld()
      const limit = async () => ({ success: false })
      world.deploy({ config, env: { LOGIN_RATE_LIMIT: { limit } } })
      for (const path of ['/auth/login?organization_id=org_1', '/auth/callback?code=c&state=s'])
        expect((await world.browser().visit(origin + path)).status).toBe(429)
    })
  },
)

describe('GATEHOUSE_DEVELOPMENT', () => {
  test.each(['1', 'true'])(
    'of %j says that this is a developer’s machine, whatever the host',
    async (value) => {
      const world = await createWorld()
      const limit = async () => ({ success: false })
      const env = { GATEHOUSE_DEVELOPMENT: value, LOGIN_RATE_LIMIT: { limit } }
      world.deploy({ config, env })
      const browser = world.browser()
      expect(await (await browser.request('https://docs.example.com/auth/health?deep=1')).json()).toEqual({
        status: 'ok',
        checks: { kv: 'ok', sessions: 'ok', scalekit_keys: 'ok' },
      })
      const login = await browser.visit('https://docs.example.com/auth/login?organization_id=org_1')
      expect(login.status).toBe(302)
      world.deploy({ config, env: { ...env, SCALEKIT_CLIENT_ID: undefined } })
      expect(await (await browser.visit('https://docs.example.com/')).text()).toContain('SCALEKIT_CLIENT_ID')
    },
  )

  test.each([undefined, '', '0', 'false'])('of %j says that it is not', async (value) => {
    const world = await createWorld()
    world.deploy({ config, env: { GATEHOUSE_DEVELOPMENT: value } })
    const response = await world.browser().request('http://localhost:8787/auth/health?deep=1')
    expect(await response.json()).toEqual({ status: 'ok' })
  })

  test.each(['yes', 'production', 'TRUE', '2', ' '])(
    'of %j is a problem, and does not count as yes',
    async (value) => {
      const world = await createWorld()
      world.deploy({ config, env: { GATEHOUSE_DEVELOPMENT: value } })
      const page = await world.browser().visit('http://localhost:8787/')
      expect(page.status).toBe(503)
      expect(await page.text()).not.toContain('GATEHOUSE_DEVELOPMENT')
      expect(JSON.stringify(world.log)).toContain('GATEHOUSE_DEVELOPMENT')
    },
  )
})

describe('behind a tunnel', () => {
  const tunnelled = { headers: { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'demo.example' } }
  const development = { GATEHOUSE_DEVELOPMENT: '1', GATEHOUSE_PUBLIC_URL: 'https://demo.example' }

  test('a developer’s machine that knows its public address goes by that, cookies included', async () => {
    const world = await createWorld()
    world.deploy({ config, env: development })
    const browser = world.browser()
    const page = await browser.visit('http://demo.example/team/', tunnelled)
    expect(page.headers.get('Location')).toMatch(/^(https:\/\/demo\.example)?\/auth\/login/)
    const login = await browser.visit(
      'http://demo.example/auth/login?organization_id=org_1&return_to=/team/',
      tunnelled,
    )
    expect(new URL(login.headers.get('Location') ?? '').searchParams.get('redirect_uri')).toBe(
      'https://demo.example/auth/callback',
    )
    expect(login.headers.getSetCookie().join()).toMatch(/^__Host-[^,]+; Secure/)
  })

  test.each([
    ['without that address', { GATEHOUSE_DEVELOPMENT: '1' }, 'http://demo.example/team/'],
    ['for another host', development, 'http://other.example/team/'],
  ])('%s, headers do not turn http into https', async (_case, env, url) => {
    const world = await createWorld()
    world.deploy({ config, env })
    const page = await world.browser().visit(url, tunnelled)
    expect(page.status).toBe(308)
    expect(page.headers.get('Location')).toBe(url.replace('http:', 'https:'))
  })

  test('in production the address is a problem, and nobody gets in', async () => {
    const world = await createWorld()
    world.deploy({ config, env: { GATEHOUSE_PUBLIC_URL: 'https://demo.example' } })
    expect((await world.browser().visit('https://demo.example/')).status).toBe(503)
    expect(JSON.stringify(world.log)).toContain('GATEHOUSE_PUBLIC_URL is for a developer’s machine')
  })
})

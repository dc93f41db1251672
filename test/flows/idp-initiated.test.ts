import { describe, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import { ACME, GLOBEX, HANK, JANE, newSigningKey } from '../support/openid-provider.ts'
import { CONNECTION_SITE, createWorld, DOCS, OPEN, shownCode, type World } from '../support/world.ts'

const arrive = (world: World, site: string, route: string, hint: string) =>
  world.browser().open(`${site}/auth/${route}?idp_initiated_login=${hint}`, { from: 'cross-site' })

describe.each(['login', 'callback'])('at /auth/%s', (route) => {
  test('a hint starts an ordinary login with its selectors, and the person arrives', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const hint = await world.provider.idpInitiatedLogin({ relay_state: '/reports?x=1' })
    const { leavesTo = '' } = await browser.open(`${OPEN}/auth/${route}?idp_initiated_login=${hint}`, {
      from: 'cross-site',
    })
    const asked = Object.fromEntries(new URL(leavesTo).searchParams)
    expect(asked).toMatchObject({
      organization_id: ACME,
      connection_id: JANE.connection,
      login_hint: JANE.email,
      redirect_uri: `${OPEN}/auth/callback`,
      code_challenge_method: 'S256',
    })
    expect(leavesTo).not.toContain(hint)
    const page = await world.finishLogin(browser, world.provider.authorize(leavesTo))
    expect(page.url).toBe(`${OPEN}/reports?x=1`)
  })

  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/auth/logout',
    'not a path',
  ])('relay_state %s leads to the home page, and is never the state', async (relayState) => {
    const world = await createWorld()
    const browser = world.browser()
    const hint = await world.provider.idpInitiatedLogin({ relay_state: relayState })
    const { leavesTo = '' } = await browser.open(`${OPEN}/auth/${route}?idp_initiated_login=${hint}`)
    expect(new URL(leavesTo).searchParams.get('state')).toMatch(/^[\w-]{43}$/)
    expect((await world.finishLogin(browser, world.provider.authorize(leavesTo))).url).toBe(`${OPEN}/`)
  })

  test('the same hint twice starts two different logins, and signs nobody in by itself', async () => {
    const world = await createWorld()
    const hint = await world.provider.idpInitiatedLogin({ relay_state: 'A'.repeat(43) })
    const first = await arrive(world, DOCS, route, hint)
    const second = await arrive(world, DOCS, route, hint)
    const state = (leavesTo: string | undefined) => new URL(leavesTo ?? '').searchParams.get('state')
    expect(state(first.leavesTo)).not.toBe(state(second.leavesTo))
    expect(first.response.headers.getSetCookie().join()).not.toContain('gh-session')
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['that has expired', { exp: 1 }, 'exp'],
    ['without an expiry', { exp: undefined }, 'exp'],
    ['that is not valid yet', { nbf: 9_999_999_999 }, 'nbf'],
    [
      'that names neither organization nor connection',
      { organization_id: undefined, connection_id: undefined },
      'kind',
    ],
    ['that names something else as organization', { organization_id: 'https://evil.example' }, 'kind'],
    ['that is an ID token', { sub: 'conn_30001;jane' }, 'kind'],
  ])('a hint %s is refused', async (_case, claims, check) => {
    const world = await createWorld()
    const { response } = await arrive(world, OPEN, route, await world.provider.idpInitiatedLogin(claims))
    expect(response.status).toBe(403)
    expect(await shownCode(response)).toBe('id_token_invalid')
    expect(world.log.at(-1)?.refusal).toMatchObject({ reason: 'idp_initiated_invalid', check })
    expect(world.kv.on('login:')).toEqual([])
  })

  test('a hint that somebody else signed is refused', async () => {
    const world = await createWorld()
    const forged = await world.provider.idpInitiatedLogin({}, await newSigningKey(world.provider.signer.kid))
    const { response } = await arrive(world, OPEN, route, forged)
    expect(response.status).toBe(403)
    expect(world.log.at(-1)?.refusal).toMatchObject({ check: 'signature' })
    expect(world.kv.on('login:')).toEqual([])
  })

  test('an unsigned hint, a repeated one and rubbish are refused', async () => {
    const world = await createWorld()
    const hint = await world.provider.idpInitiatedLogin()
    for (const query of [hint.replace(/[^.]*$/, ''), `${hint}&idp_initiated_login=${hint}`, 'rubbish']) {
      const { response } = await arrive(world, OPEN, route, query)
      expect(response.status).toBe(400)
      expect(await shownCode(response)).toBe('bad_request')
    }
    expect(world.kv.operations).toEqual([])
  })

  test("another customer's hint is refused on a site with a demand", async () => {
    const world = await createWorld()
    const hint = await world.provider.idpInitiatedLogin({
      organization_id: GLOBEX,
      connection_id: HANK.connection,
    })
    const organization = await arrive(world, DOCS, route, hint)
    expect(await shownCode(organization.response)).toBe('organization_mismatch')
    const foreign = await world.provider.idpInitiatedLogin()
    const connection = await arrive(world, CONNECTION_SITE, route, foreign)
    expect(await shownCode(connection.response)).toBe('connection_mismatch')
    expect(world.kv.on('login:')).toEqual([])
  })

  test('a hint that names only a connection has to come back with the organization of the site', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const hint = await world.provider.idpInitiatedLogin({
      organization_id: undefined,
      connection_id: HANK.connection,
    })
    const { leavesTo = '' } = await browser.open(`${DOCS}/auth/${route}?idp_initiated_login=${hint}`)
    const { response } = await world.finishLogin(browser, world.provider.authorize(leavesTo, HANK))
    expect(await shownCode(response)).toBe('organization_mismatch')
  })

  test('a start at the portal that failed says why', async () => {
    const world = await createWorld()
    const { response } = await world
      .browser()
      .open(`${OPEN}/auth/${route}?error=assertion_expired&error_description=%3Cb%3Enever%20shown%3C%2Fb%3E`)
    expect(response.status).toBe(403)
    expect(await shownCode(response)).toBe('scalekit_error: assertion_expired')
    expect(await response.text()).not.toContain('never shown')
  })

  test('keys that cannot be had answer 503', async () => {
    const world = await createWorld()
    world.provider.keysEndpoint = () => new Response(null, { status: 500 })
    const { response } = await arrive(world, OPEN, route, await world.provider.idpInitiatedLogin())
    expect(response.status).toBe(503)
    expect(await shownCode(response)).toBe('scalekit_unreachable')
  })
})

test('under a base path of its own the routes move along', async () => {
  const world = await createWorld()
  world.deploy({
    config: defineConfig({ basePath: '/-/sso', sites: { 'open.example.com': { upstream: assets() } } }),
  })
  const hint = await world.provider.idpInitiatedLogin({ relay_state: '/-/sso/logout' })
  const browser = world.browser()
  const { leavesTo = '' } = await browser.open(`${OPEN}/-/sso/callback?idp_initiated_login=${hint}`)
  expect(new URL(leavesTo).searchParams.get('redirect_uri')).toBe(`${OPEN}/-/sso/callback`)
  expect((await world.finishLogin(browser, world.provider.authorize(leavesTo))).url).toBe(`${OPEN}/`)
})

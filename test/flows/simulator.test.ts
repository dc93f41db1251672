import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { DEVELOPMENT_CLIENT } from '../../simulator/client.ts'
import { FAULT_WORDS, NO_FAULTS } from '../../simulator/faults.ts'
import { createSimulator } from '../../simulator/simulator.ts'
import { SSO_ERROR_CODES } from '../../simulator/sso-errors.ts'
import { assets, defineConfig } from '../../src/config.ts'
import type { Browser, Page } from '../support/browser.ts'
import { createWorld, LOCAL, shownCode, type World } from '../support/world.ts'

const SCALEKIT = 'http://127.0.0.1:8788'
const ACME = { organization: 'org_20000000000000002', connection: 'conn_30000000000000002' }

const CONFIG = defineConfig({
  sites: {
    localhost: {
      upstream: assets(),
      rules: [
        { path: '/admin/*', require: { roles: ['admin'], organizations: [ACME.organization] } },
        { path: '/engineering/*', require: { groups: ['engineering'], organizations: [ACME.organization] } },
      ],
    },
    'acme.localhost': { organization: ACME.organization, upstream: assets() },
  },
})

/** What a person does at Scalekit and at their identity provider. */
class AtScalekit {
  readonly #simulator: ReturnType<typeof createSimulator>

  constructor(simulator: ReturnType<typeof createSimulator>) {
    this.#simulator = simulator
  }

  async set(path: string, body: unknown, method = 'PATCH'): Promise<void> {
    const headers = { 'Content-Type': 'application/json' }
    const init = { method, headers, body: JSON.stringify(body) }
    expect((await this.#simulator.request(`${SCALEKIT}/simulator${path}`, init)).status).toBe(200)
  }

  /** Follows the authorization request and fills the form in. @returns where the browser is sent */
  async fillIn(location: string, form: Record<string, string>): Promise<string> {
    const authorized = await this.#simulator.request(location)
    const idp = new URL(authorized.headers.get('Location') ?? '', SCALEKIT)
    // An error is sent straight back.
    if (idp.origin !== SCALEKIT) return idp.href
    expect((await this.#simulator.request(idp.href)).status).toBe(200)
    const request = idp.searchParams.get('request')
    return this.#post(idp, { ...(request !== null && { request }), ...form })
  }

  /** A start at the portal of the identity provider. */
  startAtPortal(form: Record<string, string>): Promise<string> {
    const idp = new URL(`${SCALEKIT}/idp/${ACME.connection}`)
    return this.#post(idp, { scenario: 'idp_initiated', email: 'jane@acme.example', ...form })
  }

  async follow(location: string): Promise<string> {
    return (await this.#simulator.request(location)).headers.get('Location') ?? ''
  }

  async #post(idp: URL, form: Record<string, string>): Promise<string> {
    const answer = await this.#simulator.request(idp.href, {
      method: 'POST',
      body: new URLSearchParams(form),
    })
    expect(answer.status).toBe(303)
    return answer.headers.get('Location') ?? ''
  }
}

async function start(): Promise<{ world: World; browser: Browser; scalekit: AtScalekit }> {
  const world = await createWorld()
  const simulator = createSimulator({ now: () => world.clock.seconds })
  // A new simulator has new keys: what an earlier one left in storage is nobody's.
  await world.kv.inside.delete(`jwks:${SCALEKIT}`)
  world.deploy({
    config: CONFIG,
    env: {
      SCALEKIT_ENVIRONMENT_URL: SCALEKIT,
      SCALEKIT_CLIENT_ID: DEVELOPMENT_CLIENT.id,
      SCALEKIT_CLIENT_SECRET: DEVELOPMENT_CLIENT.secret,
    },
    fetch: async (input, init) => simulator.request(input as Request, init as RequestInit),
  })
  return { world, browser: world.browser(), scalekit: new AtScalekit(simulator) }
}

async function signIn(
  { world, browser, scalekit }: Awaited<ReturnType<typeof start>>,
  address: string,
  email: string,
): Promise<Page> {
  const location = await world.beginLogin(browser, address)
  return world.finishLogin(browser, await scalekit.fillIn(location, { scenario: 'login', email }))
}

const whoIsThere = async (browser: Browser, site = LOCAL) =>
  (await browser.request(`${site}/auth/session`)).json<{ user: { sub: string; roles: string[] } }>()

describe.each(['modular', 'fsa'] as const)('in %s mode', (mode) => {
  test('a person signs in, arrives at the deep link, and signs out at Scalekit too', async () => {
    const cast = await start()
    await cast.scalekit.set('/settings', { mode })
    const page = await signIn(
      cast,
      `${LOCAL}/auth/login?organization_id=${ACME.organization}&return_to=/deep?x=1`,
      'jane@acme.example',
    )
    expect(page.url).toBe(`${LOCAL}/deep?x=1`)
    expect(page.response.status).toBe(200)
    const { user } = await whoIsThere(cast.browser)
    expect(user.sub).toMatch(mode === 'fsa' ? /^usr_\d+$/ : new RegExp(`^${ACME.connection};`))

    const { leavesTo = '' } = await cast.browser.open(`${LOCAL}/auth/logout`, { from: 'same-origin' })
    expect(await cast.scalekit.follow(leavesTo)).toBe(`${LOCAL}/auth/signed-out?state=others-0`)
    expect((await cast.browser.request(`${LOCAL}/deep`)).status).toBe(401)
  })

  test('roles open and close a page', async () => {
    for (const [email, status] of [
      ['jane@acme.example', 200],
      ['joe@acme.example', 403],
    ] as const) {
      const cast = await start()
      await cast.scalekit.set('/settings', { mode })
      await signIn(cast, `${LOCAL}/auth/login?login_hint=${email}`, email)
      expect((await cast.browser.open(`${LOCAL}/admin/`)).response.status).toBe(status)
    }
  })
})

test.each([
  ['organization_id', ACME.organization, 'jane@acme.example', ACME.connection],
  ['organization_id', 'org_20000000000000003', 'hank@globex.example', 'conn_30000000000000003'],
  ['connection_id', ACME.connection, 'jane@acme.example', ACME.connection],
  ['domain_hint', 'ACME.example', 'jane@acme.example', ACME.connection],
  ['login_hint', 'jane@ACME.example', 'jane@acme.example', ACME.connection],
  ['login_hint', 'sam@example.org', 'sam@example.org', 'conn_30000000000000001'],
  ['provider', 'github', 'octo@cat.example', 'conn_40000000000000003'],
])('%s=%s leads to its identity provider', async (name, value, email, connection) => {
  const cast = await start()
  const { response } = await signIn(cast, `${LOCAL}/auth/login?${name}=${value}`, email)
  expect(response.status).toBe(200)
  expect(await whoIsThere(cast.browser)).toMatchObject({ user: { email }, connection_id: connection })
})

test('the form for a work e-mail finds the way', async () => {
  const cast = await start()
  const form = await cast.browser.open(`${LOCAL}/deep?x=1`)
  expect(await form.response.text()).toContain('name="login_hint"')
  const page = await signIn(
    cast,
    `${LOCAL}/auth/login?return_to=%2Fdeep%3Fx%3D1&login_hint=joe%40acme.example`,
    'joe@acme.example',
  )
  expect(page.url).toBe(`${LOCAL}/deep?x=1`)
})

test('an address that another customer typed at its identity provider is let in nowhere else', async () => {
  const cast = await start()
  const { world, browser, scalekit } = cast
  const site = 'http://acme.localhost:8787'
  await scalekit.set('/redirects', { post_login_uris: [`${site}/auth/callback`] }, 'PUT')
  const location = new URL(await world.beginLogin(browser, `${site}/a`))
  location.searchParams.set('organization_id', 'org_20000000000000003')
  const callback = await scalekit.fillIn(location.href, { scenario: 'login', email: 'jane@acme.example' })
  const { response } = await world.finishLogin(browser, callback)
  expect(await shownCode(response)).toBe('organization_mismatch')
})

describe.each(['initiate_login', 'callback'] as const)(
  'a start at the identity provider, sent to %s',
  (target) => {
    test('ends signed in at the relay state', async () => {
      const { world, browser, scalekit } = await start()
      await scalekit.set('/settings', { idp_initiated_target: target })
      const arrival = await scalekit.startAtPortal({ relay_state: '/deep?x=1' })
      expect(new URL(arrival).pathname).toBe(target === 'callback' ? '/auth/callback' : '/auth/login')
      const { leavesTo = '' } = await browser.open(arrival, { from: 'cross-site' })
      const page = await world.finishLogin(
        browser,
        await scalekit.fillIn(leavesTo, { scenario: 'login', email: 'jane@acme.example' }),
      )
      expect(page.url).toBe(`${LOCAL}/deep?x=1`)
    })

    test('goes to the home page where the relay state is another site', async () => {
      const { world, browser, scalekit } = await start()
      await scalekit.set('/settings', { idp_initiated_target: target })
      const { leavesTo = '' } = await browser.open(
        await scalekit.startAtPortal({ relay_state: 'https://evil.example/' }),
      )
      const callback = await scalekit.fillIn(leavesTo, { scenario: 'login', email: 'jane@acme.example' })
      expect((await world.finishLogin(browser, callback)).url).toBe(`${LOCAL}/`)
    })
  },
)

describe('keys', () => {
  test.each([false, true])('rotate in mid-life, the old one retired: %s', async (retire_old) => {
    const cast = await start()
    await signIn(cast, `${LOCAL}/auth/login?login_hint=jane@acme.example`, 'jane@acme.example')
    await cast.scalekit.set('/keys/rotate', { retire_old }, 'POST')
    expect((await cast.browser.request(`${LOCAL}/a`)).status).toBe(200)
    const again = { ...cast, browser: cast.world.browser() }
    const page = await signIn(again, `${LOCAL}/auth/login?login_hint=joe@acme.example`, 'joe@acme.example')
    expect(page.response.status).toBe(200)
  })
})

test('an environment that does not echo the nonce is good enough', async () => {
  const cast = await start()
  await cast.scalekit.set('/settings', { echo_nonce: false })
  const page = await signIn(cast, `${LOCAL}/auth/login?login_hint=joe@acme.example`, 'joe@acme.example')
  expect(page.response.status).toBe(200)
})

describe('what the page of faults says happens:', () => {
  const LOGIN = `${LOCAL}/auth/login?login_hint=joe@acme.example`

  test.each([
    ['server_error', true, 'scalekit_unreachable'],
    ['wrong_issuer', true, 'id_token_invalid'],
    ['wrong_audience', true, 'id_token_invalid'],
    ['wrong_nonce', true, 'id_token_invalid'],
    ['wrong_signature', true, 'id_token_invalid'],
    ['expired', true, 'id_token_invalid'],
    ['clock_skew_seconds', 61, 'id_token_invalid'],
  ])('%s: %s ends with %s', async (fault, value, code) => {
    const cast = await start()
    await cast.scalekit.set('/faults', { [fault]: value })
    const { response } = await signIn(cast, LOGIN, 'joe@acme.example')
    expect(await shownCode(response)).toBe(code)
    const { expected } = FAULT_WORDS.find(({ name }) => name === fault) ?? {}
    expect(expected).toContain(code)
    expect(cast.browser.cookie(LOCAL, 'gh-session')).toBeUndefined()

    await cast.scalekit.set('/faults', NO_FAULTS)
    const again = { ...cast, browser: cast.world.browser() }
    expect((await signIn(again, LOGIN, 'joe@acme.example')).response.status).toBe(200)
  })

  test.each([
    ['clock_skew_seconds', 59],
    ['clock_skew_seconds', -59],
    ['slow_seconds', 1],
    ['extra_groups', 2000],
  ])('%s: %i changes nothing', async (fault, value) => {
    const cast = await start()
    await cast.scalekit.set('/faults', { [fault]: value })
    expect((await signIn(cast, LOGIN, 'joe@acme.example')).response.status).toBe(200)
  })

  test.each([
    [`organization_id=${ACME.organization}`, 'organization_mismatch'],
    [`connection_id=${ACME.connection}`, 'connection_mismatch'],
  ])('other_organization: a link with %s ends with %s', async (query, code) => {
    const cast = await start()
    await cast.scalekit.set('/faults', { other_organization: true })
    const { response } = await signIn(cast, `${LOCAL}/auth/login?${query}`, 'joe@acme.example')
    expect(await shownCode(response)).toBe(code)
  })
})

describe.each([true, false])('errors, with the state echoed: %s', (echo_state_on_error) => {
  test.each(SSO_ERROR_CODES.filter((code) => !['invalid_scope', 'unsupported_response_type'].includes(code)))(
    '%s has words of its own',
    async (error) => {
      const { world, browser, scalekit } = await start()
      await scalekit.set('/settings', { echo_state_on_error })
      const location = await world.beginLogin(
        browser,
        `${LOCAL}/auth/login?organization_id=${ACME.organization}&return_to=%2Fteam%2F`,
      )
      const callback = new URL(await scalekit.fillIn(location, { scenario: 'error', error }))
      const description = callback.searchParams.get('error_description') ?? 'none'
      const { response } = await world.finishLogin(browser, callback.href)
      expect(response.status).toBe(403)
      expect(await shownCode(response)).toBe(`scalekit_error: ${error}`)
      const text = await response.text()
      expect(text).not.toContain(`>${description}<`)
      // Who came back without the state is somebody's whose login is still under way.
      if (echo_state_on_error) {
        expect(text).toMatch(/<a [^>]*href="[^"]*return_to=%2Fteam%2F[^"]*"[^>]*>Sign in again</)
        expect(browser.cookies.of(new URL(LOCAL))).toEqual([])
      }
    },
  )
})

test.each([
  ['organization_id=org_20000000000000004', 'no_active_connections'],
  ['organization_id=org_20000000000000005', 'no_configured_connections'],
  ['organization_id=org_29999999999999999', 'invalid_organization_id'],
  ['connection_id=conn_30000000000000004', 'connection_not_active'],
  ['connection_id=conn_39999999999999999', 'invalid_connection_id'],
  ['login_hint=who@nowhere.example', 'domain_not_found'],
  ['login_hint=joe@acme.example&prompt=none', 'login_required'],
])('%s comes back as %s', async (query, error) => {
  const { world, browser, scalekit } = await start()
  const location = await world.beginLogin(browser, `${LOCAL}/auth/login?${query}`)
  const { response } = await world.finishLogin(browser, await scalekit.fillIn(location, {}))
  expect(await shownCode(response)).toBe(`scalekit_error: ${error}`)
})

test('the session knows nothing that Scalekit issued, but the logout does', async () => {
  const cast = await start()
  await signIn(cast, `${LOCAL}/auth/login?login_hint=joe@acme.example`, 'joe@acme.example')
  const session = decodeJwt(cast.browser.cookie(LOCAL, 'gh-session') ?? '')
  expect(JSON.stringify(session)).not.toContain('ses_')
  const { leavesTo = '' } = await cast.browser.open(`${LOCAL}/auth/logout`, { from: 'same-origin' })
  expect(decodeJwt(new URL(leavesTo).searchParams.get('id_token_hint') ?? '')['sid']).toMatch(/^ses_/)
})

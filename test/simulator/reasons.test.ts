import { describe, expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import { authorize, authorizeUrl, CALLBACK, control, ISSUER, location } from './drive.ts'

type Simulator = ReturnType<typeof createSimulator>

const text = async (simulator: Simulator, address: string) => (await simulator.request(address)).text()

/** Presses the one button of a page or list. */
function press(simulator: Simulator, html: string, action: string, more: Record<string, string> = {}) {
  const form = html.slice(html.indexOf(`action="/operator/${action}"`)).split('</form>')[0] ?? ''
  const fields = [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value.replaceAll('&amp;', '&'),
  ])
  return simulator.request(`${ISSUER}/operator/${action}`, {
    method: 'POST',
    body: new URLSearchParams({ ...Object.fromEntries(fields), ...more }),
  })
}

describe('a redirect URL that is not allowed', () => {
  test('is shown beside those that are, with the difference', async () => {
    const simulator = createSimulator()
    const html = await text(simulator, authorizeUrl({ redirect_uri: `${CALLBACK}/` }))
    expect(html).toContain(`${CALLBACK}<mark>/</mark>`)
    expect(html).toContain('It ends with a slash, the allowed one does not.')
    expect(html).toContain('http://*.localhost:8787/auth/callback')
  })

  test('is allowed with one click, and the login goes on', async () => {
    const simulator = createSimulator()
    const address = authorizeUrl({ redirect_uri: 'http://127.0.0.1:8787/auth/callback' })
    const target = location(await press(simulator, await text(simulator, address), 'addresses/add'))
    expect(target.href).toBe(address)
    expect(location(await simulator.request(target.href)).pathname).toBe('/idp/conn_30000000000000002')
  })

  test('is allowed for a logout, too', async () => {
    const simulator = createSimulator()
    const uri = 'https://localhost:8787/auth/signed-out'
    const address = `${ISSUER}/oidc/logout?post_logout_redirect_uri=${encodeURIComponent(uri)}`
    const html = await text(simulator, address)
    expect(html).toContain('It begins with https://, the allowed one with http://.')
    const target = location(await press(simulator, html, 'addresses/add'))
    expect(location(await simulator.request(target.href)).href).toBe(uri)
  })

  test.each(['javascript:alert(1)', 'https://a.example/?b=c', '/auth/callback'])(
    'cannot be allowed where Scalekit would not take it: %s',
    async (redirect_uri) => {
      const html = await text(createSimulator(), authorizeUrl({ redirect_uri }))
      expect(html).toContain('It cannot be allowed')
      expect(html).not.toContain('addresses/add')
    },
  )

  test('is shown as text', async () => {
    const html = await text(createSimulator(), authorizeUrl({ redirect_uri: 'https://<b>.example/"><i>' }))
    expect(html).not.toMatch(/<b>|<i>/)
  })
})

test('an unknown client is shown beside the one there is', async () => {
  const html = await text(createSimulator(), authorizeUrl({ client_id: 'skc_2' }))
  expect(html).toContain('<mark>skc_2</mark>')
  expect(html).toContain('skc_10000000000000001')
})

describe('what is sent back to the application is explained in the list of requests', () => {
  const list = (simulator: Simulator) => text(simulator, `${ISSUER}/operator/requests`)

  test('an unknown organization, which is made with one click', async () => {
    const simulator = createSimulator()
    const query = { organization_id: 'org_29999999999999999' }
    await authorize(simulator, query)
    const html = await list(simulator)
    expect(html).toContain('<mark>org_29999999999999999</mark>')
    expect(html).toContain('org_20000000000000005')
    const target = location(await press(simulator, html, 'organizations/create'))
    expect(target.pathname).toBe('/operator/requests')
    expect((await authorize(simulator, query)).pathname).toMatch(/^\/idp\/conn_/)
  })

  test('an unknown domain, which is added with one click', async () => {
    const simulator = createSimulator()
    const query = { login_hint: 'joe@nowhere.example' }
    await authorize(simulator, query)
    const organization_id = 'org_20000000000000002'
    await press(simulator, await list(simulator), 'domains/add', { organization_id })
    expect((await authorize(simulator, query)).pathname).toBe('/idp/conn_30000000000000002')
  })

  test('a connection that is off, which is switched on with one click', async () => {
    const simulator = createSimulator()
    const query = { connection_id: 'conn_30000000000000005' }
    await authorize(simulator, query)
    await press(simulator, await list(simulator), 'connections/enable')
    expect((await authorize(simulator, query)).pathname).toBe('/idp/conn_30000000000000005')
  })

  test.each([
    ['connection_id', 'conn_39999999999999999', 'conn_30000000000000006'],
    ['organization_id', 'org_20000000000000005', '/operator/organizations/org_20000000000000005'],
    ['login_hint', 'a@initech.example', '/operator/organizations/org_20000000000000004'],
  ])('%s=%s', async (name, value, shown) => {
    const simulator = createSimulator()
    await authorize(simulator, { [name]: value })
    expect(await list(simulator)).toContain(shown)
  })

  test('a person whom the directory bars', async () => {
    const simulator = createSimulator()
    const jane = { organization_id: 'org_20000000000000002', email: 'jane@acme.example' }
    await control(simulator, 'POST', '/users/deactivate', jane)
    await simulator.request(`${ISSUER}/operator/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ connection_id: 'conn_30000000000000002', email: jane.email }),
    })
    await authorize(simulator)
    expect(await list(simulator)).toContain('reactivate them')
  })
})

describe('addresses', () => {
  const post = (simulator: Simulator, path: string, fields: Record<string, string>) =>
    simulator.request(`${ISSUER}/operator/addresses/${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
    })

  test('are added once, removed and changed', async () => {
    const simulator = createSimulator()
    const uri = 'https://docs.example.com/auth/callback'
    const list = 'post_login_uris'
    for (const _ of ['once', 'twice']) expect((await post(simulator, 'add', { list, uri })).status).toBe(303)
    await post(simulator, 'remove', { list, uri: CALLBACK })
    await post(simulator, 'initiate', { uri: 'https://docs.example.com/auth/login' })
    const { redirects } = await (await simulator.request(`${ISSUER}/simulator`)).json<{
      redirects: unknown
    }>()
    expect(redirects).toMatchObject({
      post_login_uris: ['http://*.localhost:8787/auth/callback', uri],
      initiate_login_uri: 'https://docs.example.com/auth/login',
    })
    expect(await text(simulator, `${ISSUER}/operator`)).toContain(uri)
  })

  test.each([
    ['add', { list: 'post_login_uris', uri: 'https://example.com/?a' }],
    ['add', { list: 'constructor', uri: 'https://example.com/' }],
    ['add', { list: 'post_login_uris' }],
    ['remove', { list: 'toString', uri: CALLBACK }],
    ['initiate', { uri: 'https://*.example.com/' }],
  ])('refuse %s of %j with a reason', async (path, fields) => {
    const response = await post(createSimulator(), path, fields)
    expect(response.status).toBe(400)
    expect(await response.text()).toMatch(
      /role="alert"><p><strong>Nothing was changed\.<\/strong><\/p><p>[^<]+/,
    )
  })
})

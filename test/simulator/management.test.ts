import { describe, expect, test } from 'vitest'
import { DEVELOPMENT_CLIENT } from '../../simulator/client.ts'
import { createSimulator } from '../../simulator/simulator.ts'
import { control, exchange, ISSUER, requestToken, signIn, tokens } from './drive.ts'

const NOW = 1_800_000_000

async function open() {
  let now = NOW
  const simulator = createSimulator({ now: () => now })
  const { access_token } = await tokens(await requestToken(simulator, { grant_type: 'client_credentials' }))
  const call = (path: string, method = 'GET', bearer: string | undefined = access_token) =>
    simulator.request(`${ISSUER}/api/v1${path}`, { method, headers: { Authorization: `Bearer ${bearer}` } })
  return { simulator, call, wait: (seconds: number) => (now += seconds) }
}

const ids = async (response: Response | Promise<Response>, name: string) => {
  const body = await (await response).json<Record<string, { id: string }[]>>()
  return body[name]?.map(({ id }) => id)
}

test('lists organizations and gives one', async () => {
  const { call } = await open()
  expect(await (await call('/organizations')).json()).toMatchObject({ total_size: 5, next_page_token: '' })
  expect(await (await call('/organizations/org_20000000000000002')).json()).toMatchObject({
    organization: { id: 'org_20000000000000002', display_name: 'Acme', region_code: 'US' },
  })
})

test('lists organizations in pages, of the size that is asked for and no larger than it likes', async () => {
  const { simulator, call } = await open()
  const first = await (await call('/organizations?page_size=2')).json<Record<string, unknown>>()
  expect(first).toMatchObject({ total_size: 5, next_page_token: expect.stringMatching(/./) })
  const rest = await call(`/organizations?page_size=100&page_token=${first['next_page_token']}`)
  expect(await rest.clone().json()).toMatchObject({ total_size: 5, next_page_token: '' })
  expect(await ids(rest, 'organizations')).toEqual([3, 4, 5].map((each) => `org_2000000000000000${each}`))

  await control(simulator, 'PATCH', '/settings', { largest_page: 1 })
  expect(await ids(call('/organizations?page_size=100'), 'organizations')).toHaveLength(1)
  for (const query of ['page_size=101', 'page_size=-1', 'page_token=x', 'page_token=6']) {
    expect((await call(`/organizations?${query}`)).status).toBe(400)
  }
})

test('tells the addresses of its client, and no secret, unless it has no such call', async () => {
  const { simulator, call } = await open()
  const response = await call('/clients')
  expect(await response.clone().text()).not.toContain(DEVELOPMENT_CLIENT.secret)
  expect(await response.json()).toMatchObject({
    clients: [
      {
        id: DEVELOPMENT_CLIENT.id,
        post_login_uris: ['http://localhost:8787/auth/callback', 'http://*.localhost:8787/auth/callback'],
        initiate_login_uri: 'http://localhost:8787/auth/login',
        back_channel_logout_uris: [],
      },
    ],
  })
  await control(simulator, 'PATCH', '/settings', { clients_api: false })
  expect((await call('/clients')).status).toBe(404)
})

test('has had too many requests when that is switched on', async () => {
  const { simulator, call } = await open()
  await control(simulator, 'PATCH', '/settings', { rate_limited: true })
  const response = await call('/organizations')
  expect(response.status).toBe(429)
  expect(await response.json()).toMatchObject({ code: 8, details: [{ error_code: 'RATE_LIMITED' }] })
})

test('lists active connections only, unless asked for all', async () => {
  const { call } = await open()
  const path = '/connections?organization_id=org_20000000000000003'
  expect(await ids(call(path), 'connections')).toEqual(['conn_30000000000000003'])
  expect(await ids(call(`${path}&include=all`), 'connections')).toHaveLength(2)
  expect(await ids(call('/connections?domain=acme.example'), 'connections')).toEqual([
    'conn_30000000000000002',
  ])
  expect(await ids(call('/connections?domain=elsewhere.example'), 'connections')).toEqual([])
  expect((await call('/connections')).status).toBe(400)
})

test('gives a connection of its own organization only', async () => {
  const { call } = await open()
  const path = '/organizations/org_20000000000000002/connections'
  expect(await (await call(`${path}/conn_30000000000000002`)).json()).toMatchObject({
    connection: {
      provider: 'OKTA',
      type: 'SAML',
      status: 'COMPLETED',
      enabled: true,
      domains: ['acme.example'],
    },
  })
  expect((await call(`${path}/conn_30000000000000003`)).status).toBe(404)
})

test('lists the domains of an organization', async () => {
  const { call } = await open()
  const response = await call('/organizations/org_20000000000000001/domains')
  expect(await response.json()).toMatchObject({
    domains: [{ domain: 'example.com', domain_type: 'ORGANIZATION_DOMAIN' }, { domain: 'example.org' }],
  })
})

test('makes a portal link with PUT, and not with GET', async () => {
  const { call } = await open()
  const path = '/organizations/org_20000000000000002/portal_links?features=sso'
  const { link } = await (await call(path, 'PUT')).json<{ link: Record<string, string> }>()
  expect(link).toEqual({
    id: expect.stringMatching(/^lnk_/),
    location: expect.stringMatching(`^${ISSUER}/`),
    expire_time: new Date((NOW + 60) * 1000).toISOString(),
  })
  expect((await call(path)).status).toBe(404)
})

describe('a portal link', () => {
  const make = async ({ call }: Awaited<ReturnType<typeof open>>) => {
    const made = await call('/organizations/org_20000000000000002/portal_links', 'PUT')
    return (await made.json<{ link: { location: string } }>()).link.location
  }

  test('opens a page that says whose portal it is, once', async () => {
    const at = await open()
    const location = await make(at)
    const page = await at.simulator.request(location)
    expect(page.status).toBe(200)
    expect(page.headers.get('Cache-Control')).toBe('no-store')
    expect(await page.text()).toContain('Admin portal of Acme')
    expect((await at.simulator.request(location)).status).toBe(410)
  })

  test('is fresh each time, and opens nothing after a minute', async () => {
    const at = await open()
    const [first, second] = [await make(at), await make(at)]
    expect(first).not.toBe(second)
    at.wait(59)
    expect((await at.simulator.request(first)).status).toBe(200)
    at.wait(1)
    expect((await at.simulator.request(second)).status).toBe(404)
    expect((await at.simulator.request(`${ISSUER}/magicLink/lnk_1`)).status).toBe(404)
  })

  test('is made for nobody without a token, nor where the application may not use the API', async () => {
    const at = await open()
    const path = '/organizations/org_20000000000000002/portal_links'
    expect((await at.simulator.request(`${ISSUER}/api/v1${path}`, { method: 'PUT' })).status).toBe(401)
    expect((await at.call(path, 'PUT', 'x')).status).toBe(401)
    await control(at.simulator, 'PATCH', '/settings', { management_api: false })
    const refused = await at.call(path, 'PUT')
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ code: 7, details: [{ error_code: 'PERMISSION_DENIED' }] })
  })
})

test("refuses no token, another's token, a user's token and an expired one, with Scalekit's error body", async () => {
  const { simulator, call, wait } = await open()
  const { access_token, id_token } = await tokens(await exchange(simulator, await signIn(simulator)))
  const response = await simulator.request(`${ISSUER}/api/v1/organizations`)
  expect(response.status).toBe(401)
  expect(await response.json()).toEqual({
    code: 16,
    message: 'Token empty',
    details: [
      {
        '@type': 'type.googleapis.com/scalekit.v1.errdetails.ErrorInfo',
        error_code: 'UNAUTHENTICATED',
      },
    ],
  })
  for (const bearer of ['x', access_token, id_token]) {
    expect((await call('/organizations', 'GET', bearer)).status).toBe(401)
  }
  wait(86_400)
  expect((await call('/organizations')).status).toBe(401)
})

import { expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import { exchange, ISSUER, requestToken, signIn, tokens } from './drive.ts'

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

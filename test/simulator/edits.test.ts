import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import type { Organization } from '../../simulator/organizations.ts'
import { createSimulator } from '../../simulator/simulator.ts'
import { authorize, control, exchange, ISSUER, postForm, signIn, tokens } from './drive.ts'
import { createReceiver } from './receiver.ts'

type Simulator = ReturnType<typeof createSimulator>

const ACME = 'org_20000000000000002'
const CONNECTION = 'conn_30000000000000002'
const BACK = `/operator/organizations/${ACME}`
const JANE = {
  connection_id: CONNECTION,
  email: 'jane@acme.example',
  given_name: 'Jane',
  family_name: 'Doe',
  idp_roles: 'admin, on call',
  groups: 'engineering',
  roles: 'admin',
}

const start = () => {
  const receiver = createReceiver()
  return { receiver, simulator: createSimulator(receiver.options) }
}

/** As its page has it. */
async function organizationOf(simulator: Simulator, id: string): Promise<Partial<Organization>> {
  const html = await (await simulator.request(`${ISSUER}/operator/organizations/${id}`)).text()
  return {
    display_name: /name="display_name" value="([^"]*)"/.exec(html)?.[1] ?? '',
    domains: /name="domains" value="([^"]*)"/.exec(html)?.[1]?.split(' ') ?? [],
  }
}

const idTokenOf = async (simulator: Simulator, email: string) =>
  decodeJwt(
    (await tokens(await exchange(simulator, await signIn(simulator, { login_hint: email }, { email }))))
      .id_token,
  )

const sentTypes = (receiver: ReturnType<typeof createReceiver>) =>
  receiver.received.map(({ body }) => JSON.parse(body).type)

describe('an organization', () => {
  test('gets another name and other domains, by which people are found', async () => {
    const { simulator, receiver } = start()
    const response = await postForm(simulator, 'organizations/update', {
      organization_id: ACME,
      display_name: 'Acme & Sons',
      domains: 'acme.example, Sons.example',
      back: BACK,
    })
    expect(response.headers.get('Location')).toMatch(
      /^\/operator\/organizations\/org_20000000000000002\?event=evt_/,
    )
    expect(await organizationOf(simulator, ACME)).toEqual({
      display_name: 'Acme &amp; Sons',
      domains: ['acme.example', 'sons.example'],
    })
    expect((await authorize(simulator, { login_hint: 'joe@sons.example' })).pathname).toBe(
      `/idp/${CONNECTION}`,
    )
    expect(sentTypes(receiver)).toEqual(['organization.updated'])
  })

  test('is made with a connection that works, and its page is next', async () => {
    const { simulator } = start()
    const response = await postForm(simulator, 'organizations/create', {
      display_name: 'Hooli',
      domains: 'hooli.example',
    })
    const [path = ''] = response.headers.get('Location')?.split('?') ?? []
    expect(path).toMatch(/^\/operator\/organizations\/org_\d{17}$/)
    expect(await (await simulator.request(ISSUER + path)).text()).toContain('Edit Hooli')
    expect((await authorize(simulator, { login_hint: 'ann@hooli.example' })).pathname).toMatch(
      /^\/idp\/conn_/,
    )
  })

  test.each([
    [409, 'another one’s domain', { organization_id: ACME, display_name: 'Acme', domains: 'globex.example' }],
    [400, 'no domain', { organization_id: ACME, display_name: 'Acme', domains: 'acme' }],
    [400, 'no name', { organization_id: ACME, domains: 'acme.example' }],
    [404, 'an unknown one', { organization_id: 'org_1', display_name: 'One', domains: '' }],
  ])('answers %i for %s, on its page, and changes nothing', async (status, _case, fields) => {
    const { simulator, receiver } = start()
    const response = await postForm(simulator, 'organizations/update', { ...fields, back: BACK })
    expect(response.status).toBe(status)
    const html = await response.text()
    expect(html).toContain('role="alert"')
    expect(html).toContain('Edit Acme')
    expect(await organizationOf(simulator, ACME)).toEqual({ display_name: 'Acme', domains: ['acme.example'] })
    expect(receiver.received).toEqual([])
  })

  test('gets one more connection, which may be the only one that is on', async () => {
    const { simulator, receiver } = start()
    const fields = { organization_id: 'org_20000000000000004', provider: 'MICROSOFT_AD', type: 'OIDC' }
    await postForm(simulator, 'connections/create', fields)
    expect(sentTypes(receiver)).toEqual(['organization.sso_created'])
    expect((await authorize(simulator, { login_hint: 'a@initech.example' })).pathname).toMatch(
      /^\/idp\/conn_/,
    )
  })

  test('is switched off at its page', async () => {
    const { simulator } = start()
    const response = await postForm(simulator, 'connections/disable', {
      connection_id: CONNECTION,
      back: BACK,
    })
    expect(response.headers.get('Location')).toContain(`${BACK}?event=evt_`)
    expect((await authorize(simulator)).searchParams.get('error')).toBe('no_active_connections')
    expect(await (await simulator.request(ISSUER + BACK)).text()).toContain('aria-checked="false"')
  })

  test('has no page under an id that nobody has', async () => {
    expect((await createSimulator().request(`${ISSUER}/operator/organizations/org_1`)).status).toBe(404)
  })
})

describe('a person', () => {
  test('comes with the roles and groups that were saved', async () => {
    const { simulator, receiver } = start()
    const attributes = '{"department":"R&D"}'
    await postForm(simulator, 'people/save', { ...JANE, groups: 'engineering, Platform Team', attributes })
    expect(await idTokenOf(simulator, JANE.email)).toMatchObject({
      idp_roles: ['admin', 'on call'],
      groups: ['engineering', 'Platform Team'],
      department: 'R&D',
    })
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
      type: 'organization.directory.user_updated',
      data: { email: JANE.email, groups: [{ name: 'engineering' }, { name: 'Platform Team' }] },
    })
  })

  test('has no roles and groups where the fields are empty', async () => {
    const { simulator } = start()
    await postForm(simulator, 'people/save', { ...JANE, groups: '', idp_roles: '' })
    const claims = await idTokenOf(simulator, JANE.email)
    expect(claims).not.toHaveProperty('groups')
    expect(claims).not.toHaveProperty('idp_roles')
  })

  test('gets another address, and nobody has the old one', async () => {
    const { simulator } = start()
    await postForm(simulator, 'people/save', {
      ...JANE,
      email: 'jd@acme.example',
      previous_email: JANE.email,
    })
    const home = await (await simulator.request(ISSUER)).text()
    expect(home).toContain('jd@acme.example')
    expect(home).not.toContain(JANE.email)
    expect(await idTokenOf(simulator, 'jd@acme.example')).toMatchObject({ given_name: 'Jane' })
  })

  test('is added and removed', async () => {
    const { simulator, receiver } = start()
    const ann = { connection_id: CONNECTION, email: 'Ann@acme.example', given_name: 'Ann', groups: 'sales' }
    await postForm(simulator, 'people/save', ann)
    expect(await idTokenOf(simulator, 'ann@acme.example')).toMatchObject({
      given_name: 'Ann',
      groups: ['sales'],
    })
    await postForm(simulator, 'people/remove', { connection_id: CONNECTION, email: 'ann@acme.example' })
    expect(await idTokenOf(simulator, 'ann@acme.example')).not.toHaveProperty('groups')
    expect(sentTypes(receiver)).toEqual([
      'organization.directory.user_created',
      'organization.directory.user_deleted',
    ])
  })

  test('stays barred where the directory bars them', async () => {
    const { simulator } = start()
    await postForm(simulator, 'users/deactivate', { organization_id: ACME, email: JANE.email })
    await postForm(simulator, 'people/save', JANE)
    const callback = await signIn(simulator)
    expect(callback.searchParams.get('error')).toBe('user_not_active')
  })

  test.each([
    [409, 'somebody else’s address', { ...JANE, email: 'joe@acme.example', previous_email: JANE.email }],
    [400, 'half an address', { ...JANE, email: 'jane' }],
    [400, 'claims that are no JSON', { ...JANE, attributes: '{' }],
    [400, 'claims that are a list', { ...JANE, attributes: '[]' }],
    [404, 'a connection that is not there', { ...JANE, connection_id: 'conn_1' }],
  ])('answers %i for %s', async (status, _case, fields) => {
    const { simulator, receiver } = start()
    expect((await postForm(simulator, 'people/save', { ...fields, back: BACK })).status).toBe(status)
    expect(receiver.received).toEqual([])
  })

  test('is saved by the control API too, with lists', async () => {
    const { simulator } = start()
    const body = {
      ...JANE,
      groups: ['a, b'],
      idp_roles: ['viewer'],
      roles: ['member'],
      attributes: { level: 3 },
    }
    expect((await control(simulator, 'POST', '/people/save', body)).status).toBe(200)
    expect(await idTokenOf(simulator, JANE.email)).toMatchObject({ groups: ['a, b'], level: 3 })
  })
})

test('all is as at the start after a restore', async () => {
  const { simulator } = start()
  await postForm(simulator, 'people/save', { ...JANE, groups: 'sales' })
  await postForm(simulator, 'organizations/create', { display_name: 'Hooli', domains: '' })
  await postForm(simulator, 'organizations/restore', {})
  expect(await idTokenOf(simulator, JANE.email)).toMatchObject({ groups: ['engineering'] })
  expect(await (await simulator.request(ISSUER)).text()).not.toContain('Hooli')
})

test.each(['organizations/update', 'people/save', 'addresses/add'])(
  'refuses %s from a page of another site',
  async (path) => {
    const fields = { ...JANE, list: 'post_login_uris', uri: 'https://evil.example/' }
    const response = await postForm(createSimulator(), path, fields, { 'Sec-Fetch-Site': 'cross-site' })
    expect(response.status).toBe(403)
  },
)

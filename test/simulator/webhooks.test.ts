import { expect, test, vi } from 'vitest'
import { DEVELOPMENT_WEBHOOK_SECRET } from '../../simulator/client.ts'
import { createSimulator } from '../../simulator/simulator.ts'
import { signWebhook } from '../../simulator/webhook-signature.ts'
import type { Delivery } from '../../simulator/webhooks.ts'
import { control, ISSUER } from './drive.ts'
import { createReceiver, RECEIVER } from './receiver.ts'

type Simulator = ReturnType<typeof createSimulator>

const ACME = 'org_20000000000000002'
const OTHER_SECRET = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX'
const NOW = 1_800_000_000

async function post(simulator: Simulator, path: string, body: object = {}): Promise<Delivery> {
  const response = await control(simulator, 'POST', path, body)
  if (!response.ok) throw new Error(await response.text())
  return (await response.json<{ delivery: Delivery }>()).delivery
}

const deactivate = (simulator: Simulator, more: object = {}) =>
  post(simulator, '/users/deactivate', { organization_id: ACME, email: 'jane@acme.example', ...more })

const deliver = (simulator: Simulator, { event }: Delivery) => post(simulator, `/events/${event.id}/deliver`)

async function events(simulator: Simulator): Promise<Delivery[]> {
  const response = await simulator.request(`${ISSUER}/simulator/events`)
  return (await response.json<{ events: Delivery[] }>()).events
}

/** A clock that goes on by a second with each look. */
const clock =
  (now = NOW) =>
  () =>
    now++

test('signs as in the example of the reference', async () => {
  const body = '{"spec_version":"1","id":"evt_1","type":"organization.sso_disabled"}'
  expect(await signWebhook([OTHER_SECRET], 'msg_2b9example', 1767225600, body)).toBe(
    'v1,tR8t0crxLj2CxcBf1KLn88OTk3ynowVT5je+E7Jldks=',
  )
})

test('signs the raw body with every secret, two while one is rotated', async () => {
  const receiver = createReceiver(() => NOW)
  const simulator = createSimulator(receiver.options)
  const secrets = [DEVELOPMENT_WEBHOOK_SECRET, OTHER_SECRET]
  await control(simulator, 'PUT', '/webhooks', { secrets })
  const { webhook_id } = await deactivate(simulator)
  const [sent] = receiver.received
  expect(webhook_id).toMatch(/^msg_\d{17}$/)
  expect(sent?.headers.get('webhook-id')).toBe(webhook_id)
  expect(sent?.headers.get('webhook-timestamp')).toBe(String(NOW))
  const signatures = secrets.map((secret) => signWebhook([secret], webhook_id, NOW, sent?.body ?? ''))
  expect(sent?.headers.get('webhook-signature')).toBe((await Promise.all(signatures)).join(' '))
})

test('has the envelope of the reference', async () => {
  const receiver = createReceiver(() => NOW)
  const { event } = await deactivate(createSimulator(receiver.options))
  expect(JSON.parse(receiver.received[0]?.body ?? '')).toEqual(event)
  expect(event).toEqual({
    spec_version: '1',
    id: expect.stringMatching(/^evt_\d{17}$/),
    type: 'organization.directory.user_updated',
    object: 'DirectoryUser',
    occurred_at: '2027-01-15T08:00:00.000000001Z',
    environment_id: 'env_10000000000000000',
    organization_id: ACME,
    data: expect.objectContaining({ email: 'jane@acme.example', active: false }),
    display_name: 'Directory User Updated',
  })
})

test('retries by the schedule, with one id and body, and a fresh timestamp and signature', async () => {
  const receiver = createReceiver(clock(), [0.01, 0.01])
  receiver.answer = 503
  const simulator = createSimulator(receiver.options)
  const { webhook_id } = await deactivate(simulator)
  await vi.waitFor(async () => expect(await events(simulator)).toMatchObject([{ state: 'failed' }]))

  const { received } = receiver
  const all = (name: string) => new Set(received.map(({ headers }) => headers.get(name)))
  expect(received).toHaveLength(3)
  expect(all('webhook-id')).toEqual(new Set([webhook_id]))
  expect(new Set(received.map(({ body }) => body)).size).toBe(1)
  expect(all('webhook-timestamp').size).toBe(3)
  expect(all('webhook-signature').size).toBe(3)
})

test('stops with the first success, and tells all attempts', async () => {
  const receiver = createReceiver(() => NOW, [0.01, 0.01, 0.01])
  receiver.firstAnswers = [new TypeError('connection refused'), 201]
  receiver.answer = 503
  const simulator = createSimulator(receiver.options)
  const first = await deactivate(simulator)
  const at = '2027-01-15T08:00:00.000Z'
  expect(first).toMatchObject({ state: 'waiting', attempts: [{ at, problem: 'could not connect' }] })
  await vi.waitFor(async () => expect(await events(simulator)).toMatchObject([{ state: 'delivered' }]))
  expect(await events(simulator)).toMatchObject([
    { attempts: [{}, { at, status: 201 }], next_attempt_at: null },
  ])
})

test.each([
  [204, 'delivered'],
  [302, 'failed'],
  [404, 'failed'],
  [500, 'failed'],
])('takes %i for %s', async (status, state) => {
  const receiver = createReceiver()
  receiver.answer = status
  const delivery = await deactivate(createSimulator(receiver.options))
  expect(delivery).toMatchObject({ state, attempts: [{ status }] })
})

test('tells when it tries next, by the longest of Scalekit’s schedules', async () => {
  const receiver = createReceiver(() => NOW)
  receiver.answer = 500
  const simulator = createSimulator({
    ...receiver.options,
    webhooks: { url: RECEIVER, secrets: [OTHER_SECRET] },
  })
  expect(await deactivate(simulator)).toMatchObject({
    state: 'waiting',
    next_attempt_at: '2027-01-15T08:00:05.000Z',
  })
})

test('delivers again by hand: a duplicate with the same event id', async () => {
  const receiver = createReceiver(clock())
  const simulator = createSimulator(receiver.options)
  const delivery = await deactivate(simulator)
  expect(await deliver(simulator, delivery)).toMatchObject({ state: 'delivered', attempts: [{}, {}] })
  const [one, two] = receiver.received
  expect(two?.body).toBe(one?.body)
  expect(two?.headers.get('webhook-id')).toBe(one?.headers.get('webhook-id'))
  expect(two?.headers.get('webhook-timestamp')).not.toBe(one?.headers.get('webhook-timestamp'))
})

test('holds events, so that they can be delivered out of order', async () => {
  const receiver = createReceiver()
  const simulator = createSimulator(receiver.options)
  await control(simulator, 'PUT', '/webhooks', { hold: true })
  const off = await deactivate(simulator)
  const on = await post(simulator, '/users/reactivate', { organization_id: ACME, email: 'jane@acme.example' })
  expect([off.state, on.state, receiver.received.length]).toEqual(['held', 'held', 0])
  await deliver(simulator, on)
  await deliver(simulator, off)
  expect(receiver.received.map(({ body }) => JSON.parse(body).data.active)).toEqual([true, false])
  expect(off.event.occurred_at < on.event.occurred_at).toBe(true)
})

test('dates an event as told, and delays it', async () => {
  const receiver = createReceiver(() => NOW)
  const simulator = createSimulator(receiver.options)
  const late = await deactivate(simulator, { occurred_at: '2026-12-31T23:59:59.5Z', delay_seconds: 0.01 })
  expect(late.event.occurred_at).toBe('2026-12-31T23:59:59.500000000Z')
  expect(late).toMatchObject({ state: 'waiting', attempts: [] })
  await vi.waitFor(async () => expect(await events(simulator)).toMatchObject([{ state: 'delivered' }]))
})

test('sends an event of any type', async () => {
  const receiver = createReceiver()
  const simulator = createSimulator(receiver.options)
  const { event } = await post(simulator, '/events', { type: 'role.created', data: { id: 'role_1' } })
  expect(event).toMatchObject({ object: 'Role', display_name: 'Role Created', data: { id: 'role_1' } })
  expect(event).not.toHaveProperty('organization_id')
  expect(receiver.received).toHaveLength(1)
})

test('only lists events where no address is registered, and takes one later', async () => {
  const receiver = createReceiver()
  const simulator = createSimulator(receiver.options)
  await control(simulator, 'PUT', '/webhooks', { url: null })
  const delivery = await deactivate(simulator)
  expect(delivery).toMatchObject({ state: 'held', attempts: [] })
  expect((await control(simulator, 'POST', `/events/${delivery.event.id}/deliver`, {})).status).toBe(409)
  await control(simulator, 'PUT', '/webhooks', { url: 'http://localhost:9999/elsewhere' })
  await deliver(simulator, delivery)
  expect(receiver.received.map(({ url }) => url)).toEqual(['http://localhost:9999/elsewhere'])
})

test.each([
  ['a relative address', 'PUT', '/webhooks', { url: '/auth/webhooks' }],
  ['an address that is no web address', 'PUT', '/webhooks', { url: 'file:///etc/passwd' }],
  ['no secret', 'PUT', '/webhooks', { secrets: [] }],
  ['a secret without whsec_', 'PUT', '/webhooks', { secrets: ['c2VjcmV0'] }],
  ['a secret without a key', 'PUT', '/webhooks', { secrets: ['whsec_'] }],
  ['an event without data', 'POST', '/events', { type: 'role.created' }],
  ['an event that is no type', 'POST', '/events', { type: 'Role', data: {} }],
  ['an event on no day', 'POST', '/events', { type: 'role.created', data: {}, occurred_at: 'yesterday' }],
  ['a delay of years', 'POST', '/events', { type: 'role.created', data: {}, delay_seconds: 1e8 }],
])('refuses %s and says why', async (_case, method, path, body) => {
  const response = await control(createSimulator(), method, path, body)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: 'invalid_request', problems: [expect.any(String)] })
})

test('knows no event that was not sent', async () => {
  expect((await control(createSimulator(), 'POST', '/events/evt_1/deliver', {})).status).toBe(404)
})

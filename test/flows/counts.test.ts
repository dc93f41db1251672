import { reset, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  EVENT_IN_FURTHER_SHARD,
  type Flow,
  OPERATION_COUNTS,
  type OperationCounts,
} from '../../bench/scale/operation-counts.ts'
import { defineConfig, hours, MAX_SHARDS, minutes, service } from '../../src/config.ts'
import { registryNames } from '../../src/registry/registry-name.ts'
import type { Browser } from '../support/browser.ts'
import { type CountedOperations, countOperations } from '../support/measured-operations.ts'
import { ACME, JANE, type Person } from '../support/openid-provider.ts'
import { createWorld, DOCS, type World } from '../support/world.ts'

afterEach(() => reset())

const LIFETIME = minutes(5)
const IDLE = hours(8)
const WEBHOOK_SECRET = `whsec_${btoa('a webhook secret for these tests')}`

/** Somebody whose session is as large as sessions are. */
const PERSON: Person = { ...JANE, user: '00u1a2b3c4d5e6f7g8h9', email: 'jane.doe@acme.example' }
const CLAIMS = {
  name: 'Jane Doe',
  idp_roles: ['editor', 'reviewer'],
  groups: ['engineering', 'sales', 'everyone'],
}

const config = (sharded: boolean) =>
  defineConfig({
    session: { lifetime: LIFETIME, idle: IDLE },
    sites: {
      'docs.example.com': {
        organization: ACME,
        upstream: service('APP'),
        rules: [
          { path: '/public/*', access: 'public' },
          { path: '/strict/*', access: 'authenticated', strict: true },
          { path: '/edit/*', require: { roles: ['editor'] } },
          { path: '/review/*', require: { roles: ['reviewer'] } },
          { path: '/engineering/*', require: { groups: ['engineering'] } },
          { path: '/sales/*', require: { groups: ['sales'] } },
        ],
        ...(sharded && { registryShards: 4 }),
      },
    },
  })

/** A flow, from the state before it. */
interface Run {
  readonly world: World
  readonly browser: Browser
}

interface FlowTest {
  /** What comes before, and is not counted. */
  readonly before?: (run: Run) => Promise<unknown>
  readonly flow: (run: Run) => Promise<unknown>
}

async function signIn({ world, browser }: Run, person = PERSON): Promise<void> {
  const location = await world.beginLogin(browser, `${DOCS}/auth/login?return_to=/a`)
  const callback = world.provider.authorize(location, person, { claims: CLAIMS })
  expect((await browser.visit(callback, { from: 'cross-site' })).status).toBe(303)
}

/** Signed in, and back on the page where the login began. */
async function signedIn(run: Run): Promise<void> {
  await signIn(run)
  await page('/a')(run)
}

const expired = async (run: Run) => {
  await signedIn(run)
  run.world.clock.advance(LIFETIME)
}

const page =
  (path: string, status = 200) =>
  async ({ browser }: Run) =>
    expect((await browser.visit(DOCS + path)).status).toBe(status)

const webhook = async ({ world }: Run) => {
  const event = {
    id: `evt_${crypto.randomUUID()}`,
    type: 'organization.directory.user_deleted',
    occurred_at: new Date(world.clock.now()).toISOString(),
    organization_id: ACME,
    data: { id: 'diruser_1', email: PERSON.email, dp_id: PERSON.user },
  }
  const body = JSON.stringify(event)
  const secret = Uint8Array.from(atob(WEBHOOK_SECRET.slice(6)), (c) => c.charCodeAt(0))
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signed = new TextEncoder().encode(`msg_1.${world.clock.seconds}.${body}`)
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, signed))
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(world.clock.seconds),
    'webhook-signature': `v1,${btoa(String.fromCharCode(...mac))}`,
  }
  const response = await world.fetch(new Request(`${DOCS}/auth/webhooks`, { method: 'POST', body, headers }))
  expect(await response.json()).toMatchObject({ applied: true })
}

const openSocket = async ({ world, browser }: Run) => {
  const { 0: theirs, 1: upstream } = new WebSocketPair()
  upstream.accept()
  world.pages.answer = () => new Response(null, { status: 101, webSocket: theirs })
  const response = await browser.request(`${DOCS}/socket`, {
    headers: { Upgrade: 'websocket', Connection: 'Upgrade', Origin: DOCS },
  })
  expect(response.status).toBe(101)
  response.webSocket?.accept()
  await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
}

/** The session was used elsewhere meanwhile, and goes on. */
const reachLimit = async ({ world }: Run) => {
  const calls = world.sessions.calls.length
  world.clock.advance(LIFETIME)
  world.longWaits.shift()?.()
  await vi.waitFor(() => expect(world.sessions.calls.length).toBeGreaterThan(calls))
  await vi.waitFor(() => expect(world.longWaits).toHaveLength(1))
}

/** One session is past its absolute limit; the alarm that others have set is due. */
const oneOutlived = async (run: Run) => {
  run.world.clock.advance(-hours(25))
  await signIn(run)
  run.world.clock.advance(hours(25))
}

const cleanUp = async ({ world }: Run) =>
  expect(await runDurableObjectAlarm(world.sessions.inside.getByName(ACME))).toBe(true)

const FLOWS: Readonly<Record<Exclude<Flow, 'coldIsolate'>, FlowTest>> = {
  publicPage: { flow: page('/public/a') },
  anonymousPage: { flow: page('/a', 302) },
  refusedRequest: {
    flow: async ({ browser }) => expect((await browser.request(`${DOCS}/a`)).status).toBe(401),
  },
  login: { flow: signIn },
  verifiedPage: { before: signedIn, flow: page('/a') },
  sessionEndpoint: { before: signedIn, flow: page('/auth/session') },
  renewal: { before: expired, flow: page('/a') },
  strictPage: { before: signedIn, flow: page('/strict/a') },
  strictRenewal: { before: expired, flow: page('/strict/a') },
  logout: {
    before: signedIn,
    flow: ({ browser }) => browser.visit(`${DOCS}/auth/logout`, { method: 'POST', from: 'same-origin' }),
  },
  webhook: { before: signedIn, flow: webhook },
  webSocket: { before: signedIn, flow: openSocket },
  webSocketLimit: {
    before: async (run) => {
      await signedIn(run)
      await openSocket(run)
    },
    flow: reachLimit,
  },
  cleanUp: { before: oneOutlived, flow: cleanUp },
}

/** Counts a flow on a warm isolate, in an organization where others are signed in too. */
async function count(
  { before, flow }: FlowTest,
  others: number,
  sharded = false,
): Promise<CountedOperations> {
  const world = await createWorld({
    config: config(sharded),
    env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET },
  })
  for (let n = 0; n < others; n += 1)
    await signIn(
      { world, browser: world.browser() },
      { ...PERSON, user: `other-${n}`, email: `${n}@acme.example` },
    )
  const run = { world, browser: world.browser() }
  await before?.(run)
  const counted = await countOperations(world, registryNames(ACME, sharded), () => flow(run))
  expect(world.waits.filter((wait) => wait < 10_000)).toEqual([])
  return counted
}

const [FEW, MANY] = [2, 12]

async function countTwice(flow: FlowTest): Promise<OperationCounts> {
  const few = await count(flow, FEW)
  await reset()
  const many = await count(flow, MANY)
  const rowsReadPerOtherSession = (many.rowsRead - few.rowsRead) / (MANY - FEW)
  return { ...few, rowsRead: few.rowsRead - rowsReadPerOtherSession * FEW, rowsReadPerOtherSession }
}

/** Bytes of cookies may differ by this much, as tokens and encodings do; everything else is exact. */
const COOKIE_TOLERANCE = 0.05

function expectCounts(counted: OperationCounts, expected: OperationCounts): void {
  const { cookieBytesToBrowser, cookieBytesFromBrowser } = expected
  expect(counted).toEqual({
    ...expected,
    cookieBytesToBrowser: expect.toSatisfy(near(cookieBytesToBrowser)),
    cookieBytesFromBrowser: expect.toSatisfy(near(cookieBytesFromBrowser)),
  })
}

const near = (expected: number) => (bytes: number) =>
  Math.abs(bytes - expected) <= expected * COOKIE_TOLERANCE

describe('what a flow asks of the platform is what bench/scale/operation-counts.ts says', () => {
  test.each(Object.entries(FLOWS))('%s', async (name, flow) => {
    expectCounts(await countTwice(flow), OPERATION_COUNTS[name as Flow])
  })

  test('webhook: with registryShards every shard there may be is asked, and nothing else is more', async () => {
    const counted = await count(FLOWS.webhook, FEW, true)
    const { rowsRead, rowsReadPerOtherSession, rowsWritten, registryCalls, ...rest } =
      OPERATION_COUNTS.webhook
    const shard = EVENT_IN_FURTHER_SHARD
    const further = MAX_SHARDS - 1
    expect(counted).toMatchObject({ ...rest, registryCalls: registryCalls + further * shard.registryCalls })
    expect(counted.rowsWritten).toBeLessThanOrEqual(rowsWritten + further * shard.rowsWritten)
    const most = rowsRead + rowsReadPerOtherSession * FEW + further * shard.rowsRead
    expect(counted.rowsRead).toBeLessThanOrEqual(most)
    expect(counted.rowsRead).toBeGreaterThan(most * 0.8)
  })

  test('coldIsolate: what the first login of an isolate adds', async () => {
    const world = await createWorld({ config: config(false) })
    const browser = world.browser()
    const cold = await countOperations(world, [ACME], () => signIn({ world, browser }))
    expect(world.kv.on('jwks:')).toEqual(['get', 'put'])
    expect(world.provider.requests).toEqual(['/oauth/token', '/keys'])
    const { login, coldIsolate } = OPERATION_COUNTS
    for (const operation of [
      'kvReads',
      'kvWrites',
      'kvDeletes',
      'scalekitRequests',
      'registryCalls',
    ] as const)
      expect(cold[operation], operation).toBe(login[operation] + coldIsolate[operation])
  })
})

test('a further isolate takes the key set from KV', async () => {
  const world = await createWorld()
  await world.signIn(world.browser(), `${DOCS}/a`)
  world.deploy()
  await world.signIn(world.browser(), `${DOCS}/b`)
  expect(world.provider.count('/keys')).toBe(1)
  expect(world.kv.on('jwks:')).toEqual(['get', 'put', 'get'])
})

test('a callback that nobody here began costs no storage and no subrequest', async () => {
  const world = await createWorld()
  const { response } = await world.browser().open(`${DOCS}/auth/callback?code=c&state=${'s'.repeat(43)}`)
  expect(response.status).toBe(400)
  expect(world.kv.operations).toEqual([])
  expect(world.provider.requests).toEqual([])
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SECONDS_PER_MONTH } from '../../../bench/scale/assumptions.ts'
import { billFor, estimate, renewalsPerVisit, runsOf, type Workload } from '../../../bench/scale/model.ts'
import { OPERATION_COUNTS } from '../../../bench/scale/operation-counts.ts'
import { type Metered, PRICES } from '../../../bench/scale/prices.ts'

/** Numbers that can be followed by hand. */
const ROUND: Workload = {
  users: 1_000_000,
  pagesPerUser: 100,
  assetsPerPage: 4,
  visitsPerUser: 10,
  sessionMinutes: 30,
  organizations: 100,
  largestOrganization: 100_000,
  lifetimeSeconds: 600,
  strictShare: 0.1,
  logoutShare: 0.5,
  webSocketsPerUser: 0,
  webSocketHours: 1,
  webhooksPerOrganization: 0,
  shards: 1,
  peakFactor: 10,
}
const having = (changes: Partial<Workload>): Workload => ({ ...ROUND, ...changes })

const NOTHING_USED = Object.fromEntries(Object.keys(PRICES).map((metric) => [metric, 0])) as Metered

describe('worked out by hand', () => {
  test('how often each flow runs', () => {
    // 10 M visits; 500 M requests, of which 3 per visit renew the session.
    expect(runsOf(ROUND)).toMatchObject({
      login: 10e6,
      anonymousPage: 10e6,
      logout: 5e6,
      cleanUp: 10e6,
      verifiedPage: 470e6 * 0.9,
      strictPage: 470e6 * 0.1,
      renewal: 30e6 * 0.9,
      strictRenewal: 30e6 * 0.1,
    })
  })

  test('what is used', () => {
    const { bill, operations } = estimate(ROUND)
    expect(bill.used).toMatchObject({
      // 500 M pages and assets, 10 M pages without a session, 10 M logins of 2 requests, 5 M logouts
      workerRequests: 535e6,
      // one per login, and the keys for one login in ten
      kvReads: 11e6,
      kvWrites: 10e6 + 31,
      kvDeletes: 10e6,
      // 10 M logins, 30 M renewals, 50 M strict requests, 5 M logouts, 10 M alarms
      registryRequests: 105e6,
      // 4 of a login, 1 of a renewal, 1 of a logout, 2 of an alarm
      rowsWritten: 40e6 + 30e6 + 5e6 + 20e6,
    })
    expect(operations.scalekitRequests).toBe(10e6 + 31)
    expect(operations.upstreamRequests).toBeCloseTo(500e6)
    expect(operations.rateLimitCalls).toBe(20e6)
    // 10 of 30 days: a third of the users have a session in the registry, at 1,500 bytes; 12,000 for each object
    expect(bill.used.registryGigabytes).toBeCloseTo((1e6 / 3) * 1.5e-6 + 100 * 12e-6)
  })

  test('the price of more than the plan has', () => {
    const { dollars, total } = billFor({
      ...NOTHING_USED,
      // (15 M − 10 M) × $0.30, and (7 ms × 15 M − 30 M) × $0.02: the example of Cloudflare's page
      workerRequests: 15e6,
      cpuMilliseconds: 105e6,
    })
    expect(dollars.workerRequests).toBeCloseTo(1.5)
    expect(dollars.cpuMilliseconds).toBeCloseTo(1.5)
    expect(total).toBeCloseTo(8)
  })

  test('what is within the plan costs the plan', () => {
    const included = Object.fromEntries(
      Object.entries(PRICES).map(([metric, { included }]) => [metric, included]),
    ) as unknown as Metered
    expect(billFor(included).total).toBe(5)
    expect(
      billFor({ ...included, kvWrites: 3e6, rowsWritten: 51e6, registryGigabytes: 10 }).total,
    ).toBeCloseTo(5 + 10 + 1 + 1)
  })

  test('the busiest registry object', () => {
    // A visit is 1 login, 3 renewals, 5 strict requests, half a logout and an alarm: 10.5 calls.
    const { peak } = estimate(ROUND)
    const visitsPerSecond = (100_000 * 10 * 10) / SECONDS_PER_MONTH
    expect(peak.renewalsPerSecond).toBeCloseTo(visitsPerSecond * 3)
    expect(peak.registryCallsPerSecond).toBeCloseTo(visitsPerSecond * 10.5)
    expect(peak.registryCallsPerSecondAtMost).toBeCloseTo((100_000 * 10.5) / 1800)
    expect(peak.loginsPerMinute).toBeCloseTo(visitsPerSecond * 60)
    expect(peak.usersPerObject).toBeCloseTo((1000 * 1800) / 10.5)
    expect(peak.shardsAdvised).toBe(1)
  })

  test('shards divide it, and so many are advised as it takes', () => {
    const giant = having({ organizations: 1, largestOrganization: 1_000_000 })
    expect(estimate(giant).peak.shardsAdvised).toBe(6)
    const sharded = estimate({ ...giant, shards: 6 }).peak
    expect(sharded.registryCallsPerSecondAtMost).toBeCloseTo((1_000_000 * 10.5) / 1800 / 6)
    expect(sharded.registryCallsPerSecondAtMost).toBeLessThan(1000)
    expect(sharded.shardsAdvised).toBe(6)
  })

  test('with shards, a webhook asks 16 objects', () => {
    const none = having({ webhooksPerOrganization: 0, shards: 2 })
    const some = having({ webhooksPerOrganization: 10, shards: 2 })
    const { registryRequests } = estimate(some).bill.used
    expect(registryRequests - estimate(none).bill.used.registryRequests).toBeCloseTo(
      100 * 10 * 16 * OPERATION_COUNTS.webhook.registryCalls,
    )
  })

  test('an open WebSocket asks once, and again each time that its session reaches the idle limit', () => {
    const calls = (changes: Partial<Workload>) => estimate(having(changes)).bill.used.registryRequests
    const none = calls({})
    expect(calls({ webSocketsPerUser: 1, webSocketHours: 7 }) - none).toBeCloseTo(1e6)
    expect(calls({ webSocketsPerUser: 1, webSocketHours: 17 }) - none).toBeCloseTo(3e6)
  })

  test.each([
    [60, 10],
    [180, 10],
    [300, 6],
    [3600, 0.5],
  ])('a lifetime of %d s means %d renewals in a visit of 10 pages', (lifetimeSeconds, renewals) => {
    expect(renewalsPerVisit(having({ lifetimeSeconds }))).toBe(renewals)
  })
})

test('a strict page that renews costs what both cost, so that they can be added', () => {
  const { strictRenewal, strictPage, renewal } = OPERATION_COUNTS
  for (const operation of ['registryCalls', 'rowsRead', 'rowsWritten'] as const)
    expect(strictRenewal[operation]).toBe(strictPage[operation] + renewal[operation])
})

describe('more never costs less', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const workloads = fc
    .record({
      users: fc.integer({ min: 1, max: 5_000_000 }),
      organizationShare: share,
      largestShare: share,
      pagesPerUser: fc.integer({ min: 1, max: 2000 }),
      assetsPerPage: fc.integer({ min: 0, max: 50 }),
      visitsPerUser: fc.integer({ min: 1, max: 100 }),
      sessionMinutes: fc.integer({ min: 1, max: 600 }),
      lifetimeSeconds: fc.integer({ min: 60, max: 86_400 }),
      strictShare: share,
      logoutShare: share,
      webSocketsPerUser: fc.integer({ min: 0, max: 100 }),
      webSocketHours: fc.integer({ min: 0, max: 24 }),
      webhooksPerOrganization: fc.integer({ min: 0, max: 100 }),
      shards: fc.integer({ min: 1, max: 16 }),
      peakFactor: fc.integer({ min: 1, max: 100 }),
    })
    .map(({ organizationShare, largestShare, ...rest }): Workload => {
      const organizations = Math.max(1, Math.floor(rest.users * organizationShare))
      const [least, most] = [Math.ceil(rest.users / organizations), rest.users - (organizations - 1)]
      return {
        ...rest,
        organizations,
        largestOrganization: least + Math.floor((most - least) * largestShare),
      }
    })

  /** Sums of floating-point numbers. */
  const NOISE = 1 - 1e-9

  const more: [what: string, change: (workload: Workload, by: number) => Partial<Workload>][] = [
    [
      'users',
      ({ users, largestOrganization }, by) => ({
        users: users + by,
        largestOrganization: largestOrganization + by,
      }),
    ],
    ['pages', ({ pagesPerUser }, by) => ({ pagesPerUser: pagesPerUser + by })],
    ['assets', ({ assetsPerPage }, by) => ({ assetsPerPage: assetsPerPage + by })],
    ['minutes', ({ sessionMinutes }, by) => ({ sessionMinutes: sessionMinutes + by })],
    ['strict rules', ({ strictShare }) => ({ strictShare: (1 + strictShare) / 2 })],
    ['logouts', ({ logoutShare }) => ({ logoutShare: (1 + logoutShare) / 2 })],
    ['WebSockets', ({ webSocketsPerUser }, by) => ({ webSocketsPerUser: webSocketsPerUser + by })],
    [
      'webhooks',
      ({ webhooksPerOrganization }, by) => ({ webhooksPerOrganization: webhooksPerOrganization + by }),
    ],
    ['renewals', ({ lifetimeSeconds }) => ({ lifetimeSeconds: lifetimeSeconds / 2 })],
  ]

  test.each(more)('%s', (_what, change) => {
    fc.assert(
      fc.property(workloads, fc.integer({ min: 1, max: 1000 }), (workload, by) => {
        const before = estimate(workload).bill
        const after = estimate({ ...workload, ...change(workload, by) }).bill
        expect(after.total).toBeGreaterThanOrEqual(before.total * NOISE)
        for (const metric of Object.keys(PRICES) as (keyof Metered)[])
          expect(after.used[metric], metric).toBeGreaterThanOrEqual(before.used[metric] * NOISE)
      }),
    )
  })

  test('no flow runs a negative number of times, and the peak is never above everybody at once', () => {
    fc.assert(
      fc.property(workloads, (workload) => {
        const { runs, peak } = estimate(workload)
        for (const [flow, times] of Object.entries(runs)) expect(times, flow).toBeGreaterThanOrEqual(0)
        expect(peak.registryCallsPerSecond).toBeLessThanOrEqual(peak.registryCallsPerSecondAtMost)
      }),
    )
  })
})

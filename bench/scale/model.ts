import { MAX_SHARDS } from '../../src/config.ts'
import * as assumed from './assumptions.ts'
import {
  EVENT_IN_FURTHER_SHARD,
  type Flow,
  OPERATION_COUNTS,
  type OperationCounts,
} from './operation-counts.ts'
import { type Metered, type Metric, PLAN_DOLLARS, PRICES } from './prices.ts'

/** What a deployment has to carry in a month. */
export interface Workload {
  /** People who sign in at least once. */
  readonly users: number
  readonly pagesPerUser: number
  /** Images, scripts and so on with each page that are not in the browser's cache: they go through the Worker too. */
  readonly assetsPerPage: number
  /** A visit begins with a login and lasts `sessionMinutes`. */
  readonly visitsPerUser: number
  readonly sessionMinutes: number
  readonly organizations: number
  /** Users of the largest one; the others are of one size. */
  readonly largestOrganization: number
  /** `session.lifetime` */
  readonly lifetimeSeconds: number
  /** Share of requests under a `strict` rule. */
  readonly strictShare: number
  /** Share of visits that end with a logout. */
  readonly logoutShare: number
  readonly webSocketsPerUser: number
  readonly webSocketHours: number
  /** Events from Scalekit that end sessions. */
  readonly webhooksPerOrganization: number
  /** `registryShards` */
  readonly shards: number
  /** How many times the average of the month the busiest moment is. */
  readonly peakFactor: number
}

/** How often each flow runs. */
export type Runs = Readonly<Record<Flow, number>>

export interface Bill {
  readonly used: Metered
  /** What is paid for each beyond the plan. */
  readonly dollars: Metered
  readonly total: number
}

/** What the busiest object and the busiest network see. */
export interface Peak {
  readonly renewalsPerSecond: number
  readonly registryCallsPerSecond: number
  /** The same if everybody in the largest organization were there at once: more cannot come. */
  readonly registryCallsPerSecondAtMost: number
  /** If the largest organization comes from one address. */
  readonly loginsPerMinute: number
  /** Users of one organization that one object bears, all there at once. */
  readonly usersPerObject: number
  /** So many shards bear the largest organization, all there at once. */
  readonly shardsAdvised: number
}

export interface Estimate {
  readonly workload: Workload
  readonly runs: Runs
  readonly operations: OperationTotals
  readonly bill: Bill
  readonly peak: Peak
}

export type OperationTotals = Readonly<
  Record<Exclude<keyof OperationCounts, 'rowsReadPerOtherSession'>, number>
>

export function estimate(workload: Workload): Estimate {
  const runs = runsOf(workload)
  const operations = operationsOf(workload, runs)
  return {
    workload,
    runs,
    operations,
    bill: billFor(used(workload, runs, operations)),
    peak: peakOf(workload, runs),
  }
}

export function runsOf(workload: Workload): Runs {
  const { users, pagesPerUser, visitsPerUser, strictShare } = workload
  const visits = users * visitsPerUser
  const requests = users * pagesPerUser * (1 + workload.assetsPerPage)
  const renewals = visits * renewalsPerVisit(workload)
  // Where every page renews, the difference of the two is noise on either side of nothing.
  const unrenewed = Math.max(0, requests - renewals)
  const webSockets = users * workload.webSocketsPerUser
  return {
    publicPage: 0,
    refusedRequest: 0,
    sessionEndpoint: 0,
    anonymousPage: visits,
    login: visits,
    coldIsolate: visits * assumed.COLD_LOGINS,
    verifiedPage: unrenewed * (1 - strictShare),
    renewal: renewals * (1 - strictShare),
    strictPage: unrenewed * strictShare,
    strictRenewal: renewals * strictShare,
    logout: visits * workload.logoutShare,
    webhook: workload.organizations * workload.webhooksPerOrganization,
    webSocket: webSockets,
    webSocketLimit: webSockets * Math.floor(workload.webSocketHours / assumed.IDLE_HOURS),
    cleanUp: visits,
  }
}

/** One per lifetime of use, and no more than there are pages: without a request nothing is renewed. */
export const renewalsPerVisit = ({
  sessionMinutes,
  lifetimeSeconds,
  pagesPerUser,
  visitsPerUser,
}: Workload): number => Math.min((sessionMinutes * 60) / lifetimeSeconds, pagesPerUser / visitsPerUser)

function operationsOf(workload: Workload, runs: Runs): OperationTotals {
  const total = (operation: keyof OperationCounts): number =>
    sum(flows.map((flow) => runs[flow] * OPERATION_COUNTS[flow][operation]))
  // An event is told to every shard there may be, and each remembers it.
  const furtherShards = workload.shards === 1 ? 0 : runs.webhook * (MAX_SHARDS - 1)
  const { coldIsolate } = OPERATION_COUNTS
  // Most isolates find the keys in KV; those that do not are counted by the day.
  const keysFound = runs.coldIsolate - assumed.KEY_SET_FETCHES_PER_MONTH
  return {
    workerRequests: total('workerRequests'),
    kvReads: total('kvReads'),
    kvWrites: total('kvWrites') - keysFound * coldIsolate.kvWrites,
    kvDeletes: total('kvDeletes'),
    registryCalls: total('registryCalls') + furtherShards * EVENT_IN_FURTHER_SHARD.registryCalls,
    rowsRead:
      total('rowsRead') + furtherShards * EVENT_IN_FURTHER_SHARD.rowsRead + rowsScanned(workload, runs),
    rowsWritten: total('rowsWritten') + furtherShards * EVENT_IN_FURTHER_SHARD.rowsWritten,
    scalekitRequests: total('scalekitRequests') - keysFound * coldIsolate.scalekitRequests,
    upstreamRequests: total('upstreamRequests'),
    rateLimitCalls: total('rateLimitCalls'),
    cookieBytesToBrowser: total('cookieBytesToBrowser'),
    cookieBytesFromBrowser: total('cookieBytesFromBrowser'),
  }
}

/** Scans grow with the square of an organization, so the largest counts for itself. */
function rowsScanned(workload: Workload, runs: Runs): number {
  const { webhook } = OPERATION_COUNTS
  return sum(
    organizationSizes(workload).map(({ users, times }) => {
      const stored = storedSessions(workload, users)
      const webhooks = (runs.webhook / workload.organizations) * stored * webhook.rowsReadPerOtherSession
      return times * webhooks
    }),
  )
}

const organizationSizes = ({ users, organizations, largestOrganization }: Workload) => [
  { users: largestOrganization, times: 1 },
  ...(organizations > 1
    ? [{ users: (users - largestOrganization) / (organizations - 1), times: organizations - 1 }]
    : []),
]

/** A session stays in the registry until its absolute limit, whether or not it has ended. */
const storedSessions = ({ visitsPerUser }: Workload, users: number): number =>
  (users * visitsPerUser * assumed.ABSOLUTE_DAYS) / assumed.DAYS_PER_MONTH

function used(workload: Workload, runs: Runs, operations: OperationTotals): Metered {
  const registryRequests = operations.registryCalls + runs.cleanUp
  const activeSeconds =
    registryRequests * assumed.REGISTRY_CALL_SECONDS + rowsScanned(workload, runs) * assumed.ROW_SCAN_SECONDS
  const objects = workload.organizations * workload.shards
  const kept = (runsPerMonth: number, days: number, bytes: number) =>
    (runsPerMonth * bytes * days) / assumed.DAYS_PER_MONTH
  return {
    workerRequests: operations.workerRequests,
    cpuMilliseconds: sum(flows.map((flow) => runs[flow] * assumed.CPU_MILLISECONDS[flow])),
    kvReads: operations.kvReads,
    kvWrites: operations.kvWrites,
    kvDeletes: operations.kvDeletes,
    kvGigabytes: gigabytes(
      kept(runs.login, assumed.LOGIN_RECORD_DAYS, assumed.LOGIN_RECORD_BYTES) +
        kept(runs.webhook, assumed.EVENT_DAYS, assumed.EVENT_BYTES),
    ),
    registryRequests,
    registryGigabyteSeconds: activeSeconds * assumed.REGISTRY_GIGABYTES_OF_MEMORY,
    rowsRead: operations.rowsRead,
    rowsWritten: operations.rowsWritten,
    registryGigabytes: gigabytes(
      storedSessions(workload, workload.users) * assumed.SESSION_BYTES + objects * assumed.EMPTY_OBJECT_BYTES,
    ),
  }
}

export function billFor(used: Metered): Bill {
  const dollars = Object.fromEntries(
    metrics.map((metric) => {
      const { included, perUnit, dollars: price } = PRICES[metric]
      return [metric, (Math.max(0, used[metric] - included) / perUnit) * price]
    }),
  ) as Record<Metric, number>
  return { used, dollars, total: PLAN_DOLLARS + sum(Object.values(dollars)) }
}

function peakOf(workload: Workload, runs: Runs): Peak {
  const { largestOrganization: users, visitsPerUser, shards, sessionMinutes } = workload
  const visits = workload.users * visitsPerUser
  const registryFlows = flows.filter((flow) => flow !== 'webhook')
  const callsPerVisit =
    sum(registryFlows.map((flow) => runs[flow] * OPERATION_COUNTS[flow].registryCalls)) / visits +
    runs.cleanUp / visits
  // Everybody there at once is the end of any peak.
  const visitsPerSecondAtMost = users / (sessionMinutes * 60)
  const visitsPerSecond = Math.min(
    visitsPerSecondAtMost,
    (users * visitsPerUser * workload.peakFactor) / assumed.SECONDS_PER_MONTH,
  )
  const atMost = (visitsPerSecondAtMost * callsPerVisit) / shards
  return {
    renewalsPerSecond: (visitsPerSecond * renewalsPerVisit(workload)) / shards,
    registryCallsPerSecond: (visitsPerSecond * callsPerVisit) / shards,
    registryCallsPerSecondAtMost: atMost,
    loginsPerMinute: visitsPerSecond * 60,
    usersPerObject: (assumed.REGISTRY_CALLS_PER_SECOND * sessionMinutes * 60) / callsPerVisit,
    shardsAdvised: Math.max(1, Math.ceil((atMost * shards) / assumed.REGISTRY_CALLS_PER_SECOND)),
  }
}

const flows = Object.keys(OPERATION_COUNTS) as Flow[]
const metrics = Object.keys(PRICES) as Metric[]
const gigabytes = (bytes: number): number => bytes / 1e9
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

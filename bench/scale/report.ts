import { MAX_SHARDS } from '../../src/config.ts'
import {
  COUNTERS_PER_NETWORK,
  CPU_MILLISECONDS,
  LOGINS_PER_NETWORK_AND_MINUTE,
  REGISTRY_CALLS_PER_SECOND,
} from './assumptions.ts'
import { type Estimate, estimate, type Workload } from './model.ts'
import { type Flow, OPERATION_COUNTS, type OperationCounts } from './operation-counts.ts'
import { type Metric, PLAN_DOLLARS, PRICE_PAGES, PRICES, PRICES_READ_ON, type Price } from './prices.ts'
import { SAMPLES } from './workloads.ts'

type Cells = readonly (readonly string[])[]

const metrics = Object.entries(PRICES) as [Metric, Price][]

/** An estimate for the terminal. */
export function printEstimate(estimated: Estimate): string {
  const { workload, bill, operations } = estimated
  const rows: Cells = [
    ['', 'a month', 'in the plan', 'dollars'],
    ...metrics.map(([metric, { what, included }]) => [
      what,
      quantity(bill.used[metric]),
      quantity(included),
      money(bill.dollars[metric]),
    ]),
    ['requests to Scalekit', quantity(operations.scalekitRequests), '', ''],
    ['requests to the upstream', quantity(operations.upstreamRequests), '', ''],
    ['rate limit calls', quantity(operations.rateLimitCalls), '', ''],
    ['Workers Paid plan', '', '', money(PLAN_DOLLARS)],
    ['total', '', '', money(bill.total)],
  ]
  return [
    aligned(rows),
    '',
    `One object bears ${quantity(estimated.peak.usersPerObject)} users of one organization, all there at once.`,
    `Revocation takes effect within ${time(workload.lifetimeSeconds)}, and on the next request under a strict rule.`,
    '',
    ...limits(estimated).map(
      ({ what, load, share, remedy }) =>
        `${share > 1 ? '✗' : '✓'} ${what}: ${load}${remedy === undefined ? '' : `\n  ${remedy}`}`,
    ),
  ].join('\n')
}

interface Limit {
  readonly what: string
  readonly load: string
  /** Of what there is; above 1 it is not enough. */
  readonly share: number
  /** What to set, where it is not enough. */
  readonly remedy: string | undefined
}

/** What may run out, the first to do so first. */
function limits({ workload, peak }: Estimate): Limit[] {
  const { largestOrganization } = workload
  const registry = (what: string, calls: number): Limit => ({
    what,
    load: `${perSecond(calls)} calls per object of ${perSecond(REGISTRY_CALLS_PER_SECOND)}`,
    share: calls / REGISTRY_CALLS_PER_SECOND,
    remedy: calls > REGISTRY_CALLS_PER_SECOND ? registryRemedy(peak.shardsAdvised) : undefined,
  })
  const loginsUnderWay = LOGINS_PER_NETWORK_AND_MINUTE * COUNTERS_PER_NETWORK
  const list: Limit[] = [
    registry('registry of the largest organization at peak', peak.registryCallsPerSecond),
    registry(
      `registry of the largest organization, all ${quantity(largestOrganization)} there at once`,
      peak.registryCallsPerSecondAtMost,
    ),
    {
      what: 'logins of the largest organization at peak, if it is behind one address',
      load: `${quantity(peak.loginsPerMinute)} a minute of ${loginsUnderWay}, if none is finished within it`,
      share: peak.loginsPerMinute / loginsUnderWay,
      remedy:
        peak.loginsPerMinute > loginsUnderWay
          ? `set limit = ${roundUp(peak.loginsPerMinute / COUNTERS_PER_NETWORK)} of LOGIN_RATE_LIMIT in wrangler.toml`
          : undefined,
    },
  ]
  return list.sort((a, b) => b.share - a.share)
}

const registryRemedy = (shards: number): string =>
  `${shardsRemedy(shards)}, or a longer session.lifetime, or fewer strict rules`

function shardsRemedy(needed: number): string {
  const shards = Math.ceil(needed)
  return shards <= MAX_SHARDS
    ? `set registryShards: ${shards}`
    : `${shards} shards would be needed and ${MAX_SHARDS} are the most: set registryShards: ${MAX_SHARDS}`
}

const START = (name: string) => `<!-- ${name}: written by npm run scale -- --write -->`
const END = '<!-- end -->'

/** Puts the figures into the page, between its marks. @throws where a mark is missing */
export function withFigures(page: string): string {
  return Object.entries(figures()).reduce((text, [name, table]) => {
    const from = text.indexOf(START(name))
    const to = text.indexOf(END, from)
    if (from < 0 || to < 0)
      throw new Error(`docs/scaling.md has lost its mark: put back "${START(name)}" and "${END}"`)
    return `${text.slice(0, from)}${START(name)}\n\n${table}\n\n${text.slice(to)}`
  }, page)
}

/** Every table of docs/scaling.md that is not prose. */
const figures = (): Readonly<Record<string, string>> => ({
  samples: samplesTable(),
  lifetimes: lifetimesTable(),
  operations: operationsTable(),
  prices: pricesTable(),
})

function samplesTable(): string {
  const estimates = SAMPLES.map(([name, workload]) => [name, estimate(workload)] as const)
  const row = (what: string, cell: (estimated: Estimate) => string) => [
    what,
    ...estimates.map(([, estimated]) => cell(estimated)),
  ]
  return markdown([
    ['a month', ...estimates.map(([name]) => name)],
    row('users', ({ workload }) => quantity(workload.users)),
    row('organizations', ({ workload }) => quantity(workload.organizations)),
    row('users of the largest', ({ workload }) => quantity(workload.largestOrganization)),
    row('logins', ({ runs }) => quantity(runs.login)),
    row('renewals', ({ runs }) => quantity(runs.renewal + runs.strictRenewal)),
    ...metrics.map(([metric, { what }]) => row(what, ({ bill }) => quantity(bill.used[metric]))),
    row('requests to Scalekit', ({ operations }) => quantity(operations.scalekitRequests)),
    row('requests to the upstream', ({ operations }) => quantity(operations.upstreamRequests)),
    ...metrics
      .filter(([metric]) => estimates.some(([, { bill }]) => bill.dollars[metric] >= 0.005))
      .map(([metric, { what }]) =>
        row(`${what}, beyond the plan`, ({ bill }) => money(bill.dollars[metric])),
      ),
    row('**price a month**', ({ bill }) => `**${money(bill.total)}**`),
    row('price per 1,000 users', ({ bill, workload }) => money((bill.total / workload.users) * 1000)),
    row('largest organization at peak: renewals a second', ({ peak }) => perSecond(peak.renewalsPerSecond)),
    row('… calls of its registry object a second', ({ peak }) => perSecond(peak.registryCallsPerSecond)),
    row('… with everybody there at once', ({ peak }) => perSecond(peak.registryCallsPerSecondAtMost)),
    row('… logins a minute', ({ peak }) => quantity(peak.loginsPerMinute)),
  ])
}

const LIFETIMES = [60, 5 * 60, 15 * 60, 60 * 60]

function lifetimesTable(): string {
  const [, large] = SAMPLES.at(-1) as readonly [string, Workload]
  return markdown([
    [
      '`session.lifetime`, and so the lag of a revocation',
      'renewals a month',
      'price a month',
      'calls a second, everybody there at once',
      'users one object bears at once',
    ],
    ...LIFETIMES.map((lifetimeSeconds) => {
      const { runs, bill, peak } = estimate({ ...large, lifetimeSeconds })
      return [
        time(lifetimeSeconds),
        quantity(runs.renewal + runs.strictRenewal),
        money(bill.total),
        perSecond(peak.registryCallsPerSecondAtMost),
        quantity(peak.usersPerObject),
      ]
    }),
  ])
}

const FLOW_NAMES = {
  publicPage: 'public page',
  anonymousPage: 'page without a session',
  refusedRequest: 'script or image without a session',
  login: 'login, from `/auth/login` to the session',
  coldIsolate: '… adds in a new isolate, at most',
  verifiedPage: 'page with a session',
  sessionEndpoint: '`/auth/session`',
  renewal: 'page that renews the session',
  strictPage: 'page under a strict rule',
  strictRenewal: '… that renews the session',
  logout: 'logout',
  webhook: 'webhook that ends sessions',
  webSocket: 'WebSocket, opened',
  webSocketLimit: '… each time its session reaches its idle limit',
  cleanUp: 'a session is deleted (alarm)',
} as const satisfies Readonly<Record<Flow, string>>

function operationsTable(): string {
  const scan = ({ rowsRead, rowsReadPerOtherSession: times }: OperationCounts) =>
    times === 0 ? number(rowsRead) : `${rowsRead} + ${times === 1 ? '' : `${times} × `}others`
  return markdown([
    [
      'flow',
      'Worker',
      'KV get / put / delete',
      'registry',
      'rows read',
      'rows written',
      'Scalekit',
      'upstream',
      'rate limit',
      'cookie bytes to / from the browser',
      'CPU (ms), assumed',
    ],
    ...(Object.entries(OPERATION_COUNTS) as [Flow, OperationCounts][]).map(([name, counts]) => [
      FLOW_NAMES[name],
      number(counts.workerRequests),
      group([counts.kvReads, counts.kvWrites, counts.kvDeletes]),
      number(counts.registryCalls),
      scan(counts),
      number(counts.rowsWritten),
      number(counts.scalekitRequests),
      number(counts.upstreamRequests),
      number(counts.rateLimitCalls),
      group([counts.cookieBytesToBrowser, counts.cookieBytesFromBrowser]),
      number(CPU_MILLISECONDS[name]),
    ]),
  ])
}

const pricesTable = (): string =>
  `${markdown([
    ['', 'in the plan', 'beyond it', 'page'],
    ...metrics.map(([, { what, included, dollars, unit, page }]) => [
      what,
      quantity(included),
      `${price(dollars)} per ${unit}`,
      `[${page}](${PRICE_PAGES[page]})`,
    ]),
  ])}\n\nWorkers Paid is $${PLAN_DOLLARS} a month. Compared with copies of these pages on ${PRICES_READ_ON}: look there before a figure matters.`

const markdown = ([head = [], ...rows]: Cells): string =>
  [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')

function aligned(rows: Cells): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Three figures that count; the rest would only look exact. */
function quantity(value: number): string {
  const [divisor, unit] = value >= 1e9 ? [1e9, ' G'] : value >= 1e6 ? [1e6, ' M'] : [1, '']
  const shown = value / divisor
  const digits = shown >= 100 || (unit === '' && Number.isInteger(value)) ? 0 : shown >= 10 ? 1 : 2
  return value > 0 && value < 0.005
    ? '< 0.01'
    : `${shown.toLocaleString('en', { maximumFractionDigits: digits })}${unit}`
}

const perSecond = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 })
const money = (dollars: number): string =>
  `$${dollars.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
const price = (dollars: number): string =>
  `$${dollars.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 3 })}`
const number = (value: number): string => (value === 0 ? '–' : value.toLocaleString('en'))
const group = (values: readonly number[]): string =>
  values.every((value) => value === 0) ? '–' : values.map((value) => value.toLocaleString('en')).join(' / ')
const time = (seconds: number): string =>
  seconds % 3600 === 0
    ? plural(seconds / 3600, 'hour')
    : seconds % 60 === 0
      ? plural(seconds / 60, 'minute')
      : plural(seconds, 'second')
const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
const roundUp = (value: number): number => Math.ceil(value / 10) * 10

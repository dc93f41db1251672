import { BUNDLE_BUDGET_BYTES } from './bundle-budget.ts'
import { type Bars, formatNumber, plotBars, plotSeries } from './plot.ts'
import type {
  Circumstances,
  Contest,
  ContestantRecord,
  Growth,
  PerformanceRecord,
  Series,
  Start,
} from './record.ts'
import { type Summary, uncertainty } from './statistics.ts'

/** A file of the report by its path below docs/. */
export type Files = Readonly<Record<string, string>>

/** A promise of the design, and what became of it. */
export interface Verdict {
  readonly what: string
  readonly budget: string
  readonly measured: string
  readonly kept: boolean
}

/** Who has to keep the budget of a verified page. */
const JUDGED = ['gatehouse', 'gatehouse-untouched']
const HONO = 'bare Hono Worker'
const START_BUDGET = 2.5
const CPU_BUDGET_MICROSECONDS = 30

/** The record as a page with plots. Pure: the same record makes the same files. */
export function buildReport(record: PerformanceRecord): Files {
  const growth = [record.growth, record.registry, record.logins].filter((part) => part !== undefined)
  const series = growth.flatMap((part) => part.series)
  const text = [
    HEAD,
    budgetSection(record),
    record.contest === undefined ? '' : contestSection(record.contest),
    record.start === undefined ? '' : startSection(record.start),
    ...(growth.length === 0 ? [] : ['## How it grows', GROWTH_HEAD, ...growth.map(growthSection)]),
    circumstancesSection(record),
  ]
  return {
    'performance.md': `${text.filter((part) => part !== '').join('\n\n')}\n`,
    ...(record.contest !== undefined && { 'performance/contest.svg': plotBars(contestBars(record.contest)) }),
    ...Object.fromEntries(series.map((each) => [`performance/${each.id}.svg`, plotSeries(each)])),
  }
}

const HEAD = `# Performance

<!-- Written by \`npm run bench\` from performance/record.json: change bench/, not this page. -->

What it costs to put Gatehouse in front of a page, beside what people would use instead. \`npm run bench\` measures all of it
again, on Linux, without a network; \`npm run bench -- --help\` says how to measure less.

A figure is a median; in brackets stands the middle half of what was measured. Behind ± stands how far the median of another run like this one
would be from it, in 19 of 20 of them.`

const GROWTH_HEAD = `Every value is taken once per round, in another order each time. *Growth* compares the last value of a line
with its first.`

/** Which promises of the design are kept, as far as they were measured. */
export function verdicts({ contest, start, growth, registry }: PerformanceRecord): Verdict[] {
  return [
    ...(contest === undefined ? [] : contestVerdicts(contest)),
    ...(start === undefined ? [] : startVerdicts(start)),
    ...[growth, registry].flatMap((part) => part?.series ?? []).flatMap(growthVerdict),
  ]
}

function contestVerdicts({ contestants, rounds }: Contest): Verdict[] {
  return contestants
    .filter(({ id }) => JUDGED.includes(id))
    .flatMap(({ name, figures }) =>
      figures.flatMap(({ connections, honoRatio, cpuAdded }) => {
        const where = `${name}, ${plural(connections, 'connection')}`
        return [
          {
            what: `throughput of a verified page: ${where}`,
            budget: `≥ a ${HONO}'s`,
            measured: `${honoRatio.median.toFixed(2)} × (± ${uncertainty(honoRatio, rounds).toFixed(2)})`,
            kept: honoRatio.median >= 1,
          },
          {
            what: `CPU of a verified page: ${where}`,
            budget: `≤ +${CPU_BUDGET_MICROSECONDS} µs`,
            measured: `${signed(cpuAdded.median)} (± ${formatNumber(uncertainty(cpuAdded, rounds))})`,
            kept: cpuAdded.median <= CPU_BUDGET_MICROSECONDS,
          },
        ]
      }),
    )
}

function startVerdicts({ workers }: Start): Verdict[] {
  const ours = workers.find(({ name }) => name === 'Gatehouse')
  if (ours === undefined) return []
  return [
    {
      what: 'bundle, minified and gzipped',
      budget: `≤ ${formatNumber(BUNDLE_BUDGET_BYTES)} bytes`,
      measured: `${formatNumber(ours.gzippedBytes)} bytes`,
      kept: ours.gzippedBytes <= BUNDLE_BUDGET_BYTES,
    },
    {
      what: 'start of an isolate',
      budget: `≤ ${START_BUDGET} × a ${HONO}'s`,
      measured: `${ours.isolateRatio.median.toFixed(2)} ×`,
      kept: ours.isolateRatio.median <= START_BUDGET,
    },
  ]
}

function growthVerdict({ title, x, lines, budget }: Series): Verdict[] {
  if (budget === undefined) return []
  const worst = Math.max(...lines.map(growthOf))
  const points = lines[0]?.points ?? []
  const range = `${formatNumber(points[0]?.x ?? 0)} → ${formatNumber(points.at(-1)?.x ?? 0)} ${x}`
  return [
    {
      what: `${title}: ${range}`,
      budget: `≤ ${budget} ×`,
      measured: `${worst.toFixed(2)} ×`,
      kept: worst <= budget,
    },
  ]
}

function budgetSection(record: PerformanceRecord): string {
  const rows = verdicts(record).map(({ what, budget, measured, kept }) => [
    what,
    budget,
    measured,
    kept ? 'kept' : '**missed**',
  ])
  if (rows.length === 0) return ''
  const why =
    'What is behind a missed one, and what was tried, is in [performance-profile.md](performance-profile.md).'
  return `## Budgets\n\n${table(['what', 'budget', 'measured', ''], rows, '---')}\n\n${why}`
}

function contestSection(contest: Contest): string {
  const counts = [
    ...new Set(contest.contestants.flatMap(({ figures }) => figures.map((each) => each.connections))),
  ]
  return [
    '## A signed-in page, beside the others',
    `![Requests per second against a bare Worker](performance/contest.svg)`,
    `Everybody serves the same page of ${formatNumber(contest.pageBytes)} bytes, which a stand-in for Cloudflare's static files answers with Cloudflare's own headers, gets the same headers of a browser and of Cloudflare's network, thinks that it
is reached over https, and runs in a \`workerd serve\` of its own, without a development proxy. Load: ${contest.loadGenerator}, ${contest.rounds}
rounds; in a round everybody has one turn of ${plural(contest.secondsPerRound, 'second')}, and the order changes so that nobody always comes after the same one. Ratios and differences
are taken round by round, so that what slows down a whole round cancels out. CPU is what the whole process used, in user mode and in the kernel, per request: the least noisy
figure. Instructions: ${contest.instructions}.`,
    ...counts.map(
      (count) => `### ${plural(count, 'connection')}\n\n${contestTable(contest.contestants, count)}`,
    ),
    'Production keeps many isolates and recycles them; here one isolate answers everything. The same cookie comes again and again, as it does from a person who reads a site.',
    '### How each was set up',
    ...contest.contestants.map(contestantText),
  ].join('\n\n')
}

function contestTable(contestants: readonly ContestantRecord[], count: number): string {
  const rows = contestants.flatMap(({ name, figures }) =>
    figures
      .filter(({ connections }) => connections === count)
      .map((each) => [
        name,
        `${each.throughputRatio.median.toFixed(2)} [${spread(each.throughputRatio, 2)}]`,
        `${each.honoRatio.median.toFixed(2)} [${spread(each.honoRatio, 2)}]`,
        whole(each.requestsPerSecond),
        `${signed(each.cpuAdded.median)} [${spread(each.cpuAdded, 0)}]`,
        formatNumber(Math.round(each.cpu.median)),
        each.p50 === undefined ? '–' : formatNumber(Math.round(each.p50.median)),
      ]),
  )
  return table(
    [
      '',
      '× bare Worker',
      `× ${HONO}`,
      'requests/s',
      'CPU above bare Worker',
      'CPU (µs)',
      'median answer (µs)',
    ],
    rows,
  )
}

function contestantText({ name, does, configured, proof, cookieBytes }: ContestantRecord): string {
  const seen = [
    `answered ${proof.status} with the ${proof.bodyIsPage ? 'page' : 'wrong body'}`,
    ...(proof.isUntouched ? ['header for header as the site'] : []),
    ...(proof.refusal === undefined ? [] : [`${proof.refusal} without a session`]),
  ].join(', ')
  const cookie = cookieBytes === 0 ? '' : ` Cookies of ${formatNumber(cookieBytes)} bytes.`
  return `**${name}.** ${does} *Set up:* ${configured}${cookie} *Checked before the run:* ${seen}.`
}

function contestBars({ contestants }: Contest): Bars {
  const measured = contestants.filter(({ id }) => id !== 'static')
  const counts = measured[0]?.figures.map(({ connections }) => connections) ?? []
  return {
    title: 'Requests per second of a signed-in page',
    x: "× a bare Worker's (more is better)",
    legend: counts.map((count) => plural(count, 'connection')),
    groups: measured.map(({ name, figures }) => ({
      name,
      values: figures.map(({ throughputRatio }) => throughputRatio),
    })),
  }
}

function startSection({ rounds, workers }: Start): string {
  return [
    '## Size and start',
    `*Isolate*: a new isolate in a process that runs already, from its code to its first answer, by workerd's Worker Loader: making the
isolate, compiling, and running the top level of all modules. This is what happens in production. *Process*: from the start of
\`workerd\` with one Worker until it has answered with the page (with a session) for the first time, which includes the start of the
runtime and whatever a Worker puts off until it is asked. ${rounds} rounds, interleaved. Bundles as for the measurements above,
Gatehouse with the configuration of this repository.`,
    table(
      ['', 'minified', 'gzipped', 'isolate (ms)', `× ${HONO}`, 'process (ms)'],
      workers.map((worker) => [
        worker.name,
        formatNumber(worker.bytes),
        formatNumber(worker.gzippedBytes),
        decimal(worker.isolate),
        worker.isolateRatio.median.toFixed(2),
        decimal(worker.process),
      ]),
    ),
  ].join('\n\n')
}

function growthSection({ series }: Growth): string {
  return series
    .map((each) => {
      const sizes = [...new Set(each.lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort(
        (a, b) => a - b,
      )
      const rows = each.lines.map((line) => [
        line.name,
        ...sizes.map((size) => {
          const point = line.points.find(({ x }) => x === size)
          return point === undefined ? '' : decimal(point.y)
        }),
        ...(each.compares ? [`${growthOf(line).toFixed(2)} ×`] : []),
      ])
      return [
        `### ${each.title}`,
        `![${each.title}](performance/${each.id}.svg)`,
        each.how,
        table(
          [`${each.y}, by ${each.x}`, ...sizes.map(formatNumber), ...(each.compares ? ['growth'] : [])],
          rows,
        ),
      ].join('\n\n')
    })
    .join('\n\n')
}

function circumstancesSection(record: PerformanceRecord): string {
  const measured = Object.entries(record) as [string, { readonly circumstances: Circumstances }][]
  const versions = Object.assign({}, ...measured.map(([, { circumstances }]) => circumstances.versions))
  const together = new Map<string, string[]>()
  for (const [part, { circumstances }] of measured) {
    const { date, commit, machine, system, load, quick } = circumstances
    const where = `${date}, commit \`${commit}\`, ${machine}, ${system}${quick ? ': **a quick look, not to be quoted**' : ''}`
    together.set(where, [...(together.get(where) ?? []), `${part} (load ${load.toFixed(1)} before it began)`])
  }
  return [
    '## When, where and with what',
    [...together].map(([where, parts]) => `- ${parts.join(', ')}: ${where}`).join('\n'),
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(' · ')}.`,
  ].join('\n\n')
}

function growthOf({ points }: Series['lines'][number]): number {
  return (points.at(-1)?.y.median ?? Number.NaN) / (points[0]?.y.median ?? Number.NaN)
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rest: '---' | '---:' = '---:',
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const alignment = head.map((_, column) => (column === 0 ? '---' : rest))
  return [line(head), line(alignment), ...rows.map(line)].join('\n')
}

function spread({ q1, q3 }: Summary, digits: number): string {
  const text = (value: number) => value.toFixed(digits).replace('-', '−')
  // A dash beside a minus could not be told from it.
  return `${text(q1)}${q1 < 0 ? ' to ' : '–'}${text(q3)}`
}
const whole = ({ median, q1, q3 }: Summary): string =>
  `${formatNumber(Math.round(median))} [${formatNumber(Math.round(q1))}–${formatNumber(Math.round(q3))}]`
const decimal = ({ median, q1, q3 }: Summary): string =>
  `${formatNumber(median)} [${formatNumber(q1)}–${formatNumber(q3)}]`
const signed = (microseconds: number): string =>
  `${microseconds < 0 ? '−' : '+'}${formatNumber(Math.abs(Math.round(microseconds)))} µs`
const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

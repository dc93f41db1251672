import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { circumstances } from './circumstances.ts'
import { holdContest } from './contest.ts'
import { measureCookieSizes } from './cookie-sizes.ts'
import { measureGrowth } from './growth.ts'
import { chooseLoadGenerator } from './load/load.ts'
import { measureLogins } from './logins.ts'
import { type Effort, HELP, parseOptions, UsageError } from './options.ts'
import type { Dated, Part, PerformanceRecord } from './record.ts'
import { measureRegistry } from './registry.ts'
import { buildReport, verdicts } from './report.ts'
import { measureStart } from './start.ts'

const RECORD = 'performance/record.json'

const MEASURE: Readonly<Record<Part, (effort: Effort) => Promise<object>>> = {
  contest: ({ contest }) => holdContest(chooseLoadGenerator(), contest),
  start: ({ start }) => measureStart(start.rounds),
  growth: async ({ growth }) => ({
    series: [...(await measureGrowth(growth)), await measureCookieSizes(chooseLoadGenerator(), growth)],
  }),
  registry: ({ registry }) => measureRegistry(registry),
  logins: ({ logins }) => measureLogins(logins),
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2))
  if (options === 'help') return console.log(HELP)
  const folder =
    options.output ??
    (options.thorough
      ? join(import.meta.dirname, '../docs')
      : mkdtempSync(join(tmpdir(), 'gatehouse-report-')))

  let record = readRecord(join(folder, RECORD))
  for (const part of options.parts) {
    const around = circumstances(options.thorough)
    const measured = { circumstances: around, ...(await MEASURE[part](options.effort)) } as Dated<object>
    record = { ...record, [part]: measured }
    // Part by part, so that what took long is not lost with what comes after it.
    write(folder, record)
  }
  if (options.parts.length === 0) write(folder, record)
  for (const { what, budget, measured, kept } of verdicts(record)) {
    console.log(`${kept ? '✓' : '✗'} ${what}: ${measured} (${budget})`)
  }
  console.log(`\n${join(folder, 'performance.md')}`)
}

function readRecord(path: string): PerformanceRecord {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as PerformanceRecord) : {}
}

function write(folder: string, record: PerformanceRecord): void {
  const files = { ...buildReport(record), [RECORD]: `${JSON.stringify(record, null, 1)}\n` }
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}

try {
  await main()
  process.exit(0)
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${HELP}` : error)
  process.exit(1)
}

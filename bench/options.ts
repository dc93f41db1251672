import { parseArgs } from 'node:util'
import type { Part } from './record.ts'

/** In the order in which they are measured. */
export const PARTS = ['contest', 'start', 'growth', 'registry', 'logins'] as const satisfies readonly Part[]

/** How much of everything is measured. */
export interface Effort {
  readonly contest: {
    readonly rounds: number
    readonly secondsPerRound: number
    readonly secondsOfWarmUp: number
    readonly connections: readonly number[]
  }
  readonly start: { readonly rounds: number }
  readonly growth: {
    readonly rounds: number
    readonly millisecondsPerValue: number
    readonly cookieBytes: readonly number[]
    readonly secondsPerCookie: number
  }
  readonly registry: {
    readonly rounds: number
    readonly sizes: readonly number[]
    readonly repetitions: number
  }
  readonly logins: {
    readonly rounds: number
    readonly atOnce: readonly number[]
    readonly loginsPerValue: number
  }
}

const FULL: Effort = {
  // Nine contestants have all followed each other equally often after 18 rounds.
  contest: { rounds: 36, secondsPerRound: 1, secondsOfWarmUp: 2, connections: [1, 16] },
  start: { rounds: 30 },
  growth: {
    rounds: 15,
    millisecondsPerValue: 100,
    cookieBytes: [500, 1000, 2000, 3500],
    secondsPerCookie: 1,
  },
  registry: { rounds: 9, sizes: [1, 100, 1000, 10_000, 100_000], repetitions: 5000 },
  logins: { rounds: 9, atOnce: [1, 5, 10, 50, 100, 500], loginsPerValue: 200 },
}

const QUICK: Effort = {
  contest: { rounds: 3, secondsPerRound: 1, secondsOfWarmUp: 1, connections: [1, 16] },
  start: { rounds: 5 },
  growth: { rounds: 3, millisecondsPerValue: 50, cookieBytes: [500, 3500], secondsPerCookie: 1 },
  registry: { rounds: 3, sizes: [1, 100, 10_000], repetitions: 2000 },
  logins: { rounds: 2, atOnce: [1, 10, 100], loginsPerValue: 100 },
}

/** Only to see that everything works. */
const SMOKE: Effort = {
  contest: { rounds: 1, secondsPerRound: 0.1, secondsOfWarmUp: 0, connections: [1] },
  start: { rounds: 1 },
  growth: { rounds: 1, millisecondsPerValue: 1, cookieBytes: [1000], secondsPerCookie: 0.1 },
  registry: { rounds: 1, sizes: [1, 100], repetitions: 100 },
  logins: { rounds: 1, atOnce: [1, 2], loginsPerValue: 2 },
}

export interface Options {
  readonly parts: readonly Part[]
  readonly effort: Effort
  /** Whether the figures are worth keeping. */
  readonly thorough: boolean
  /** Where the report goes; without it, to docs/ if it is worth keeping. */
  readonly output: string | undefined
}

export const HELP = `Measures Gatehouse beside what people would use instead, on the Workers runtime itself.

  npm run bench [-- options]

  --quick            a first look, in two minutes: figures that nobody should quote
  --smoke            only whether everything works
  --only <parts>     ${PARTS.join(',')}: some of these; what was measured of the others before
                     stays in the report. With "report" nothing is measured and the report is written again.
  --rounds <number>  how often everything is measured
  --seconds <number> how long a turn in the contest is (default: 1)
  --output <folder>  where performance.md and performance/ go (default: docs, or a temporary folder with
                     --quick and --smoke)
  --help             this text

Linux only: CPU time is read from /proc. wrk is the load generator where it is installed, autocannon otherwise.`

/** A command line that cannot be understood; the message is for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What the command line asks for. @throws UsageError */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const values = readArguments(args)
  if (values.help === true) return 'help'
  const base = values.smoke === true ? SMOKE : values.quick === true ? QUICK : FULL
  const rounded = values.rounds === undefined ? base : withRounds(base, wholeNumber('rounds', values.rounds))
  return {
    parts: parseParts(values.only),
    effort:
      values.seconds === undefined ? rounded : withSeconds(rounded, wholeNumber('seconds', values.seconds)),
    thorough: base === FULL,
    output: values.output,
  }
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean' },
        smoke: { type: 'boolean' },
        only: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        output: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function parseParts(only: string | undefined): readonly Part[] {
  if (only === undefined) return PARTS
  const asked = only.split(',')
  const known: readonly string[] = [...PARTS, 'report']
  const unknown = asked.find((part) => !known.includes(part))
  if (unknown !== undefined) throw new UsageError(`There is no part "${unknown}", only ${known.join(', ')}`)
  return PARTS.filter((part) => asked.includes(part))
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`--${option} must be a whole number from 1`)
  return value
}

function withSeconds(effort: Effort, secondsPerRound: number): Effort {
  return { ...effort, contest: { ...effort.contest, secondsPerRound } }
}

function withRounds(effort: Effort, rounds: number): Effort {
  return {
    contest: { ...effort.contest, rounds },
    start: { ...effort.start, rounds },
    growth: { ...effort.growth, rounds },
    registry: { ...effort.registry, rounds },
    logins: { ...effort.logins, rounds },
  }
}

import type { Summary } from './statistics.ts'

/** What was measured, in the shape of docs/performance/record.json: the report says nothing that is not in here. */
export interface PerformanceRecord {
  readonly contest?: Dated<Contest>
  readonly start?: Dated<Start>
  readonly growth?: Dated<Growth>
  readonly registry?: Dated<Growth>
  readonly logins?: Dated<Growth>
}

export type Part = keyof PerformanceRecord

/** A part of the record, which may be older than the others, and from another machine. */
export type Dated<T> = T & { readonly circumstances: Circumstances }

export interface Circumstances {
  readonly date: string
  /** The last commit, with a `+` where files differ from it. */
  readonly commit: string
  readonly machine: string
  readonly system: string
  /** How many programs wanted to run in the minute before: more than a few, and the figures are worth less. */
  readonly load: number
  readonly versions: Readonly<Record<string, string>>
  /** Whether it was a quick look: then no figure is worth quoting. */
  readonly quick: boolean
}

export interface Contest {
  readonly loadGenerator: string
  readonly rounds: number
  readonly secondsPerRound: number
  readonly pageBytes: number
  readonly instructions: string
  readonly contestants: readonly ContestantRecord[]
}

export interface ContestantRecord {
  readonly id: string
  readonly name: string
  readonly does: string
  readonly configured: string
  readonly packages: readonly string[]
  readonly proof: Proof
  /** Size of the `Cookie` header, in bytes. */
  readonly cookieBytes: number
  readonly figures: readonly Figures[]
}

/** That a contestant really did what it is measured for. */
export interface Proof {
  readonly status: number
  readonly bodyIsPage: boolean
  /** Whether the answer has the headers of the asset, and no others. */
  readonly isUntouched: boolean
  /** Status without a session; `undefined` where there is nothing to guard. */
  readonly refusal: number | undefined
}

export interface Figures {
  readonly connections: number
  readonly requestsPerSecond: Summary
  /** In microseconds; not every load generator knows. */
  readonly p50: Summary | undefined
  /** CPU time of the workerd process per request, in microseconds. */
  readonly cpu: Summary
  /** Requests per second against the bare Worker's in the same round. */
  readonly throughputRatio: Summary
  /** The same against the bare Hono Worker's. */
  readonly honoRatio: Summary
  /** CPU time per request above the bare Worker's in the same round, in microseconds. */
  readonly cpuAdded: Summary
}

export interface Start {
  readonly rounds: number
  readonly workers: readonly StartRecord[]
}

export interface StartRecord {
  readonly name: string
  /** Minified; and gzipped. */
  readonly bytes: number
  readonly gzippedBytes: number
  /** A new isolate in a running process, until it answers (in milliseconds). */
  readonly isolate: Summary
  /** That against the bare Hono Worker's in the same round. */
  readonly isolateRatio: Summary
  /** From the start of the process until the first page (in milliseconds). */
  readonly process: Summary
}

export interface Growth {
  readonly series: readonly Series[]
}

/** How a time grows with the size of something. */
export interface Series {
  /** The name of its plot's file, too. */
  readonly id: string
  readonly title: string
  /** What was done, for the report. */
  readonly how: string
  readonly x: string
  readonly y: string
  readonly lines: readonly Line[]
  /** How many times the first point's value the last may be; `undefined` where nothing was promised. */
  readonly budget: number | undefined
  /** Whether the last value of a line is to be compared with its first. */
  readonly compares: boolean
}

export interface Line {
  readonly name: string
  readonly points: readonly Point[]
}

export interface Point {
  readonly x: number
  readonly y: Summary
}

import type { ContestantRecord, Figures, PerformanceRecord, Series } from '../../../bench/record.ts'
import type { Summary } from '../../../bench/statistics.ts'

export const around = (median: number): Summary => ({ median, q1: median * 0.9, q3: median * 1.1 })

export const series: Series = {
  id: 'rules',
  title: 'Rules of a site',
  how: 'In a loop.',
  x: 'rules',
  y: 'one decision (µs)',
  lines: [
    {
      name: 'the last rule matches',
      points: [1, 10, 100, 1000].map((x, index) => ({ x, y: around(0.7 + index / 100) })),
    },
  ],
  budget: 1.5,
  compares: true,
}

const figures = (connections: number, ratio: number, added: number): Figures => ({
  connections,
  requestsPerSecond: around(3000 * ratio),
  p50: around(300 / ratio),
  cpu: around(260 + added),
  throughputRatio: around(ratio),
  honoRatio: around(ratio / 0.84),
  cpuAdded: around(added),
})

/** At 16 connections like at one, unless told otherwise. */
const contestant = (
  id: string,
  name: string,
  ratio: number,
  added: number,
  ratioAt16 = ratio,
  addedAt16 = added,
): ContestantRecord => ({
  id,
  name,
  does: 'Does something.',
  configured: 'As its README has it.',
  packages: ['hono'],
  proof: {
    status: 200,
    bodyIsPage: true,
    isUntouched: id !== 'gatehouse',
    refusal: id === 'bare' ? undefined : 302,
  },
  cookieBytes: id === 'bare' ? 0 : 900,
  figures: [figures(1, ratio, added), figures(16, ratioAt16, addedAt16)],
})

const circumstances = {
  date: '2026-11-25',
  commit: 'abc1234',
  machine: 'a processor, 2 cores, 24 GiB',
  system: 'Linux 6',
  load: 0.1,
  versions: { workerd: '1.0.0', hono: '4.0.0' },
  quick: false,
}

export const sampleRecord: PerformanceRecord = {
  contest: {
    circumstances,
    loadGenerator: 'wrk 4',
    rounds: 36,
    secondsPerRound: 1,
    pageBytes: 10_000,
    instructions: 'not counted',
    contestants: [
      contestant('bare', 'bare Worker', 1, 0),
      contestant('hono', 'bare Hono Worker', 0.84, 20),
      contestant('gatehouse', 'Gatehouse', 0.85, 25, 0.8, 60),
    ],
  },
  start: {
    circumstances,
    rounds: 30,
    workers: [
      {
        name: 'Gatehouse',
        bytes: 118_000,
        gzippedBytes: 39_900,
        isolate: around(7),
        isolateRatio: around(1.4),
        process: around(40),
      },
    ],
  },
  growth: { circumstances, series: [series] },
}

import { progress } from './progress.ts'
import type { Line } from './record.ts'
import { inTurn, summarize } from './statistics.ts'

/** One size, and how to take the values that belong to it once, by the name of their line. */
export interface Measurement {
  readonly x: number
  take(): Promise<Readonly<Record<string, number>>>
}

/** Takes every value once per round, so that all points have the same weather; and in another order each time. */
export async function sweep(
  what: string,
  measurements: readonly Measurement[],
  rounds: number,
): Promise<Line[]> {
  const lines = new Map<string, Map<number, number[]>>()
  for (let round = -1; round < rounds; round += 1) {
    progress(round < 0 ? `${what}: warming up` : `${what}: round ${round + 1} of ${rounds}`)
    for (const { x, take } of inTurn(measurements, round + 1)) {
      for (const [name, value] of Object.entries(await take())) {
        const points = lines.get(name) ?? new Map<number, number[]>()
        lines.set(name, points.set(x, [...(points.get(x) ?? []), ...(round < 0 ? [] : [value])]))
      }
    }
  }
  return [...lines].map(([name, points]) => ({
    name,
    points: [...points].sort(([a], [b]) => a - b).map(([x, values]) => ({ x, y: summarize(values) })),
  }))
}

/** A sample in three numbers. The middle half says more than an average where a machine has other things to do. */
export interface Summary {
  readonly median: number
  readonly q1: number
  readonly q3: number
}

/** @param p from 0 to 1; between two values it lies on the line between them */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new RangeError('A quantile of nothing')
  const sorted = [...values].sort((a, b) => a - b)
  const position = (sorted.length - 1) * p
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

export const summarize = (values: readonly number[]): Summary => ({
  median: median(values),
  q1: quantile(values, 0.25),
  q3: quantile(values, 0.75),
})

/**
 * Compares two samples round by round, so that what slowed down a whole round, and both of them with it, cancels out.
 *
 * @param compare how one round's pair becomes a number, such as its ratio
 */
export function summarizePairs(
  ours: readonly number[],
  theirs: readonly number[],
  compare: (ours: number, theirs: number) => number,
): Summary {
  if (ours.length !== theirs.length) throw new RangeError('Rounds without a counterpart')
  return summarize(ours.map((value, round) => compare(value, theirs[round] ?? Number.NaN)))
}

export const ratio = (ours: number, theirs: number): number => ours / theirs
export const difference = (ours: number, theirs: number): number => ours - theirs

/**
 * How far the median of a sample may be from that of many more like it, in 95 of 100 samples (R. McGill, J. W. Tukey and W. A. Larsen,
 * Variations of Box Plots, 1978).
 */
export const uncertainty = ({ q1, q3 }: Summary, count: number): number =>
  (1.58 * (q3 - q1)) / Math.sqrt(count)

/**
 * Whose turn it is, in an order after which over as many rounds as there are items (twice as many, where their number is odd)
 * everybody has stood at each place, and behind each of the others, equally often (E. J. Williams, 1949).
 */
export function inTurn<T>(items: readonly T[], round: number): T[] {
  const count = items.length
  const order = items.flatMap((_, place) => {
    const step = place % 2 === 1 ? (place + 1) / 2 : count - place / 2
    return items.slice((step + round) % count).slice(0, 1)
  })
  return count % 2 === 1 && Math.floor(round / count) % 2 === 1 ? order.reverse() : order
}

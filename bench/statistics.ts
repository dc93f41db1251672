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

/** Whose turn it is: in each round somebody else begins, so that no place in the order belongs to anyone. */
export function rotated<T>(items: readonly T[], round: number): T[] {
  const first = items.length === 0 ? 0 : round % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}

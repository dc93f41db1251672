import { expect, test } from 'vitest'
import {
  difference,
  median,
  quantile,
  ratio,
  rotated,
  summarize,
  summarizePairs,
} from '../../../bench/statistics.ts'

test.each([
  ['one value', [7], 7],
  ['an odd number of values', [9, 1, 5], 5],
  ['an even number of values', [1, 10, 2, 4], 3],
])('the median of %s', (_case, values, expected) => {
  expect(median(values)).toBe(expected)
})

test('a quantile between two values lies on the line between them', () => {
  expect(quantile([0, 10], 0.25)).toBe(2.5)
  expect(quantile([10, 0, 30, 20], 1)).toBe(30)
  expect(() => quantile([], 0.5)).toThrow(RangeError)
})

test('a summary holds the middle half and does not reorder what it is given', () => {
  const values = [5, 1, 4, 2, 3]
  expect(summarize(values)).toEqual({ median: 3, q1: 2, q3: 4 })
  expect(values).toEqual([5, 1, 4, 2, 3])
})

test('pairs cancel what slowed down a whole round', () => {
  const bare = [100, 50, 10]
  const ours = [90, 45, 9]
  expect(summarizePairs(ours, bare, ratio)).toEqual({ median: 0.9, q1: 0.9, q3: 0.9 })
  expect(summarizePairs(ours, bare, difference).median).toBe(-5)
  expect(() => summarizePairs([1], [1, 2], ratio)).toThrow(RangeError)
})

test('every contestant begins as often as the others', () => {
  const rounds = [0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))
  expect(rounds).toEqual(['abc', 'bca', 'cab', 'abc'])
  expect(rotated([], 3)).toEqual([])
})

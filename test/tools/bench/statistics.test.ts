import { expect, test } from 'vitest'
import {
  difference,
  inTurn,
  median,
  quantile,
  ratio,
  summarize,
  summarizePairs,
  uncertainty,
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

test('the more there is of a sample, the better its median is known', () => {
  const summary = { median: 100, q1: 90, q3: 110 }
  expect(uncertainty(summary, 4)).toBeCloseTo(15.8)
  expect(uncertainty(summary, 400)).toBeCloseTo(1.58)
})

test.each([
  ['an even number', ['a', 'b', 'c', 'd'], 4],
  ['an odd number', ['a', 'b', 'c', 'd', 'e'], 10],
])(
  '%s of contestants: each has every place, and comes after each other, equally often',
  (_case, items, rounds) => {
    const orders = Array.from({ length: rounds }, (_, round) => inTurn(items, round))
    const counts = new Map<string, number>()
    const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
    for (const order of orders) {
      expect([...order].sort()).toEqual(items)
      for (const [place, item] of order.entries()) {
        count(`${item} at ${place}`)
        if (place > 0) count(`${item} after ${order[place - 1]}`)
      }
    }
    const pairs = items.length * (items.length - 1)
    expect(counts.size).toBe(items.length * items.length + pairs)
    expect(new Set(counts.values())).toEqual(new Set([rounds / items.length]))
  },
)

test('nobody is nobody, in any order', () => {
  expect(inTurn([], 3)).toEqual([])
  expect(inTurn(['a'], 3)).toEqual(['a'])
})

import { expect, test } from 'vitest'
import { BoundedMap } from '../../../src/base/bounded-map.ts'

const keysOf = (map: BoundedMap<number>, from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, n) => from + n).filter((n) => map.get(`${n}`) !== undefined)

test('the oldest go first', () => {
  const map = new BoundedMap<number>(3)
  for (let n = 0; n < 5; n += 1) map.set(`${n}`, n)
  expect(keysOf(map, 0, 5)).toEqual([2, 3, 4])
})

test('what was used meanwhile stays once more, and goes if it is not used again', () => {
  const map = new BoundedMap<number>(3)
  for (let n = 0; n < 3; n += 1) map.set(`${n}`, n)
  map.get('0')
  map.set('3', 3)
  map.set('4', 4)
  map.set('5', 5)
  map.set('6', 6)
  expect(keysOf(map, 0, 7)).toEqual([4, 5, 6])
})

test('where all were used, one goes all the same', () => {
  const map = new BoundedMap<number>(3)
  for (let n = 0; n < 3; n += 1) map.set(`${n}`, n)
  expect(keysOf(map, 0, 3)).toHaveLength(3)
  map.set('3', 3)
  expect(keysOf(map, 0, 4)).toEqual([1, 2, 3])
})

test('values together are no larger than they may be; a value that is replaced or taken out does not count', () => {
  const map = new BoundedMap<number>(100, 10)
  map.set('0', 0, 4)
  map.set('0', 0, 5)
  map.set('1', 1, 5)
  expect(keysOf(map, 0, 2)).toEqual([0, 1])
  map.delete('0')
  map.delete('0')
  map.set('2', 2, 5)
  expect(keysOf(map, 0, 3)).toEqual([1, 2])
  map.set('3', 3, 6)
  // The two together are too large beside it, and were looked at.
  expect(keysOf(map, 0, 4)).toEqual([3])
})

test('one that is larger than all may be is not kept', () => {
  const map = new BoundedMap<number>(100, 10)
  map.set('0', 0, 11)
  expect(map.get('0')).toBeUndefined()
})

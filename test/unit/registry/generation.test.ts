import fc from 'fast-check'
import { expect, test } from 'vitest'
import { advance } from '../../../src/registry/generation.ts'

test('the current generation gets the next', () => {
  expect(advance(7, 7)).toEqual({ kind: 'next', generation: 8 })
})

test('the one before gets the current again: its holder never saw it', () => {
  expect(advance(8, 7)).toEqual({ kind: 'again', generation: 8 })
})

test.each([
  ['older', 8, 6],
  ['the first of many', 100, 1],
  ['one that was never issued', 8, 9],
])('a generation that is %s is reuse', (_case, current, presented) => {
  expect(advance(current, presented)).toEqual({ kind: 'reuse' })
})

test('whoever always presents what was answered last is never thrown out, whatever answers get lost', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (arrivals) => {
      let current = 1
      let held = 1
      for (const arrives of arrivals) {
        const advanced = advance(current, held)
        expect(advanced.kind).not.toBe('reuse')
        if (advanced.kind === 'reuse') return
        current = advanced.generation
        if (arrives) held = advanced.generation
      }
    }),
  )
})

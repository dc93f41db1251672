import { expect, test } from 'vitest'
import { formatNumber, niceTicks, plotBars, plotSeries, spreadApart } from '../../../bench/plot.ts'
import type { Series } from '../../../bench/record.ts'
import { series } from './sample-record.ts'

test.each([
  ['a whole step', 100, [0, 50, 100]],
  ['a step of two', 7, [0, 2, 4, 6, 8]],
  ['fractions, without noise in their digits', 0.3, [0, 0.1, 0.2, 0.3]],
  ['nothing', 0, [0, 1]],
])('ticks for %s', (_case, value, ticks) => {
  expect(niceTicks(value)).toEqual(ticks)
})

test('labels that would be on top of each other move apart, and keep their order', () => {
  expect(spreadApart([100, 104, 10], 16)).toEqual([100, 116, 10])
})

test.each([
  [0, '0'],
  [0.0712, '0.07'],
  [12.34, '12.3'],
  [1234.5, '1,235'],
])('%d is written %s', (value, text) => {
  expect(formatNumber(value)).toBe(text)
})

test('a plot names its axes with their units, its lines, and every size that was measured', () => {
  const svg = plotSeries(series)
  for (const text of [
    'Rules of a site',
    'rules (logarithmic)',
    'one decision (µs)',
    'the last rule matches',
    '1,000',
  ]) {
    expect(svg).toContain(`>${text}</text>`)
  }
  expect(svg).toContain('1.5 × the first point')
  expect(svg).toContain('prefers-color-scheme: dark')
})

test('sizes that are far apart stand at equal distances', () => {
  const marks = [...plotSeries(series).matchAll(/<circle class="mark" cx="([\d.]+)"/g)].map((match) =>
    Number(match[1]),
  )
  const [first = 0, second = 0, third = 0, fourth = 0] = marks
  expect(second - first).toBeCloseTo(third - second, 0)
  expect(fourth - third).toBeCloseTo(third - second, 0)
})

test('sizes that begin at 0 stand where they belong', () => {
  const y = { median: 1, q1: 1, q3: 1 }
  const linear: Series = {
    ...series,
    lines: [{ name: 'line', points: [0, 50, 200].map((x) => ({ x, y })) }],
  }
  const [first = 0, second = 0, third = 0] = [
    ...plotSeries(linear).matchAll(/<circle class="mark" cx="([\d.]+)"/g),
  ].map((match) => Number(match[1]))
  expect((second - first) / (third - first)).toBeCloseTo(0.25, 2)
})

test('a plot is well-formed whatever things are called', () => {
  const svg = plotBars({
    title: 'A & B <c>',
    x: '"quoted"',
    legend: ['one'],
    groups: [{ name: 'a < b', values: [{ median: 1, q1: 0.9, q3: 1.1 }] }],
  })
  expect(svg).toContain('A &amp; B &lt;c&gt;')
  expect(svg).toContain('a &lt; b')
  expect(svg).not.toMatch(/&(?!amp;|lt;|gt;|quot;)/)
})

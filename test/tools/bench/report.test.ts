import { expect, test } from 'vitest'
import type { PerformanceRecord } from '../../../bench/record.ts'
import { buildReport, verdicts } from '../../../bench/report.ts'
import { sampleRecord } from './sample-record.ts'

test('each budget is judged by what was measured', () => {
  expect(verdicts(sampleRecord).map(({ what, kept }) => [what, kept])).toEqual([
    ['throughput of a verified page: Gatehouse, 1 connection', true],
    ['CPU of a verified page: Gatehouse, 1 connection', true],
    ['throughput of a verified page: Gatehouse, 16 connections', false],
    ['CPU of a verified page: Gatehouse, 16 connections', false],
    ['bundle, minified and gzipped', true],
    ['start of an isolate', true],
    ['Rules of a site: 1 → 1,000 rules', true],
  ])
})

test('a budget that is missed is said to be missed', () => {
  const { 'performance.md': page } = buildReport(sampleRecord)
  expect(page).toContain(
    "| throughput of a verified page: Gatehouse, 16 connections | ≥ a bare Hono Worker's | 0.95 × (± 0.05) | **missed** |",
  )
})

test('the page tells how everybody was set up, and that everybody answered', () => {
  const { 'performance.md': page = '' } = buildReport(sampleRecord)
  expect(page).toContain('**Gatehouse.** Does something. *Set up:* As its README has it.')
  expect(page).toContain('answered 200 with the page, 302 without a session.')
  expect(page).toContain('workerd 1.0.0 · hono 4.0.0')
})

test('every plot that the page shows is there', () => {
  const files = buildReport(sampleRecord)
  const shown = [...(files['performance.md'] ?? '').matchAll(/\]\((performance\/[^)]+\.svg)\)/g)].map(
    (match) => match[1],
  )
  expect(shown).toEqual(['performance/contest.svg', 'performance/rules.svg'])
  for (const file of shown) expect(files).toHaveProperty([file ?? ''])
})

test('a part that was not measured is not mentioned', () => {
  const { growth } = sampleRecord
  const { 'performance.md': page } = buildReport({ growth } as PerformanceRecord)
  expect(page).not.toContain('## Size and start')
  expect(page).toContain('## How it grows')
})

test('a quick look is marked as one', () => {
  const { growth } = sampleRecord
  if (growth === undefined) throw new Error('no sample')
  const { 'performance.md': page } = buildReport({
    growth: { ...growth, circumstances: { ...growth.circumstances, quick: true } },
  })
  expect(page).toContain('a quick look, not to be quoted')
})

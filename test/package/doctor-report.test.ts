import { expect, test } from 'vitest'
import type { Reported } from '../../cli/doctor/finding.ts'
import { reportForScripts, reportInWords } from '../../cli/doctor/report.ts'

const of = (id: string, found: string, why: string, remedy: string): Reported => ({
  id,
  title: id,
  status: 'problem',
  found,
  why,
  remedy,
})

const FINDINGS: readonly Reported[] = [
  of('rules', 'rule 1 is none', '503.', 'Change it.'),
  of('rules', 'rule 2 has no package', '503.', 'npm install'),
  of('rules', 'rule 3 is none', '503.', 'Change it.'),
  of('files', 'file 4 is none', '503.', 'Change it.'),
  { id: 'git', title: 'git', status: 'ok', found: 'fine' },
]

test('the reason and the remedy stand once for all findings of a check that share them', () => {
  expect(reportInWords(FINDINGS)).toBe(`✗ rules  rule 1 is none
         rule 3 is none
    why    503.
    remedy Change it.
✗ rules  rule 2 has no package
    remedy npm install
✗ files  file 4 is none
    why    503.
    remedy Change it.
✓ git    fine

4 problems.`)
})

test('scripts get each finding by itself, in the order of the checks', () => {
  const { findings } = reportForScripts(FINDINGS) as { findings: readonly { found: string; why?: string }[] }
  expect(findings.map(({ found, why }) => [found, why])).toEqual(
    FINDINGS.map((finding) => [finding.found, 'why' in finding ? finding.why : undefined]),
  )
})

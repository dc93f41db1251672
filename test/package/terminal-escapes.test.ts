import { afterEach, expect, test, vi } from 'vitest'
import { namesOf } from '../../cli/doctor/organization-names.ts'
import { reportInWords } from '../../cli/doctor/report.ts'
import { complain, progress } from '../../cli/terminal.ts'

/** An answer of Scalekit, which customers have named things in, tries to write on the terminal of whoever asks. */

const HOSTILE = 'org_1\u001b]0;title\u0007\u001b[2J\u009b1m\rAll is well\u202e'
const STEERS = /[^\P{C}\n\t]/u

afterEach(() => vi.restoreAllMocks())

test('in the ID of an organization that cannot be written', () => {
  const said: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  const { names, unusable } = namesOf([{ id: HOSTILE, name: 'Acme', externalId: undefined }])
  expect(names).toEqual({})
  for (const sentence of unusable) {
    complain(sentence)
    progress(sentence)
  }
  expect(said).toHaveLength(2)
  for (const text of said) {
    expect(text).toContain('The name of org_1')
    expect(text).not.toMatch(STEERS)
  }
})

test('in what a check has found', () => {
  const report = reportInWords([
    { id: 'a', title: 'A', status: 'ok', found: HOSTILE },
    { id: 'b', title: 'B', status: 'problem', found: HOSTILE, why: HOSTILE, remedy: HOSTILE },
  ])
  expect(report.match(/All is well/g)).toHaveLength(4)
  expect(report).not.toMatch(STEERS)
})

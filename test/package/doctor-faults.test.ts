import { expect, test } from 'vitest'
import { isSound } from '../../cli/doctor/diagnose.ts'
import { reportInWords } from '../../cli/doctor/report.ts'
import { FAULTS } from './planted-faults.ts'
import { examine, projectWith, removed, troublesIn } from './sound-project.ts'

test('a sound project is sound', async () => {
  const folder = await projectWith()
  try {
    const findings = await examine(folder)
    expect(troublesIn(findings)).toEqual([])
    expect(reportInWords(findings)).toContain('Nothing is wrong.')
  } finally {
    await removed(folder)
  }
})

test.each(FAULTS)('$fault: that is said, and nothing else', async (planted) => {
  const { files, env, check, found, remedy, status = 'problem' } = planted
  const folder = await projectWith(files)
  try {
    const findings = await examine(folder, { env })
    expect(troublesIn(findings)).toEqual([
      expect.objectContaining({
        id: check,
        status,
        found: expect.stringMatching(found),
        why: expect.stringMatching(/\.$/),
        remedy: expect.stringMatching(remedy),
      }),
    ])
    expect(isSound(findings)).toBe(status === 'warning')
  } finally {
    await removed(folder)
  }
})

import { expect, test } from 'vitest'
import { isSound } from '../../cli/doctor/diagnose.ts'
import { fixesOf } from '../../cli/doctor/fix.ts'
import { reportInWords } from '../../cli/doctor/report.ts'
import { writeFiles } from '../../cli/files/file-changes.ts'
import { FAULTS_OF_THE_CONFIGURATION } from './faults-of-the-configuration.ts'
import { FAULTS_OF_THE_WORKER } from './faults-of-the-worker.ts'
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

test.each([...FAULTS_OF_THE_WORKER, ...FAULTS_OF_THE_CONFIGURATION])(
  '$fault: that is said, and nothing else',
  async (planted) => {
    const { files, env, check, found, remedy, status = 'problem', isFixed = false } = planted
    const folder = await projectWith(files)
    try {
      const findings = await examine(folder, { env })
      const troubles = troublesIn(findings)
      expect(troubles).toEqual([
        expect.objectContaining({
          id: check,
          status,
          found: expect.stringMatching(found),
          why: expect.stringMatching(/\.$/),
          remedy: expect.stringMatching(remedy),
        }),
      ])
      expect(isSound(findings)).toBe(status === 'warning')

      const { changes } = await fixesOf(findings, (path) => path)
      expect(changes).toHaveLength(isFixed ? 1 : 0)
      if (!isFixed) return
      await writeFiles(changes)
      expect(troublesIn(await examine(folder, { env }))).toEqual([])
    } finally {
      await removed(folder)
    }
  },
)

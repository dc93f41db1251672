import { expect, onTestFinished, test } from 'vitest'
import { run } from '../package/command-line.ts'
import { projectWith, removed } from '../package/sound-project.ts'
import { PROGRAM } from '../package/stranger.ts'

test('hands a sound project to the real Wrangler, and shows what that says', async () => {
  const folder = await projectWith()
  onTestFinished(() => removed(folder))
  const { code, stdout, stderr } = await run(folder, PROGRAM, 'deploy', '--dry-run')
  expect(code, stdout + stderr).toBe(0)
  expect(stdout).toMatch(/^\d+ checks, and nothing is wrong\.\n/)
  expect(stdout).toContain('env.SESSIONS (OrganizationSessions)')
  expect(stdout).toContain('--dry-run: exiting now.')
})

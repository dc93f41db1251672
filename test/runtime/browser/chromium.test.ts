import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packagedChromium } from '../../support/node/chromium.ts'

const run = promisify(execFile)
let cache: string

beforeAll(async () => {
  const whole = await packagedChromium()
  cache = await mkdtemp(join(tmpdir(), 'gatehouse-chromium-'))
  await cp(join(whole, '..'), join(cache, 'chromium'), { recursive: true })
})
afterAll(() => rm(cache, { recursive: true }))

test('a browser that was unpacked in part is unpacked again, whoever else is at it', async () => {
  const executable = await packagedChromium(cache)
  const { size, ino } = await stat(executable)
  await packagedChromium(cache)
  expect((await stat(executable)).ino).toBe(ino)

  await truncate(executable, size / 2)
  await expect(run(executable, ['--version'])).rejects.toThrow()
  const both = await Promise.all([packagedChromium(cache), packagedChromium(cache)])
  expect(both).toEqual([executable, executable])
  expect((await stat(executable)).size).toBe(size)
  expect((await run(executable, ['--version'])).stdout).toMatch(/^Chromium \d/)
  expect(await readdir(cache)).toEqual(['chromium'])
})

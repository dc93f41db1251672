import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { onceGone } from '../../cli/dev/watch-file.ts'

test.each([
  ['taken away', (parent: string) => rm(join(parent, 'project'), { recursive: true })],
  ['called something else', (parent: string) => rename(join(parent, 'project'), join(parent, 'other'))],
  ['moved with the one above it', (parent: string) => rename(parent, `${parent}-other`)],
])('a folder that is %s is told of, once', async (_case, change) => {
  const parent = await mkdtemp(join(tmpdir(), 'gatehouse-watch-'))
  onTestFinished(async () => {
    for (const each of [parent, `${parent}-other`]) await rm(each, { recursive: true, force: true })
  })
  const folder = join(parent, 'project')
  await mkdir(join(folder, 'src'), { recursive: true })
  const gone = vi.fn<(folder: string) => void>()
  onceGone([folder], gone)
  await rm(join(folder, 'src'), { recursive: true })
  await mkdir(join(folder, 'src'))
  expect(gone).not.toHaveBeenCalled()
  await change(parent)
  await vi.waitFor(() => expect(gone).toHaveBeenCalled(), { timeout: 5_000 })
  expect(gone.mock.calls).toEqual([[folder]])
})

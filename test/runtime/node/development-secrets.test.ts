import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureDevelopmentSecrets } from '../../../simulator/development-secrets.ts'

let folder: string
const file = () => join(folder, '.dev.vars')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-dev-vars-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a new .dev.vars says that this is a developer’s machine', async () => {
  expect(await ensureDevelopmentSecrets(file())).toMatchObject({
    created: true,
    missing: [],
    development: '1',
  })
  expect(await readFile(file(), 'utf8')).toContain("GATEHOUSE_DEVELOPMENT='1'\n")
})

test('one of an earlier version, which says nothing, is complete and stays as it is', async () => {
  await ensureDevelopmentSecrets(file())
  const earlier = (await readFile(file(), 'utf8')).replace(/^GATEHOUSE_DEVELOPMENT=.*\n/m, '')
  await writeFile(file(), earlier)
  expect(await ensureDevelopmentSecrets(file())).toMatchObject({
    created: false,
    missing: [],
    development: undefined,
  })
  expect(await readFile(file(), 'utf8')).toBe(earlier)
})

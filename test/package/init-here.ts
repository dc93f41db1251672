import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import { runHere } from './in-process.ts'

/** Of the test that runs, where its file says `eachInANewFolder`. */
export let folder: string

export async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
}
export const contents = (name: string) => readFile(join(folder, name), 'utf8')
export const init = (...args: readonly string[]) => runHere(folder, ['init', ...args])

/** What it says as JSON. */
export async function set(...args: readonly string[]) {
  const { code, stdout, stderr } = await init('--yes', '--json', ...args)
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as {
    outcome: string
    files: object[]
    yours: string[]
    notes: string[]
    next: string[]
  }
}

/** What it refuses to do, and that it did nothing. */
export async function refused(...args: readonly string[]): Promise<string> {
  const before = await all()
  const { code, stderr } = await init('--yes', ...args)
  expect(code).toBe(1)
  expect(await all()).toEqual(before)
  return stderr
}

/** Every file, by its path. */
export async function all(): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')])),
  )
}

/** A project with a Worker of its own. */
export const WORKER = 'name = "mine"\nmain = "src/index.ts"\ncompatibility_date = "2026-09-01"\n'
export const MODULE = 'export default { fetch: () => new Response() }\n'

/** For each test of the file that calls it. */
export function eachInANewFolder(): void {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-init-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
}

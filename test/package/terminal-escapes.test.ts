import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { namesOf } from '../../cli/doctor/organization-names.ts'
import { reportInWords } from '../../cli/doctor/report.ts'
import { complain, inJson, progress } from '../../cli/terminal.ts'
import { runHere } from './in-process.ts'

const CLI = join(import.meta.dirname, '../../cli')

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

test('in JSON, which means the same with everything escaped', () => {
  const value = { problems: [`${HOSTILE}\u2028\u2029\u007f\u{e0041}\ud800`, 'Zoë 山田 😀\tand\nmore'] }
  for (const text of [inJson(value), inJson(value, 2)]) {
    expect(JSON.parse(text)).toEqual(value)
    expect(text).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u)
    expect(text).toContain('Zoë 山田 😀')
  }
  expect(inJson(value).split('\n')).toHaveLength(1)
})

test('in what a command says with --json, whoever it heard it of', async () => {
  const server = createServer((_request, response) =>
    response.writeHead(400).end(JSON.stringify({ error: HOSTILE })),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-escapes-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const env = {
    SCALEKIT_ENVIRONMENT_URL: `http://127.0.0.1:${port}`,
    SCALEKIT_CLIENT_ID: 'skc_1',
    SCALEKIT_CLIENT_SECRET: 'secret',
  }
  const { code, stdout } = await runHere(folder, ['orgs', '--json'], { env })
  expect({ code, problems: JSON.parse(stdout).problems }).toEqual({
    code: 1,
    problems: [expect.stringContaining(HOSTILE)],
  })
  expect(stdout).not.toMatch(STEERS)
})

test('every command has its JSON from the one function', async () => {
  for (const file of await readdir(CLI, { recursive: true })) {
    if (!file.endsWith('.ts')) continue
    const text = await readFile(join(CLI, file), 'utf8')
    expect({
      file,
      writes: text.match(/(console\.log|write(Sync)?)\([^\n]*(\n\s*)?JSON\.stringify/g),
    }).toEqual({
      file,
      writes: null,
    })
  }
})

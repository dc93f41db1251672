import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inShort, runWrangler } from '../../cli/wrangler.ts'
import { installWrangler } from './fake-wrangler.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-wrangler-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const asked = async (program: string, input?: string, patience = 10_000) => {
  await installWrangler(folder, `import { readFileSync } from 'node:fs'\n${program}`)
  return runWrangler(folder, ['secret', 'put'], { patience, ...(input !== undefined && { input }) })
}

test('runs in the folder of the project, quietly, with nothing to read', async () => {
  const { code, stdout, said } = await asked(
    'const { NO_COLOR, WRANGLER_SEND_METRICS } = process.env\n' +
      "const input = readFileSync(0, 'utf8')\n" +
      'console.log(JSON.stringify({ cwd: process.cwd(), args: process.argv.slice(2), input, NO_COLOR, WRANGLER_SEND_METRICS }))\n' +
      "console.error('\\u001b[31mred\\u001b[39m')\n" +
      'process.exit(3)',
  )
  expect({ code, ...JSON.parse(stdout) }).toEqual({
    code: 3,
    cwd: expect.stringMatching(/gatehouse-wrangler-/),
    args: ['secret', 'put'],
    input: '',
    NO_COLOR: '1',
    WRANGLER_SEND_METRICS: 'false',
  })
  expect(said).toBe(`red\n${stdout}`)
})

test.each([
  ['a secret', 's3cr3t-of-scalekit\n', ['s3cr3t-of-scalekit']],
  ['a set of keys', '{"keys":[{"k":"key-one"},{"d": "key-two"}]}', ['key-one', 'key-two']],
])('%s that it was given is not in what it says', async (_case, input, secrets) => {
  const program = `const input = readFileSync(0, 'utf8').trim()
const parts = [input, ...(input.match(/key-\\w+/g) ?? [])]
console.log(parts.join(' and '))
console.error(parts.length, 'refused:', parts.join(', '))`
  const { code, stdout, said } = await asked(program, input)
  expect(code).toBe(0)
  expect(said).toContain('refused: …')
  for (const secret of secrets) expect(stdout + said).not.toContain(secret)
})

test('one that takes too long is ended', async () => {
  const answer = await asked("console.log('Asking …')\nsetInterval(() => {}, 1000)", undefined, 1_000)
  expect(answer).toEqual({ code: undefined, stdout: 'Asking …\n', said: 'Asking …\n' })
})

test.each([
  ['✘ [ERROR] You are not logged in.\n\n  Go to …\n', 'You are not logged in.'],
  [
    '▲ [WARNING] old\n✘ [ERROR] A request failed.\n\n  no [code: 10007]\n',
    'A request failed. no [code: 10007]',
  ],
  ['\n  some line\nanother', 'some line'],
  ['', 'nothing'],
])('of %j, %j is what is wrong', (said, error) => {
  expect(inShort(said)).toBe(error)
})

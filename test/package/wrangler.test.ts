import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { inShort, runWrangler } from '../../cli/wrangler/wrangler.ts'
import { installWrangler } from './fake-wrangler.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-wrangler-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const asked = async (program: string, input?: string) => {
  await installWrangler(folder, `import { readFileSync } from 'node:fs'\n${program}`)
  return runWrangler(folder, ['secret', 'put'], { patience: 10_000, ...(input !== undefined && { input }) })
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

test('one that keeps silent is waited for in words, and ended when patience is over', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => {
    vi.useRealTimers()
    write.mockRestore()
  })
  await installWrangler(folder, 'setInterval(() => {}, 1000)')
  const asked = runWrangler(folder, [], { patience: 30_000, waiting: 'Not yet …' })
  vi.advanceTimersByTime(7_900)
  expect(write).not.toHaveBeenCalled()
  vi.advanceTimersByTime(200)
  expect(write).toHaveBeenCalledExactlyOnceWith('Not yet …\n')
  vi.advanceTimersByTime(21_800)
  const stillWaits = Symbol('still waits')
  expect(await Promise.race([asked, new Promise((done) => setImmediate(done, stillWaits))])).toBe(stillWaits)
  vi.advanceTimersByTime(200)
  expect(await asked).toEqual({ code: undefined, stdout: '', said: '' })
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

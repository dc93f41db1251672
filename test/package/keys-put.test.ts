import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { parseKeyRing } from '../../src/crypto/key-ring.ts'
import { installWrangler } from './fake-wrangler.ts'
import { aged, type KeySet, runKeys, secretsOf, spawnKeys } from './keys-command.ts'
import { HERE, wranglerWith, writeStranger } from './stranger.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-put-'))
  const ignored = 'keys.json\noperator.json\n'
  await writeStranger(folder, {
    entry: HERE,
    files: { 'wrangler.jsonc': wranglerWith({}), '.gitignore': ignored },
  })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const path = (name: string) => join(folder, name)
const readSet = async () => JSON.parse(await readFile(path('keys.json'), 'utf8')) as KeySet
const FILE = ['--file', 'keys.json'] as const
const kidsOf = ({ keys }: KeySet) => keys.map(({ kid }) => kid)

/**
 * A Wrangler that keeps what it is told beside itself. @param behaviour what it does after that: `put` and `list` are what it is asked
 */
const wranglerThat = (behaviour: string) =>
  installWrangler(
    folder,
    `
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
const args = process.argv.slice(2)
const list = args[1] === 'list'
const put = args[1] === 'put'
const input = list ? '' : readFileSync(0, 'utf8')
appendFileSync(new URL('said.jsonl', import.meta.url), JSON.stringify({ args, input }) + '\\n')
${behaviour}
if (put) console.log('Success! Uploaded secret ' + args[2])
`,
  )

interface Call {
  readonly args: readonly string[]
  readonly input: string
}

const calls = async () =>
  (await readFile(path('node_modules/wrangler/said.jsonl'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Call)

/** The configuration of `keys rotate` is read with the real one's bundler, so it runs where there is none. */
const outside = async () => rm(path('gatehouse.config.ts'))

const EMPTY = "if (list) console.log('[]')"

describe('keys new --put', () => {
  test('keeps the set in the file and puts it by standard input, never as an argument', async () => {
    await wranglerThat(EMPTY)
    const { code, stdout, stderr } = await runKeys(folder, ['new', ...FILE, '--put', '--env', 'production'])
    expect(code).toBe(0)
    const [list, put] = await calls()
    const [config, env] = [path('wrangler.jsonc'), 'production']
    expect(list?.args).toEqual(['secret', 'list', '--format', 'json', '--config', config, '--env', env])
    expect(put?.args).toEqual(['secret', 'put', 'GATEHOUSE_KEYS', '--config', config, '--env', env])
    expect(await parseKeyRing(put?.input)).toMatchObject({ ok: true })
    const set = await readSet()
    expect(JSON.parse(put?.input ?? '')).toEqual(set)
    expect(set.not_put_since).toBeUndefined()
    expect(secretsOf(set)).toHaveLength(2)
    for (const secret of secretsOf(set)) expect(stdout + stderr).not.toContain(secret)
  })

  test('without a file shows the set once, for whoever keeps it', async () => {
    await wranglerThat(EMPTY)
    const { code, stdout, stderr } = await runKeys(folder, ['new', '--put'])
    expect(code).toBe(0)
    expect(stdout.trim()).toBe((await calls())[1]?.input)
    expect(stderr).toContain('nobody can read them back from a Worker')
    expect(stderr).toContain('The Worker has them.')
  })

  test('takes no keys away from a Worker that has some, unless that is said', async () => {
    await wranglerThat(`if (list) console.log('[{ "name": "GATEHOUSE_KEYS", "type": "secret_text" }]')`)
    const { code, stderr } = await runKeys(folder, ['new', ...FILE, '--put'])
    expect(code).toBe(1)
    expect(stderr).toContain('The Worker has keys already')
    expect(await calls()).toHaveLength(1)
    await expect(readSet()).rejects.toThrow('ENOENT')
    expect(await runKeys(folder, ['new', ...FILE, '--put', '--replace'])).toMatchObject({ code: 0 })
    expect(JSON.parse((await calls())[1]?.input ?? '')).toEqual(await readSet())
  })

  test('where Wrangler says no, says so, and writes nothing', async () => {
    await wranglerThat("console.error('✘ [ERROR] You are not logged in.'); process.exit(1)")
    const { code, stdout } = await runKeys(folder, ['new', ...FILE, '--put', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toEqual({
      problems: [
        'Whether the Worker has a GATEHOUSE_KEYS already cannot be said: Wrangler is not logged in to Cloudflare: ' +
          'run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN.',
      ],
    })
    await expect(readSet()).rejects.toThrow('ENOENT')
  })

  test('believes no list that it cannot read', async () => {
    await wranglerThat("if (list) console.log('[WARNING] no list today')")
    const { code, stderr } = await runKeys(folder, ['new', ...FILE, '--put'])
    expect(code).toBe(1)
    expect(stderr).toContain('cannot be said: [WARNING] no list today')
    expect(await calls()).toHaveLength(1)
  })

  test('finds the list behind what else is said', async () => {
    const said = `'[WARNING] two environments\\n[\\n  {\\n    "name": "GATEHOUSE_KEYS"\\n  }\\n]'`
    await wranglerThat(`if (list) console.log(${said})`)
    expect((await runKeys(folder, ['new', '--put'])).stderr).toContain('The Worker has keys already')
  })

  test.each([
    ['the keys of this machine', ['new', '--put', '--file', '.dev.vars'], 'is for this machine'],
    ['no file', ['rotate', '--put'], '--put needs a --file that keeps the keys'],
    ['standard input', ['rotate', '--put', '--file', '-'], '--put needs a --file that keeps the keys'],
    ['--replace alone', ['new', '--replace'], '--replace goes with --put'],
    ['--env alone', ['rotate', '--env', 'production'], '--env goes with --put'],
    ['no file to write', ['new', '--file', '-'], '--file must name a file'],
    ['an unknown option', ['list', '--put'], "unknown option '--put'"],
  ])('%s is wrong usage', async (_case, args, sentence) => {
    const { code, stdout, stderr } = await runKeys(folder, [...args, '--json'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(sentence)
  })
})

describe('keys rotate --put', () => {
  const rotate = (...args: readonly string[]) => runKeys(folder, ['rotate', ...FILE, '--put', ...args])
  /** The file is as if that many seconds had passed. */
  const letPass = async (seconds: number) =>
    writeFile(path('keys.json'), JSON.stringify(aged(await readSet(), seconds)))
  beforeEach(async () => {
    await outside()
    await wranglerThat(EMPTY)
    await runKeys(folder, ['new', ...FILE, '--put'])
  })

  test('puts what the file keeps, and nothing while there is nothing to do', async () => {
    const { code, stdout } = await rotate('--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ file: 'keys.json', did: 1, put: true, next: { step: 2 } })
    expect(JSON.parse((await calls()).at(-1)?.input ?? '')).toEqual(await readSet())
    const before = await calls()
    expect(JSON.parse((await rotate('--json')).stdout)).toMatchObject({ did: null, put: false })
    expect(await calls()).toEqual(before)
  })

  test.each([
    ['fails', "if (put) { console.error('[ERROR] no network: ' + input); process.exit(1) }", 1],
    ['is killed', "if (put) process.kill(process.pid, 'SIGKILL')", 1],
    ['ends well without having done it', 'if (put) process.exit(0)', 1],
    ['takes the command with it', "if (put) process.kill(process.ppid, 'SIGKILL')", null],
  ])(
    'where Wrangler %s, loses nothing, and the next run puts the same set before it goes on',
    async (_case, behaviour, code) => {
      const old = await readSet()
      await wranglerThat(behaviour)
      // Where it is taken along, that must not be this process.
      const failed = await (code === null ? spawnKeys : runKeys)(folder, ['rotate', ...FILE, '--put'])
      expect(failed.code).toBe(code)
      const kept = await readSet()
      expect(kidsOf(kept)).toEqual(expect.arrayContaining(kidsOf(old)))
      expect(kept.keys).toHaveLength(4)
      for (const secret of secretsOf(kept)) expect(failed.stdout + failed.stderr).not.toContain(secret)
      if (code === 1) expect(failed.stderr).toContain('npx gatehouse keys rotate --file keys.json --put')

      // However long that was ago: nobody has seen the new key yet.
      await letPass(3_600)
      const since = (await readSet()).not_put_since ?? 0
      await writeFile(
        path('keys.json'),
        JSON.stringify({ ...(await readSet()), not_put_since: since - 3_600 }),
      )
      await wranglerThat(EMPTY)
      const again = await rotate()
      expect(again.code).toBe(0)
      expect(again.stdout).toContain('it was put again. Its wait begins now.')
      expect(kidsOf(JSON.parse((await calls()).at(-1)?.input ?? ''))).toEqual(kidsOf(kept))
      expect((await rotate()).stdout).toContain('nothing was changed')
      await letPass(660)
      expect((await rotate()).stdout).toContain('Step 2 of 3.')
    },
  )

  test('writes over nothing that came into the file meanwhile', async () => {
    await wranglerThat("if (put) writeFileSync('keys.json', '{\"keys\":[]}')")
    const { code, stderr } = await rotate()
    expect(code).toBe(1)
    expect(stderr).toContain('keys.json was changed meanwhile, so nothing was written')
    expect(await readFile(path('keys.json'), 'utf8')).toBe('{"keys":[]}')
  })

  test('gives up on a Wrangler that hangs within ten seconds', async () => {
    await wranglerThat('setInterval(() => {}, 1000)\nawait new Promise(() => {})')
    const asked = (await calls()).length
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    let ended: Awaited<ReturnType<typeof rotate>> | undefined
    const rotating = rotate().then((answer) => {
      ended = answer
    })
    // Whatever fails here, the next test does not meet a command that still waits.
    onTestFinished(async () => {
      await vi.advanceTimersByTimeAsync(10_000)
      await rotating
    })
    await vi.waitUntil(async () => (await calls()).length > asked)
    await vi.advanceTimersByTimeAsync(9_000)
    expect(ended).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1_000)
    await rotating
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Wrangler did not answer within 10 seconds.'),
    })
    expect((await readSet()).keys).toHaveLength(4)
  })
})

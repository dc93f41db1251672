import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseKeyRing } from '../../src/crypto/key-ring.ts'
import { aged, type Key, type KeySet, runKeys, secretsOf, spawnKeys } from './keys-command.ts'
import { HERE, writeStranger } from './stranger.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const keys = (args: readonly string[], input?: string) => runKeys(folder, args, input)
const path = (name: string) => join(folder, name)
const readSet = async () => JSON.parse(await readFile(path('keys.json'), 'utf8')) as KeySet
const writeSet = (set: KeySet) => writeFile(path('keys.json'), JSON.stringify(set), { mode: 0o600 })
const mode = async (name: string) => ((await stat(path(name))).mode & 0o777).toString(8)
const kids = ({ keys: all }: KeySet, kty: string) =>
  all.filter((key) => key.kty === kty).map(({ kid }) => kid)

/** Everything that was noted happened longer ago. */
const letPass = async (seconds: number) => writeSet(aged(await readSet(), seconds))

/** An absolute limit of two hours. */
const withConfiguration = () =>
  writeStranger(folder, {
    entry: HERE,
    files: {
      '.gitignore': 'keys.json\n.dev.vars\n',
      'gatehouse.config.ts':
        "export default { sites: { localhost: { upstream: { kind: 'assets' } } }, session: { absolute: 7200 } }\n",
    },
  })

const MINUTE = 60
const FILE = ['--file', 'keys.json']

describe('keys new', () => {
  test.each([[[]], [['--json']]])(
    '`keys new %s` prints keys that a deployment accepts, and says beside them that they are the only ones',
    async (args) => {
      const { code, stdout, stderr } = await spawnKeys(folder, ['new', ...args])
      expect(code).toBe(0)
      expect(await parseKeyRing(stdout.trim())).toMatchObject({ ok: true })
      expect(stderr).toContain('nobody can read them back from a Worker')
    },
  )

  test('keeps them in a file that nobody else reads, shows none, and says what is next', async () => {
    const { code, stdout, stderr } = await keys(['new', ...FILE])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(await mode('keys.json')).toBe('600')
    expect(await parseKeyRing(await readFile(path('keys.json'), 'utf8'))).toMatchObject({ ok: true })
    for (const secret of secretsOf(await readSet())) expect(stdout).not.toContain(secret)
    expect(stdout).toContain('npx wrangler secret put GATEHOUSE_KEYS < keys.json')
    expect(await readdir(folder)).toEqual(['keys.json'])
  })

  test('as JSON says where they are, and none of them', async () => {
    const { stdout, stderr } = await keys(['new', ...FILE, '--json'])
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ file: 'keys.json', put: false, keys: [{ signs: true }, {}] })
    for (const secret of secretsOf(await readSet())) expect(stdout).not.toContain(secret)
  })

  test('never writes over a file', async () => {
    await writeFile(path('keys.json'), 'mine')
    const { code, stderr } = await keys(['new', ...FILE])
    expect(code).toBe(1)
    expect(stderr).toContain('keys.json is there already, and stays as it is. It holds no set of keys')
    expect(await readFile(path('keys.json'), 'utf8')).toBe('mine')
    const own = ['new', '--file', path('own.json')]
    expect(await keys(own)).toMatchObject({ code: 0 })
    expect((await keys(own)).stderr).toContain('To rotate the keys in it: npx gatehouse keys rotate --file')
  })

  test('adds them to a .dev.vars that has none, and never replaces those of one that has', async () => {
    await writeFile(path('.dev.vars'), 'SCALEKIT_CLIENT_ID=skc_1 # mine\n', { mode: 0o640 })
    expect(await keys(['new', '--file', '.dev.vars'])).toMatchObject({ code: 0 })
    const text = await readFile(path('.dev.vars'), 'utf8')
    expect(text).toMatch(/^SCALEKIT_CLIENT_ID=skc_1 # mine\nGATEHOUSE_KEYS='\{"keys":\[.+\]\}'\n$/)
    expect(await mode('.dev.vars')).toBe('640')
    expect(await keys(['new', '--file', '.dev.vars'])).toMatchObject({ code: 1 })
    expect(await readFile(path('.dev.vars'), 'utf8')).toBe(text)
  })

  test('into a folder that is not there is said', async () => {
    const { code, stderr } = await keys(['new', '--file', 'nowhere/keys.json'])
    expect(code).toBe(1)
    expect(stderr).toBe('nowhere/keys.json cannot be written, and is as it was: ENOENT.\n')
  })

  test('refuses a file that git would take along, and takes one that it ignores', async () => {
    const git = (...args: readonly string[]) => promisify(execFile)('git', [...args], { cwd: folder })
    await git('init', '--quiet')
    const { code, stderr } = await keys(['new', ...FILE])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'git would take keys.json along: add it to .gitignore, or name one that is elsewhere.\n',
    })
    expect(await readdir(folder)).toEqual(['.git'])

    await writeFile(path('.gitignore'), 'keys.json\n')
    expect(await keys(['new', ...FILE])).toMatchObject({ code: 0, stderr: '' })
    await git('add', '--force', 'keys.json')
    const listed = await keys(['rotate', ...FILE])
    expect(listed.stderr).toContain('git has keys.json: secrets do not belong there.')
  })
})

test('where git cannot be asked, `keys new` says so', async () => {
  await mkdir(path('.git'))
  const { code, stderr } = await runKeys(folder, ['new', ...FILE], '', { PATH: folder })
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'git could not be asked about keys.json: see to it that it never gets there.\n',
  })
})

describe('keys rotate', () => {
  /** What the Worker makes of the file. */
  const ring = async () => {
    const parsed = await parseKeyRing(JSON.stringify(await readSet()))
    if (!parsed.ok) throw new Error(parsed.error.join())
    return parsed.value
  }

  test('takes three steps, each in its time, and never loses the old set before the last', async () => {
    await withConfiguration()
    await keys(['new', ...FILE])
    const old = await ring()
    const [oldEc] = old.assertionPublicKeys

    const first = await keys(['rotate', ...FILE])
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toContain('Step 1 of 3.')
    expect(first.stdout).toContain('npx wrangler secret put GATEHOUSE_KEYS < keys.json')
    const one = await ring()
    expect(one.current.kid).not.toBe(old.current.kid)
    expect([...one.symmetric.values()][1]).toEqual(old.current)
    expect(one.assertion).toEqual(old.assertion)
    expect(one.assertionPublicKeys).toHaveLength(2)

    // Backends may still have the set of before.
    await letPass(9 * MINUTE)
    const early = await keys(['rotate', ...FILE])
    expect(early).toMatchObject({ code: 0, stderr: '' })
    expect(early.stdout).toContain('nothing was changed')
    expect(await ring()).toEqual(one)
    await letPass(2 * MINUTE)
    const second = await keys(['rotate', ...FILE])
    expect(second.stdout).toContain('Step 2 of 3.')
    const two = await ring()
    expect(two.assertion?.kid).toBe(one.assertionPublicKeys[1]?.kid)
    expect(two.current).toEqual(one.current)
    expect(two.symmetric).toEqual(one.symmetric)
    expect(two.assertionPublicKeys).toContainEqual(oldEc)

    // Assertions of the old key last a minute, sessions two hours.
    await letPass(7 * MINUTE)
    const partly = await keys(['rotate', ...FILE])
    expect(partly.stdout).toContain(`Dropped: ${oldEc?.kid}.`)
    expect((await ring()).symmetric).toEqual(one.symmetric)
    await letPass(100 * MINUTE)
    expect((await keys(['rotate', ...FILE])).stdout).toContain('nothing was changed')
    await letPass(9 * MINUTE)
    expect((await keys(['rotate', ...FILE])).stdout).toContain(`Dropped: ${old.current.kid}.`)
    const last = await ring()
    expect([...last.symmetric.keys()]).toEqual([one.current.kid])
    expect(last.assertionPublicKeys.map(({ kid }) => kid)).toEqual([two.assertion?.kid])
    expect((await keys(['list', ...FILE])).stdout).toContain('No rotation is under way.')
  })

  test('with --now waits for nothing', async () => {
    await keys(['new', ...FILE])
    const old = await readSet()
    for (const step of [1, 2, 3])
      expect((await keys(['rotate', ...FILE, '--now'])).stdout).toContain(`Step ${step} of 3.`)
    const { keys: left } = await readSet()
    expect(left).toHaveLength(2)
    expect(left.filter(({ kid }) => old.keys.some((key) => key.kid === kid))).toEqual([])
  })

  test('drops nothing where the configuration does not say how long sessions last', async () => {
    await keys(['new', ...FILE])
    await keys(['rotate', ...FILE])
    await keys(['rotate', ...FILE, '--now'])
    await letPass(1_000 * 24 * 60 * MINUTE)
    await keys(['rotate', ...FILE])
    const before = await readFile(path('keys.json'), 'utf8')
    const { code, stderr } = await keys(['rotate', ...FILE])
    expect(code).toBe(1)
    expect(stderr).toContain('depends on session.absolute: run this in the folder of gatehouse.config.ts')
    expect(await readFile(path('keys.json'), 'utf8')).toBe(before)
    expect(kids(await readSet(), 'oct')).toHaveLength(2)
  })

  test('changes GATEHOUSE_KEYS of .dev.vars and nothing else there, and leaves link and mode', async () => {
    const { stdout } = await keys(['new'])
    const [before, after] = [
      "# Mine.\r\nA='1' # one\r\nGATEHOUSE_KEYS='",
      "' # of 2026\r\n\r\n  export B=2\r\n",
    ]
    await mkdir(path('elsewhere'))
    await writeFile(path('elsewhere/vars'), `${before}${stdout.trim()}${after}`)
    await chmod(path('elsewhere/vars'), 0o400)
    await symlink('elsewhere/vars', path('.dev.vars'))
    expect(await keys(['rotate'])).toMatchObject({ code: 0, stderr: '' })
    expect((await lstat(path('.dev.vars'))).isSymbolicLink()).toBe(true)
    expect(await mode('.dev.vars')).toBe('400')
    const text = await readFile(path('.dev.vars'), 'utf8')
    expect(text.startsWith(before) && text.endsWith(after)).toBe(true)
    const rotated = JSON.parse(text.slice(before.length, -after.length)) as KeySet
    expect(rotated.keys).toHaveLength(4)
    expect(rotated.keys).toEqual(expect.arrayContaining([...(JSON.parse(stdout) as KeySet).keys]))
    expect(rotated).not.toHaveProperty('not_put_since')
  })

  test('from standard input gives the set to standard output, and says the rest beside it', async () => {
    const { stdout: old } = await keys(['new'])
    const { code, stdout, stderr } = await spawnKeys(folder, ['rotate', '--file', '-'], old)
    expect(code).toBe(0)
    expect((JSON.parse(stdout) as KeySet).keys).toHaveLength(4)
    expect(stderr).toContain('Step 1 of 3.')
    // Too early: what comes out is what came in, for whoever writes it into a file.
    expect((await keys(['rotate', '--file', '-'], stdout)).stdout).toBe(stdout)
    expect(await readdir(folder)).toEqual([])
  })

  test('goes on with a rotation that was begun by hand, and waits as long as it may be needed', async () => {
    await withConfiguration()
    const set = async () => (JSON.parse((await keys(['new'])).stdout) as KeySet).keys
    const [[oldOct, oldEc], [newOct, newEc]] = [await set(), await set()]
    const bare = ({ iat: _, nbf: __, ...key }: Key, kid: string) => ({ ...key, kid })
    if (!oldOct || !oldEc || !newOct || !newEc) throw new Error('no keys')
    await writeSet({
      keys: [
        bare(newOct, 'sessions-2026-11-20-b'),
        bare(oldOct, 'sessions-2025-11-20-a'),
        bare(oldEc, 'k1'),
        bare(newEc, 'assertions-2026-11-20-b'),
      ],
    })
    expect((await keys(['rotate', ...FILE])).stdout).toContain('assertions-2026-11-20-b signs then.')
    await letPass(11 * MINUTE)
    expect((await keys(['rotate', ...FILE])).stdout).toContain('Step 2 of 3. assertions-2026-11-20-b signs')
    expect((await keys(['rotate', ...FILE])).stdout).toContain('nothing was changed')
    await letPass(126 * MINUTE)
    const { stdout } = await keys(['rotate', ...FILE])
    expect(stdout).toContain('Dropped: sessions-2025-11-20-a and k1.')
    expect(kids(await readSet(), 'oct')).toEqual(['sessions-2026-11-20-b'])
  })

  test('gives a set without a key for assertions one, which signs at once', async () => {
    const { keys: made } = JSON.parse((await keys(['new'])).stdout) as KeySet
    await writeSet({ keys: made.filter(({ kty }) => kty === 'oct') })
    await keys(['rotate', ...FILE])
    expect((await ring()).assertion?.kid).toMatch(/^assertions-/)
    expect((await keys(['list', ...FILE, '--json'])).stdout).toContain('"next":{"step":3')
  })

  test('takes away what a process left that was killed while it wrote', async () => {
    await keys(['new', ...FILE])
    const killed = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
    await once(killed, 'close')
    const { pid } = killed
    await writeFile(path(`keys.json.gatehouse-${pid}.tmp`), '{"keys":[')
    expect(await keys(['rotate', ...FILE])).toMatchObject({ code: 0 })
    expect(await readdir(folder)).toEqual(['keys.json'])
  })

  test('leaves a copy that somebody made, whatever number they put behind its name', async () => {
    await keys(['new', ...FILE])
    const copy = 'keys.json.gatehouse-20261126'
    await writeFile(path(copy), await readFile(path('keys.json')))
    expect(await keys(['rotate', ...FILE])).toMatchObject({ code: 0 })
    expect(await readdir(folder)).toEqual(['keys.json', copy])
  })
})

describe('keys list', () => {
  test('shows what each key is and does, and no secret', async () => {
    await withConfiguration()
    await keys(['new', ...FILE])
    await keys(['rotate', ...FILE])
    await letPass(3 * 24 * 60 * MINUTE)
    const set = await readSet()
    const { code, stdout, stderr } = await keys(['list', '--file', '-'], JSON.stringify(set))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.split('\n')
    const [newest, old] = kids(set, 'oct')
    expect(lines[0]).toMatch(new RegExp(`^${newest} +HS256  sessions    made .+ \\(3 days ago\\)  signs$`))
    expect(lines[1]).toMatch(new RegExp(`^${old} +HS256  sessions .+  verifies$`))
    expect(lines[3]).toMatch(/ES256 {2}assertions .+ verifies, may sign from \d{4}-\d\d-\d\d \d\d:\d\d UTC$/)
    const json = await keys(['list', ...FILE, '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({
      next: { step: 2 },
      put: false,
      keys: [{ kid: newest }, {}, {}, {}],
    })
    for (const secret of secretsOf(set)) expect(stdout + json.stdout).not.toContain(secret)
    expect(secretsOf(set)).toHaveLength(4)
  })

  test('has no colours where nobody sees them', async () => {
    await keys(['new', ...FILE])
    expect((await spawnKeys(folder, ['list', ...FILE])).stdout).not.toContain('\u001b')
  })

  test('warns of a file that others can read', async () => {
    await keys(['new', ...FILE])
    await chmod(path('keys.json'), 0o644)
    expect((await keys(['list', ...FILE])).stderr).toBe(
      'keys.json can be read by others on this machine: chmod 600 keys.json\n',
    )
  })

  const SECRET = 'cGFzc3dvcmRwYXNzd29yZHBhc3N3b3JkcGFzc3dvcmQ'
  test.each([
    ['is not there', undefined, 'There is no keys.json.'],
    ['is no JSON', SECRET, 'keys.json: GATEHOUSE_KEYS is not a JWK Set'],
    ['is empty', '', 'keys.json does not set GATEHOUSE_KEYS.'],
    [
      'has a weak key',
      `{"keys":[{"kty":"oct","kid":"a","k":"${SECRET}"}]}`,
      'keys.json: GATEHOUSE_KEYS, key 1,',
    ],
  ])(
    'of a file that %s is exit code 1, in words and as JSON, and quotes nothing',
    async (_case, text, sentence) => {
      if (text !== undefined) await writeFile(path('keys.json'), text, { mode: 0o600 })
      for (const command of ['list', 'rotate']) {
        const { code, stdout, stderr } = await keys([command, ...FILE])
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
        expect(stderr).toContain(sentence)
        const json = await keys([command, ...FILE, '--json'])
        expect(json).toMatchObject({ code: 1, stderr: '' })
        expect(JSON.parse(json.stdout).problems[0]).toContain(sentence)
        expect(stderr + json.stdout).not.toContain(SECRET)
      }
      if (text !== undefined) expect(await readFile(path('keys.json'), 'utf8')).toBe(text)
    },
  )
})

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseOperatorKey, publicHalf } from '../../cli/keys/operator-key.ts'
import { parseOperatorKeys } from '../../src/crypto/operator-keys.ts'
import { installWrangler } from './fake-wrangler.ts'
import { runHere } from './in-process.ts'
import { runKeys } from './keys-command.ts'
import { HERE, wranglerWith, writeStranger } from './stranger.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-operator-key-'))
  const ignored = 'keys.json\noperator.json\n'
  await writeStranger(folder, {
    entry: HERE,
    files: { 'wrangler.jsonc': wranglerWith({}), '.gitignore': ignored },
  })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const path = (name: string) => join(folder, name)
const FILE = ['--file', 'operator.json'] as const
const MAKE = ['new', '--operator', ...FILE] as const

async function keyInFile() {
  const key = parseOperatorKey(await readFile(path('operator.json'), 'utf8'))
  if (key === undefined) throw new Error('no key')
  return key
}

/** A Wrangler that keeps what it is told. @param secrets the names that the Worker has */
const wranglerWithSecrets = (secrets: readonly string[], behaviour = '') =>
  installWrangler(
    folder,
    `
import { appendFileSync, readFileSync } from 'node:fs'
const args = process.argv.slice(2)
const list = args[1] === 'list'
const input = list ? '' : readFileSync(0, 'utf8')
appendFileSync(new URL('said.jsonl', import.meta.url), JSON.stringify({ args, input }) + '\\n')
${behaviour}
console.log(list ? ${JSON.stringify(JSON.stringify(secrets.map((name) => ({ name }))))} : 'Success! Uploaded secret')
`,
  )

const said = async () =>
  (await readFile(path('node_modules/wrangler/said.jsonl'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly args: readonly string[]; readonly input: string })

describe('keys new --operator', () => {
  test('keeps the key in a file for its owner only, and tells what the Worker may know', async () => {
    const { code, stdout, stderr } = await runKeys(folder, MAKE)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect((await stat(path('operator.json'))).mode & 0o777).toBe(0o600)
    const key = await keyInFile()
    const known = publicHalf(key)
    expect(stdout).toContain(`echo '${known}' | npx wrangler secret put GATEHOUSE_OPERATOR_KEYS`)
    expect(stdout).toContain(`GATEHOUSE_OPERATOR_KEYS='${known}'`)
    expect(stdout).not.toContain(key.d)
    const parsed = await parseOperatorKeys(known, undefined)
    expect(parsed.ok && [...parsed.value.keys()]).toEqual([key.kid])
    expect(key.kid).toMatch(/^operator-\d{4}-\d\d-\d\d-/)
  })

  test('--put brings the public half to the Worker, and never the other', async () => {
    await wranglerWithSecrets(['GATEHOUSE_KEYS'])
    const { code, stdout } = await runKeys(folder, [...MAKE, '--put', '--env', 'production', '--json'])
    expect(code).toBe(0)
    const key = await keyInFile()
    const [, put] = await said()
    expect(put?.args.slice(0, 3)).toEqual(['secret', 'put', 'GATEHOUSE_OPERATOR_KEYS'])
    expect(put?.args).toContain('production')
    expect(put?.input).toBe(publicHalf(key))
    expect(JSON.stringify(await said()) + stdout).not.toContain(key.d)
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'operator.json',
      put: true,
      keys: [{ kid: key.kid, algorithm: 'ES256', purpose: 'operator' }],
      public: JSON.parse(publicHalf(key)),
    })
  })

  test('--put takes no other operator away, unless that is said, and makes nothing then', async () => {
    await wranglerWithSecrets(['GATEHOUSE_OPERATOR_KEYS'])
    const { code, stderr } = await runKeys(folder, [...MAKE, '--put'])
    expect(code).toBe(1)
    expect(stderr).toContain('The Worker has keys of operators already')
    await expect(keyInFile()).rejects.toThrow('ENOENT')
    expect(await runKeys(folder, [...MAKE, '--put', '--replace'])).toMatchObject({ code: 0 })
  })

  test('--put that fails says how to put the same again', async () => {
    await wranglerWithSecrets([], "if (!list) { console.error('[ERROR] no network'); process.exit(1) }")
    const { code, stderr } = await runKeys(folder, [...MAKE, '--put'])
    expect(code).toBe(1)
    const key = await keyInFile()
    expect(stderr).toContain('operator.json has a new key, and the Worker does not know it')
    expect(stderr).toContain(`To put its public half again: echo '${publicHalf(key)}'`)
    expect(stderr).not.toContain(key.d)
  })

  test('leaves a file alone that is there', async () => {
    await writeFile(path('operator.json'), 'mine')
    const { code, stderr } = await runKeys(folder, MAKE)
    expect(code).toBe(1)
    expect(stderr).toContain('operator.json is there already')
    expect(await readFile(path('operator.json'), 'utf8')).toBe('mine')
  })

  test.each([
    ['no file', ['new', '--operator']],
    ['a file of variables', ['new', '--operator', '--file', '.dev.vars']],
    ['standard input', ['new', '--operator', '--file', '-']],
  ])('%s is wrong usage', async (_case, args) => {
    expect(await runKeys(folder, args)).toMatchObject({ code: 2, stdout: '' })
  })
})

test('keys list shows the public half, and keys rotate leaves the file alone', async () => {
  await runKeys(folder, MAKE)
  const key = await keyInFile()
  const listed = await runKeys(folder, ['list', ...FILE, '--json'])
  expect(JSON.parse(listed.stdout)).toMatchObject({
    keys: [{ kid: key.kid, purpose: 'operator', signs: true }],
    public: JSON.parse(publicHalf(key)),
  })
  expect((await runKeys(folder, ['list', ...FILE])).stdout).toContain(`${key.kid}  ES256  operator  made `)
  const rotated = await runKeys(folder, ['rotate', ...FILE])
  expect(rotated.code).toBe(1)
  expect(rotated.stderr).toContain("operator.json is an operator's key, and is not rotated")
  expect(await keyInFile()).toEqual(key)
})

describe('sessions', () => {
  const sessions = (...args: readonly string[]) => runHere(folder, ['sessions', ...args])

  test.each<[string, readonly string[], string]>([
    ['no key', ['list', '--org', 'org_1'], "required option '--key <file>'"],
    ['nobody', ['list', '--key', 'k.json'], 'Whose sessions?'],
    ['nobody', ['list', '--key', 'k.json'], 'npx gatehouse orgs lists'],
    [
      'an address alone',
      ['end', '--key', 'k.json', '--user', 'jane@acme.example'],
      'Whose sessions? --org, or --connection for those that belong to no organization. npx gatehouse connections --domain acme.example lists',
    ],
    [
      'a subject of a connection alone',
      ['end', '--key', 'k.json', '--user', 'conn_1;jane'],
      'Whose sessions?',
    ],
    ['no organization', ['list', '--key', 'k.json', '--org', 'acme'], 'must look like org_'],
    ['http', ['list', '--key', 'k.json', '--org', 'org_1', '--host', 'http://a.example'], 'It must be https'],
    ['no number', ['list', '--key', 'k.json', '--org', 'org_1', '--limit', '0'], 'from 1 on'],
    ['--yes with a list', ['list', '--key', 'k.json', '--org', 'org_1', '--yes'], "unknown option '--yes'"],
  ])('%s is wrong usage', async (_case, args, sentence) => {
    const { code, stdout, stderr } = await sessions(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(sentence)
  })

  test.each([
    ['no file', undefined, 'There is no operator.json.'],
    ['another file', '{"keys":[]}', "operator.json is not an operator's key."],
    ['no JSON', 'key', "operator.json is not an operator's key."],
  ])('%s is said, and nobody is asked', async (_case, text, sentence) => {
    if (text !== undefined) await writeFile(path('operator.json'), text)
    const { code, stderr } = await sessions('list', '--key', 'operator.json', '--org', 'org_1')
    expect(code).toBe(1)
    expect(stderr).toContain(sentence)
    expect(stderr).not.toContain('Asking')
  })

  test('a project of this machine alone is asked for a host', async () => {
    await runKeys(folder, MAKE)
    const { code, stdout } = await sessions('list', '--key', 'operator.json', '--org', 'org_1', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout).problems[0]).toContain('names no host that is not of this machine')
  })
})

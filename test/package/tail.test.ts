import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fits } from '../../cli/tail/log-filter.ts'
import { asText } from '../../cli/tail/log-sentences.ts'
import { type Entry, readLog } from '../../cli/tail/log-stream.ts'
import { EVENTS, type EventName, type EventSchema, type LogLine } from '../../src/audit/event.ts'
import { hideAddress } from '../../src/audit/hidden-person.ts'
import { parseKeyRing } from '../../src/crypto/key-ring.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import { pseudonym } from '../../src/crypto/pseudonym.ts'
import { sampleRefusals } from '../support/sample-refusals.ts'
import { type Ended, start } from './command-line.ts'
import { installWrangler } from './fake-wrangler.ts'
import { runHere } from './in-process.ts'
import { HERE, PROGRAM, writeStranger } from './stranger.ts'

const EVERY_LINE = {
  reference: '8c1f0a2b3c4d5e6f-FRA',
  time: '2026-11-26T09:14:03.000Z',
  host: 'docs.example.com',
  method: 'GET',
  path: '/team/',
  organization: 'org_1',
  connection: 'conn_1',
  subject: '0b5d1be1fe8f1a6a',
  email: '9ac3415bf0dd2c11@acme.example',
  session: 's',
} as const

const SAMPLES = { text: 'words', number: 3, boolean: true, texts: ['org_1', 'conn_1'], subject: '11aa' }

/** A line of an event, with something in each of its fields. */
function lineOf(event: EventName, fields: Readonly<Record<string, unknown>> = {}): LogLine {
  const described = Object.entries((EVENTS[event] as EventSchema).fields).map(([name, { is }]) => [
    name,
    typeof is === 'object' ? Object.keys(is)[0] : SAMPLES[is as keyof typeof SAMPLES],
  ])
  return { event, ...Object.fromEntries(described), ...fields, ...EVERY_LINE } as unknown as LogLine
}

const refusedFor = (refusal: unknown) => lineOf('refused', { refusal })
const plain = (_format: unknown, words: string) => words
const say = (line: LogLine, called: ReadonlyMap<string, string> = new Map()) => asText(line, called, plain)

describe('a sentence', () => {
  const reasons = sampleRefusals('words').map((refusal) => [refusal.reason, refusedFor(refusal)] as const)
  const events = (Object.keys(EVENTS) as EventName[])
    .filter((event) => event !== 'refused')
    .map((event) => [event, lineOf(event)] as const)

  test.each([...events, ...reasons])('of %s is in words', (name, line) => {
    const sentence = say(line)
    expect(sentence).toMatch(/^\d\d:\d\d:\d\d {2}docs\.example\.com {2}\S/)
    expect(sentence).toContain('(GET /team/, 8c1f0a2b3c4d5e6f-FRA)')
    expect(sentence).not.toMatch(/undefined|\[object|`|\]\(|\n/)
    if (line.event === 'refused') expect(sentence).toContain(`was refused: ${name}: `)
  })

  test('says who, why, with what evidence, and what to do', () => {
    const line = refusedFor({
      reason: 'organization_mismatch',
      demanded: 'org_1',
      received: 'org_2',
      who: EVERY_LINE.email,
    })
    expect(say(line, new Map([[EVERY_LINE.email, 'jane@acme.example']])).slice(10)).toBe(
      'docs.example.com  jane@acme.example (9ac3415bf0dd2c11@acme.example) was refused: organization_mismatch: ' +
        'of another organization than the one asked for (demanded org_1, received org_2)  ' +
        '→ nothing; for a whole customer, compare organization of the site  (GET /team/, 8c1f0a2b3c4d5e6f-FRA)',
    )
  })

  test('shows what would act on a terminal', () => {
    const line = { ...lineOf('logout'), path: '/\u001b]0;title\u0007\u202e', host: 'a\r\nb' }
    expect(say(line)).toContain('(GET /\\u001b]0;title\\u0007\\u202e')
    expect(say(line)).toContain('a\\u000d\\u000ab')
  })

  test('of an event that is not known is the line', () => {
    expect(say({ ...EVERY_LINE, event: 'operator_listed' } as unknown as LogLine)).toContain(
      'operator_listed',
    )
  })
})

describe('reading', () => {
  const first = lineOf('logout')
  const second = lineOf('sessions_revoked')
  const envelope = {
    outcome: 'exceededCpu',
    exceptions: [{ name: 'Error', message: 'too long', timestamp: 1 }],
    logs: [
      { message: [JSON.stringify(first)], level: 'log', timestamp: 1 },
      { message: ['of the application', { a: 1 }], level: 'log', timestamp: 2 },
      { message: [JSON.stringify(second)], level: 'log', timestamp: 3 },
    ],
    eventTimestamp: 1_795_684_443_000,
    event: { request: { url: 'https://docs.example.com/?a={', method: 'GET' } },
  }
  const parts: readonly (readonly [string, readonly Entry[]])[] = [
    [JSON.stringify(first), [{ kind: 'line', line: first }]],
    [
      'Gatehouse is on http://localhost:8787',
      [{ kind: 'other', text: 'Gatehouse is on http://localhost:8787' }],
    ],
    ['{ not JSON', [{ kind: 'other', text: '{ not JSON' }]],
    ...[0, 2].map((indent) => {
      const entries: readonly Entry[] = [
        { kind: 'line', line: first },
        { kind: 'other', text: 'of the application' },
        { kind: 'line', line: second },
        { kind: 'ended', outcome: 'exceededCpu', why: 'Error: too long' },
      ]
      return [JSON.stringify(envelope, null, indent), entries] as const
    }),
  ]

  test('finds every line, bare or in what Wrangler prints, wherever the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...parts), { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 400 }),
        async (chosen, end, size) => {
          const all = chosen.map(([part]) => `${part.replaceAll('\n', end)}${end}`).join('')
          const chunks = all.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
          const entries: Entry[] = []
          for await (const entry of readLog(Readable.from(chunks))) entries.push(entry)
          expect(entries).toEqual(chosen.flatMap(([, expected]) => expected))
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('what others write into the log', () => {
  const read = (...lines: readonly string[]) =>
    runHere(tmpdir(), ['tail', '-'], { input: lines.map((line) => `${line}\n`).join('') })
  const looksLikeOurs = { ...EVERY_LINE, event: 'logout' }

  test.each<[string, object]>([
    ['has two names of ours', { event: 'x', reference: 'y' }],
    ['is of an event that we lack', { ...looksLikeOurs, event: 'toString' }],
    ['lacks fields of its event', { ...looksLikeOurs, event: 'sessions_revoked' }],
    ['lacks its refusal', { ...looksLikeOurs, event: 'refused' }],
    ['lacks evidence', { ...looksLikeOurs, event: 'refused', refusal: { reason: 'requirement_unmet' } }],
  ])('does not end the command where it %s', async (_what, line) => {
    const { code, stdout } = await read(JSON.stringify(line), JSON.stringify(lineOf('logout')))
    expect(code).toBe(0)
    expect(stdout).toMatch(/signed out everywhere/)
  })

  test('cannot move the cursor, and begins no line', async () => {
    const evil = '\u001b[2J\u001b]0;x\u0007\u009b2J\u202e\r\n09:14:03  docs.example.com  Jane signed in'
    const { stdout, stderr } = await read(
      JSON.stringify({
        outcome: 'exception',
        exceptions: [{ name: 'Error', message: `of the exception ${evil}` }],
        logs: [{ message: [`of the application ${evil}`] }],
      }),
    )
    expect(stderr).toMatch(/of the application/)
    expect(stderr).toMatch(/of the exception/)
    expect(stdout + stderr).not.toMatch(/[^\P{C}\n]|^09:14:03/mu)
  })
})

describe('a filter', () => {
  const mismatch = refusedFor({ reason: 'organization_mismatch', demanded: 'org_9', received: 'org_1' })
  test.each([
    ['reference, by its beginning', { reference: '8c1f0a2b3c4d5e6f' }, lineOf('logout'), true],
    ['another reference', { reference: '8c1f0a2b3c4d5e6e' }, lineOf('logout'), false],
    ['organization', { organization: 'org_1' }, lineOf('logout'), true],
    ['another organization', { organization: 'org_2' }, lineOf('logout'), false],
    ['organization that somebody wanted to', { organization: 'org_9' }, mismatch, true],
    ['organization whose sessions ended', { organization: 'org_1' }, lineOf('sessions_revoked'), true],
    ['event', { events: ['logout', 'fault'] }, lineOf('logout'), true],
    ['reason', { events: ['organization_mismatch'] }, mismatch, true],
    ['another event', { events: ['fault'] }, lineOf('logout'), false],
    ['person', { names: new Set([EVERY_LINE.email]) }, lineOf('logout'), true],
    ['person, by subject', { names: new Set([EVERY_LINE.subject]) }, lineOf('logout'), true],
    ['person who came back', { names: new Set(['11aa']) }, lineOf('identity_change_asked'), true],
    ['another person', { names: new Set(['22bb']) }, lineOf('logout'), false],
    ['all of it', { organization: 'org_1', events: ['fault'] }, lineOf('logout'), false],
  ])('by %s', (_what, filter, line, isWanted) => {
    expect(fits(line, filter)).toBe(isWanted)
  })
})

describe('the command', () => {
  let folder: string
  let keys: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-tail-'))
    keys = await newKeys()
    await writeStranger(folder, { entry: HERE })
    // Rotated since: another key signs.
    const sets = [await newKeys(), keys].map((set) => (JSON.parse(set) as { keys: object[] }).keys)
    await writeFile(join(folder, 'keys.json'), JSON.stringify({ keys: sets.flat() }), { mode: 0o600 })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  // Where a test installs a Wrangler.
  afterEach(() => rm(join(folder, 'node_modules'), { recursive: true, force: true }))

  const traced = (...lines: readonly LogLine[]) =>
    JSON.stringify(
      { outcome: 'ok', exceptions: [], logs: lines.map((line) => ({ message: [JSON.stringify(line)] })) },
      null,
      2,
    )

  async function pipe(input: string, ...args: readonly string[]): Promise<Ended> {
    const child = spawn(process.execPath, [PROGRAM, 'tail', '-', ...args], { cwd: folder })
    child.stdin.end(input)
    const said = Promise.all([text(child.stdout), text(child.stderr)])
    const [code] = await once(child, 'close')
    const [stdout, stderr] = await said
    return { code, stdout, stderr }
  }

  test('follows the Worker of a wrangler file, and ends with Ctrl-C', async () => {
    await installWrangler(
      folder,
      `import { writeFileSync } from 'node:fs'
       writeFileSync(new URL('args.json', import.meta.url), JSON.stringify(process.argv.slice(2)))
       console.log(${JSON.stringify(traced(lineOf('logout'), lineOf('login_succeeded')))})
       process.on('SIGINT', () => process.exit(0))
       setInterval(() => {}, 1000)`,
    )
    const tail = start(folder, PROGRAM, 'tail', '--env', 'production', '--org', 'org_1')
    await tail.says('signed in')
    const { code, stdout } = await tail.interrupt()
    expect(code).toBe(0)
    expect(stdout).toMatch(/9ac3415bf0dd2c11@acme\.example signed out everywhere .*\n.* signed in /)
    const args = JSON.parse(await readFile(join(folder, 'node_modules/wrangler/args.json'), 'utf8'))
    const file = join(folder, 'wrangler.jsonc')
    expect(args.slice(0, 4)).toEqual(['tail', '--format', 'json', '--config'])
    expect(args.slice(4)).toEqual([
      expect.stringContaining('wrangler.jsonc'),
      '--env',
      'production',
      '--search',
      'org_1',
    ])
    expect(file).toContain(folder)
  })

  test('says why Wrangler does not follow it, with exit code 1', async () => {
    await installWrangler(
      folder,
      "console.error('\\u001b[31m✘ \\u001b[41;31m[ERROR]\\u001b[0m You are not logged in.\\u001b[0m'); process.exit(1)",
    )
    const { code, stdout } = await start(folder, PROGRAM, 'tail', '--json').ended
    expect({ code, ...JSON.parse(stdout) }).toEqual({
      code: 1,
      problems: ['Wrangler does not follow the log: You are not logged in.'],
    })
  })

  test('reads standard input, and finds a person by the keys, whichever signs now', async () => {
    const ring = await parseKeyRing(keys)
    if (!ring.ok) throw new Error(ring.error.join('\n'))
    const hash = (subject: string) => pseudonym(subject, ring.value.current)
    const email = await hideAddress('Jane@Acme.example', hash)
    const hers = { ...lineOf('logout'), email }
    const input = `Ready on http://localhost:8787\n${JSON.stringify(hers)}\n${traced(lineOf('login_succeeded'))}\n`
    const found = await pipe(input, '--user', 'jane@acme.example', '--keys', 'keys.json')
    expect(found.code).toBe(0)
    expect(found.stdout.trim().split('\n')).toEqual([
      expect.stringContaining(`jane@acme.example (${email}) signed out everywhere`),
    ])
    expect(found.stderr).toMatch(/In the log jane@acme\.example is [0-9a-f]{16}@acme\.example or /)
    expect(found.stderr).toContain(email)
    expect(found.stderr).toContain('Ready on http://localhost:8787')

    const json = await pipe(input, '--json', '--event', 'login_succeeded')
    expect(JSON.parse(json.stdout)).toEqual(lineOf('login_succeeded'))
  })

  test('says that it needs the keys to find a person', async () => {
    const { code, stderr } = await pipe('', '--user', 'jane@acme.example')
    expect(code).toBe(1)
    expect(stderr).toContain('--keys names the file that keeps them')
  })
})

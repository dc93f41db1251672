import { once } from 'node:events'
import { basename, dirname } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { type Command, InvalidArgumentError } from 'commander'
import { EVENTS, type LogLine } from '../src/audit/event.ts'
import { hidePerson } from '../src/audit/hidden-person.ts'
import { REASONS } from '../src/audit/refusals.ts'
import { parseKeyRing } from '../src/crypto/key-ring.ts'
import { pseudonym } from '../src/crypto/pseudonym.ts'
import { Complaint } from './complaint.ts'
import { findGatehouseConfig, findWranglerFile, folderOf } from './files/find-files.ts'
import { openKeys } from './keys/key-store.ts'
import { loadConfig } from './load-config.ts'
import type { SharedOptions } from './program.ts'
import { fits, type LogFilter } from './tail/log-filter.ts'
import { asText, ofOthers } from './tail/log-sentences.ts'
import { type Entry, readLog } from './tail/log-stream.ts'
import { complain, inJson, paint, progress } from './terminal.ts'
import { environment, examples, parseOrganization, STANDARD_INPUT } from './usage.ts'
import { inShort, startWrangler } from './wrangler/wrangler.ts'

interface Options extends SharedOptions {
  readonly reference?: string
  readonly org?: string
  readonly event?: readonly string[]
  readonly user?: string
  readonly keys?: string
  readonly env?: string
}

/** So long nothing need be wrong: nobody may have come. */
const SILENCE_MS = 10_000
/** In which Wrangler takes its leave of Cloudflare. */
const GRACE_MS = 5_000

export function addTail(program: Command): void {
  program
    .command('tail')
    .description('shows the log of the deployed Worker in sentences, as it is written')
    .argument('[-]', 'reads the log from standard input instead', parseSource)
    .option('--reference <reference>', 'lines of one request, by the reference that pages show')
    .option('--org <id>', 'lines of one organization, org_…', parseOrganization)
    .option(
      '--event <names>',
      'these events, or refusals for these reasons; commas between them',
      parseEvents,
    )
    .option('--user <who>', 'lines of one person: e-mail address, subject, or what a line has for them')
    .option('--keys <file>', 'the file that keeps the keys, by which --user is found; default: .dev.vars')
    .addOption(environment())
    .addHelpText(
      'after',
      examples('npx gatehouse tail --org org_12345678901234567', 'npx gatehouse dev | npx gatehouse tail -'),
    )
    .action(async (source: string | undefined, _options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      // Whoever reads on may have seen enough, as `head` has.
      process.stdout.once('error', () => process.exit(0))
      const names = options.user === undefined ? undefined : await namesOf(options.user, options)
      const filter = {
        reference: options.reference,
        organization: options.org,
        events: options.event,
        names,
      }
      const called = new Map([...(names ?? [])].map((name) => [name, options.user ?? name]))
      if (names !== undefined) progress(`In the log ${options.user} is ${[...names].join(' or ')}.`)
      const show = printer(definedOnly(filter), called, options.json === true)
      if (source === undefined) await followWorker(options, show)
      else await showAll(process.stdin, withOthers(show))
    })
}

function parseSource(text: string): string {
  if (text === STANDARD_INPUT) return text
  throw new InvalidArgumentError('Lines come from the deployed Worker, or with - from standard input.')
}

function parseEvents(text: string): readonly string[] {
  const known = [...Object.keys(EVENTS), ...Object.keys(REASONS)]
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length === 0) return names
  throw new InvalidArgumentError(
    `${unknown.join(', ')}: no event of the log, and no reason of a refusal. All of them are in node_modules/gatehouse-sso/docs/logs.md.`,
  )
}

type Given<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> }

const definedOnly = <T extends object>(filter: T): Partial<Given<T>> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Partial<Given<T>>

/**
 * All that somebody may be called in the log: under each key of the set, since a rotation gives everybody another hash.
 *
 * @throws {Complaint} where there are no keys to tell it by
 */
async function namesOf(user: string, options: Options): Promise<ReadonlySet<string>> {
  const plain = user.toLowerCase()
  if (/^[0-9a-f]{16}(@|$)/.test(plain)) return new Set([plain])
  if (options.keys === undefined && (await isPlain(options))) return new Set([plain])
  const { set } = await openKeys({
    ...(options.config !== undefined && { config: options.config }),
    ...(options.keys !== undefined && { file: options.keys }),
  }).catch((error: unknown) => {
    throw options.keys === undefined && error instanceof Complaint ? new Complaint(NEEDS_KEYS) : error
  })
  const ring = await parseKeyRing(JSON.stringify(set))
  if (!ring.ok) throw new Complaint(...ring.error)
  const names: string[] = []
  for (const key of ring.value.symmetric.values()) {
    const hash = (text: string) => pseudonym(text, key)
    names.push(await hidePerson(user, hash))
    // A subject may have an @ in it.
    if (user.includes(';')) names.push(await hash(user))
  }
  return new Set(names)
}

const NEEDS_KEYS =
  'The log has keyed hashes for persons, so --user needs the keys of the Worker: --keys names the file that keeps them, which ' +
  '`npx gatehouse keys new --file <path>` made. What a line has for somebody needs none.'

async function isPlain({ config }: Options): Promise<boolean> {
  const folder = folderOf(config)
  return findGatehouseConfig(folder) !== undefined && (await loadConfig(folder)).audit?.subjects === 'plain'
}

type Show = (entry: Entry) => void

function printer(filter: LogFilter, called: ReadonlyMap<string, string>, json: boolean): Show {
  const showsAll = Object.keys(filter).length === 0
  const shown = (line: LogLine): string | undefined => {
    try {
      if (!fits(line, filter)) return undefined
      return json ? inJson(line) : asText(line, called, paint)
    } catch {
      // Whoever writes lines that merely look like ours must not end this.
      return showsAll ? ofOthers(JSON.stringify(line)) : undefined
    }
  }
  return (entry) => {
    if (entry.kind === 'line') {
      const text = shown(entry.line)
      if (text !== undefined) console.log(text)
    } else if (entry.kind === 'ended' && showsAll && !json) {
      const why = entry.why === '' ? '' : `: ${ofOthers(entry.why)}`
      complain(`The runtime ended a request, ${entry.outcome}${why}`)
    }
  }
}

/** What else is piped in, such as where `gatehouse dev` runs, goes on to where it disturbs nobody. */
const withOthers =
  (show: Show): Show =>
  (entry) =>
    entry.kind === 'other' ? void process.stderr.write(`${ofOthers(entry.text)}\n`) : show(entry)

async function showAll(stream: NodeJS.ReadableStream, show: Show): Promise<void> {
  stream.setEncoding('utf8')
  for await (const entry of readLog(stream as AsyncIterable<string>)) show(entry)
}

/** @throws {Complaint} where Wrangler ends by itself, with what it says */
async function followWorker({ config, env, reference, org }: Options, show: Show): Promise<void> {
  const file = findWranglerFile(config)
  // Of a busy Worker Cloudflare shows a sample: what is not wanted should not take its place.
  const search = reference ?? org
  const args = [
    ...['tail', '--format', 'json', '--config', file],
    ...(env === undefined ? [] : ['--env', env]),
    ...(search === undefined ? [] : ['--search', search]),
  ]
  const wrangler = startWrangler(dirname(file), args, ['ignore', 'pipe', 'pipe'])
  const { stdout, stderr } = wrangler
  if (stdout === null || stderr === null) throw new Error('Wrangler has no output')
  let said = ''
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MOST_KEPT)
  })
  progress(`Lines of ${basename(file)}'s Worker come as it writes them. Ctrl-C ends this.`)
  const silent = setTimeout(
    () => progress('Nothing for ten seconds: nobody has come, or Cloudflare does not answer.'),
    SILENCE_MS,
  )
  let isStopping = false
  const stop = () => {
    isStopping = true
    wrangler.kill('SIGINT')
    setTimeout(() => wrangler.kill('SIGKILL'), GRACE_MS).unref()
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const closed = once(wrangler, 'close')
  await showAll(stdout, (entry) => {
    clearTimeout(silent)
    if (entry.kind === 'other') said = `${said}${entry.text}\n`.slice(-MOST_KEPT)
    show(entry)
  })
  const [code] = (await closed) as [number | null]
  clearTimeout(silent)
  if (!isStopping && code !== 0)
    throw new Complaint(`Wrangler does not follow the log: ${inShort(stripVTControlCharacters(said))}`)
}

/** Characters of what Wrangler says, for the end. */
const MOST_KEPT = 4_000

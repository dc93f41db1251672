import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { type Command, Option } from 'commander'
import { isLocalHost } from '../src/base/local-host.ts'
import type { Site } from '../src/config.ts'
import { inColumns, plain } from './columns.ts'
import { Complaint } from './complaint.ts'
import { confirm } from './confirm.ts'
import { difference } from './files/difference.ts'
import { findWranglerFile } from './files/find-files.ts'
import { loadConfig } from './load-config.ts'
import type { SharedOptions } from './program.ts'
import { checkName, checkRecord } from './sites/check-site.ts'
import { parseSiteName } from './sites/site-name.ts'
import { type Storage, WranglerKv } from './sites/wrangler-kv.ts'
import { inJson, progress, reserveStandardOutput } from './terminal.ts'
import { environment, examples, parseFile, STANDARD_INPUT, wrongUsage, yes } from './usage.ts'
import { importEsbuild, importQuietWrangler } from './wrangler/installed-wrangler.ts'
import { readWorkerFile, type WorkerFile } from './wrangler/worker-file.ts'
import type { runWrangler } from './wrangler/wrangler.ts'

interface Options extends SharedOptions {
  readonly local?: boolean
  readonly remote?: boolean
  /** An environment of the wrangler file. */
  readonly env?: string
  readonly yes?: boolean
}

/** What a command works on. */
interface Opened {
  readonly worker: WorkerFile
  readonly kv: WranglerKv
  /** Where that is, for scripts. */
  readonly place: { readonly storage: Storage; readonly env: string | undefined }
  /** Where `--json` asks for it. */
  readonly printJson: ((value: object) => void) | undefined
}

const PREFIX = 'site:'

/** @param ask how Wrangler is asked */
export function addSites(program: Command, ask: typeof runWrangler): void {
  const sites = program
    .command('sites')
    .description('lists, checks and writes sites in KV: customers that need no deploy')
  const subcommand = (name: string, description: string) =>
    sites
      .command(name)
      .description(description)
      .addOption(new Option('--remote', 'what the deployed Worker reads; the default').conflicts('local'))
      .option('--local', 'what gatehouse dev reads, on this machine')
      .addOption(environment(': its namespace, its bindings'))

  subcommand('list', 'lists all sites in KV, with organization and upstream')
    .addHelpText('after', examples('npx gatehouse sites list', 'npx gatehouse sites list --local'))
    .action(async (_options: object, command: Command) => list(await open(ask, command)))
  subcommand('get', 'prints a site as JSON, with and without --json')
    .argument('<host>', 'such as docs.example.com, or *.example.com for any one label', parseSiteName)
    .addHelpText('after', examples('npx gatehouse sites get portal.acme.example'))
    .action(async (name: string, _options: object, command: Command) =>
      get(await open(ask, command, name), name),
    )
  subcommand('put', 'checks a site as the Worker would, shows what changes, and writes it')
    .argument('<host>', 'such as docs.example.com, or *.example.com for any one label', parseSiteName)
    .argument('<file>', 'the site as JSON; - is standard input', parseSource)
    .addOption(yes())
    .addHelpText('after', examples('npx gatehouse sites put portal.acme.example acme.json'))
    .action(async (name: string, file: string, _options: object, command: Command) =>
      put(await open(ask, command, name), name, file, command.opts<Options>()),
    )
  subcommand('remove', 'takes a site out of KV')
    .argument('<host>', 'as it was put', parseSiteName)
    .addOption(yes())
    .addHelpText('after', examples('npx gatehouse sites remove portal.acme.example'))
    .action(async (name: string, _options: object, command: Command) =>
      remove(await open(ask, command, name), name, command.opts<Options>()),
    )
}

const parseSource = (path: string): string => (path === STANDARD_INPUT ? path : parseFile(path))

async function open(ask: typeof runWrangler, command: Command, name?: string): Promise<Opened> {
  const { config, env, json, local, remote } = command.optsWithGlobals<Options>()
  if (name !== undefined && isLocalHost(name.replace(/^\*\./, '')) && !local && !remote)
    wrongUsage(command, `${name} is a name of this machine: add --local, or --remote if that is meant.`)
  const file = findWranglerFile(config)
  const printJson = json ? reserveStandardOutput() : undefined
  progress('Looking at the Worker …')
  const wrangler = await importQuietWrangler(dirname(file))
  const worker = readWorkerFile(wrangler, file, env)
  const storage = local ? 'local' : 'remote'
  return { worker, kv: new WranglerKv(worker, storage, ask), place: { storage, env }, printJson }
}

async function list({ kv, place, printJson }: Opened): Promise<void> {
  progress(`Listing the sites in ${kv.label} …`)
  const records = await kv.values(await kv.keys(PREFIX))
  const sites = [...records].map(([key, text]) => ({ host: key.slice(PREFIX.length), ...readRecord(text) }))
  if (printJson !== undefined) printJson({ ...place, sites })
  else if (sites.length === 0) console.log(`${kv.label} has no sites.`)
  else console.log(listInWords(sites))
}

async function get({ kv, printJson }: Opened, name: string): Promise<void> {
  progress(`Reading ${PREFIX}${name} in ${kv.label} …`)
  const read = readRecord(await recordOf(kv, name))
  if ('problem' in read) throw new Complaint(`${PREFIX}${name} in ${kv.label} ${read.problem}`)
  if (printJson !== undefined) printJson(read.site)
  else console.log(pretty(read.site))
}

async function put(opened: Opened, name: string, file: string, { yes = false }: Options): Promise<void> {
  const { worker, kv, place, printJson } = opened
  progress('Checking the site …')
  const text = await recordIn(file)
  const config = await loadConfig(worker.folder)
  checkName(name, config)
  await checkRecord(await importEsbuild(worker.folder), name, text, { worker, config })

  progress(`Reading ${PREFIX}${name} in ${kv.label} …`)
  const key = PREFIX + name
  const there = (await kv.values([key])).get(key)
  const [before, after] = [there === undefined ? '' : readable(there), readable(text)]
  const outcome = there === undefined ? 'created' : before === after ? 'unchanged' : 'replaced'
  if (outcome !== 'unchanged') progressOf(difference(before, after))
  if (outcome === 'replaced' && !yes) await confirm(`Replace ${key} in ${kv.label}?`)
  if (outcome !== 'unchanged') {
    progress(`Writing ${key} to ${kv.label} …`)
    await kv.put(key, text)
  }

  if (printJson !== undefined)
    printJson({
      host: name,
      ...place,
      outcome,
      before: there === undefined ? null : readRecord(there),
      site: JSON.parse(text),
    })
  else console.log(`${key} in ${kv.label} ${OUTCOMES[outcome]}`)
}

/** How fast a change arrives is in docs/configuration.md. */
const OUTCOMES = {
  created: 'is written, and live within about a minute.',
  replaced: 'is replaced. That is live within about a minute and a half.',
  unchanged: 'is like that already: nothing was written.',
}

async function remove(opened: Opened, name: string, { yes = false }: Options): Promise<void> {
  const { kv, place, printJson } = opened
  const key = PREFIX + name
  progress(`Reading ${key} in ${kv.label} …`)
  const there = await recordOf(kv, name)
  progressOf(difference(readable(there), ''))
  if (!yes) await confirm(`Remove ${key} from ${kv.label}?`)
  progress(`Removing ${key} from ${kv.label} …`)
  await kv.delete(key)
  if (printJson !== undefined) printJson({ host: name, ...place, removed: readRecord(there) })
  else
    console.log(
      `${key} is removed from ${kv.label}, and gone within about a minute and a half. ` +
        'The host is unknown then (421), unless a wildcard in KV or * in gatehouse.config.ts is for it.',
    )
}

async function recordOf(kv: WranglerKv, name: string): Promise<string> {
  const key = PREFIX + name
  const text = (await kv.values([key])).get(key)
  if (text !== undefined) return text
  const other = kv.storage === 'local' ? '--remote' : '--local'
  throw new Complaint(
    `${kv.label} has no ${key}: npx gatehouse sites list shows what it has; ${other} is elsewhere.`,
  )
}

/** @returns a record as it is written: without the white space of the file */
async function recordIn(file: string): Promise<string> {
  const isInput = file === STANDARD_INPUT
  const label = isInput ? 'Standard input' : file
  const bytes = await (isInput ? buffer(process.stdin) : readFile(file)).catch((error: Error) => {
    throw new Complaint(`${label} cannot be read: ${error.message}`)
  })
  try {
    return JSON.stringify(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch (error) {
    const isText = error instanceof SyntaxError
    throw new Complaint(`${label} is not ${isText ? `JSON: ${error.message}` : 'UTF-8'}`)
  }
}

/** A record that somebody wrote with other tools can be anything. */
function readRecord(text: string): { readonly site: Site } | { readonly problem: string } {
  try {
    const site: unknown = JSON.parse(text)
    const isSite = typeof site === 'object' && site !== null && !Array.isArray(site)
    return isSite ? { site: site as Site } : { problem: 'is not an object' }
  } catch (error) {
    return { problem: plain(`is not JSON: ${error instanceof Error ? error.message : error}`) }
  }
}

const pretty = (value: unknown) => inJson(value, 2)

/** A record in lines. The order of its keys means nothing, so that one that only differs in it is the same. */
function readable(text: string): string {
  try {
    return pretty(inOrder(JSON.parse(text)))
  } catch {
    return text
  }
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, inOrder(each)]))
}

/** What is shown, and is no answer. */
const progressOf = (text: string) => void process.stderr.write(`${text}\n`)

type Listed = { readonly host: string } & ReturnType<typeof readRecord>

function listInWords(sites: readonly Listed[]): string {
  const rows = sites.map((each) => {
    if ('problem' in each) return [each.host, '', each.problem]
    return [each.host, String(each.site.organization ?? ''), upstreamInWords(each.site.upstream)]
  })
  return inColumns(['host', 'organization', 'upstream'], rows)
}

/** The record was not checked: it can be anything. */
function upstreamInWords(upstream: unknown = { kind: 'app' }): string {
  const { kind, folder, url, binding } = Object(upstream) as Readonly<Record<string, unknown>>
  return [kind, folder, url, binding].filter((each) => each !== undefined).join(' ')
}

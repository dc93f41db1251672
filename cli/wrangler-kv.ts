import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { Complaint } from './complaint.ts'
import { resolveWrangler } from './project.ts'
import { progress } from './terminal.ts'
import type { WorkerFile } from './worker-file.ts'

/** Of this machine, as `gatehouse dev` has it, or what the deployed Worker reads. */
export type Storage = 'local' | 'remote'

const BINDING = 'GATEHOUSE_KV'
/** The API gives no more values at once. */
const MOST_AT_ONCE = 100

/** Wrangler says nothing while it waits. */
const LONG_MS = 8_000
const TOO_LONG_MS = { local: 60_000, remote: 30_000 }

/** The namespace that a project binds, through the Wrangler that it has: accounts and credentials are Wrangler's business. */
export class WranglerKv {
  readonly #worker: WorkerFile
  readonly #storage: Storage
  readonly #isPreview: boolean

  /** @throws {Complaint} where nothing is bound */
  constructor(worker: WorkerFile, storage: Storage) {
    const { config, label } = worker
    const namespace = config.kv_namespaces?.find(({ binding }) => binding === BINDING)
    if (namespace === undefined)
      throw new Complaint(`The binding ${BINDING} is missing: add it under [[kv_namespaces]] in ${label}`)
    this.#worker = worker
    this.#storage = storage
    // Whatever runs on this machine takes the preview namespace where there is one.
    this.#isPreview = storage === 'local' && namespace.preview_id !== undefined
  }

  /** @returns every key that begins so, sorted; Wrangler follows the cursor */
  async keys(prefix: string): Promise<string[]> {
    const listed = await this.#json('key', 'list', '--prefix', prefix)
    return (listed as readonly { readonly name: string }[]).map(({ name }) => name).sort()
  }

  /** @returns the values of those keys that have one */
  async values(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>()
    for (let at = 0; at < keys.length; at += MOST_AT_ONCE) {
      const some = keys.slice(at, at + MOST_AT_ONCE)
      if (at > 0) progress(`${at} of ${keys.length} …`)
      const values = await withFile(JSON.stringify(some), (file) => this.#json('bulk', 'get', file))
      for (const key of some) {
        const value = valueIn((values as Readonly<Record<string, unknown>>)[key])
        if (value !== undefined) found.set(key, value)
      }
    }
    return found
  }

  async put(key: string, value: string): Promise<void> {
    await withFile(value, (file) => this.#run('key', 'put', key, '--path', file))
  }

  async delete(key: string): Promise<void> {
    await this.#run('key', 'delete', key)
  }

  async #json(...command: readonly string[]): Promise<unknown> {
    const said = await this.#run(...command)
    try {
      return JSON.parse(said.slice(said.search(/^[[{]/m)))
    } catch {
      throw new Complaint(
        `Wrangler's answer to kv ${command.slice(0, 2).join(' ')} is not JSON: ${inShort(said)}`,
      )
    }
  }

  /** @returns what Wrangler writes on standard output */
  async #run(...command: readonly string[]): Promise<string> {
    const { folder, file, label } = this.#worker
    const storage = this.#storage
    const where = [`--binding=${BINDING}`, `--config=${file}`, `--${storage}`, `--preview=${this.#isPreview}`]
    const ended = await runWrangler(folder, ['kv', ...command, ...where], storage)
    if (ended?.code === 0) return ended.stdout
    if (ended !== undefined)
      throw new Complaint(inWords(stripVTControlCharacters(ended.stderr + ended.stdout), label))
    const changes = command[1] === 'put' || command[1] === 'delete'
    throw new Complaint(
      `${storage === 'remote' ? 'Cloudflare' : 'Wrangler'} has not answered for ${TOO_LONG_MS[storage] / 1000} seconds` +
        `${changes ? ', so it is not known whether that was changed: look with gatehouse sites get' : ''}. Try again later.`,
    )
  }
}

interface Ended {
  /** Exit code. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** @returns `undefined` where it took too long, and was ended */
async function runWrangler(
  folder: string,
  args: readonly string[],
  storage: Storage,
): Promise<Ended | undefined> {
  const child = spawn(process.execPath, ['--no-warnings', resolveWrangler(folder), ...args], {
    cwd: folder,
    // Without a terminal Wrangler starts no login of its own in the middle of a command.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, WRANGLER_LOG: 'log', NO_COLOR: '1', FORCE_COLOR: '0' },
  })
  const said = Promise.all([text(child.stdout), text(child.stderr)])
  const waits = setTimeout(
    () =>
      progress(storage === 'remote' ? 'Cloudflare has not answered yet …' : 'Wrangler is not ready yet …'),
    LONG_MS,
  )
  let isTooLong = false
  const ends = setTimeout(() => {
    isTooLong = true
    child.kill()
  }, TOO_LONG_MS[storage])
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    const [stdout, stderr] = await said
    return isTooLong ? undefined : { code, stdout, stderr }
  } finally {
    clearTimeout(waits)
    clearTimeout(ends)
  }
}

/** Wrangler's answers differ: of this machine `{ "value": … }`, of the API the value itself. */
function valueIn(answer: unknown): string | undefined {
  if (typeof answer === 'string') return answer
  const { value } = (answer ?? {}) as { readonly value?: unknown }
  return typeof value === 'string' ? value : undefined
}

/** What users can put right, by what Wrangler says of it. Numbers are error codes of Cloudflare's API. */
const REMEDIES: readonly (readonly [said: RegExp, remedy: (wranglerFile: string) => string])[] = [
  [
    /necessary to set a CLOUDFLARE_API_TOKEN|Did not login|not logged in/i,
    () =>
      'Wrangler is not logged in to Cloudflare: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN. ' +
      'What gatehouse dev reads is --local.',
  ],
  [
    /More than one account available/,
    (file) =>
      `You have more than one Cloudflare account: write account_id into ${file}, or set CLOUDFLARE_ACCOUNT_ID.`,
  ],
  [
    /\[code: (10000|9106|9109|6003|6111)\]|Failed to automatically retrieve account IDs|Invalid access token/,
    () =>
      'Cloudflare refuses these credentials: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN to a token that may edit ' +
      'Workers KV Storage, of the account that CLOUDFLARE_ACCOUNT_ID or account_id names.',
  ],
  [
    /\[code: 10013\]/,
    (file) =>
      `The account has no namespace with the id that ${file} gives ${BINDING}: compare it with \`npx wrangler kv namespace list\`.`,
  ],
  [
    /\[code: 10007\]|deployed Worker settings/,
    (file) =>
      `${file} gives ${BINDING} no id, and no Worker is deployed that has one: ` +
      'run `npx wrangler deploy` first, or write the id of the namespace there.',
  ],
  [
    /Unable to resolve|fetch failed|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN/,
    () => 'Cloudflare cannot be reached from here: check the network, and a proxy or firewall between.',
  ],
  [
    /Unknown (argument|command)/,
    () => 'The Wrangler of this project is too old for this: npm install --save-dev wrangler@latest',
  ],
]

function inWords(said: string, wranglerFile: string): string {
  const remedy = REMEDIES.find(([pattern]) => pattern.test(said))?.[1]
  return remedy === undefined ? `Wrangler says: ${inShort(said)}` : remedy(wranglerFile)
}

/** What Wrangler calls an error, with what Cloudflare's API says, or else the first line. */
function inShort(said: string): string {
  const lines = said.split('\n').map((line) => line.trim())
  const error =
    lines.find((line) => line.includes('[ERROR]')) ?? lines.find((line) => line !== '') ?? 'nothing'
  const answer = lines.filter((line) => line !== error && /\[code: \d+\]/.test(line))
  return [error.replace(/^.*\[ERROR\]\s*/, ''), ...answer].join(' ')
}

/** For a file that Wrangler reads. */
async function withFile<T>(content: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-kv-'))
  try {
    const file = join(folder, 'text')
    await writeFile(file, content)
    return await use(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

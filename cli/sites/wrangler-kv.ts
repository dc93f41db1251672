import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Complaint } from '../complaint.ts'
import { progress } from '../terminal.ts'
import type { WorkerFile } from '../wrangler/worker-file.ts'
import { inShort, isLoggedOut, NOT_LOGGED_IN, type runWrangler } from '../wrangler/wrangler.ts'

/** Of this machine, as `gatehouse dev` has it, or what the deployed Worker reads. */
export type Storage = 'local' | 'remote'

const BINDING = 'GATEHOUSE_KV'
/** The API gives no more values at once. */
const MOST_AT_ONCE = 100

const PATIENCE_MS = { local: 60_000, remote: 30_000 }
const WAITING = { local: 'Wrangler is not ready yet …', remote: 'Cloudflare has not answered yet …' }

/** The namespace that a project binds, through the Wrangler that it has: accounts and credentials are Wrangler's business. */
export class WranglerKv {
  readonly storage: Storage
  /** How it is called in sentences. */
  readonly label: string
  readonly #worker: WorkerFile
  readonly #ask: typeof runWrangler
  readonly #isPreview: boolean

  /** @throws {Complaint} where nothing is bound */
  constructor(worker: WorkerFile, storage: Storage, ask: typeof runWrangler) {
    const { config, env, label } = worker
    const namespace = config.kv_namespaces?.find(({ binding }) => binding === BINDING)
    const table = `${env === undefined ? '' : `env.${env}.`}kv_namespaces`
    if (namespace === undefined)
      throw new Complaint(`The binding ${BINDING} is missing: add it under [[${table}]] in ${label}`)
    this.#worker = worker
    this.#ask = ask
    this.storage = storage
    this.label = `KV (${env === undefined ? storage : `${storage}, ${env}`})`
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
    const { folder, file, env, label } = this.#worker
    const storage = this.storage
    const where = [`--binding=${BINDING}`, `--config=${file}`, `--${storage}`, `--preview=${this.#isPreview}`]
    if (env !== undefined) where.push(`--env=${env}`)
    const { code, stdout, said } = await this.#ask(folder, ['kv', ...command, ...where], {
      patience: PATIENCE_MS[storage],
      waiting: WAITING[storage],
    })
    if (code === 0) return stdout
    if (code !== undefined) throw new Complaint(inWords(said, label))
    const changes = command[1] === 'put' || command[1] === 'delete'
    throw new Complaint(
      `${storage === 'remote' ? 'Cloudflare' : 'Wrangler'} has not answered for ${PATIENCE_MS[storage] / 1000} seconds` +
        `${changes ? ', so it is not known whether that was changed: look with npx gatehouse sites get' : ''}. Try again later.`,
    )
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
  if (isLoggedOut(said)) return `${NOT_LOGGED_IN} What gatehouse dev reads is --local.`
  const remedy = REMEDIES.find(([pattern]) => pattern.test(said))?.[1]
  return remedy === undefined ? `Wrangler says: ${inShort(said)}` : remedy(wranglerFile)
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

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { Complaint } from './complaint.ts'
import { findWranglerFile, wranglerFolder } from './project.ts'

/** The secret that this is about, and a variable on a developer's machine. */
export const KEYS = 'GATEHOUSE_KEYS'

/** A deployed Worker, by what Wrangler knows it by. */
export interface DeployedWorker {
  /** A wrangler file; default: the one of the working directory. */
  readonly config?: string | undefined
  /** An environment of that file. */
  readonly env?: string | undefined
}

/** Whatever hangs: a network, an account. */
const PATIENCE_MS = 10_000

/**
 * @returns whether the Worker has a secret of this name; one that is not deployed has none
 * @throws {Complaint} where that cannot be said
 */
export async function hasSecret(worker: DeployedWorker, name: string): Promise<boolean> {
  const { code, stdout, said } = await wrangler(worker, ['secret', 'list', '--format', 'json'])
  if (code !== 0 && /Worker "[^"]*".* not found/.test(said)) return false
  const names = code === 0 ? namesIn(stdout) : undefined
  if (names !== undefined) return names.includes(name)
  throw new Complaint(`Whether the Worker has a ${name} already cannot be said: ${said || stdout.trim()}`)
}

/** Of a list of secrets as JSON, whatever is said before it. */
function namesIn(stdout: string): readonly unknown[] | undefined {
  try {
    const secrets = JSON.parse(/^\[\s*(?:\{[\s\S]*)?\]\s*$/m.exec(stdout)?.[0] ?? '') as readonly {
      name?: unknown
    }[]
    return secrets.map(({ name }) => name)
  } catch {
    return undefined
  }
}

/**
 * Sets a secret by Wrangler's standard input: process lists show arguments.
 *
 * @returns why it is not set, or perhaps not
 */
export async function putSecret(
  worker: DeployedWorker,
  name: string,
  value: string,
): Promise<string | undefined> {
  const { code, stdout, said } = await wrangler(worker, ['secret', 'put', name], value)
  // Wrangler's launcher says 0 of a Wrangler that was killed.
  return code === 0 && /success/i.test(stdout) ? undefined : said
}

interface Answer {
  /** `undefined`: it had to be ended. */
  readonly code: number | null | undefined
  readonly stdout: string
  /** What went wrong, in Wrangler's words. */
  readonly said: string
}

function wrangler({ config, env }: DeployedWorker, args: readonly string[], input = ''): Promise<Answer> {
  const file = findWranglerFile(config)
  const all = [programOf(dirname(file)), ...args, '--config', file, ...(env ? ['--env', env] : [])]
  const child = spawn(process.execPath, all, {
    cwd: dirname(file),
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...QUIET },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  // One that ends before it has read says why by its exit code.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((done, fail) => {
    const answer = (code: Answer['code'], said: string) => {
      clearTimeout(timer)
      done({ code, stdout, said: withoutSecrets(said, input) })
    }
    const timer = setTimeout(() => {
      child.kill('SIGTERM')
      answer(undefined, `Wrangler did not answer within ${PATIENCE_MS / 1000} seconds.`)
    }, PATIENCE_MS)
    child.once('error', fail)
    child.once('close', (code) => answer(code, inWords(stderr || stdout)))
  })
}

/** No news, no questions, and no log of what is sent. */
const QUIET = {
  NO_COLOR: '1',
  FORCE_COLOR: '0',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_LOG: 'log',
  WRANGLER_LOG_SANITIZE: 'true',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_WRITE_LOGS: 'false',
}

function programOf(folder: string): string {
  const root = wranglerFolder(folder)
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly bin: { readonly wrangler: string }
  }
  return join(root, bin.wrangler)
}

const inWords = (text: string) =>
  stripVTControlCharacters(text)
    .replace(/✘|\[ERROR\]/g, '')
    .replace(/\s+/g, ' ')
    .trim()

/** It should say none, and who knows. */
function withoutSecrets(text: string, input: string): string {
  const values = [...input.matchAll(/"(?:k|d)":\s*"([^"]+)"/g)].map(([, value = '']) => value)
  return values.reduce((shown, value) => shown.replaceAll(value, '…'), text)
}

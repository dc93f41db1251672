import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { progress } from '../terminal.ts'
import { resolveWrangler } from './installed-wrangler.ts'

/** How a Wrangler is run that is asked something, rather than used. */
export interface WranglerCall {
  /** What it gets by standard input, which process lists do not show; default: nothing. */
  readonly input?: string
  /** Milliseconds, after which it is ended. */
  readonly patience: number
  /** What is said when that gets long: Wrangler says nothing while it waits. */
  readonly waiting?: string
}

/** What a Wrangler said, and how it ended. Secrets of its input are taken out. */
export interface WranglerAnswer {
  /** Exit code, `null` where a signal ended it; `undefined`: it took too long. */
  readonly code: number | null | undefined
  readonly stdout: string
  /** Standard error, then standard output, in lines of plain text. */
  readonly said: string
}

const LONG_MS = 8_000
/** For what may as well not be known. */
const PATIENCE_MS = 10_000

/** No news, no colours, nothing fetched or sent of its own accord, and no log of what is sent. */
const QUIET = {
  NO_COLOR: '1',
  FORCE_COLOR: '0',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_LOG: 'log',
  WRANGLER_LOG_SANITIZE: 'true',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_WRITE_LOGS: 'false',
}

/** As it is before a Wrangler is loaded here, quietly. */
const ENVIRONMENT = { ...process.env }

/** Wrangler colours whatever it writes, into a pipe as well. What somebody asks for by FORCE_COLOR stays. */
const plainIfPiped = (): Readonly<Record<string, string>> =>
  process.stdout.isTTY || ENVIRONMENT['FORCE_COLOR'] !== undefined ? {} : { NO_COLOR: '1', FORCE_COLOR: '0' }

/**
 * Starts the Wrangler that a project has installed, in its folder. With `'inherit'` it has the terminal, and is as its users
 * know it; otherwise it is quiet, and starts no login of its own in the middle of a command.
 *
 * @throws {Complaint} where there is none
 */
export function startWrangler(folder: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  // Not by its launcher, which would be a process more, and says 0 of a Wrangler that was killed.
  return spawn(process.execPath, ['--no-warnings', resolveWrangler(folder), ...args], {
    cwd: folder,
    stdio,
    env: stdio === 'inherit' ? { ...ENVIRONMENT, ...plainIfPiped() } : { ...process.env, ...QUIET },
  })
}

/**
 * Asks Wrangler, and waits for its answer.
 *
 * @throws {Complaint} where there is none
 */
export function runWrangler(
  folder: string,
  args: readonly string[],
  { input, patience, waiting }: WranglerCall,
): Promise<WranglerAnswer> {
  const child = startWrangler(folder, args, [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'])
  const heard = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text) => {
      heard[name] += text
    })
  }
  // One that ends before it has read says why by its exit code.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)

  const long = setTimeout(() => waiting !== undefined && progress(waiting), LONG_MS)
  return new Promise((done, fail) => {
    const answer = (code: WranglerAnswer['code']) => {
      clearTimeout(long)
      clearTimeout(tooLong)
      const { stdout, stderr } = heard
      const said = stripVTControlCharacters(stderr + stdout)
      done({ code, stdout: withoutSecrets(stdout, input), said: withoutSecrets(said, input) })
    }
    const tooLong = setTimeout(() => {
      child.kill()
      answer(undefined)
    }, patience)
    child.once('error', fail)
    child.once('close', answer)
  })
}

/** What Wrangler calls an error, with what Cloudflare's API says, or else the first line. */
export function inShort(said: string): string {
  const lines = said.split('\n').map((line) => line.trim())
  const error =
    lines.find((line) => line.includes('[ERROR]')) ?? lines.find((line) => line !== '') ?? 'nothing'
  const answer = lines.filter((line) => line !== error && /\[code: \d+\]/.test(line))
  return [error.replace(/^.*\[ERROR\]\s*/, ''), ...answer].join(' ')
}

/** Whether it said that nobody is logged in. */
export const isLoggedOut = (said: string): boolean =>
  /necessary to set a CLOUDFLARE_API_TOKEN|Did not login|not logged in|not authenticated/i.test(said)

export const NOT_LOGGED_IN =
  'Wrangler is not logged in to Cloudflare: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN.'

/** @returns whether Wrangler says so of itself; `false` too where it does not say */
export async function isLoggedOutIn(folder: string): Promise<boolean> {
  const { said } = await runWrangler(folder, ['whoami'], {
    patience: PATIENCE_MS,
    waiting: 'Cloudflare has not answered yet …',
  })
  return isLoggedOut(said)
}

/** It should say none, and who knows. @param input a secret, or a set of keys as JSON */
function withoutSecrets(text: string, input = ''): string {
  const keys = [...input.matchAll(/"(?:k|d)":\s*"([^"]+)"/g)].map(([, value = '']) => value)
  return [input.trim(), ...keys]
    .filter((secret) => secret !== '')
    .reduce((shown, secret) => shown.replaceAll(secret, '…'), text)
}

import { dirname } from 'node:path'
import { err, ok, type Result } from '../../src/base/result.ts'
import { Complaint } from '../complaint.ts'
import { findWranglerFile } from '../files/find-files.ts'
import { inShort, isLoggedOut, NOT_LOGGED_IN, runWrangler, type WranglerAnswer } from './wrangler.ts'

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
  const names = await secretNames(worker)
  if (names.ok) return names.value?.includes(name) ?? false
  throw new Complaint(`Whether the Worker has a ${name} already cannot be said: ${names.error}`)
}

/** @returns the names of a Worker's secrets, `undefined` where it is not deployed; or why that cannot be said */
export async function secretNames(
  worker: DeployedWorker,
): Promise<Result<readonly unknown[] | undefined, string>> {
  const answer = await askWrangler(worker, ['secret', 'list', '--format', 'json'])
  const { code, stdout, said } = answer
  if (code !== 0 && /Worker "[^"]*".* not found/.test(said)) return ok(undefined)
  const names = code === 0 ? namesIn(stdout) : undefined
  return names === undefined ? err(inWords(answer)) : ok(names)
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
  const answer = await askWrangler(worker, ['secret', 'put', name], value)
  // One that ends well without saying so may have done nothing.
  return answer.code === 0 && /success/i.test(answer.stdout) ? undefined : inWords(answer)
}

function askWrangler(
  { config, env }: DeployedWorker,
  command: readonly string[],
  input?: string,
): Promise<WranglerAnswer> {
  const file = findWranglerFile(config)
  const args = [...command, '--config', file, ...(env ? ['--env', env] : [])]
  return runWrangler(dirname(file), args, { ...(input !== undefined && { input }), patience: PATIENCE_MS })
}

function inWords({ code, said }: WranglerAnswer): string {
  if (code === undefined) return `Wrangler did not answer within ${PATIENCE_MS / 1000} seconds.`
  return isLoggedOut(said) ? NOT_LOGGED_IN : inShort(said)
}

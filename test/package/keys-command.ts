import { spawn } from 'node:child_process'
import { type Ended, listenTo } from './command-line.ts'
import { runHere } from './in-process.ts'
import { PROGRAM } from './stranger.ts'

/** A key as files keep it. */
export interface Key {
  readonly kty: string
  readonly kid: string
  readonly iat?: number
  readonly nbf?: number
  readonly [member: string]: unknown
}

export interface KeySet {
  readonly keys: readonly Key[]
  readonly not_put_since?: number
}

/** Runs `gatehouse keys …`. @param input what comes by standard input */
export const runKeys = (
  cwd: string,
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> => runHere(cwd, ['keys', ...args], { input, env })

/** The same as a shell does. */
export function spawnKeys(
  cwd: string,
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [PROGRAM, 'keys', ...args], { cwd, env: { ...process.env, ...env } })
  const { ended } = listenTo(child)
  // Most commands read none.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return ended
}

/** What is secret in a set. */
export const secretsOf = ({ keys }: KeySet): readonly string[] =>
  keys.flatMap(({ k, d }) => [k, d]).filter((secret) => typeof secret === 'string')

/** A set to which everything that is noted of it happened longer ago. */
export function aged({ keys, ...rest }: KeySet, seconds: number): KeySet {
  const shifted = keys.map(({ iat, nbf, ...key }) => ({
    ...key,
    ...(iat !== undefined && { iat: iat - seconds }),
    ...(nbf !== undefined && { nbf: nbf - seconds }),
  }))
  return { ...rest, keys: shifted }
}

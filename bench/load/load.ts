import { spawnSync } from 'node:child_process'
import { autocannon } from './autocannon.ts'
import { wrk } from './wrk.ts'

export interface Target {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a load generator saw in one round. */
export interface Load {
  readonly requests: number
  readonly seconds: number
  /** Half of the requests took no longer (in microseconds); unknown to a generator that counts milliseconds. */
  readonly p50: number | undefined
  /** Answers that were no success, or did not come. */
  readonly failed: number
}

/** Keeps a number of connections busy, each with one request at a time. @param seconds a whole number */
export type LoadGenerator = {
  readonly name: string
  run(target: Target, connections: number, seconds: number): Promise<Load>
}

/** wrk where it is installed, since it costs the least itself; otherwise the one that came with npm. */
export function chooseLoadGenerator(): LoadGenerator {
  const { error, stdout, stderr } = spawnSync('wrk', ['--version'], { encoding: 'utf8' })
  return error === undefined ? wrk(/wrk \S+/.exec(stdout + stderr)?.[0] ?? 'wrk') : autocannon()
}

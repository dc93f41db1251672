import * as v from 'valibot'
import { err, ok, type Result } from '../base/result.ts'
import type { GatehouseConfig } from '../config.ts'
import { type Problem, parseSite } from '../policy/config-schema.ts'
import { MAX_CHARACTERS, readingsOfPattern } from '../policy/readings.ts'
import { type CompiledSite, compileSite, type SharedSettings } from '../policy/site-directory.ts'
import { assertionKeyProblems, bindingProblems, upstreamsOf } from './needed-bindings.ts'

/** What a site in KV is held against. */
export interface Surroundings {
  readonly config: SharedSettings & Pick<GatehouseConfig, 'sites'>
  readonly env: object
  readonly hasAssertionKey: boolean
  /** Whether events reach sessions that are split into shards; see `registryShards`. */
  readonly sharded: boolean
  /** Whether Gatehouse stands inside a Hono app, whose routes are the upstream where a site names none. */
  readonly inApp: boolean
}

/** Characters. Some two thousand rules fit, which take a fifth of a second to check: once for each version of a record. */
export const MAX_RECORD = 128 * 1024

/** Names that DNS has (RFC 1035 section 2.3.4), so that no host is read as a pattern or as a key of another kind. */
export const isHostName = (host: string): boolean =>
  host.length <= 253 && /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(host)

/** A record can have more of them than a line of the log holds. */
const MAX_PROBLEMS = 100

/**
 * Reads a site as KV has it: the same schema as in the file, and the same demands on bindings and keys, every problem at once.
 *
 * @param name the host, or `*.` and what follows the label
 */
export function parseSiteRecord(
  name: string,
  text: string,
  surroundings: Surroundings,
): Result<CompiledSite, readonly Problem[]> {
  const read = readRecord(text, surroundings)
  if (read.ok) return ok(compileSite(name, read.value, surroundings.config))
  const shown = read.error.slice(0, MAX_PROBLEMS).map((problem) => `KV site:${name}: ${problem}`)
  const more = read.error.length - shown.length
  return err(more === 0 ? shown : [...shown, `KV site:${name}: and ${more} more`])
}

function readRecord(text: string, surroundings: Surroundings): ReturnType<typeof parseSite> {
  if (text.length > MAX_RECORD) return err([`has ${text.length} characters; ${MAX_RECORD} is the most`])
  const value = readJson(text)
  if (!value.ok) return value
  if (takesTooLong(value.value))
    return err(['has paths with more readings, all together, than can be judged'])
  const { config, env, hasAssertionKey, sharded, inApp } = surroundings
  const site = parseSite(value.value, config, inApp)
  if (!site.ok) return site
  const upstreams = upstreamsOf('', site.value)
  const problems = [
    ...(hasAssertionKey ? [] : assertionKeyProblems(upstreams)),
    ...bindingProblems(env, upstreams),
    ...(site.value.registryShards !== undefined && !sharded ? [UNKNOWN_SHARDS] : []),
  ]
  return problems.length === 0 ? site : err(problems)
}

/** Characters, of every reading of every path: more than any record has whose paths have one reading each. */
const MAX_READ = 2 * MAX_RECORD

/**
 * Whether the paths of its rules would keep the isolate, and with it every other site, busy for long: a short one can have a hundred
 * readings, and each takes its time.
 */
function takesTooLong(value: unknown): boolean {
  const { rules } = v.is(rulesWithPaths, value) ? value : { rules: [] }
  let left = MAX_READ
  return !rules.every(({ path }) => {
    const readings = typeof path === 'string' ? readingsOfPattern(path) : undefined
    if (readings === undefined) return true
    left -= readings.ok ? readings.value.reduce((sum, each) => sum + each.path.length, 0) : MAX_CHARACTERS
    return left > 0
  })
}

const rulesWithPaths = v.looseObject({ rules: v.array(v.looseObject({ path: v.optional(v.unknown()) })) })

/** Events are told to the shards of an organization only where the file says that there may be some. */
const UNKNOWN_SHARDS =
  'registryShards needs a site of gatehouse.config.ts that has it too: events would not reach all sessions otherwise'

function readJson(text: string): Result<unknown, readonly Problem[]> {
  try {
    const value: unknown = JSON.parse(text)
    // A list has settings too, and none of ours.
    return Array.isArray(value) ? err(['The site is a list, not an object']) : ok(value)
  } catch (error) {
    const place = /at position \d+/.exec(String(error))?.[0]
    return err([place === undefined ? 'is not JSON' : `is not JSON, ${place}`])
  }
}

import { app, type GatehouseConfig, type Site, type Upstream } from '../config.ts'
import type { Problem } from '../policy/config-schema.ts'

/** An upstream with its place in the configuration. */
export type PlacedUpstream = readonly [place: string, upstream: Upstream | undefined]
/** With the key of the wrangler file that it stands under. */
export type NeededBinding = readonly [name: string, method: string, key: string, place?: string]

/** In sentences, {@link missingBindings}. */
export const bindingProblems = (
  env: object,
  upstreams: readonly PlacedUpstream[],
  neededByAll: readonly NeededBinding[] = [],
): Problem[] =>
  missingBindings(env, upstreams, neededByAll).map(([name, , key, place]) => {
    const user = place === undefined ? '' : ` (${place} needs it)`
    return `The binding ${name} is missing${user}: add it under ${key} in the wrangler file`
  })

/** Bindings that upstreams need, and whatever else does, and that are not there; each once. */
export function missingBindings(
  env: object,
  upstreams: readonly PlacedUpstream[],
  neededByAll: readonly NeededBinding[] = [],
): NeededBinding[] {
  const needed = [...neededByAll]
  for (const [place, upstream] of upstreams) {
    if (upstream?.kind === 'assets') needed.push(['ASSETS', 'fetch', 'assets', place])
    if (upstream?.kind === 'service') needed.push([upstream.binding, 'fetch', 'services', place])
  }
  const missing = needed.filter(([name, method]) => {
    const binding = (env as Record<string, unknown>)[name]
    return typeof binding !== 'object' || binding === null || !(method in binding)
  })
  return missing.filter(([name], at) => missing.findIndex(([other]) => other === name) === at)
}

/** What is wrong where there is no key to sign assertions with. */
export function assertionKeyProblems(upstreams: readonly PlacedUpstream[]): Problem[] {
  const toldWho = (upstream: Upstream = app()) => upstream.kind !== 'assets' && upstream.kind !== 'app'
  const [place] = upstreams.flatMap(([each, upstream]) => (toldWho(upstream) ? [each] : []))
  if (place === undefined) return []
  return [
    `GATEHOUSE_KEYS has no EC P-256 key, which signs the assertions that ${place} gets: ` +
      '`npx gatehouse keys rotate` adds one',
  ]
}

/** What every deployment needs. */
export const NEEDED_BY_ALL: readonly NeededBinding[] = [
  ['GATEHOUSE_KV', 'get', 'kv_namespaces'],
  ['SESSIONS', 'idFromName', 'durable_objects.bindings'],
  ['LOGIN_RATE_LIMIT', 'limit', 'ratelimits'],
]

/** Every upstream of a configuration with its place. */
export const upstreamsOfAll = ({ sites }: Pick<GatehouseConfig, 'sites'>): readonly PlacedUpstream[] =>
  Object.entries(sites).flatMap(([key, site]) => upstreamsOf(`sites[${JSON.stringify(key)}].`, site))

/** Every upstream of a site with its place. @param prefix what stands before `upstream` or `rules[0].upstream` */
export const upstreamsOf = (prefix: string, { upstream, rules = [] }: Site): readonly PlacedUpstream[] => [
  [`${prefix}upstream`, upstream],
  ...rules.flatMap(({ upstream: ofRule }, at): PlacedUpstream[] =>
    ofRule === undefined ? [] : [[`${prefix}rules[${at}].upstream`, ofRule]],
  ),
]

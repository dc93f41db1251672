import { app, type Site, type Upstream } from '../config.ts'
import type { Problem } from '../policy/config-schema.ts'

/** An upstream with its place in the configuration. */
export type PlacedUpstream = readonly [place: string, upstream: Upstream | undefined]
export type NeededBinding = readonly [name: string, method: string, table: string, place?: string]

/** Bindings that upstreams need, and whatever else does, and that are not there. */
export function missingBindings(
  env: object,
  upstreams: readonly PlacedUpstream[],
  neededByAll: readonly NeededBinding[] = [],
): Problem[] {
  const needed = [...neededByAll]
  for (const [place, upstream] of upstreams) {
    if (upstream?.kind === 'assets') needed.push(['ASSETS', 'fetch', '[assets]', place])
    if (upstream?.kind === 'service') needed.push([upstream.binding, 'fetch', '[[services]]', place])
  }
  const missing = needed.filter(([name, method]) => {
    const binding = (env as Record<string, unknown>)[name]
    return typeof binding !== 'object' || binding === null || !(method in binding)
  })
  const once = missing.filter(([name], at) => missing.findIndex(([other]) => other === name) === at)
  return once.map(([name, , table, place]) => {
    const user = place === undefined ? '' : ` (${place} needs it)`
    return `The binding ${name} is missing${user}: add it under ${table} in wrangler.toml`
  })
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

/** Every upstream of a site with its place. @param prefix what stands before `upstream` or `rules[0].upstream` */
export const upstreamsOf = (prefix: string, { upstream, rules = [] }: Site): readonly PlacedUpstream[] => [
  [`${prefix}upstream`, upstream],
  ...rules.flatMap(({ upstream: ofRule }, at): PlacedUpstream[] =>
    ofRule === undefined ? [] : [[`${prefix}rules[${at}].upstream`, ofRule]],
  ),
]

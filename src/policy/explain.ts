import type { EpochSeconds } from '../base/time.ts'
import type { GatehouseConfig, Rule } from '../config.ts'
import { type AmbiguousUrl, parseCanonicalUrl } from './canonical-url.ts'
import {
  type Decision,
  judge,
  type MatchedRule,
  nameOfRule,
  type RulesDisagree,
  route,
  type UnknownSite,
  type Visitor,
} from './policy.ts'
import type { Reading } from './readings.ts'
import { rulesMet } from './rule-index.ts'
import { type CompiledSite, compileSites, isLogo, type SiteDirectory } from './site-directory.ts'

/** Which site and rule a request meets, what is decided, and why: what the gate acts on, as data. */
export interface Explanation {
  /** The address as the upstream gets it; `undefined` where it is none. */
  readonly url: string | undefined
  /** The key of the site in the configuration. */
  readonly site: string | undefined
  /** The rule in the words of the configuration, with its position; `undefined` where none matches. */
  readonly rule: (Rule & { readonly index: number }) | undefined
  /** Every way in which a server may read the path, how it comes about, and the rule that it meets. */
  readonly readings: readonly (Reading & { readonly rule: string })[]
  readonly decision:
    | Decision
    | { readonly outcome: 'refuse'; readonly why: AmbiguousUrl | UnknownSite | RulesDisagree }
    | { readonly outcome: 'own_route'; readonly why: 'base_path' }
    /** At a login host that is no site. */
    | { readonly outcome: 'not_found'; readonly why: 'login_host' }
}

export interface ExplainOptions {
  readonly method?: string
  /** For `maxAge`. */
  readonly now: EpochSeconds
}

/**
 * Says what happens to a request, and why. It takes the gate's own two steps, {@link route} and {@link judge}; the gate asks who
 * is there in between.
 *
 * @param config known to be valid, see `parseConfig`
 * @returns for an address and a session, or for nobody
 */
export function explainer(
  config: GatehouseConfig,
): (url: string, visitor: Visitor | undefined, options: ExplainOptions) => Explanation {
  const sites = compileSites(config)
  return (url, visitor, { method = 'GET', now }) => explain(sites, url, method, visitor, now)
}

function explain(
  sites: SiteDirectory,
  address: string,
  method: string,
  visitor: Visitor | undefined,
  now: EpochSeconds,
): Explanation {
  const url = parseCanonicalUrl(address)
  const routed = route(sites, url, method)
  const { site } = routed
  const shared = {
    url: url.ok ? url.value.href : undefined,
    site: site?.key,
    rule: undefined,
    readings: url.ok && site !== undefined ? readingsMet(site, url.value.readings, method) : [],
  }
  switch (routed.kind) {
    case 'refused':
      return { ...shared, decision: { outcome: 'refuse', why: routed.refusal } }
    case 'own':
      return { ...shared, decision: { outcome: 'own_route', why: 'base_path' } }
    case 'page': {
      if (!routed.site.hasPages) return { ...shared, decision: { outcome: 'not_found', why: 'login_host' } }
      const decision = judge(routed.site, routed.rule, visitor, now)
      return { ...shared, rule: asWritten(routed.rule), decision }
    }
  }
}

/** Each reading once, in the ways in which upstreams of the site read. */
function readingsMet(
  site: CompiledSite,
  readings: readonly Reading[],
  method: string,
): Explanation['readings'] {
  const met = site.rules
    .flatMap((index) => rulesMet(index, readings, method))
    .map((each) => ({ ...each, rule: nameOfRule(each.rule) }))
  const lines = met.map((each) => JSON.stringify(each))
  return met.filter((_each, at) => lines.indexOf(lines[at] ?? '') === at)
}

function asWritten(rule: MatchedRule): Explanation['rule'] {
  if (rule === undefined || isLogo(rule)) return undefined
  const { requirements, cors, ...written } = rule
  return cors.size === 0 ? written : { ...written, cors: [...cors] }
}

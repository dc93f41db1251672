import { DEFAULT_BASE_PATH, type GatehouseConfig, type Rule } from '../config.ts'
import type { EpochSeconds } from '../time.ts'
import { type AmbiguousUrl, parseCanonicalUrl } from './canonical-url.ts'
import {
  type Decision,
  judge,
  type MatchedRule,
  type Policy,
  route,
  type UnknownSite,
  type Visitor,
} from './policy.ts'
import { compileSites } from './site-directory.ts'

/** Which site and rule a request meets, what is decided, and why: what the gate acts on, as data. */
export interface Explanation {
  /** The address as sites, rules and upstreams see it; `undefined` where it has more than one reading. */
  readonly url: string | undefined
  /** The key of the site in the configuration. */
  readonly site: string | undefined
  /** The rule in the words of the configuration, with its position; `undefined` where none matches. */
  readonly rule: (Rule & { readonly index: number }) | undefined
  readonly decision:
    | Decision
    | { readonly outcome: 'refuse'; readonly why: AmbiguousUrl | UnknownSite }
    | { readonly outcome: 'own_route'; readonly why: 'base_path' }
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
  const policy = { sites: compileSites(config), basePath: config.basePath ?? DEFAULT_BASE_PATH }
  return (url, visitor, { method = 'GET', now }) => explain(policy, url, method, visitor, now)
}

function explain(
  policy: Policy,
  address: string,
  method: string,
  visitor: Visitor | undefined,
  now: EpochSeconds,
): Explanation {
  const url = parseCanonicalUrl(address)
  const routed = route(policy, url, method)
  const href = url.ok ? url.value.href : undefined
  switch (routed.kind) {
    case 'refused': {
      const why = routed.refusal
      return { url: href, site: undefined, rule: undefined, decision: { outcome: 'refuse', why } }
    }
    case 'own': {
      const decision = { outcome: 'own_route', why: 'base_path' } as const
      return { url: href, site: routed.site.key, rule: undefined, decision }
    }
    case 'page': {
      const { site, rule } = routed
      return { url: href, site: site.key, rule: asWritten(rule), decision: judge(site, rule, visitor, now) }
    }
  }
}

function asWritten(rule: MatchedRule): Explanation['rule'] {
  if (rule === undefined) return undefined
  const { requirements, cors, ...written } = rule
  return cors.size === 0 ? written : { ...written, cors: [...cors] }
}

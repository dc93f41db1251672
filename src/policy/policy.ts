import { lowerCaseAscii } from '../base/ascii.ts'
import type { MetRule, UnmetRequirement } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import { type EpochSeconds, elapsed } from '../base/time.ts'
import { ANY_ORGANIZATION } from '../config.ts'
import type { Person } from '../tokens/session.ts'
import type { AmbiguousUrl, CanonicalUrl } from './canonical-url.ts'
import type { Reading } from './readings.ts'
import { hasPages, type Met, rulesMet, selectRule } from './rule-index.ts'
import {
  type CompiledRequirement,
  type CompiledRule,
  type CompiledSite,
  findSite,
  isLogo,
  isOwnRoutes,
  LOGO,
  type SiteDirectory,
  upstreamOf,
} from './site-directory.ts'

/** What a rule, or its absence, says of a request. Without a match: authenticated. */
export type MatchedRule = CompiledRule | undefined

/** Where an address leads, before anybody asks who is there. */
export type Route =
  | {
      readonly kind: 'refused'
      readonly refusal: AmbiguousUrl | UnknownSite
      readonly site: undefined
    }
  | RouteAtSite

/** The same, where the site is known. */
export type RouteAtSite =
  | { readonly kind: 'refused'; readonly refusal: RulesDisagree; readonly site: CompiledSite }
  /** A route of Gatehouse's own; such a path never reaches an upstream. */
  | { readonly kind: 'own'; readonly site: CompiledSite }
  | { readonly kind: 'page'; readonly site: CompiledSite; readonly rule: MatchedRule }

export interface UnknownSite {
  readonly reason: 'site_unknown'
  readonly host: string
}

/** The path has readings that meet different rules, and which of them the upstream takes is not known. */
export interface RulesDisagree {
  readonly reason: 'rules_disagree'
  /** One reading for each rule. */
  readonly met: readonly MetRule[]
}

/** As much of a session as rules look at. */
export type Visitor = Person & { readonly authenticatedAt: EpochSeconds }

export type Decision =
  | { readonly outcome: 'allow'; readonly why: 'public' | 'requirements_met' | 'logo' }
  | { readonly outcome: 'login'; readonly why: 'no_session' | 'max_age_exceeded' }
  | {
      readonly outcome: 'deny'
      readonly why: 'requirement_unmet'
      readonly unmet: readonly UnmetRequirement[]
    }

/** Where the addresses lead that were read before, for GET: as long as they are remembered themselves, and the site is. */
const known = new WeakMap<CompiledSite, WeakMap<CanonicalUrl, RouteAtSite>>()

/** Finds site and rule for an address. What no one rule decides is refused before anything else looks at it. */
export function route(sites: SiteDirectory, url: Result<CanonicalUrl, AmbiguousUrl>, method: string): Route {
  if (!url.ok) return { kind: 'refused', refusal: url.error, site: undefined }
  const { host } = url.value
  const site = findSite(sites, host)
  return site === undefined
    ? { kind: 'refused', refusal: { reason: 'site_unknown', host }, site }
    : routeAt(site, url.value, method)
}

/**
 * Finds the rule of a site for an address.
 *
 * @param isUpgrade whether it is a WebSocket's handshake, which is a GET and asks for no image
 */
export function routeAt(
  site: CompiledSite,
  url: CanonicalUrl,
  method: string,
  isUpgrade = false,
): RouteAtSite {
  if (method !== 'GET' || isUpgrade) return findRule(site, url, method, isUpgrade)
  const routes = known.get(site) ?? new WeakMap<CanonicalUrl, RouteAtSite>()
  const remembered = routes.get(url)
  if (remembered !== undefined) return remembered
  const found = findRule(site, url, method, isUpgrade)
  known.set(site, routes.set(url, found))
  return found
}

function findRule(site: CompiledSite, url: CanonicalUrl, method: string, isUpgrade: boolean): RouteAtSite {
  const selected = ruleFor(site, url.readings, method)
  if (!selected.ok) return { kind: 'refused', refusal: selected.error, site }
  const rule = selected.value
  if (isOwnRoutes(rule)) return { kind: 'own', site }
  const isOpen = !isUpgrade && rule?.access !== 'public' && asksForLogo(site, url, method)
  return { kind: 'page', site, rule: isOpen ? ruleForLogo(url, site, rule) : rule }
}

/** A GET or HEAD of exactly the path, as the configuration has it and without a query. Every other spelling meets the rules. */
const asksForLogo = ({ logoPath }: CompiledSite, { href, origin }: CanonicalUrl, method: string): boolean =>
  logoPath !== undefined && (method === 'GET' || method === 'HEAD') && href === origin + logoPath

/** Of the rule in whose place it stands it has the upstream, and nothing else; what comes of it has to be an image. */
const ruleForLogo = ({ path }: CanonicalUrl, { cors }: CompiledSite, rule: MatchedRule): CompiledRule => ({
  path,
  index: LOGO,
  access: 'public',
  requirements: [],
  cors: rule?.cors ?? cors,
  ...(rule?.upstream !== undefined && { upstream: rule.upstream }),
})

/**
 * The rule that decides: in every reading of the path by the upstream that this very rule chooses. Where upstreams read in different
 * ways, and two of them would each take the request under a rule of its own, none decides.
 */
export function ruleFor(
  site: CompiledSite,
  readings: readonly Reading[],
  method: string,
): Result<MatchedRule, RulesDisagree> {
  const [own, other] = site.rules
  if (other === undefined) {
    const selected = selectRule(own, readings, method)
    return selected.ok ? selected : err(disagreement(selected.error))
  }
  const taken = site.rules.flatMap((index) => {
    const selected = selectRule(index, readings, method)
    if (!selected.ok) return []
    const rule = selected.value
    const readsSo = isOwnRoutes(rule) || hasPages({ upstream: upstreamOf(site, rule) }) === index.pages
    return readsSo ? [rule] : []
  })
  return taken.length > 0 && taken.every((rule) => rule === taken[0])
    ? ok(taken[0])
    : err(disagreement(site.rules.flatMap((index) => rulesMet(index, readings, method))))
}

function disagreement(met: readonly Met<CompiledRule>[]): RulesDisagree {
  const first = met.filter(({ rule }, at) => met.findIndex((other) => other.rule === rule) === at)
  return {
    reason: 'rules_disagree',
    met: first.map(({ how, rule }) => ({ reading: how === '' ? 'as written' : how, rule: nameOfRule(rule) })),
  }
}

/** As operators know a rule: by its place in the configuration. */
export function nameOfRule(rule: MatchedRule): string {
  if (rule === undefined) return 'no rule'
  return isOwnRoutes(rule) ? 'Gatehouse’s own routes' : `rules[${rule.index}] ${rule.path}`
}

/** Judges a session against the rule that matched: data in, value out, no storage. */
export function judge(
  site: CompiledSite,
  rule: MatchedRule,
  visitor: Visitor | undefined,
  now: EpochSeconds,
): Decision {
  if (rule?.access === 'public') return { outcome: 'allow', why: isLogo(rule) ? 'logo' : 'public' }
  if (visitor === undefined) return { outcome: 'login', why: 'no_session' }
  const unmet = unmetBy(visitor, (rule ?? site).requirements)
  if (unmet.length > 0) return { outcome: 'deny', why: 'requirement_unmet', unmet }
  if (rule?.maxAge !== undefined && elapsed(visitor.authenticatedAt, now) > rule.maxAge) {
    return { outcome: 'login', why: 'max_age_exceeded' }
  }
  return { outcome: 'allow', why: 'requirements_met' }
}

/** The requirements that a session does not meet. */
export const unmetBy = (
  visitor: Visitor,
  requirements: readonly CompiledRequirement[],
): readonly UnmetRequirement[] =>
  requirements.flatMap((requirement) => {
    const { key, accepted } = requirement
    return isMet(requirement, visitor) ? [] : [{ key, accepted }]
  })

function isMet({ key, values }: CompiledRequirement, visitor: Visitor): boolean {
  const held = heldBy(visitor, key)
  if (key === 'organizations' && values.has(ANY_ORGANIZATION)) return held.length > 0
  return held.some((value) => values.has(value))
}

/** What a session has of a kind. Nothing, where the claim is absent: then no requirement of that kind is met. */
function heldBy(visitor: Visitor, key: UnmetRequirement['key']): readonly string[] {
  switch (key) {
    case 'organizations':
      return present(visitor.organizationId)
    case 'connections':
      return present(visitor.connectionId)
    case 'emails':
      return present(visitor.email && lowerCaseAscii(visitor.email))
    case 'emailDomains':
      return present(visitor.email && emailDomain(lowerCaseAscii(visitor.email)))
    case 'roles':
      return visitor.roles
    case 'groups':
      return visitor.groups
  }
}

/** What follows the only `@`: an address with two names no domain at all (CVE-2026-40574). */
export const emailDomain = (email: string): string | undefined => /^[^@]+@([^@]+)$/.exec(email)?.[1]

const present = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value])

import { ANY_ORGANIZATION } from '../config.ts'
import type { UnmetRequirement } from '../refusal.ts'
import type { Result } from '../result.ts'
import type { Person } from '../session/session.ts'
import { type EpochSeconds, elapsed } from '../time.ts'
import { lowerCaseAscii } from './ascii.ts'
import type { AmbiguousUrl, CanonicalUrl } from './canonical-url.ts'
import { firstMatch } from './rule-tree.ts'
import {
  type CompiledRequirement,
  type CompiledRule,
  type CompiledSite,
  findSite,
  type SiteDirectory,
} from './site-directory.ts'

/** What a rule, or its absence, says of a request. Without a match: authenticated. */
export type MatchedRule = CompiledRule | undefined

/** What there is to decide with: hosts to sites, paths to rules. */
export interface Policy {
  readonly sites: SiteDirectory
  /** Below it are Gatehouse's own routes, on every site. */
  readonly basePath: string
}

/** Where an address leads, before anybody asks who is there. */
export type Route =
  | { readonly kind: 'refused'; readonly refusal: AmbiguousUrl | UnknownSite }
  /** A route of Gatehouse's own; such a path never reaches an upstream. */
  | { readonly kind: 'own'; readonly site: CompiledSite }
  | { readonly kind: 'page'; readonly site: CompiledSite; readonly rule: MatchedRule }

export interface UnknownSite {
  readonly reason: 'site_unknown'
  readonly host: string
}

/** As much of a session as rules look at. */
export type Visitor = Person & { readonly authenticatedAt: EpochSeconds }

export type Decision =
  | { readonly outcome: 'allow'; readonly why: 'public' | 'requirements_met' }
  | { readonly outcome: 'login'; readonly why: 'no_session' | 'max_age_exceeded' }
  | {
      readonly outcome: 'deny'
      readonly why: 'requirement_unmet'
      readonly unmet: readonly UnmetRequirement[]
    }

/** Finds site and rule for an address. Whatever has more than one reading is refused before anything else looks at it. */
export function route(
  { sites, basePath }: Policy,
  url: Result<CanonicalUrl, AmbiguousUrl>,
  method: string,
): Route {
  if (!url.ok) return { kind: 'refused', refusal: url.error }
  const { host, path } = url.value
  const site = findSite(sites, host)
  if (site === undefined) return { kind: 'refused', refusal: { reason: 'site_unknown', host } }
  if (path === basePath || path.startsWith(`${basePath}/`)) return { kind: 'own', site }
  const rule = matchRule(site, path, method)
  if (isReadDifferently(site, path, method, rule)) {
    const part = 'a separator that changes which rule applies'
    return { kind: 'refused', refusal: { reason: 'url_ambiguous', part } }
  }
  return { kind: 'page', site, rule }
}

/** Judges a session against the rule that matched: data in, value out, no storage. */
export function judge(
  site: CompiledSite,
  rule: MatchedRule,
  visitor: Visitor | undefined,
  now: EpochSeconds,
): Decision {
  if (rule?.access === 'public') return { outcome: 'allow', why: 'public' }
  if (visitor === undefined) return { outcome: 'login', why: 'no_session' }
  const unmet = (rule ?? site).requirements.filter((requirement) => !isMet(requirement, visitor))
  if (unmet.length > 0) {
    const shown = unmet.map(({ key, accepted }) => ({ key, accepted }))
    return { outcome: 'deny', why: 'requirement_unmet', unmet: shown }
  }
  if (rule?.maxAge !== undefined && elapsed(visitor.authenticatedAt, now) > rule.maxAge) {
    return { outcome: 'login', why: 'max_age_exceeded' }
  }
  return { outcome: 'allow', why: 'requirements_met' }
}

/** The first rule of the configuration that matches. @param path decoded, from the canonical URL */
export const matchRule = (site: CompiledSite, path: string, method: string): MatchedRule =>
  firstMatch(site.rules, path, method, site.upstream)

/**
 * Whether servers that drop path parameters (`;…`), or decode and then split at `#` or `?`, would read a path that another
 * rule covers. Only then does it matter how the upstream reads it (CVE-2026-41059).
 */
export function isReadDifferently(
  site: CompiledSite,
  path: string,
  method: string,
  matched: MatchedRule,
): boolean {
  if (!/[;#?]/.test(path)) return false
  const withoutParameters = (text: string) => text.replace(/;[^/]*/g, '').replace(/\/{2,}/g, '/')
  const untilSeparator = path.replace(/[#?].*$/s, '')
  return [withoutParameters(path), untilSeparator, withoutParameters(untilSeparator)].some(
    (reading) => matchRule(site, reading === '' ? '/' : reading, method) !== matched,
  )
}

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
const emailDomain = (email: string): string | undefined => /^[^@]+@([^@]+)$/.exec(email)?.[1]

const present = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value])

import type { GatehouseConfig, Requirement, Rule, Site, Upstream } from '../config.ts'
import type { UnmetRequirement } from '../refusal.ts'
import type { Session } from '../session/session.ts'
import { type EpochSeconds, elapsed } from '../time.ts'

/** A site with its rules in the shape that answers in time independent of their number. */
export interface CompiledSite {
  readonly key: string
  readonly organization: string | undefined
  readonly connection: string | undefined
  readonly upstream: Upstream
  readonly claims: { readonly roles: string; readonly groups: string }
  /** The groups that some rule names: no others are kept in a session. */
  readonly groups: ReadonlySet<string>
  readonly registryShards: number
  readonly rules: RuleTree
}

/** Sites by host; see {@link findSite}. */
export interface SiteDirectory {
  readonly exact: ReadonlyMap<string, CompiledSite>
  /** By what follows `*.` */
  readonly wildcard: ReadonlyMap<string, CompiledSite>
  readonly fallback: CompiledSite | undefined
}

interface CompiledRule extends Rule {
  /** The position in the configuration: the lowest matching one decides. */
  readonly index: number
}

interface RuleTree {
  readonly children: Map<string, RuleTree>
  readonly here: CompiledRule[]
  readonly below: CompiledRule[]
}

/** What a rule, or its absence, says of a request. Without a match: authenticated. */
export type MatchedRule = CompiledRule | undefined

export type Decision =
  | { readonly outcome: 'allow'; readonly rule: MatchedRule }
  | { readonly outcome: 'login'; readonly rule: MatchedRule; readonly why: 'no_session' | 'max_age_exceeded' }
  | { readonly outcome: 'deny'; readonly rule: MatchedRule; readonly unmet: readonly UnmetRequirement[] }

export function compileSites(config: GatehouseConfig): SiteDirectory {
  const exact = new Map<string, CompiledSite>()
  const wildcard = new Map<string, CompiledSite>()
  let fallback: CompiledSite | undefined
  for (const [key, site] of Object.entries(config.sites)) {
    const compiled = compileSite(key, site, config)
    if (key === '*') fallback = compiled
    else if (key.startsWith('*.')) wildcard.set(key.slice(2), compiled)
    else exact.set(key, compiled)
  }
  return { exact, wildcard, fallback }
}

/** The exact host wins over the wildcard for one label, `*` is the last resort. */
export function findSite(sites: SiteDirectory, host: string): CompiledSite | undefined {
  const dot = host.indexOf('.')
  const parent = dot === -1 ? undefined : sites.wildcard.get(host.slice(dot + 1))
  return sites.exact.get(host) ?? parent ?? sites.fallback
}

/**
 * The first rule of the configuration that matches.
 *
 * @param path decoded, from the canonical URL
 */
export function matchRule(site: CompiledSite, path: string, method: string): MatchedRule {
  let best: MatchedRule
  const consider = (rules: readonly CompiledRule[]) => {
    for (const rule of rules) {
      if (best !== undefined && best.index < rule.index) return
      if (coversMethod(rule, method)) best = rule
    }
  }
  let node: RuleTree | undefined = site.rules
  for (const segment of segmentsOf(path, site.upstream)) {
    consider(node.below)
    node = node.children.get(segment)
    if (node === undefined) return best
  }
  consider(node.below)
  consider(node.here)
  return best
}

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

/** Judges a session against the rule that matched: data in, value out, no storage. */
export function judge(
  site: CompiledSite,
  rule: MatchedRule,
  session: Session | undefined,
  now: EpochSeconds,
): Decision {
  if (rule?.access === 'public') return { outcome: 'allow', rule }
  if (session === undefined) return { outcome: 'login', rule, why: 'no_session' }
  const unmet = unmetRequirements(
    [
      { ...one('organizations', site.organization), ...one('connections', site.connection) },
      rule?.require ?? {},
    ],
    session,
  )
  if (unmet.length > 0) return { outcome: 'deny', rule, unmet }
  if (rule?.maxAge !== undefined && elapsed(session.authenticatedAt, now) > rule.maxAge) {
    return { outcome: 'login', rule, why: 'max_age_exceeded' }
  }
  return { outcome: 'allow', rule }
}

function compileSite(key: string, site: Site, config: GatehouseConfig): CompiledSite {
  const rules = newTree()
  const named = new Set<string>()
  site.rules?.forEach((rule, index) => {
    insert(rules, { ...rule, index }, site.upstream)
    for (const group of rule.require?.groups ?? []) named.add(group)
  })
  return {
    key,
    organization: site.organization,
    connection: site.connection,
    upstream: site.upstream,
    claims: { roles: 'roles', groups: 'groups', ...config.claims, ...site.claims },
    groups: named,
    registryShards: site.registryShards ?? 1,
    rules,
  }
}

function newTree(): RuleTree {
  return { children: new Map(), here: [], below: [] }
}

function insert(tree: RuleTree, rule: CompiledRule, upstream: Upstream): void {
  const wholeSubtree = rule.path.endsWith('/*')
  const path = decodeURIComponent(wholeSubtree ? rule.path.slice(0, -1) : rule.path)
  let node = tree
  for (const segment of segmentsOf(path, upstream)) {
    let child = node.children.get(segment)
    if (child === undefined) {
      child = newTree()
      node.children.set(segment, child)
    }
    node = child
  }
  ;(wholeSubtree ? node.below : node.here).push(rule)
}

/**
 * A trailing slash makes no difference, and before static files neither does the spelling of a page: `/acme`, `/acme/`,
 * `/acme.html` and `/acme/index.html` can all be answered from one file.
 */
function segmentsOf(path: string, { kind }: Upstream): string[] {
  const page = kind === 'assets' ? path.replace(/\.html\/?$/, '').replace(/\/index\/?$/, '/') : path
  const trimmed = page.endsWith('/') ? page.slice(1, -1) : page.slice(1)
  return trimmed === '' ? [] : trimmed.split('/')
}

function coversMethod({ methods }: CompiledRule, method: string): boolean {
  if (methods === undefined) return true
  const covers: readonly string[] = methods
  return covers.includes(method) || (method === 'HEAD' && covers.includes('GET'))
}

function one(key: 'organizations' | 'connections', value: string | undefined): Requirement {
  return value === undefined ? {} : { [key]: [value] }
}

function unmetRequirements(requirements: readonly Requirement[], session: Session): UnmetRequirement[] {
  const unmet: UnmetRequirement[] = []
  for (const requirement of requirements) {
    const check = (
      key: UnmetRequirement['key'],
      accepted: readonly string[] | undefined,
      has: readonly string[],
    ) => {
      if (accepted !== undefined && !has.some((value) => accepted.includes(value)))
        unmet.push({ key, accepted })
    }
    const email = session.email === undefined ? undefined : lowerCase(session.email)
    check('organizations', requirement.organizations, present(session.organizationId))
    check('connections', requirement.connections, present(session.connectionId))
    check('emails', requirement.emails?.map(lowerCase), present(email))
    check('emailDomains', requirement.emailDomains?.map(lowerCase), present(emailDomain(email)))
    check('roles', requirement.roles, session.roles)
    check('groups', requirement.groups, session.groups)
  }
  return unmet
}

/** What follows the only `@`: an address with two names no domain at all (CVE-2026-40574). */
function emailDomain(email: string | undefined): string | undefined {
  return /^[^@]+@([^@]+)$/.exec(email ?? '')?.[1]
}

const present = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value])
/** ASCII only (RFC 4343): in Unicode the Kelvin sign is a capital k. */
const lowerCase = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

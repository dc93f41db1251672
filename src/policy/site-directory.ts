import { lowerCaseAscii } from '../base/ascii.ts'
import type { UnmetRequirement } from '../base/refusal.ts'
import {
  app,
  type Brand,
  DEFAULT_BASE_PATH,
  DEFAULT_CLAIMS,
  type GatehouseConfig,
  type Requirement,
  type Rule,
  type Site,
  type Upstream,
} from '../config.ts'
import { hasPages, indexRules, type PathReader, type RuleIndex } from './rule-index.ts'

/** A site with its rules in the shape that answers in time independent of their number. */
export interface CompiledSite {
  readonly key: string
  /** Where people sign in: at the site itself, or at the login host; that host signs people in for others. */
  readonly signsIn: 'itself' | 'at_login_host' | 'for_others'
  /** A login host that is no site has Gatehouse's own routes and nothing else. */
  readonly hasPages: boolean
  readonly organization: string | undefined
  readonly connection: string | undefined
  readonly upstream: Upstream
  readonly claims: { readonly roles: string; readonly groups: string }
  /** The roles and groups that some rule or the admin portal asks for: no others are kept in a session. */
  readonly roles: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
  readonly registryShards: number
  /** `aud` of assertions; default the host. */
  readonly audience: string | undefined
  /** What the site itself requires, for requests that no rule matches. */
  readonly requirements: readonly CompiledRequirement[]
  /** Origins that may read refusals, for requests that no rule matches. */
  readonly cors: ReadonlySet<string>
  /** Whose pages may show the site in a frame, as `frame-ancestors` says it (CSP level 3 section 6.4.2): the site itself, and `embeddedIn`. */
  readonly frameAncestors: string | undefined
  /** Headers in lower case that the upstream gets although visitors could forge them. */
  readonly passHeaders: ReadonlySet<string>
  readonly explainDenials: boolean
  /** The configuration's and the site's in one; how it is shown is seen where a page is. */
  readonly brand: Brand
  /** A path that gives an image to everybody. */
  readonly logoPath: string | undefined
  /** What people call organizations, by their ID; see {@link organizationName}. */
  readonly organizations: Readonly<Record<string, string>>
  readonly keepFragment: boolean
  /** The rules for each way in which some upstream of the site reads paths; one way, where all read alike. */
  readonly rules: readonly [RuleIndex<CompiledRule>, ...RuleIndex<CompiledRule>[]]
}

/** Sites by host; see {@link findSite}. */
export interface SiteDirectory {
  readonly exact: ReadonlyMap<string, CompiledSite>
  /** By what follows `*.` */
  readonly wildcard: ReadonlyMap<string, CompiledSite>
  readonly fallback: CompiledSite | undefined
}

/** Goes before the first rule of every site, so that no reading of a path leads past Gatehouse's own routes or into them. */
const OWN_ROUTES = -1

/** Of the rule that stands in the place of another for the logo. */
export const LOGO = -2

/** Whether a rule is for Gatehouse's own routes. */
export const isOwnRoutes = (rule: CompiledRule | undefined): boolean => rule?.index === OWN_ROUTES

/** Whether a rule is for the image that people see before they have signed in. */
export const isLogo = (rule: CompiledRule | undefined): boolean => rule?.index === LOGO

export interface CompiledRule extends Omit<Rule, 'cors'> {
  readonly index: number
  /** Of the site and of the rule: all have to be met. */
  readonly requirements: readonly CompiledRequirement[]
  readonly cors: ReadonlySet<string>
}

export interface CompiledRequirement extends UnmetRequirement {
  readonly values: ReadonlySet<string>
}

/** What sites take from the configuration around them. */
export type SharedSettings = Pick<
  GatehouseConfig,
  'claims' | 'basePath' | 'loginHost' | 'adminPortal' | 'brand' | 'organizations'
>

export function compileSites(config: SharedSettings & Pick<GatehouseConfig, 'sites'>): SiteDirectory {
  const exact = new Map<string, CompiledSite>()
  const wildcard = new Map<string, CompiledSite>()
  let fallback: CompiledSite | undefined
  for (const [key, site] of Object.entries(config.sites)) {
    const compiled = compileSite(key, site, config)
    if (key === '*') fallback = compiled
    else if (key.startsWith('*.')) wildcard.set(key.slice(2), compiled)
    else exact.set(key, compiled)
  }
  const { loginHost } = config
  if (loginHost !== undefined && !exact.has(loginHost))
    exact.set(loginHost, { ...compileSite(loginHost, {}, config), hasPages: false })
  return { exact, wildcard, fallback }
}

/** The exact host wins over the wildcard for one label, `*` is the last resort. */
export const findSite = (sites: SiteDirectory, host: string): CompiledSite | undefined =>
  findNamedSite(sites, host) ?? sites.fallback

/** The same without the last resort. */
export function findNamedSite({ exact, wildcard }: SiteDirectory, host: string): CompiledSite | undefined {
  const dot = host.indexOf('.')
  return exact.get(host) ?? (dot === -1 ? undefined : wildcard.get(host.slice(dot + 1)))
}

/** @param key the host name or pattern that it is found by */
export function compileSite(key: string, site: Site, config: SharedSettings): CompiledSite {
  const requirements = compileRequirement({
    ...(site.organization !== undefined && { organizations: [site.organization] }),
    ...(site.connection !== undefined && { connections: [site.connection] }),
  })
  const cors = new Set(site.cors)
  const basePath = config.basePath ?? DEFAULT_BASE_PATH
  const own: CompiledRule = { path: `${basePath}/*`, index: OWN_ROUTES, requirements: [], cors }
  const rules = (site.rules ?? []).map(
    (rule, index): CompiledRule => ({
      ...rule,
      index,
      requirements: [...requirements, ...compileRequirement(rule.require ?? {})],
      cors: rule.cors === undefined ? cors : new Set(rule.cors),
    }),
  )
  const roles = site.rules?.flatMap(({ require }) => require?.roles ?? []) ?? []
  const brand = { ...config.brand, ...site.brand }
  return {
    key,
    signsIn: whereToSignIn(key, site, config),
    hasPages: true,
    organization: site.organization,
    connection: site.connection,
    upstream: site.upstream ?? app(),
    claims: { ...DEFAULT_CLAIMS, ...config.claims, ...site.claims },
    roles: new Set([...roles, ...(config.adminPortal?.roles ?? [])]),
    groups: new Set(site.rules?.flatMap(({ require }) => require?.groups ?? [])),
    registryShards: site.registryShards ?? 1,
    audience: site.audience,
    requirements,
    cors,
    frameAncestors: frameAncestors(site.embeddedIn),
    passHeaders: new Set(site.passHeaders?.map(lowerCaseAscii)),
    explainDenials: site.explainDenials ?? false,
    brand,
    logoPath: brand.logo?.startsWith('/') ? brand.logo : undefined,
    organizations:
      site.organizations === undefined
        ? (config.organizations ?? NO_NAMES)
        : { ...config.organizations, ...site.organizations },
    keepFragment: site.keepFragment ?? false,
    rules: readersOf(site).map((reader) => indexRules(rules, reader, { folder: basePath, rule: own })) as [
      RuleIndex<CompiledRule>,
      ...RuleIndex<CompiledRule>[],
    ],
  }
}

const NO_NAMES = {}

/** What people call an organization. @returns `undefined` where nobody said: then it has no name, and its ID is none */
export const organizationName = (
  { organizations }: Pick<CompiledSite, 'organizations'>,
  id: string,
): string | undefined => (Object.hasOwn(organizations, id) ? organizations[id] : undefined)

function whereToSignIn(key: string, site: Site, { loginHost }: SharedSettings): CompiledSite['signsIn'] {
  if (loginHost === undefined) return 'itself'
  if (key === loginHost) return 'for_others'
  return site.loginHost === false ? 'itself' : 'at_login_host'
}

const frameAncestors = (origins: readonly string[] = []): string | undefined =>
  origins.length === 0 ? undefined : ["'self'", ...origins].join(' ')

/** The upstream of a request: the rule's, or the site's. */
export const upstreamOf = (site: CompiledSite, rule: CompiledRule | undefined): Upstream =>
  rule?.upstream ?? site.upstream

/** The ways in which upstreams of a site read paths, the site's own first. */
export function readersOf({ upstream, caseSensitive, rules = [] }: Site): PathReader[] {
  const way = caseSensitive === undefined ? {} : { caseSensitive }
  const all = [upstream, ...rules.map((rule) => rule.upstream ?? upstream)].map(
    (each): PathReader => (each === undefined ? way : { ...way, upstream: each }),
  )
  const [own = way] = all
  const other = all.find((reader) => hasPages(reader) !== hasPages(own))
  return other === undefined ? [own] : [own, other]
}

/** Requirements in the shape that answers in one look-up each. */
export function compileRequirement(requirement: Requirement): CompiledRequirement[] {
  const keys = Object.keys(requirement) as (keyof Requirement)[]
  return keys.map((key) => {
    const accepted = requirement[key] ?? []
    const isAddress = key === 'emails' || key === 'emailDomains'
    return { key, accepted, values: new Set(isAddress ? accepted.map(lowerCaseAscii) : accepted) }
  })
}

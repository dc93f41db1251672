import { ANY_ORGANIZATION, app, type Requirement, type Site } from '../config.ts'
import { readingsOf } from './readings.ts'
import {
  hasPages,
  indexRules,
  isInLowerCase,
  type Met,
  placesOfPattern,
  type RuleIndex,
  rulesMet,
} from './rule-index.ts'
import { type IndexedRule, methodsOf, shadowing } from './rule-tree.ts'
import { readersOf } from './site-directory.ts'

export interface RuleProblem {
  readonly index: number
  readonly message: string
}

/**
 * Rules that look like protection, or like a way in, and cannot mean anything.
 *
 * @param flawed the positions of rules that are not valid on their own, which are left out
 * @param isJson whether that is what the site is written in
 */
export function ruleProblems(
  site: Site,
  flawed: ReadonlySet<unknown>,
  basePath: string,
  isJson = false,
): RuleProblem[] {
  const rules = (site.rules ?? []).flatMap((rule, index) => (flawed.has(index) ? [] : [{ ...rule, index }]))
  // A rule is put to the others as the upstream reads that it chooses.
  const ways = readersOf(site).map((reader) => indexRules<IndexedRule>(rules, reader))
  const anyName = unusedName(rules)
  const problems: RuleProblem[] = []
  for (const rule of rules) {
    const problem = (message: string) => problems.push({ index: rule.index, message })
    const pages = hasPages({ upstream: rule.upstream ?? site.upstream ?? app() })
    const way = ways.find((index) => index.pages === pages) ?? ways[0]
    const takers = way && takersOf(rule, way)
    if (takers !== undefined) {
      const names = takers.map(({ index }) => `rules[${index}]`).join(' and ')
      problem(
        `can never match: ${names} before it ${takers.length > 1 ? 'take' : 'takes'} every such request`,
      )
    } else {
      const rivals = way && rivalsOf(rule, way, anyName)
      if (rivals !== undefined) problem(`can never match: ${rivals}`)
    }
    if (rule.path === basePath || rule.path.startsWith(`${basePath}/`)) {
      problem(`can never match: Gatehouse itself answers everything under ${basePath}`)
    }
    const unanchored = anchorProblem(site, rule.require ?? {}, isJson)
    if (unanchored !== undefined) problem(unanchored)
  }
  return problems
}

/** Holds a rule against the earlier ones. @returns those that take every request away from it, if they do */
function takersOf(
  rule: IndexedRule,
  { written, pages }: RuleIndex<IndexedRule>,
): readonly IndexedRule[] | undefined {
  const takers = placesOfPattern(rule.path, pages).map((place) => shadowing(written.tree, rule, place))
  return takers.every((each) => each !== undefined) ? [...new Set(takers.flat())] : undefined
}

/**
 * What keeps a rule from ever deciding: every request for it has another reading, which meets another rule. Upstreams that tell upper
 * from lower case are many, so that is no problem here: such a request is refused when it comes.
 */
function rivalsOf(
  { path, index, ...rule }: IndexedRule,
  all: RuleIndex<IndexedRule>,
  anyName: string,
): string | undefined {
  const page = all.pages ? path.replace(/(?<=\/)index\.html$|\.html$/, '') : path
  const sample = readingsOf(requestFor(page, anyName))
  if (!sample.ok) return undefined
  let rival: Met<IndexedRule> | undefined
  for (const method of methodsOf(rule)) {
    const met = rulesMet(all, sample.value, method)
    const found = met.find((one) => !isInLowerCase(one) && one.rule?.index !== index)
    // Nearly every rule decides for the first method already.
    if (found === undefined) return undefined
    rival ??= found
  }
  if (rival === undefined) return undefined
  const decides = rival.rule === undefined ? 'no rule is for' : `rules[${rival.rule.index}] decides`
  return `such a request can also be read as ${rival.path}${rival.how === '' ? '' : ` (${rival.how})`}, which ${decides}`
}

/** A name that stands in no rule. It is a plain one: others have several readings, which take time at the start. */
function unusedName(rules: readonly IndexedRule[]): string {
  const paths = rules.map(({ path }) => decodeURIComponent(path))
  let name = 'something'
  while (paths.some((path) => path.includes(name))) name += '-'
  return name
}

/** A path that a pattern is for, as a browser would send it. */
const requestFor = (pattern: string, anyName: string): string =>
  decodeURIComponent(pattern.endsWith('/*') ? pattern.slice(0, -1) + anyName : pattern)
    .normalize('NFC')
    .replace(/[^\x21-\x7e]+|[%#?]/g, encodeURIComponent)

/**
 * Any customer's identity provider can assert any address, and any customer's administrator can hand out any
 * role or group, so they say nothing without the organization or connection that asserts them.
 */
export function anchorProblem(
  { organization, connection }: { readonly [key in 'organization' | 'connection']?: string | undefined },
  require: Requirement,
  isJson = false,
): string | undefined {
  const { organizations, connections, emails, emailDomains, roles, groups } = require
  if (organization !== undefined || connection !== undefined || connections !== undefined) return undefined
  const anyOrganization = organizations?.includes(ANY_ORGANIZATION) ?? false
  if (organizations !== undefined && !anyOrganization) return undefined
  if (emails !== undefined || emailDomains !== undefined) {
    return 'requires e-mail addresses without an organization or connection, in the rule or the site: any customer could claim one'
  }
  if ((roles === undefined && groups === undefined) || anyOrganization) return undefined
  const what = roles === undefined ? 'groups' : 'roles'
  const [one, any] = isJson
    ? ['"organizations": ["org_…"]', '"organizations": ["*"]']
    : ["organizations: ['org_…']", "organizations: ['*']"]
  return [
    `requires ${what} without an organization or connection, in the rule or the site:`,
    `any customer's administrator could hand them out. Write ${one} beside them in \`require\`,`,
    `or ${any} if any organization is meant`,
  ].join(' ')
}

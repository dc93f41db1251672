import { ANY_ORGANIZATION, type Rule, type Site } from '../config.ts'
import { type IndexedRule, insert, newTree, shadowing } from './rule-tree.ts'

export interface RuleProblem {
  readonly index: number
  readonly message: string
}

/**
 * Rules that look like protection, or like a way in, and cannot mean anything.
 *
 * @param flawed the positions of rules that are not valid on their own, which are left out
 */
export function ruleProblems(site: Site, flawed: ReadonlySet<unknown>, basePath: string): RuleProblem[] {
  const earlier = newTree<IndexedRule>()
  const problems: RuleProblem[] = []
  site.rules?.forEach((rule, index) => {
    if (flawed.has(index)) return
    const problem = (message: string) => problems.push({ index, message })
    const indexed = { ...rule, index }
    const takers = shadowing(earlier, indexed, site.upstream)
    insert(earlier, indexed, site.upstream)
    if (takers !== undefined) {
      const names = takers.map((taker) => `rules[${taker.index}]`).join(' and ')
      problem(
        `can never match: ${names} before it ${takers.length > 1 ? 'take' : 'takes'} every such request`,
      )
    }
    if (rule.path === basePath || rule.path.startsWith(`${basePath}/`)) {
      problem(`can never match: Gatehouse itself answers everything under ${basePath}`)
    }
    const unanchored = anchorProblem(site, rule)
    if (unanchored !== undefined) problem(unanchored)
  })
  return problems
}

/**
 * Any customer's identity provider can assert any address, and any customer's administrator can hand out any
 * role or group, so they say nothing without the organization or connection that asserts them.
 */
function anchorProblem({ organization, connection }: Site, { require = {} }: Rule): string | undefined {
  const { organizations, connections, emails, emailDomains, roles, groups } = require
  if (organization !== undefined || connection !== undefined || connections !== undefined) return undefined
  const anyOrganization = organizations?.includes(ANY_ORGANIZATION) ?? false
  if (organizations !== undefined && !anyOrganization) return undefined
  if (emails !== undefined || emailDomains !== undefined) {
    return 'requires e-mail addresses without an organization or connection, in the rule or the site: any customer could claim one'
  }
  if ((roles === undefined && groups === undefined) || anyOrganization) return undefined
  const what = roles === undefined ? 'groups' : 'roles'
  return [
    `requires ${what} without an organization or connection, in the rule or the site:`,
    "any customer's administrator could hand them out. Write organizations: ['org_…'] beside them,",
    "or organizations: ['*'] if any organization is meant",
  ].join(' ')
}

import type { Rule, Site } from '../config.ts'
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
    if (isUnanchored(site, rule)) {
      problem(
        'requires e-mail addresses without an organization or connection, in the rule or the site: any customer could claim one',
      )
    }
  })
  return problems
}

/** Any customer's identity provider can assert any address, so an address says nothing on its own. */
function isUnanchored(site: Site, { require }: Rule): boolean {
  if (require?.emails === undefined && require?.emailDomains === undefined) return false
  const anchors = [site.organization, site.connection, require.organizations, require.connections]
  return anchors.every((anchor) => anchor === undefined)
}

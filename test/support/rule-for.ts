import { readingsOf } from '../../src/policy/readings.ts'
import { selectRule } from '../../src/policy/rule-index.ts'
import type { CompiledRule, CompiledSite } from '../../src/policy/site-directory.ts'

/** The rule that decides a path, which is given as a person would write it; throws where its readings disagree. */
export function ruleFor(site: CompiledSite, path: string, method = 'GET'): CompiledRule | undefined {
  const readings = readingsOf(path.split('/').map(encodeURIComponent).join('/'))
  if (!readings.ok) throw new Error(readings.error)
  const selected = selectRule(site.rules[0], readings.value, method)
  if (!selected.ok) throw new Error(`its readings disagree: ${JSON.stringify(selected.error)}`)
  return selected.value
}

import { epochSeconds } from '../../../src/base/time.ts'
import type { GatehouseConfig } from '../../../src/config.ts'
import { explainer } from '../../../src/policy/explain.ts'

/** So that a probe is a handful of requests. */
const MOST_PATHS = 4
/** Nobody has a page there. */
const MADE_UP = 'gatehouse-doctor'

/** @returns paths of a host for which the rules ask a visitor without a session to sign in; none where everything is public */
export function protectedPaths(config: GatehouseConfig, host: string): readonly string[] {
  const explain = explainer(config)
  const now = epochSeconds(Date.now())
  const at = (path: string) => explain(`https://${host}${path}`, undefined, { now })
  const { rules = [] } = config.sites[at('/').site ?? ''] ?? {}
  const candidates = ['/', ...rules.map(({ path }) => path.replace(/\*$/, MADE_UP)), `/${MADE_UP}`]
  return [...new Set(candidates)].filter((path) => at(path).decision.outcome === 'login').slice(0, MOST_PATHS)
}

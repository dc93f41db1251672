import { CONFIG_CHECKS } from './config-checks.ts'
import type { Check } from './finding.ts'
import { workerFirst } from './worker-first.ts'
import { WRANGLER_CHECKS } from './wrangler-checks.ts'

/** In the order of a report: the first ones say why others were not made. */
export const CHECKS: readonly Check[] = [...WRANGLER_CHECKS, workerFirst, ...CONFIG_CHECKS]

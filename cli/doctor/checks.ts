import { CONFIG_CHECKS } from './config-checks.ts'
import { deployedSecrets } from './deployed-secrets.ts'
import { EXPOSURE_CHECKS } from './exposure.ts'
import type { Check } from './finding.ts'
import { SCALEKIT_CHECKS } from './scalekit/checks.ts'
import { SECRET_CHECKS } from './secrets.ts'
import { tools } from './tools.ts'
import { ASSET_CHECKS } from './wrangler/assets.ts'
import { BINDING_CHECKS } from './wrangler/bindings.ts'
import { WRANGLER_CHECKS } from './wrangler/checks.ts'
import { ENTRY_CHECKS } from './wrangler/entry.ts'
import { logs } from './wrangler/logs.ts'
import { otherDeployments } from './wrangler/other-deployments.ts'
import { workerFirst } from './wrangler/worker-first.ts'

/** In the order of a report: the first ones say why others were not made. */
export const CHECKS: readonly Check[] = [
  tools,
  ...WRANGLER_CHECKS,
  ...ENTRY_CHECKS,
  ...CONFIG_CHECKS,
  ...BINDING_CHECKS,
  workerFirst,
  otherDeployments,
  ...ASSET_CHECKS,
  ...EXPOSURE_CHECKS,
  logs,
  ...SECRET_CHECKS,
  deployedSecrets,
  ...SCALEKIT_CHECKS,
]

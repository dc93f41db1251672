import type { Deployment } from '../deployment.ts'
import { log } from '../log.ts'
import { ok, type Result } from '../result.ts'
import type { EpochSeconds } from '../time.ts'
import type { Visit } from '../visit.ts'
import type { EndReason, SessionSelector } from './registered-session.ts'
import { askRegistry, type RegistryUnreachable, registry } from './registry.ts'
import { registryNames } from './registry-name.ts'

/**
 * Ends sessions of a tenant in every registry object that may hold one. Doing it twice does no more than doing it once.
 *
 * @returns how many ended
 */
export async function revoke(
  deployment: Deployment,
  visit: Visit,
  tenant: string,
  selectors: readonly SessionSelector[],
  reason: EndReason,
  occurredAt: EpochSeconds,
): Promise<Result<number, RegistryUnreachable>> {
  const ended = await askRegistry(() =>
    Promise.all(
      registryNames(tenant, deployment.sharded).flatMap((name) =>
        selectors.map(async (selector) => registry(deployment, name).endWhere(selector, reason, occurredAt)),
      ),
    ),
  )
  if (!ended.ok) return ended
  const count = ended.value.reduce((sum, each) => sum + each, 0)
  log({ event: 'sessions_revoked', cause: reason, tenant, count }, visit)
  return ok(count)
}

import type { Deployment } from '../deployment.ts'
import { log } from '../log.ts'
import type { EpochSeconds } from '../time.ts'
import type { Visit } from '../visit.ts'
import type { EndReason, SessionSelector } from './organization-sessions.ts'
import { registry } from './registry.ts'
import { registryNames } from './registry-name.ts'

/**
 * Ends sessions of a tenant in every registry object that may hold one. Doing it twice does no more than doing it once.
 *
 * @returns how many ended
 * @throws when a registry cannot be reached: the caller asks for another delivery
 */
export async function revoke(
  deployment: Deployment,
  visit: Visit,
  tenant: string,
  selectors: readonly SessionSelector[],
  reason: EndReason,
  occurredAt: EpochSeconds,
): Promise<number> {
  const calls = registryNames(tenant, deployment.shardCounts).flatMap((name) =>
    selectors.map((selector) => registry(deployment, name).endWhere(selector, reason, occurredAt)),
  )
  const count = (await Promise.all(calls)).reduce((sum, ended) => sum + ended, 0)
  log({ event: 'sessions_revoked', cause: reason, tenant, count }, visit)
  return count
}

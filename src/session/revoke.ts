import { log } from '../audit/log.ts'
import { ok, type Result } from '../base/result.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Revocation } from '../registry/registered-session.ts'
import { askRegistry, type RegistryUnreachable, registry } from '../registry/registry.ts'
import { registryNames } from '../registry/registry-name.ts'
import type { Visit } from '../request/visit.ts'

/**
 * Takes access away in every registry object that may hold such a session, now or after a login that is under way. Doing it twice
 * does no more than doing it once.
 *
 * @returns how many sessions ended
 */
export async function revoke(
  deployment: Deployment,
  visit: Visit,
  { registrants, selectors, reason, occurredAt }: Revocation,
): Promise<Result<number, RegistryUnreachable>> {
  const names = registrants.flatMap((registrant) => registryNames(registrant, deployment.sharded))
  const ended = await askRegistry(() =>
    Promise.all(
      names.map(async (name) => registry(deployment, name).revoke(selectors, reason, occurredAt, visit.now)),
    ),
  )
  if (!ended.ok) return ended
  const count = ended.value.reduce((sum, each) => sum + each, 0)
  await log({ event: 'sessions_revoked', cause: reason, registrants, count }, visit)
  return ok(count)
}

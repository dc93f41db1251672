import { faultDetail } from '../audit/log.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { Session } from '../tokens/session.ts'
import type { OrganizationSessions } from './organization-sessions.ts'
import { registryOf } from './registry-name.ts'

export interface RegistryUnreachable {
  readonly reason: 'registry_unreachable'
  readonly detail: string
}

interface Bound {
  readonly env: { readonly SESSIONS: DurableObjectNamespace<OrganizationSessions> }
}

/** The object with this name; see registry-name.ts. Ask it through {@link askRegistry}. */
export const registry = ({ env }: Bound, name: string): DurableObjectStub<OrganizationSessions> =>
  env.SESSIONS.getByName(name)

/** A call to the registry, whose failure is nobody's fault and ends no session. */
export async function askRegistry<T>(call: () => Promise<T>): Promise<Result<T, RegistryUnreachable>> {
  try {
    return ok(await call())
  } catch (error) {
    return err({ reason: 'registry_unreachable', detail: faultDetail(error) })
  }
}

/** Whether a session goes on, which its token cannot say. */
export const isLive = (
  bound: Bound,
  session: Session,
  now: EpochSeconds,
): Promise<Result<boolean, RegistryUnreachable>> =>
  askRegistry(async () => registry(bound, registryOf(session)).isLive(session.id, now))

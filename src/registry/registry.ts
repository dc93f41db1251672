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

/** Far more than the busiest object takes, and what somebody may still wait for. */
const PATIENCE_MS = 10_000

/**
 * A call to the registry, whose failure is nobody's fault and ends no session. None in time is one as well: whoever waited would not be told
 * anything, and what a session holds open would outlast it. If the call is done after all, it can be made again without harm.
 */
export async function askRegistry<T>(call: () => Promise<T>): Promise<Result<T, RegistryUnreachable>> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  // In real time, and not by `effects`: how long somebody waits is no matter of the clock that decides.
  const timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS)
  try {
    return ok(await Promise.race([call(), tooLate]))
  } catch (error) {
    return err({ reason: 'registry_unreachable', detail: faultDetail(error) })
  } finally {
    clearTimeout(timer)
  }
}

/** Whether a session goes on, which its token cannot say. */
export const isLive = (
  bound: Bound,
  session: Session,
  now: EpochSeconds,
): Promise<Result<boolean, RegistryUnreachable>> =>
  askRegistry(async () => registry(bound, registryOf(session)).isLive(session.id, now))

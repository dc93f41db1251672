import { faultDetail } from '../audit/log.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { OrganizationSessions } from './organization-sessions.ts'

export interface RegistryUnreachable {
  readonly reason: 'registry_unreachable'
  readonly detail: string
}

/** The object with this name; see registry-name.ts. Ask it through {@link askRegistry}. */
export const registry = (
  { env }: { readonly env: { readonly SESSIONS: DurableObjectNamespace<OrganizationSessions> } },
  name: string,
): DurableObjectStub<OrganizationSessions> => env.SESSIONS.getByName(name)

/** A call to the registry, whose failure is nobody's fault and ends no session. */
export async function askRegistry<T>(call: () => Promise<T>): Promise<Result<T, RegistryUnreachable>> {
  try {
    return ok(await call())
  } catch (error) {
    return err({ reason: 'registry_unreachable', detail: faultDetail(error) })
  }
}

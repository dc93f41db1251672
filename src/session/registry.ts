import type { Deployment } from '../deployment.ts'
import type { OrganizationSessions } from './organization-sessions.ts'
import { registryName, type Session } from './session.ts'

/** The object that holds the sessions of a session's organization. */
export const registry = (
  { env }: Deployment,
  session: Pick<Session, 'organizationId' | 'connectionId' | 'subject'>,
): DurableObjectStub<OrganizationSessions> => env.SESSIONS.getByName(registryName(session))

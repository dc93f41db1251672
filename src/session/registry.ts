import type { Deployment } from '../deployment.ts'
import type { OrganizationSessions } from './organization-sessions.ts'

/** The object with this name; see registry-name.ts. Throws when called while it cannot be reached. */
export const registry = ({ env }: Deployment, name: string): DurableObjectStub<OrganizationSessions> =>
  env.SESSIONS.getByName(name)

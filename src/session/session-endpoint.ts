import type { Deployment } from '../deployment.ts'
import { json } from '../pages/answer.tsx'
import { refuse } from '../pages/refusal-page.tsx'
import { timestamp } from '../time.ts'
import type { Visit } from '../visit.ts'
import { currentSession } from './current-session.ts'

/** `GET /auth/session`: who is signed in, for scripts of the site. Never a token, and never a page. */
export async function sessionEndpoint(deployment: Deployment, visit: Visit): Promise<Response> {
  const session = await currentSession(deployment, visit)
  if (session === undefined) return refuse({ ...visit, kind: 'subresource' }, { reason: 'login_required' })
  return json(visit.url, {
    user: {
      sub: session.subject,
      email: session.email,
      name: session.name,
      roles: session.roles,
      groups: session.groups,
    },
    organization_id: session.organizationId ?? null,
    connection_id: session.connectionId ?? null,
    authenticated_at: timestamp(session.authenticatedAt),
    expires_at: timestamp(session.expiresAt),
  })
}

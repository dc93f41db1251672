import type { Deployment } from '../deployment.ts'
import { json, withCookies } from '../pages/answer.ts'
import { refuse } from '../pages/refusal-page.ts'
import { timestamp } from '../time.ts'
import type { Visit } from '../visit.ts'
import { currentSession, presentedRefreshToken } from './current-session.ts'

/** `GET /auth/session`: who is signed in, for scripts of the site. Never a token, and never a page. */
export async function sessionEndpoint(deployment: Deployment, visit: Visit): Promise<Response> {
  const script: Visit = { ...visit, kind: 'subresource' }
  const current = await currentSession(deployment, visit)
  if (current.kind === 'unknown') return refuse(script, current.refusal)
  const { cookies } = current
  if (current.kind === 'signed_out') return refuse(script, { reason: 'login_required' }, { cookies })

  const { session } = current
  // The session token is renewed without anybody noticing: what ends is the session.
  const endsAt =
    current.endsAt ?? (await presentedRefreshToken(deployment, visit))?.expiresAt ?? session.expiresAt
  const response = json(visit.url, {
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
    expires_at: timestamp(endsAt),
  })
  return withCookies(response, cookies)
}

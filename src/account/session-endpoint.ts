import type { Deployment } from '../deployment/deployment.ts'
import { refuse } from '../pages/refusal-page.tsx'
import { json, withCookies } from '../pages/response.ts'
import { forgetAttempts } from '../request/login-attempts.ts'
import type { Visit } from '../request/visit.ts'
import { currentSession } from '../session/current-session.ts'
import { viewSession } from '../session/session-view.ts'

/** `GET /auth/session`: who is signed in, for scripts of the site. Never a token, and never a page. */
export async function sessionEndpoint(deployment: Deployment, visit: Visit): Promise<Response> {
  const script: Visit = { ...visit, kind: 'subresource' }
  const current = await currentSession(deployment, visit)
  if (current.kind === 'unknown') return refuse(script, current.refusal)
  const { cookies } = current
  if (current.kind === 'signed_out') return refuse(script, { reason: 'login_required' }, { cookies })
  const view = await viewSession(deployment, visit, current.session, current.endsAt)
  return withCookies(json(visit.url, view), [...cookies, ...forgetAttempts(visit)])
}

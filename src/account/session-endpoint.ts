import { ok } from '../base/result.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { json, withCookies } from '../pages/response.ts'
import { shareWith } from '../request/cors.ts'
import { forgetAttempts } from '../request/login-attempts.ts'
import { type Answer, refused } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { currentSession } from '../session/current-session.ts'
import { viewSession } from '../session/session-view.ts'

/** `GET /auth/session`: who is signed in, for scripts of the site and of the origins in its `cors`. Never a token, and never a page. */
export async function sessionEndpoint(deployment: Deployment, visit: Visit): Promise<Answer> {
  const { cors } = visit.site
  const current = await currentSession(deployment, visit)
  if ('refusal' in current) return refused(current.refusal, { forScript: true, cors })
  const { cookies } = current
  if (current.kind === 'signed_out')
    return refused({ reason: 'login_required' }, { cookies, forScript: true, cors })
  const view = await viewSession(deployment, visit, current.session, current.endsAt)
  const response = withCookies(json(view), [...cookies, ...forgetAttempts(visit)])
  return ok(shareWith(cors, visit.request, response))
}

import type { Deployment } from '../deployment.ts'
import { parseReturnTo } from '../login/return-to.ts'
import { redirect } from '../pages/answer.tsx'
import { loginUrl, refuse } from '../pages/refusal-page.tsx'
import { currentSession } from '../session/current-session.ts'
import { displayName } from '../session/session.ts'
import type { Visit } from '../visit.ts'
import { type Decision, judge, matchRule } from './policy.ts'
import { fetchUpstream } from './upstream.ts'

/**
 * Decides a request and passes it on, or answers it: rule by path and method, session by cookie, then the upstream.
 * A request with a valid session costs no storage and no subrequest but the upstream's own.
 */
export async function gate(deployment: Deployment, visit: Visit): Promise<Response> {
  const { site, url, request, now } = visit
  const rule = matchRule(site, url.path, request.method)
  const isPublic = rule?.access === 'public'
  const session = isPublic ? undefined : await currentSession(deployment, visit)
  const decision = judge(site, rule, session, now)
  if (decision.outcome === 'login') return sendToLogin(visit, decision.why)
  if (decision.outcome === 'deny') {
    const who = session === undefined ? 'nobody' : displayName(session)
    return refuse(
      visit,
      { reason: 'requirement_unmet', unmet: decision.unmet, who },
      { returnTo: here(visit) },
    )
  }

  const origin = request.headers.get('Origin')
  if (visit.kind === 'upgrade' && origin !== null && origin !== url.origin) {
    return refuse(visit, { reason: 'foreign_websocket', origin })
  }
  const response = await fetchUpstream(deployment, visit)
  if (!response.ok) return refuse(visit, response.error)
  return isPublic ? response.value : asPrivate(response.value)
}

/** A person is sent to sign in; a script, image or socket gets a status it can read, since it could only choke on a redirect. */
function sendToLogin(visit: Visit, why: Extract<Decision, { outcome: 'login' }>['why']): Response {
  if (visit.kind !== 'navigation') return refuse(visit, { reason: 'login_required' })
  const query = { return_to: here(visit), ...(why === 'max_age_exceeded' && { prompt: 'login' }) }
  return redirect(visit.url, loginUrl(visit, query), 302)
}

const here = ({ url, basePath }: Visit) => {
  const { pathname, search } = new URL(url.href)
  return parseReturnTo(pathname + search, url.origin, basePath)
}

/** What was shown to one person must not be shown to the next by a cache in between (CVE-2025-48947, CVE-2025-64762). */
function asPrivate(response: Response): Response {
  if (response.status === 101) return response
  const copy = new Response(response.body, response)
  copy.headers.set('Cache-Control', privateCacheControl(response.headers))
  copy.headers.append('Vary', 'Cookie')
  return copy
}

function privateCacheControl(headers: Headers): string {
  if (headers.has('Set-Cookie')) return 'no-store'
  const directives = (headers.get('Cache-Control') ?? 'no-cache')
    .split(',')
    .map((directive) => directive.trim())
  const kept = directives.filter((directive) => !/^(?:public|private|s-maxage=.*)$/i.test(directive))
  return ['private', ...kept].join(', ')
}

import type { Deployment } from '../deployment.ts'
import { faultDetail, log } from '../log.ts'
import { json, redirect } from '../pages/answer.ts'
import { refuse } from '../pages/refusal-page.ts'
import { sessionsPage } from '../pages/sessions-page.ts'
import { timestamp } from '../time.ts'
import { routeUrl, type Visit } from '../visit.ts'
import { currentSession } from './current-session.ts'
import type { OrganizationSessions } from './organization-sessions.ts'
import { isOwnIntention } from './own-intention.ts'
import { readBody } from './read-body.ts'
import { registry } from './registry.ts'
import { registryOf } from './registry-name.ts'
import type { Session, SessionId } from './session.ts'

type Signed = { readonly session: Session; readonly registry: DurableObjectStub<OrganizationSessions> }

/** `GET /auth/sessions`: a person's own sessions, as a page, or as JSON for scripts. */
export function listSessions(deployment: Deployment, visit: Visit): Promise<Response> {
  return withSession(deployment, visit, async ({ session, registry: sessions }) => {
    const list = await sessions.list(session.subject, visit.now)
    if (visit.kind === 'navigation') return sessionsPage(visit, session, list)
    return json(visit.url, {
      sessions: list.map((each) => ({
        id: each.id,
        current: each.id === session.id,
        host: each.host,
        user_agent: each.userAgent ?? null,
        place: each.place ?? null,
        opened_at: timestamp(each.openedAt),
        last_used_at: timestamp(each.lastUsedAt),
      })),
    })
  })
}

/** `POST /auth/sessions/end`: ends one of them (`id`), or all but this one (`others=1`). */
export function endSessions(deployment: Deployment, visit: Visit): Promise<Response> {
  return withSession(deployment, visit, async ({ session, registry: sessions }) => {
    if (!isOwnIntention(visit)) return refuse(visit, { reason: 'cross_site_request' })
    const body = await readBody(visit.request)
    if (!body.ok) return refuse(visit, body.error)
    const form = new URLSearchParams(new TextDecoder().decode(body.value))
    const { subject } = session
    let count: number
    if (form.get('others') === '1') {
      count = await sessions.endWhere({ subject, except: session.id }, 'user_ended', visit.now)
    } else {
      const id = form.get('id')
      if (id === null)
        return refuse(visit, {
          reason: 'parameter_invalid',
          parameter: 'id',
          expected: 'a session, or others=1',
        })
      if (!(await sessions.endOwn(subject, id as SessionId, visit.now)))
        return refuse(visit, { reason: 'session_not_found' })
      count = 1
    }
    log({ event: 'sessions_ended', subject, count }, visit)
    return visit.request.headers.get('Accept')?.includes('text/html')
      ? redirect(visit.url, routeUrl(visit, '/sessions'), 303)
      : json(visit.url, { ended: count })
  })
}

/** Both are about the person who asks, so both ask the registry whether that session still goes on. */
async function withSession(
  deployment: Deployment,
  visit: Visit,
  answer: (signed: Signed) => Promise<Response>,
): Promise<Response> {
  const current = await currentSession(deployment, visit)
  if (current.kind === 'unknown')
    return refuse(visit, { reason: 'registry_unreachable', detail: current.detail })
  const { cookies } = current
  if (current.kind === 'signed_out') return refuse(visit, { reason: 'login_required' }, { cookies })
  const { session } = current
  try {
    const sessions = registry(deployment, registryOf(session))
    if (!(await sessions.isLive(session.id, visit.now))) return refuse(visit, { reason: 'login_required' })
    const response = await answer({ session, registry: sessions })
    for (const cookie of cookies) response.headers.append('Set-Cookie', cookie)
    return response
  } catch (error) {
    return refuse(visit, { reason: 'registry_unreachable', detail: faultDetail(error) })
  }
}

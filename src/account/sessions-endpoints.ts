import { log } from '../audit/log.ts'
import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import { timestamp } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { refuse } from '../pages/refusal-page.tsx'
import { json, redirect, withCookies } from '../pages/response.ts'
import { sessionsPage } from '../pages/sessions-page.tsx'
import type { Acted, OwnCommand } from '../registry/registered-session.ts'
import { readBody } from '../request/read-body.ts'
import { isOwnIntention } from '../request/same-origin.ts'
import { routeUrl, type Visit } from '../request/visit.ts'
import { currentSession, holdOn } from '../session/current-session.ts'
import { actOnOwnSessions } from '../session/own-sessions.ts'
import type { Session, SessionId } from '../tokens/session.ts'

/** `GET /auth/sessions`: a person's own sessions, as a page, or as JSON for scripts. */
export function listSessions(deployment: Deployment, visit: Visit): Promise<Response> {
  return withSession(deployment, visit, async (session, act) => {
    const acted = await act({ kind: 'list' })
    if (!acted.ok) return refuse(visit, acted.error)
    const { goOn } = acted.value
    if (visit.kind === 'navigation') return sessionsPage(visit, session, goOn)
    return json(visit.url, {
      sessions: goOn.map((each) => ({
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
  return withSession(deployment, visit, async (_session, act) => {
    if (!isOwnIntention(visit)) return refuse(visit, { reason: 'cross_site_request' })
    const body = await readBody(visit.request)
    if (!body.ok) return refuse(visit, body.error)
    const form = new URLSearchParams(new TextDecoder().decode(body.value))
    const others = form.get('others') === '1'
    const id = form.get('id') as SessionId | null
    if (!others && id === null) {
      return refuse(visit, {
        reason: 'parameter_invalid',
        parameter: 'id',
        expected: 'a session, or others=1',
      })
    }

    const acted = await act(others || id === null ? { kind: 'end_others' } : { kind: 'end', id })
    if (!acted.ok) return refuse(visit, acted.error)
    const { subject, ended } = acted.value
    if (!others && ended === 0) return refuse(visit, { reason: 'session_not_found' })
    log({ event: 'sessions_ended', subject, count: ended }, visit)
    return visit.request.headers.get('Accept')?.includes('text/html')
      ? redirect(visit.url, routeUrl(visit, '/sessions'), 303)
      : json(visit.url, { ended })
  })
}

type Act = (command: OwnCommand) => Promise<Result<Acted, Refusal>>

/** Both are about the person who asks, whose session has to go on for it. */
async function withSession(
  deployment: Deployment,
  visit: Visit,
  answer: (session: Session, act: Act) => Promise<Response>,
): Promise<Response> {
  const current = await currentSession(deployment, visit)
  if (current.kind === 'unknown') return refuse(visit, current.refusal)
  const { cookies } = current
  if (current.kind === 'signed_out') return refuse(visit, { reason: 'login_required' }, { cookies })
  const { session } = current
  const act: Act = async (command) => {
    const acted = await actOnOwnSessions(deployment, visit, holdOn(session), command)
    if (!acted.ok) return acted
    if (acted.value === undefined) return err({ reason: 'login_required' })
    return acted.value.missed === undefined ? ok(acted.value) : err(acted.value.missed)
  }
  return withCookies(await answer(session, act), cookies)
}

import { log } from '../audit/log.ts'
import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import { minutes, timestamp } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { json, redirect, withCookies } from '../pages/response.ts'
import { wordsFor } from '../pages/words-for.ts'
import type { Acted, OwnCommand } from '../registry/registered-session.ts'
import { clearCookie, readCookie, setCookie } from '../request/cookies.ts'
import { readForm } from '../request/read-form.ts'
import { type Answer, refused } from '../request/refused.ts'
import { showsPage } from '../request/request-kind.ts'
import { ownPage } from '../request/return-to.ts'
import { isOwnIntention } from '../request/same-origin.ts'
import { cookieScope, routeUrl, type Visit } from '../request/visit.ts'
import { currentSession } from '../session/current-session.ts'
import { actOnOwnSessions } from '../session/own-sessions.ts'
import { holdOn } from '../session/presented.ts'
import type { Session, SessionId } from '../tokens/session.ts'

/** `GET /auth/sessions`: a person's own sessions, as a page, or as JSON for scripts. */
export function listSessions(deployment: Deployment, visit: Visit): Promise<Answer> {
  return withSession(deployment, visit, async (session, act) => {
    const acted = await act({ kind: 'list' })
    if (!acted.ok) return refused(acted.error)
    const { goOn } = acted.value
    if (showsPage(visit.kind)) {
      const { sessionsPage } = await import('../pages/sessions-page.tsx')
      const words = await wordsFor(visit)
      const { ended, cookies } = justEnded(deployment, visit)
      return ok(withCookies(sessionsPage(visit, words, session, goOn, ended), cookies))
    }
    const sessions = goOn.map((each) => ({
      id: each.id,
      current: each.id === session.id,
      host: each.host,
      user_agent: each.userAgent ?? null,
      place: each.place ?? null,
      opened_at: timestamp(each.openedAt),
      last_used_at: timestamp(each.lastUsedAt),
    }))
    return ok(json({ sessions }))
  })
}

/** `POST /auth/sessions/end`: ends one of them (`id`), or all but this one (`others=1`). */
export function endSessions(deployment: Deployment, visit: Visit): Promise<Answer> {
  return withSession(deployment, visit, async (_session, act) => {
    if (!isOwnIntention(visit)) return refused({ reason: 'cross_site_request' })
    const form = await readForm(visit.request)
    const others = form.get('others') === '1'
    const id = form.get('id') as SessionId | null
    if (!others && id === null) {
      return refused({
        reason: 'parameter_invalid',
        parameter: 'id',
        expected: 'a session, or others=1',
      })
    }

    const acted = await act(others || id === null ? { kind: 'end_others' } : { kind: 'end', id })
    if (!acted.ok) return refused(acted.error)
    const { ended } = acted.value
    if (!others && ended === 0) return refused({ reason: 'session_not_found' })
    await log({ event: 'sessions_ended', count: ended }, visit)
    const wantsPage = visit.request.headers.get('Accept')?.includes('text/html')
    return ok(
      wantsPage ? redirect(routeUrl(visit, '/sessions'), 303, [sayEnded(visit, ended)]) : json({ ended }),
    )
  })
}

/** Long enough for the redirect back to the list, and too short to be told of another visit. */
const SAID_WITHIN = minutes(1)

/** @returns the `Set-Cookie` value by which the list says what was ended */
const sayEnded = (visit: Visit, ended: number): string =>
  setCookie('ended', cookieScope(visit), String(ended), SAID_WITHIN)

/** What was ended just now, if anything, and the `Set-Cookie` values after which that is not said again. */
function justEnded({ session: { lifetime } }: Deployment, visit: Visit) {
  const scope = cookieScope(visit)
  const kept = readCookie(visit.cookies, 'ended', scope)
  return {
    ended:
      kept !== undefined && /^[1-9]\d{0,3}$/.test(kept) ? { sessions: Number(kept), lifetime } : undefined,
    cookies: kept === undefined ? [] : [clearCookie('ended', scope)],
  }
}

type Act = (command: OwnCommand) => Promise<Result<Acted, Refusal>>

/** Both are about the person who asks, whose session has to go on for it. */
async function withSession(
  deployment: Deployment,
  visit: Visit,
  answer: (session: Session, act: Act) => Promise<Answer>,
): Promise<Answer> {
  const current = await currentSession(deployment, visit)
  if ('refusal' in current) return refused(current.refusal)
  const { cookies } = current
  if (current.kind === 'signed_out')
    return refused({ reason: 'login_required' }, { cookies, returnTo: ownPage(visit.basePath, '/sessions') })
  const { session } = current
  const act: Act = async (command) => {
    const acted = await actOnOwnSessions(deployment, visit, holdOn(session), command)
    if (!acted.ok) return acted
    if (acted.value === undefined) return err({ reason: 'login_required' })
    return acted.value.missed === undefined ? ok(acted.value) : err(acted.value.missed)
  }
  const answered = await answer(session, act)
  return answered.ok
    ? ok(withCookies(answered.value, cookies))
    : refused(answered.error.refusal, { ...answered.error, cookies })
}

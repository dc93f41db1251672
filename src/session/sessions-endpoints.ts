import type { Deployment } from '../deployment.ts'
import { log } from '../log.ts'
import { json, redirect, withCookies } from '../pages/answer.ts'
import { refuse } from '../pages/refusal-page.ts'
import { sessionsPage } from '../pages/sessions-page.ts'
import { timestamp } from '../time.ts'
import { routeUrl, type Visit } from '../visit.ts'
import { currentSession } from './current-session.ts'
import { isOwnIntention } from './own-intention.ts'
import { readBody } from './read-body.ts'
import type { SessionSelector, SessionSummary } from './registered-session.ts'
import { askRegistry, registry } from './registry.ts'
import { registryNames, registryOf, tenantOfRegistry } from './registry-name.ts'
import type { Session, SessionId } from './session.ts'

interface Signed {
  readonly session: Session
  /** The names of all registries that may hold sessions of this person. */
  readonly registries: readonly string[]
}

/** `GET /auth/sessions`: a person's own sessions, as a page, or as JSON for scripts. */
export function listSessions(deployment: Deployment, visit: Visit): Promise<Response> {
  return withSession(deployment, visit, async ({ session, registries }) => {
    const asked = await askRegistry<SessionSummary[][]>(() =>
      Promise.all(
        registries.map(async (name) => registry(deployment, name).list(session.subject, visit.now)),
      ),
    )
    if (!asked.ok) return refuse(visit, asked.error)
    const list = asked.value.flat().sort((a, b) => b.lastUsedAt - a.lastUsedAt)
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
  return withSession(deployment, visit, async ({ session, registries }) => {
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

    const { subject } = session
    const selector: SessionSelector =
      others || id === null ? { subject, except: session.id } : { subject, id }
    const ended = await askRegistry(() =>
      Promise.all(
        registries.map(async (name) =>
          registry(deployment, name).endWhere(selector, 'user_ended', visit.now),
        ),
      ),
    )
    if (!ended.ok) return refuse(visit, ended.error)
    const count = ended.value.reduce((sum, each) => sum + each, 0)
    if (!others && count === 0) return refuse(visit, { reason: 'session_not_found' })
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
  if (current.kind === 'unknown') return refuse(visit, current.refusal)
  const { cookies } = current
  if (current.kind === 'signed_out') return refuse(visit, { reason: 'login_required' }, { cookies })
  const { session } = current
  const live = await askRegistry(async () =>
    registry(deployment, registryOf(session)).isLive(session.id, visit.now),
  )
  if (!live.ok) return refuse(visit, live.error)
  if (!live.value) return refuse(visit, { reason: 'login_required' })
  const registries = registryNames(tenantOfRegistry(registryOf(session)), deployment.sharded)
  return withCookies(await answer({ session, registries }), cookies)
}

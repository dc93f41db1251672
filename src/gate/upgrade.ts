import { ok } from '../base/result.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { withCookies } from '../pages/response.ts'
import type { MatchedRule } from '../policy/policy.ts'
import type { Answer } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { sessionOver, watchSession } from '../session/session-watch.ts'
import type { Session } from '../tokens/session.ts'
import { sendToLogin } from './admit.ts'
import { asPrivate } from './cache-policy.ts'
import { refusedPage } from './refused.ts'
import { whileSignedIn } from './stream-end.ts'
import type { FetchPage } from './upstream.ts'
import { bridge } from './websocket.ts'

/**
 * Joins a WebSocket. It outlives the request that was decided, so it is closed when the session ends: the registry says so, at the
 * price of one call when it opens.
 */
export async function upgrade(
  deployment: Deployment,
  visit: Visit,
  rule: MatchedRule,
  session: Session | undefined,
  {
    fetchPage,
    cookiesInTime,
  }: { readonly fetchPage: FetchPage; readonly cookiesInTime: () => readonly string[] },
): Promise<Answer> {
  const watch = session && (await watchSession(deployment, session, visit.now))
  if (watch !== undefined && 'reason' in watch) return refusedPage(visit, rule, watch)
  if (watch?.kind === 'ended') return sendToLogin(visit, rule, 'no_session', [])

  const done = new AbortController()
  const stop = () => {
    done.abort()
    watch?.socket.close()
  }
  const fetched = await fetchPage(session)
  const socket = fetched.ok ? fetched.value.webSocket : null
  const cookies = cookiesInTime()
  if (!fetched.ok || socket === null) {
    stop()
    if (!fetched.ok) return refusedPage(visit, rule, fetched.error)
    if (session === undefined) return ok(fetched.value)
    const body = whileSignedIn(deployment, visit, session, fetched.value)
    return ok(asPrivate(visit, rule, fetched.value, body, cookies))
  }
  // Nobody's session can end.
  if (session === undefined || watch === undefined) return ok(fetched.value)
  const over = sessionOver(deployment, session, watch, done.signal)
  return ok(withCookies(bridge(fetched.value, socket, over, stop), cookies))
}

import { ok, type Result } from '../base/result.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { withCookies } from '../pages/response.ts'
import type { MatchedRule } from '../policy/policy.ts'
import type { Answer, Refused } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { sessionOver, type Watch, watchSession } from '../session/session-watch.ts'
import type { Session } from '../tokens/session.ts'
import { type Admission, sendAway } from './admit.ts'
import { asPrivate, withCachePolicy } from './cache-policy.ts'
import { refusedPage } from './refused.ts'
import { siteLost } from './site-watch.ts'
import { whileSignedIn } from './stream-end.ts'
import type { Fetched, FetchPage } from './upstream.ts'
import { bridge, type Hold } from './websocket.ts'

/** The `Set-Cookie` values that may still go with an answer. */
export type CookiesInTime = (...of: readonly Pick<Fetched, 'cookies'>[]) => readonly string[]

/**
 * Joins a WebSocket. It outlives the request that was decided, so it is closed when the session ends: the registry says so, at the
 * price of one call when it opens.
 */
export async function upgrade(
  deployment: Deployment,
  visit: Visit,
  rule: MatchedRule,
  admission: Admission,
  { fetchPage, cookiesInTime }: { readonly fetchPage: FetchPage; readonly cookiesInTime: CookiesInTime },
): Promise<Answer> {
  const { session } = admission
  // Who is there is known before anything is opened, except where the page itself asks.
  const watched = session === undefined ? ok(undefined) : await watch(deployment, visit, rule, session)
  if (!watched.ok) return watched
  const fetched = await fetchPage(session)
  if (!fetched.ok) {
    watched.value?.socket.close()
    return refusedPage(visit, rule, fetched.error)
  }
  const { response, session: who = session } = fetched.value
  const cookies = cookiesInTime(admission, fetched.value)
  const { webSocket } = response
  if (webSocket === null || who === undefined) {
    watched.value?.socket.close()
    if (who === undefined) return ok(withCachePolicy(visit, rule, response))
    const body = whileSignedIn(deployment, visit, who, response)
    return ok(asPrivate(visit, rule, response, body, cookies))
  }
  const line = watched.value === undefined ? await watch(deployment, visit, rule, who) : ok(watched.value)
  if (!line.ok) {
    webSocket.accept()
    webSocket.close()
    return line
  }
  const done = new AbortController()
  const over = Promise.race([
    sessionOver(deployment, who, line.value, done.signal),
    siteLost(deployment, visit, who, done.signal),
  ])
  const hold: Hold = {
    over,
    done: () => {
      done.abort()
      line.value.socket.close()
    },
    wait: deployment.effects.wait,
    cut: () => visit.abort('The session of a WebSocket ended, which was not confirmed: the line is cut'),
  }
  return ok(withCookies(bridge(response, webSocket, hold), cookies))
}

/** Opens a line that tells when a session ends. */
async function watch(
  deployment: Deployment,
  visit: Visit,
  rule: MatchedRule,
  session: Session,
): Promise<Result<Watch, Refused>> {
  const watched = await watchSession(deployment, session, visit.now)
  if ('reason' in watched) return refusedPage(visit, rule, watched)
  return watched.kind === 'ended' ? sendAway(visit, rule, []) : ok(watched)
}

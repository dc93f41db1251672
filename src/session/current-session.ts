import type { Deployment } from '../deployment.ts'
import { isSecure, sessionScope, type Visit } from '../visit.ts'
import { readCookie } from './cookies.ts'
import type { Session } from './session.ts'
import { verifySessionToken } from './session-token.ts'

/** The session of a request, verified; no storage is asked. */
export async function currentSession({ keyRing }: Deployment, visit: Visit): Promise<Session | undefined> {
  const token = readCookie(visit.request.headers.get('Cookie'), 'session', isSecure(visit))
  return token === undefined ? undefined : verifySessionToken(token, sessionScope(visit), keyRing, visit.now)
}

import type { EpochSeconds } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Actor } from '../registry/registered-session.ts'
import { registryOf } from '../registry/registry-name.ts'
import { readCookie } from '../request/cookies.ts'
import { cookieScope, tokenScope, type Visit } from '../request/visit.ts'
import { type RefreshToken, verifyRefreshToken } from '../tokens/refresh-token.ts'
import type { Session } from '../tokens/session.ts'
import { verifySessionToken } from '../tokens/session-token.ts'

/** The session token of a request, if it is valid now. */
export async function presentedSession(
  { keyRing, verifiedSessions }: Deployment,
  visit: Visit,
): Promise<Session | undefined> {
  const { cookies, now } = visit
  const token = readCookie(cookies, 'session', cookieScope(visit))
  if (token === undefined) return undefined
  const scope = tokenScope(visit)
  const known = verifiedSessions.find(token, scope, now)
  if (known !== undefined) {
    visit.trail.whose = known
    return known
  }
  const session = await verifySessionToken(token, scope, keyRing, now)
  if (session === undefined) return undefined
  verifiedSessions.remember(token, scope, session)
  visit.trail.whose = session
  return session
}

/** The refresh token of a request, if it is genuine and not past its limit. */
export async function presentedRefreshToken(
  { keyRing }: Deployment,
  visit: Visit,
): Promise<RefreshToken | undefined> {
  const token = readCookie(visit.cookies, 'refresh', cookieScope(visit))
  if (token === undefined) return undefined
  const verified = await verifyRefreshToken(token, tokenScope(visit), keyRing, visit.now)
  // Where it was renewed meanwhile, more is known of it.
  if (verified !== undefined && visit.trail.whose?.id !== verified.id) visit.trail.whose = { id: verified.id }
  return verified
}

/**
 * A session that was opened in this browser, whether or not it goes on or its limit is past: nothing is allowed by it. It only tells a browser
 * that somebody has signed in with from one that nobody has.
 */
export async function pastSession(
  { keyRing }: Deployment,
  visit: Visit,
): Promise<Pick<RefreshToken, 'id'> | undefined> {
  const token = readCookie(visit.cookies, 'refresh', cookieScope(visit))
  const beforeAnyLimit = 0 as EpochSeconds
  return token === undefined
    ? undefined
    : verifyRefreshToken(token, tokenScope(visit), keyRing, beforeAnyLimit)
}

/** A session that a browser can prove to hold, and where it is registered. Whether it goes on is for the registry to say. */
export interface HeldSession extends Actor {
  readonly registry: string
}

/** Which session a browser holds, whether or not it has to be renewed: enough to ask for it to be ended. */
export async function heldSession(deployment: Deployment, visit: Visit): Promise<HeldSession | undefined> {
  const session = await presentedSession(deployment, visit)
  return session === undefined ? presentedRefreshToken(deployment, visit) : holdOn(session)
}

/** What a session token proves. */
export const holdOn = (session: Session): HeldSession => ({
  registry: registryOf(session),
  id: session.id,
  generation: undefined,
})

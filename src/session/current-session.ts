import type { Deployment } from '../deployment.ts'
import { faultDetail, log } from '../log.ts'
import { after, type EpochSeconds, elapsed } from '../time.ts'
import { isSecure, tokenScope, type Visit } from '../visit.ts'
import { clearCookie, readCookie, setCookie } from './cookies.ts'
import type { Refreshed, RegisteredSession } from './organization-sessions.ts'
import { issueRefreshToken, type RefreshToken, verifyRefreshToken } from './refresh-token.ts'
import { registry } from './registry.ts'
import { registryOf, tenantOf } from './registry-name.ts'
import type { Session, SessionId } from './session.ts'
import { issueSessionToken, verifySessionToken } from './session-token.ts'

/** What the cookies of a request amount to. `cookies` are `Set-Cookie` values that the answer has to carry. */
export type CurrentSession =
  | { readonly kind: 'signed_in'; readonly session: Session; readonly cookies: readonly string[] }
  | { readonly kind: 'signed_out'; readonly cookies: readonly string[] }
  /** The registry cannot be asked: nothing is known, so nothing is cleared. */
  | { readonly kind: 'unknown'; readonly detail: string }

const NOBODY: CurrentSession = { kind: 'signed_out', cookies: [] }

/**
 * Who is there. A valid session token answers without asking anybody; an expired one is renewed with the refresh token,
 * by one call to the registry.
 */
export async function currentSession(deployment: Deployment, visit: Visit): Promise<CurrentSession> {
  const session = await presentedSession(deployment, visit)
  if (session !== undefined) return { kind: 'signed_in', session, cookies: [] }
  const refreshToken = await presentedRefreshToken(deployment, visit)
  if (refreshToken === undefined) return NOBODY

  let refreshed: Refreshed
  try {
    const { registry: name, id, generation } = refreshToken
    refreshed = await registry(deployment, name).refresh(id, generation, visit.now)
  } catch (error) {
    return { kind: 'unknown', detail: faultDetail(error) }
  }
  switch (refreshed.kind) {
    case 'renewed':
      return renew(deployment, visit, refreshToken, refreshed.generation, refreshed.session)
    case 'reuse':
      log({ event: 'session_reuse', subject: refreshed.subject, session: refreshToken.id }, visit)
      return { kind: 'signed_out', cookies: clearedSession(visit) }
    case 'ended':
      // A login in another tab has set new cookies meanwhile: a slow answer to an old request must not delete them.
      return refreshed.reason === 'replaced' ? NOBODY : { kind: 'signed_out', cookies: clearedSession(visit) }
  }
}

/** The session token of a request, if it is valid now. */
export async function presentedSession({ keyRing }: Deployment, visit: Visit): Promise<Session | undefined> {
  const token = readCookie(visit.request.headers.get('Cookie'), 'session', isSecure(visit))
  return token === undefined ? undefined : verifySessionToken(token, tokenScope(visit), keyRing, visit.now)
}

/** The refresh token of a request, if it is genuine and not past its limit. */
export async function presentedRefreshToken(
  { keyRing }: Deployment,
  visit: Visit,
): Promise<RefreshToken | undefined> {
  const token = readCookie(visit.request.headers.get('Cookie'), 'refresh', isSecure(visit))
  return token === undefined ? undefined : verifyRefreshToken(token, tokenScope(visit), keyRing, visit.now)
}

/** Which session a browser holds, whether or not it has to be renewed: enough to end it. */
export async function presentedSessionId(
  deployment: Deployment,
  visit: Visit,
): Promise<{ readonly registry: string; readonly id: SessionId } | undefined> {
  const session = await presentedSession(deployment, visit)
  return session === undefined
    ? presentedRefreshToken(deployment, visit)
    : { registry: registryOf(session), id: session.id }
}

/** The pair of cookies for a session at a certain generation, or how much too large it is. */
export async function sessionCookies(
  { keyRing, session: limits }: Deployment,
  visit: Visit,
  { registry: name, id, generation }: Pick<RefreshToken, 'registry' | 'id' | 'generation'>,
  registered: RegisteredSession,
) {
  const { now } = visit
  const { endsAt, ...person } = registered
  const session: Session = {
    ...person,
    id,
    registry: name === tenantOf(person) ? undefined : name,
    issuedAt: now,
    expiresAt: Math.min(after(now, limits.lifetime), endsAt) as EpochSeconds,
  }
  const token = await issueSessionToken(session, tokenScope(visit), keyRing)
  if (!token.ok) return token
  const refresh = await issueRefreshToken(
    { registry: name, id, generation, expiresAt: endsAt },
    tokenScope(visit),
    keyRing,
  )
  const secure = isSecure(visit)
  const cookies = [
    setCookie('session', secure, token.value, elapsed(now, session.expiresAt)),
    setCookie('refresh', secure, refresh, elapsed(now, endsAt)),
  ]
  return { ok: true, value: { session, cookies } } as const
}

/** `Set-Cookie` values that leave nothing of a session in the browser. */
export const clearedSession = (visit: Visit): string[] => [
  clearCookie('session', isSecure(visit)),
  clearCookie('refresh', isSecure(visit)),
]

async function renew(
  deployment: Deployment,
  visit: Visit,
  refreshToken: RefreshToken,
  generation: number,
  registered: RegisteredSession,
): Promise<CurrentSession> {
  const made = await sessionCookies(deployment, visit, { ...refreshToken, generation }, registered)
  // It fitted when the session was opened, and holds nothing more now.
  if (!made.ok) throw new Error(`A session that was opened does not fit any more: ${made.error.bytes} bytes`)
  return { kind: 'signed_in', ...made.value }
}

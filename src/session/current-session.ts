import { log } from '../audit/log.ts'
import { after, type EpochSeconds, elapsed } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Actor, Refreshed, RegisteredSession } from '../registry/registered-session.ts'
import { askRegistry, type RegistryUnreachable, registry } from '../registry/registry.ts'
import { registryOf, tenantOf } from '../registry/registry-name.ts'
import { clearCookie, readCookie, setCookie } from '../request/cookies.ts'
import { isSecure, tokenScope, type Visit } from '../request/visit.ts'
import { issueRefreshToken, type RefreshToken, verifyRefreshToken } from '../tokens/refresh-token.ts'
import type { Session } from '../tokens/session.ts'
import { issueSessionToken, verifySessionToken } from '../tokens/session-token.ts'

/** What the cookies of a request amount to. `cookies` are `Set-Cookie` values that the answer has to carry. */
export type CurrentSession =
  | {
      readonly kind: 'signed_in'
      readonly session: Session
      readonly cookies: readonly string[]
      /** When the session ends unless it is used; known where it was renewed just now. */
      readonly endsAt: EpochSeconds | undefined
    }
  | { readonly kind: 'signed_out'; readonly cookies: readonly string[] }
  /** The registry cannot be asked: nothing is known, so nothing is cleared. */
  | { readonly kind: 'unknown'; readonly refusal: RegistryUnreachable }

const NOBODY: CurrentSession = { kind: 'signed_out', cookies: [] }

/**
 * Who is there. A valid session token answers without asking anybody; an expired one is renewed with the refresh token,
 * by one call to the registry.
 */
export async function currentSession(deployment: Deployment, visit: Visit): Promise<CurrentSession> {
  const session = await presentedSession(deployment, visit)
  if (session !== undefined) return { kind: 'signed_in', session, cookies: [], endsAt: undefined }
  const refreshToken = await presentedRefreshToken(deployment, visit)
  if (refreshToken === undefined) return NOBODY

  const { registry: name, id, generation } = refreshToken
  const asked = await askRegistry<Refreshed>(async () =>
    registry(deployment, name).refresh(id, generation, visit.now),
  )
  if (!asked.ok) return { kind: 'unknown', refusal: asked.error }
  const refreshed = asked.value
  switch (refreshed.kind) {
    case 'renewed':
      return renew(deployment, visit, refreshToken, refreshed.generation, refreshed.session)
    case 'reuse':
      log({ event: 'session_reuse', subject: refreshed.subject, session: refreshToken.id }, visit)
      return { kind: 'signed_out', cookies: clearedWhenOpened(visit) }
    case 'ended':
      return refreshed.reason === 'replaced'
        ? NOBODY
        : { kind: 'signed_out', cookies: clearedWhenOpened(visit) }
  }
}

/** The session token of a request, if it is valid now. */
async function presentedSession(
  { keyRing, verifiedSessions }: Deployment,
  visit: Visit,
): Promise<Session | undefined> {
  const { cookies, now } = visit
  const token = readCookie(cookies, 'session', isSecure(visit))
  if (token === undefined) return undefined
  const scope = tokenScope(visit)
  const known = verifiedSessions.find(token, scope, now)
  if (known !== undefined) return known
  const session = await verifySessionToken(token, scope, keyRing, now)
  if (session !== undefined) verifiedSessions.remember(token, scope, session)
  return session
}

/** The refresh token of a request, if it is genuine and not past its limit. */
export async function presentedRefreshToken(
  { keyRing }: Deployment,
  visit: Visit,
): Promise<RefreshToken | undefined> {
  const token = readCookie(visit.cookies, 'refresh', isSecure(visit))
  return token === undefined ? undefined : verifyRefreshToken(token, tokenScope(visit), keyRing, visit.now)
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

/** The pair of cookies for a session at a certain generation. */
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
  const refresh = await issueRefreshToken(
    { registry: name, id, generation, expiresAt: endsAt },
    tokenScope(visit),
    keyRing,
  )
  const secure = isSecure(visit)
  const cookies = [
    setCookie('session', secure, token, elapsed(now, session.expiresAt)),
    setCookie('refresh', secure, refresh, elapsed(now, endsAt)),
  ]
  return { session, token, cookies }
}

/** `Set-Cookie` values that leave nothing of a session in the browser. */
export const clearedSession = (visit: Visit): string[] => [
  clearCookie('session', isSecure(visit)),
  clearCookie('refresh', isSecure(visit)),
]

/**
 * The same for a session that turned out to have ended, but only with a page that is opened: a login in another tab may have
 * set new cookies meanwhile, and the slow answer to an old image or script must not delete them.
 */
export const clearedWhenOpened = (visit: Visit): string[] =>
  visit.kind === 'navigation' ? clearedSession(visit) : []

async function renew(
  deployment: Deployment,
  visit: Visit,
  refreshToken: RefreshToken,
  generation: number,
  registered: RegisteredSession,
): Promise<CurrentSession> {
  // It fitted when the session was opened. A key with a longer name may have come in front since, for which there is room.
  const { session, cookies } = await sessionCookies(
    deployment,
    visit,
    { ...refreshToken, generation },
    registered,
  )
  return { kind: 'signed_in', session, cookies, endsAt: registered.endsAt }
}

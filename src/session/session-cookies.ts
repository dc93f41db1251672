import { after, type EpochSeconds, elapsed } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { RegisteredSession } from '../registry/registered-session.ts'
import { registrantOf } from '../registry/registry-name.ts'
import { type CookieScope, clearCookie, setCookie } from '../request/cookies.ts'
import { cookieScope, tokenScope, type Visit } from '../request/visit.ts'
import { issueRefreshToken, type RefreshToken } from '../tokens/refresh-token.ts'
import type { Claims, Session } from '../tokens/session.ts'
import { issueSessionToken } from '../tokens/session-token.ts'

/** The pair of cookies for a session at a certain generation. */
export async function sessionCookies(
  { keyRing, session: limits }: Deployment,
  visit: Visit,
  { registry: name, id, generation }: Pick<RefreshToken, 'registry' | 'id' | 'generation'>,
  registered: RegisteredSession,
) {
  const { now } = visit
  const { endsAt, until, claims, ...person } = registered
  const session: Session = {
    ...person,
    ...(claims !== undefined && { claims: JSON.parse(claims) as Claims }),
    id,
    registry: name === registrantOf(person) ? undefined : name,
    issuedAt: now,
    expiresAt: Math.min(after(now, limits.lifetime), endsAt) as EpochSeconds,
  }
  const token = await issueSessionToken(session, tokenScope(visit), keyRing)
  // A session of the login host is used at the sites that it opened: whether it is idle, only the registry knows.
  const renewableUntil = visit.site.signsIn === 'for_others' ? until : endsAt
  const refresh = await issueRefreshToken(
    { registry: name, id, generation, expiresAt: renewableUntil },
    tokenScope(visit),
    keyRing,
  )
  const scope = cookieScope(visit)
  const cookies = [
    setCookie('session', scope, token, elapsed(now, session.expiresAt)),
    setCookie('refresh', scope, refresh, elapsed(now, renewableUntil)),
  ]
  return { session, token, cookies }
}

/** `Set-Cookie` values that leave nothing of a session in the browser. */
export function clearedSession(visit: Visit): string[] {
  const scope = cookieScope(visit)
  // From before the site was shown in frames there may be others of the same names, which go before these.
  const scopes: CookieScope[] = scope === 'embedded' ? [scope, 'https'] : [scope]
  return scopes.flatMap((each) => [clearCookie('session', each), clearCookie('refresh', each)])
}

/**
 * The same for a session that turned out to have ended, but only with a page that is opened: a login in another tab may have
 * set new cookies meanwhile, and the slow answer to an old image or script must not delete them.
 */
export const clearedWhenOpened = (visit: Visit): string[] =>
  visit.kind === 'navigation' ? clearedSession(visit) : []

import { after, epochSeconds, hours } from '../src/base/time.ts'
import type { KeyRing } from '../src/crypto/key-ring.ts'
import type { Session, SessionId } from '../src/tokens/session.ts'
import { issueSessionToken } from '../src/tokens/session-token.ts'
import { HOST, JANE } from './people.ts'

/** What a session token of Jane's at the site is issued and verified with. */
export const SCOPE = { issuer: `https://${HOST}/auth`, audience: HOST }

/** Jane's session as the edge knows it. */
export function janesSession(more: Partial<Session> = {}): Session {
  const now = epochSeconds(Date.now())
  return {
    id: 'f3zqR0s0Jt5o8Cw3wXyYb9z1mKq2vN4u7d6e5a1c0hA' as SessionId,
    registry: undefined,
    subject: `${JANE.connection};${JANE.user}`,
    organizationId: JANE.organization,
    connectionId: JANE.connection,
    email: JANE.email,
    name: JANE.name,
    roles: [...JANE.roles],
    groups: [],
    authenticatedAt: now,
    issuedAt: now,
    expiresAt: after(now, hours(12)),
    ...more,
  }
}

/** A session token of about that many bytes; the least is about 500. */
export async function tokenOfSize(bytes: number, keyRing: KeyRing): Promise<string> {
  const least = await issueSessionToken(janesSession(), SCOPE, keyRing)
  // base64url makes four characters of three.
  const filler = 'x'.repeat(Math.max(0, Math.floor(((bytes - least.length) * 3) / 4)))
  return issueSessionToken(janesSession({ name: JANE.name + filler }), SCOPE, keyRing)
}

import type { Deployment } from '../deployment.ts'
import { faultDetail, log } from '../log.ts'
import { randomSecret } from '../login/login-transaction.ts'
import type { Refusal } from '../refusal.ts'
import { err, ok, type Result } from '../result.ts'
import type { Identity } from '../scalekit/id-token.ts'
import { after, elapsed, type Seconds } from '../time.ts'
import { isSecure, sessionScope, type Visit } from '../visit.ts'
import { setCookie } from './cookies.ts'
import { registry } from './registry.ts'
import { seal } from './sealing.ts'
import type { Session, SessionId } from './session.ts'
import { issueSessionToken } from './session-token.ts'

export interface OpenedSession {
  readonly session: Session
  /** `Set-Cookie` values. */
  readonly cookies: readonly string[]
}

/** Opens a session for a verified identity: always a new one, whatever cookies came along (CVE-2026-34454). */
export async function openSession(
  deployment: Deployment,
  visit: Visit,
  identity: Identity,
  idToken: string,
): Promise<Result<OpenedSession, Refusal>> {
  const { keyRing, session: limits } = deployment
  const { now, site } = visit
  const session: Session = {
    id: randomSecret() as SessionId,
    subject: identity.subject,
    organizationId: identity.organizationId,
    connectionId: identity.connectionId,
    email: identity.email,
    name: identity.name,
    roles: identity.roles,
    groups: identity.groups.filter((group) => site.groups.has(group)),
    authenticatedAt: now,
    issuedAt: now,
    expiresAt: after(now, Math.min(limits.idle, limits.absolute) as Seconds),
  }
  const token = await issueSessionToken(session, sessionScope(visit), keyRing)
  if (!token.ok) return token

  try {
    await registry(deployment, session).open({
      id: session.id,
      subject: session.subject,
      email: session.email,
      connectionId: session.connectionId,
      scalekitSessionId: identity.scalekitSessionId,
      userAgent: visit.request.headers.get('User-Agent')?.slice(0, 256),
      sealedIdToken: await seal(idToken, { purpose: 'ID token', record: session.id }, keyRing),
      openedAt: now,
      expiresAt: session.expiresAt,
    })
  } catch (error) {
    return err({ reason: 'registry_unreachable', detail: faultDetail(error) })
  }

  log(
    {
      event: 'login_succeeded',
      subject: session.subject,
      organization: session.organizationId,
      connection: session.connectionId,
    },
    visit,
  )
  const maxAge = elapsed(now, session.expiresAt)
  return ok({ session, cookies: [setCookie('session', isSecure(visit), token.value, maxAge)] })
}

import { log } from '../audit/log.ts'
import { ok } from '../base/result.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { redirect } from '../pages/response.ts'
import { isLive } from '../registry/registry.ts'
import { type Answer, refused } from '../request/refused.ts'
import { isDeclaredSubresource } from '../request/request-kind.ts'
import { ownPage } from '../request/return-to.ts'
import type { Visit } from '../request/visit.ts'
import { ORGANIZATION_ID } from '../scalekit/ids.ts'
import { ManagementToken } from '../scalekit/management-token.ts'
import { createPortalLink } from '../scalekit/portal-link.ts'
import { currentSession } from '../session/current-session.ts'
import { clearedWhenOpened } from '../session/session-cookies.ts'
import { displayName } from '../tokens/session.ts'

/**
 * `GET /auth/admin-portal`: a customer's own administrator goes on to Scalekit's admin portal, where single sign-on of their organization
 * is set up. It is the organization of their session, which nothing in a request can name, and each visit makes a link of its own.
 *
 * A session that has ended opens nothing, whatever its token says: the link outlives the request.
 */
export async function adminPortal(deployment: Deployment, visit: Visit): Promise<Answer> {
  const { adminPortalRoles, scalekit, effects } = deployment
  const { now } = visit
  const returnTo = ownPage(visit.basePath, '/admin-portal')
  if (adminPortalRoles === undefined) return refused({ reason: 'route_unknown' })
  if (!isOpenedAsPage(visit)) return refused({ reason: 'not_a_navigation' })

  const current = await currentSession(deployment, visit)
  if ('refusal' in current) return refused(current.refusal)
  const { cookies } = current
  if (current.kind === 'signed_out') return refused({ reason: 'login_required' }, { cookies, returnTo })
  const { session } = current
  const live = await isLive(deployment, session, now)
  if (!live.ok) return refused(live.error, { cookies })
  if (!live.value) {
    await log({ event: 'session_ended', reason: 'strict' }, visit)
    return refused({ reason: 'login_required' }, { cookies: clearedWhenOpened(visit), returnTo })
  }

  const who = displayName(session)
  if (!session.roles.some((role) => adminPortalRoles.has(role))) {
    const unmet = [{ key: 'roles', accepted: [...adminPortalRoles] }] as const
    const { authenticatedAt: signedInAt } = session
    return refused({ reason: 'requirement_unmet', unmet, who }, { cookies, returnTo, signedInAt })
  }
  const { organizationId } = session
  if (organizationId === undefined || !ORGANIZATION_ID.test(organizationId))
    return refused({ reason: 'portal_without_organization', who }, { cookies })
  if (!(await mayAsk(deployment, session.id))) return refused({ reason: 'portal_limited' }, { cookies })

  const link = await createPortalLink(scalekit, tokenOf(deployment), organizationId, effects.fetch, now)
  if (!link.ok) return refused(link.error, { cookies })
  await log({ event: 'admin_portal_opened' }, visit)
  const response = redirect(link.value, 303, cookies)
  response.headers.set('Referrer-Policy', 'no-referrer')
  return ok(response)
}

const tokens = new WeakMap<Deployment, ManagementToken>()

/** Kept by the isolate as long as it is good. */
function tokenOf(deployment: Deployment): ManagementToken {
  const { scalekit, effects } = deployment
  const token = tokens.get(deployment) ?? new ManagementToken(scalekit, effects.fetch)
  tokens.set(deployment, token)
  return token
}

/** In a window of its own, now, and not as part of a page: a frame that somebody wrote into one would open by itself. */
const isOpenedAsPage = ({ request: { headers } }: Visit): boolean =>
  !isDeclaredSubresource(headers, false) && (headers.get('Sec-Fetch-Mode') ?? 'navigate') === 'navigate'

/** All customers share the requests that Scalekit takes of this environment in a minute. Nobody is held back on a developer's machine. */
const mayAsk = async ({ development, env }: Deployment, session: string): Promise<boolean> =>
  development || (await env.LOGIN_RATE_LIMIT.limit({ key: `admin-portal:${session}` })).success

import type { Deployment } from '../deployment.ts'
import { isSpeculative } from '../gate/request-kind.ts'
import { faultDetail, log } from '../log.ts'
import { redirect } from '../pages/answer.tsx'
import { confirmLogoutPage, signedOutPage, stillSignedInPage } from '../pages/logout-pages.tsx'
import { refuse } from '../pages/refusal-page.tsx'
import { buildLogoutUrl } from '../scalekit/logout-request.ts'
import { isSecure, routeUrl, type Visit } from '../visit.ts'
import { clearCookie } from './cookies.ts'
import { currentSession } from './current-session.ts'
import { registry } from './registry.ts'
import { unseal } from './sealing.ts'
import { displayName, type Session } from './session.ts'

/**
 * `GET·POST /auth/logout`: ends this session here, then at Scalekit (OpenID Connect RP-Initiated Logout 1.0).
 *
 * A link on another site must not sign anybody out without their word: that, and a client that does not say where the
 * request comes from, gets a page to confirm.
 */
export async function logout(deployment: Deployment, visit: Visit): Promise<Response> {
  if (isSpeculative(visit.request.headers)) return refuse(visit, { reason: 'not_a_navigation' })
  if (!isOwnIntention(visit)) return confirmLogoutPage(visit)

  const session = await currentSession(deployment, visit)
  const idToken = session === undefined ? undefined : await endSession(deployment, visit, session)
  const location =
    idToken === undefined
      ? `${routeUrl(visit, '/signed-out')}?local=1`
      : buildLogoutUrl(deployment.scalekit.issuer, {
          idTokenHint: idToken,
          postLogoutRedirectUri: routeUrl(visit, '/signed-out'),
        }).href
  const response = redirect(visit.url, location, 303, [clearCookie('session', isSecure(visit))])
  // Pages that were shown with the session leave the cache and the back-forward cache; the site's own storage stays.
  response.headers.set('Clear-Site-Data', '"cache"')
  return response
}

/** `GET /auth/signed-out`: where Scalekit sends the browser after a logout. */
export async function signedOut(deployment: Deployment, visit: Visit): Promise<Response> {
  const session = await currentSession(deployment, visit)
  if (session !== undefined) return stillSignedInPage(visit, displayName(session))
  return signedOutPage(visit, !new URLSearchParams(visit.url.search).has('local'))
}

/** Ends the session in the registry. @returns the ID token to end the session at Scalekit with, if it can be had */
async function endSession(
  deployment: Deployment,
  visit: Visit,
  session: Session,
): Promise<string | undefined> {
  try {
    const ended = await registry(deployment, session).end(session.id, 'logout', visit.now)
    log({ event: 'logout', subject: session.subject }, visit)
    if (ended === undefined) return undefined
    return await unseal(ended.sealedIdToken, { purpose: 'ID token', record: session.id }, deployment.keyRing)
  } catch (error) {
    // The cookie goes all the same: a person who signs out is signed out here.
    log({ event: 'degraded', what: 'logout without the registry', detail: faultDetail(error) }, visit)
    return undefined
  }
}

/** Whether the request comes from this site or from the address bar (Fetch Metadata), or at least names this origin. */
function isOwnIntention({ request, url }: Visit): boolean {
  const site = request.headers.get('Sec-Fetch-Site')
  if (site !== null) return site === 'same-origin' || (site === 'none' && request.method === 'GET')
  return request.method === 'POST' && request.headers.get('Origin') === url.origin
}

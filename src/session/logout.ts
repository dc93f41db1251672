import type { Deployment } from '../deployment.ts'
import { isSpeculative } from '../gate/request-kind.ts'
import { faultDetail, log } from '../log.ts'
import { redirect } from '../pages/answer.ts'
import { confirmLogoutPage, signedOutPage, stillSignedInPage } from '../pages/logout-pages.ts'
import { refuse } from '../pages/refusal-page.ts'
import { buildLogoutUrl } from '../scalekit/logout-request.ts'
import { routeUrl, type Visit } from '../visit.ts'
import { clearedSession, currentSession, presentedSessionId } from './current-session.ts'
import type { Ended } from './organization-sessions.ts'
import { isOwnIntention } from './own-intention.ts'
import { readBody } from './read-body.ts'
import { registry } from './registry.ts'
import { unsealCompact } from './sealing.ts'
import { displayName, type SessionId } from './session.ts'

/** Servers refuse longer addresses (RFC 9110 section 4.1 asks for 8,000), and an ID token can hold any number of groups. */
const MAX_URL_LENGTH = 8000

/**
 * `GET·POST /auth/logout`: ends this session here, then at Scalekit (OpenID Connect RP-Initiated Logout 1.0). With
 * `everywhere=1`, in the query or the form, every session of this person ends.
 *
 * A link on another site must not sign anybody out without their word: that, and a client that does not say where the
 * request comes from, gets a page to confirm.
 */
export async function logout(deployment: Deployment, visit: Visit): Promise<Response> {
  if (isSpeculative(visit.request.headers)) return refuse(visit, { reason: 'not_a_navigation' })
  const everywhere = await wantsEverywhere(visit)
  if (!isOwnIntention(visit)) return confirmLogoutPage(visit, everywhere)

  const held = await presentedSessionId(deployment, visit)
  const ended = held === undefined ? undefined : await endSession(deployment, visit, held, everywhere)
  const response = redirect(visit.url, await nextStop(deployment, visit, ended), 303, clearedSession(visit))
  // Pages that were shown with the session leave the cache and the back-forward cache; the site's own storage stays.
  response.headers.set('Clear-Site-Data', '"cache"')
  return response
}

/** `GET /auth/signed-out`: where Scalekit sends the browser after a logout. */
export async function signedOut(deployment: Deployment, visit: Visit): Promise<Response> {
  const current = await currentSession(deployment, visit)
  if (current.kind === 'signed_in')
    return stillSignedInPage(visit, displayName(current.session), current.cookies)
  const query = new URLSearchParams(visit.url.search)
  const others = /^others-(\d{1,4})$/.exec(query.get('state') ?? '')?.[1]
  return signedOutPage(visit, {
    atScalekit: !query.has('local'),
    others: others === undefined ? undefined : Number(others),
  })
}

async function wantsEverywhere({ request, url }: Visit): Promise<boolean> {
  if (new URLSearchParams(url.search).get('everywhere') === '1') return true
  if (request.method !== 'POST') return false
  const body = await readBody(request)
  return body.ok && new URLSearchParams(new TextDecoder().decode(body.value)).get('everywhere') === '1'
}

interface EndedHere extends Ended {
  readonly id: SessionId
}

async function endSession(
  deployment: Deployment,
  visit: Visit,
  held: { readonly registry: string; readonly id: SessionId },
  everywhere: boolean,
): Promise<EndedHere | undefined> {
  const sessions = registry(deployment, held.registry)
  try {
    const ended = await sessions.end(held.id, 'logout', visit.now)
    if (ended === undefined) return undefined
    const { subject } = ended
    const count = everywhere ? await sessions.endWhere({ subject }, 'logout', visit.now) : 0
    log({ event: 'logout', subject, session: held.id, everywhere: count }, visit)
    return { ...ended, id: held.id, others: everywhere ? 0 : ended.others }
  } catch (error) {
    // The cookies go all the same: a person who signs out is signed out here.
    log({ event: 'degraded', what: 'logout without the registry', detail: faultDetail(error) }, visit)
    return undefined
  }
}

/** On to Scalekit, where there is an ID token to say which session to end; otherwise the end of the way. */
async function nextStop(
  { scalekit, keyRing }: Deployment,
  visit: Visit,
  ended: EndedHere | undefined,
): Promise<string> {
  const signedOutUrl = routeUrl(visit, '/signed-out')
  const idTokenHint =
    ended === undefined
      ? undefined
      : await unsealCompact(ended.sealedIdToken, { purpose: 'ID token', record: ended.id }, keyRing)
  if (ended === undefined || idTokenHint === undefined) return `${signedOutUrl}?local=1`
  const { href } = buildLogoutUrl(scalekit.issuer, {
    idTokenHint,
    postLogoutRedirectUri: signedOutUrl,
    state: `others-${Math.min(ended.others, 9999)}`,
  })
  return href.length <= MAX_URL_LENGTH ? href : `${signedOutUrl}?local=1`
}

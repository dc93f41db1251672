import { log } from '../audit/log.ts'
import { ok } from '../base/result.ts'
import { after, minutes } from '../base/time.ts'
import { seal, unseal, unsealCompact } from '../crypto/sealing.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { isHostName } from '../deployment/site-record.ts'
import { findSiteFor } from '../deployment/site-store.ts'
import type { LogoutWish } from '../pages/logout-pages.tsx'
import { json, redirect, withCookies } from '../pages/response.ts'
import { wordsFor } from '../pages/words-for.ts'
import { isLive } from '../registry/registry.ts'
import { clearCookie, loginCookies, MAX_LOGIN_DELETIONS } from '../request/cookies.ts'
import { forgetAttempts } from '../request/login-attempts.ts'
import { readForm } from '../request/read-form.ts'
import { type Answer, refused } from '../request/refused.ts'
import { isDeclaredSubresource, isFrame, showsPage } from '../request/request-kind.ts'
import { isOwnIntention, isSentByAnotherSite } from '../request/same-origin.ts'
import { cookieScope, isEmbedded, originAt, routeUrl, routeUrlAt, type Visit } from '../request/visit.ts'
import { buildLogoutUrl } from '../scalekit/logout-request.ts'
import { currentSession } from '../session/current-session.ts'
import { actOnOwnSessions } from '../session/own-sessions.ts'
import { type HeldSession, heldSession } from '../session/presented.ts'
import { clearedSession } from '../session/session-cookies.ts'
import { displayName } from '../tokens/session.ts'
import { formatSignedOutState, parseSignedOutState } from './signed-out-state.ts'

/** Servers refuse longer addresses (RFC 9110 section 4.1 asks for 8,000), and an ID token can hold any number of groups. */
const MAX_URL_LENGTH = 8000

const NOTHING_TO_END: LogoutResult = { ended: false, idToken: undefined, others: 0, complete: true }

/**
 * `GET·POST /auth/logout`: ends the browser's session here, then at Scalekit (OpenID Connect RP-Initiated Logout 1.0). With
 * `everywhere=1`, in the query or the form, every session of this person ends.
 *
 * A link on another site must not sign anybody out without their word: that, and a client that does not say where the
 * request comes from, gets a page to confirm. So does every link that would end much, since one in an e-mail looks typed. A script
 * posts, and gets `{ signed_out, logout_url }`; the address, to be opened as a page, goes on to Scalekit.
 */
export async function logout(deployment: Deployment, visit: Visit): Promise<Answer> {
  if (isPartOfAPage(visit)) return refused({ reason: 'not_a_navigation' })
  const sealed = new URLSearchParams(visit.url.search).get('next')
  if (sealed !== null) return ok(redirect(await unsealAddress(deployment, visit, sealed), 303))
  const wish = await wishOf(deployment, visit)
  const { everywhere } = wish
  const { method, headers } = visit.request
  const isLink = method === 'GET'
  const isScript = !isLink && !showsPage(visit.kind)
  if (isScript && !isOwnIntention(visit)) return refused({ reason: 'cross_site_request' })
  // A frame that somebody wrote into a page opens by itself; in a frame, too, a person clicks. Behind a service worker of the site a frame
  // looks like a page.
  const mayBeFrame = isFrame(headers) || headers.get('Sec-Fetch-Dest') === 'empty'
  const isUnasked = isLink && mayBeFrame && headers.get('Sec-Fetch-User') !== '?1'
  const held = await heldSession(deployment, visit)
  // What this site does not know of may go on at the login host.
  const nothing = { ...NOTHING_TO_END, complete: visit.site.signsIn !== 'at_login_host' }
  if (!isOwnIntention(visit) || isUnasked || (everywhere && isLink)) {
    // Without a session there is nothing to promise. A form of another site comes without the cookies, and says nothing of it.
    if (everywhere && isLink && held === undefined)
      return ok(redirect(await nextStop(deployment, visit, nothing, wish), 303))
    const { confirmLogoutPage } = await logoutPages()
    return ok(confirmLogoutPage(visit, await wordsFor(visit), wish, deployment.session.lifetime))
  }

  const result = held === undefined ? nothing : await endSession(deployment, visit, held, everywhere)
  const cookies = [
    ...clearedSession(visit),
    ...clearedLogins(visit),
    ...(held === undefined ? [] : forgetAttempts(visit)),
  ]
  const next = await nextStop(deployment, visit, result, wish)
  // A script could not follow to another origin; it opens the address as a page, or leaves it.
  const response = isScript
    ? withCookies(json({ signed_out: true, logout_url: await sealAddress(deployment, visit, next) }), cookies)
    : redirect(next, 303, cookies)
  // Pages that were shown with the session leave the cache and the back-forward cache; the site's own storage stays.
  response.headers.set('Clear-Site-Data', '"cache"')
  return ok(response)
}

const ADDRESS_LIFETIME = minutes(10)

/** The way on, for a script: Scalekit's address has an ID token in it, which no script is to see, so only this Worker can read it. */
async function sealAddress({ keyRing }: Deployment, visit: Visit, next: string): Promise<string> {
  if (next.startsWith(`${visit.url.origin}/`)) return next
  const address = JSON.stringify({ next, until: after(visit.now, ADDRESS_LIFETIME) })
  return `${routeUrl(visit, '/logout')}?next=${await seal(address, addressContext(visit), keyRing)}`
}

/** The way on that was sealed, or the end of the way where it is somebody else's or too late. */
async function unsealAddress({ keyRing }: Deployment, visit: Visit, sealed: string): Promise<string> {
  const opened = await unseal(sealed, addressContext(visit), keyRing)
  const address = opened === undefined ? undefined : (JSON.parse(opened) as { next: string; until: number })
  return address !== undefined && visit.now < address.until
    ? address.next
    : `${routeUrl(visit, '/signed-out')}?local=1`
}

const addressContext = ({ url }: Visit) => ({ purpose: 'logout address', record: url.host }) as const

/** A login that waits for an answer, or is under way in another tab, must not sign in whoever comes next to this browser. */
const clearedLogins = (visit: Visit): string[] =>
  loginCookies(visit.cookies, cookieScope(visit))
    .slice(0, MAX_LOGIN_DELETIONS)
    .map(({ suffix }) => clearCookie('login', cookieScope(visit), suffix))

/** An image or a script that somebody wrote into a page, or an address that is only fetched ahead: nobody asked for a logout. */
const isPartOfAPage = ({ request: { method, headers }, site }: Visit): boolean =>
  method === 'GET' &&
  (isDeclaredSubresource(headers, isEmbedded({ site })) ||
    (headers.get('Sec-Fetch-Mode') ?? 'navigate') !== 'navigate')

/** `GET /auth/signed-out`: where Scalekit sends the browser after a logout. */
export async function signedOut(deployment: Deployment, visit: Visit): Promise<Answer> {
  const { signedOutPage, stillSignedInPage } = await logoutPages()
  const words = await wordsFor(visit)
  const current = await currentSession(deployment, visit)
  // A token says nothing of a session that was ended from another host, just now.
  const live = current.kind === 'signed_in' ? await isLive(deployment, current.session, visit.now) : ok(false)
  if (current.kind === 'signed_in' && (!live.ok || live.value))
    return ok(stillSignedInPage(visit, words, displayName(current.session), current.cookies))
  if (current.kind === 'of_another') return refused(current.refusal)
  const cookies = current.kind === 'signed_in' ? clearedSession(visit) : []
  const query = new URLSearchParams(visit.url.search)
  const state = await parseSignedOutState(query.get('state'), deployment)
  const local = query.get('local')
  const isLocal = local !== null
  // Typed, from a bookmark, or by a link of this site: nobody was led here from a sign-out.
  const isByHand = state === undefined && !isLocal && !isSentByAnotherSite(visit)
  const { loginHost } = deployment
  const others = isByHand ? 'unknown' : (state?.others ?? 0)
  const outcome = {
    ended: !isByHand && !(local === MAYBE_NOTHING && others === 0),
    atScalekit: !isLocal,
    everywhere: state?.everywhere === true,
    others: isByHand && visit.site.signsIn !== 'at_login_host' ? 0 : others,
    lifetime: deployment.session.lifetime,
    from: state?.from && originAt(state.from, visit),
    // Only what ends everywhere ends there too, and then nothing goes on.
    ...((isLocal || isByHand) &&
      loginHost !== undefined &&
      visit.site.signsIn === 'at_login_host' &&
      others !== 0 && {
        loginHost: { name: loginHost, logout: routeUrlAt(loginHost, visit, '/logout') },
      }),
  } as const
  return ok(withCookies(signedOutPage(visit, words, outcome), cookies))
}

const logoutPages = () => import('../pages/logout-pages.tsx')

async function wishOf(deployment: Deployment, visit: Visit): Promise<LogoutWish> {
  const { request, url } = visit
  const form = request.method === 'POST' ? await readForm(request) : new URLSearchParams()
  const isEverywhere = (given: URLSearchParams) => given.get('everywhere') === '1'
  return {
    everywhere: isEverywhere(new URLSearchParams(url.search)) || isEverywhere(form),
    from: await siteBefore(deployment, visit, form.get('from')),
  }
}

/**
 * The site whose page led to the login host, so that there is a way back: only one that signs in here. What `*` stands for may be anybody's
 * host, to which nobody is sent from here.
 *
 * @param given by a form, which another site may have sent
 */
async function siteBefore(
  deployment: Deployment,
  { site, request, now }: Visit,
  given: string | null,
): Promise<string | undefined> {
  if (site.signsIn !== 'for_others' || site.hasPages) return undefined
  const host = given ?? URL.parse(request.headers.get('Referer') ?? '')?.hostname
  // A wildcard takes whatever its first label holds, of which an address would make another host.
  if (host === undefined || !isHostName(host)) return undefined
  const found = await findSiteFor(deployment, host, now)
  if (found.kind !== 'site' || found.site === deployment.sites.fallback) return undefined
  return found.site.signsIn === 'at_login_host' ? host : undefined
}

interface LogoutResult {
  /** Whether there was a session that went on until now, or may have. */
  readonly ended: boolean
  /** What ends the session at Scalekit, if it can be had. */
  readonly idToken: string | undefined
  /** How many sessions of the person go on, where they are registered together. */
  readonly others: number
  /** Whether the registry did what was asked of it. */
  readonly complete: boolean
}

/**
 * Ends the session in the registry, or all of its owner; what has ended already has no say in anything. The cookies go whatever
 * comes of it: here, the person is signed out.
 */
async function endSession(
  deployment: Deployment,
  visit: Visit,
  held: HeldSession,
  everywhere: boolean,
): Promise<LogoutResult> {
  const asked = await actOnOwnSessions(deployment, visit, held, { kind: 'sign_out', everywhere })
  if (!asked.ok) {
    await log({ event: 'degraded', what: 'logout without the registry', detail: asked.error.detail }, visit)
    return { ended: true, idToken: undefined, others: 0, complete: false }
  }
  if (asked.value === undefined) return NOTHING_TO_END
  const { subject, goOn, idToken: sealed, missed } = asked.value
  await log({ event: 'logout', everywhere }, visit, { ...visit.trail.whose, subject, id: held.id })
  const idToken =
    sealed &&
    (await unsealCompact(sealed.sealed, { purpose: 'ID token', record: sealed.of }, deployment.keyRing))
  return { ended: true, idToken, others: goOn.length, complete: missed === undefined }
}

/** What `local` says, where Scalekit was not asked. Where no other session goes on, either, there may have been none. */
const MAYBE_NOTHING = '1'
const ENDED = 'ended'

/** On to Scalekit, where there is an ID token to say which session to end; otherwise the end of the way. */
async function nextStop(
  deployment: Deployment,
  visit: Visit,
  { ended, idToken, others, complete }: LogoutResult,
  { everywhere, from }: LogoutWish,
): Promise<string> {
  const { scalekit, loginHost } = deployment
  const signedOutUrl = routeUrl(visit, '/signed-out')
  const outcome = {
    others: complete ? others : 'unknown',
    everywhere: everywhere && ended && complete && others === 0,
    from,
  } as const
  if (idToken !== undefined) {
    const isElsewhere = loginHost !== undefined && visit.site.signsIn === 'at_login_host'
    // The one host that Scalekit knows of.
    const postLogoutRedirectUri = isElsewhere ? routeUrlAt(loginHost, visit, '/signed-out') : signedOutUrl
    const begun = isElsewhere ? visit.url.host : from
    const state = await formatSignedOutState({ ...outcome, from: begun }, deployment)
    const request = { idTokenHint: idToken, postLogoutRedirectUri, state }
    const { href } = buildLogoutUrl(scalekit.issuer, request)
    if (href.length <= MAX_URL_LENGTH) return href
  }
  const state = await formatSignedOutState(outcome, deployment)
  const local = ended && outcome.others === 0 ? ENDED : MAYBE_NOTHING
  return `${signedOutUrl}?${new URLSearchParams({ local, state })}`
}

import { log } from '../audit/log.ts'
import { ok } from '../base/result.ts'
import { after, elapsed } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Change } from '../pages/change-of-identity-page.tsx'
import { redirect } from '../pages/response.ts'
import { wordsFor } from '../pages/words-for.ts'
import { checkPerson, demandsOf } from '../policy/demands.ts'
import { isLive } from '../registry/registry.ts'
import { registrantOf, registryOf } from '../registry/registry-name.ts'
import { setCookie } from '../request/cookies.ts'
import { noteAttempt } from '../request/login-attempts.ts'
import { readForm } from '../request/read-form.ts'
import { type Answer, refused } from '../request/refused.ts'
import { isOwnIntention } from '../request/same-origin.ts'
import { cookieScope, type Visit } from '../request/visit.ts'
import { currentSessionForSites } from '../session/current-session.ts'
import { type FinishedLogin, openSession, personOf } from '../session/open-session.ts'
import { displayName, type Person } from '../tokens/session.ts'
import { bindingSuffix } from './binding-cookie.ts'
import { answerRequest, forSiteOf } from './login-for-site.ts'
import { type Destination, LOGIN_TRANSACTION_LIFETIME, loginsOf } from './login-transaction.ts'
import { type PresentedLogin, presentedLogin } from './presented-login.ts'
import { noteFinished } from './rate-limit.ts'
import { rememberChoice } from './remembered-choice.ts'
import { backTo, landing } from './without-transaction.ts'

type LoginToComplete = FinishedLogin & Destination

/** Opens the session of a finished login and goes on to the page that was wanted, or to the site that asked for it. */
export async function completeLogin(
  deployment: Deployment,
  visit: Visit,
  login: LoginToComplete,
  cookies: readonly string[],
): Promise<Answer> {
  const { returnTo, request, identity, begunAt } = login
  visit.trail.whose = identity
  // The site may have become another organization's since the login began. What another site asks for is seen when that is answered.
  const mismatch = request === undefined ? checkPerson(demandsOf(visit.site), identity) : undefined
  if (mismatch !== undefined)
    return refused(mismatch, { ...(await backTo(deployment, visit, login)), cookies })
  const opened = await openSession(deployment, visit, login)
  if (!opened.ok) return refused(opened.error, { ...(await backTo(deployment, visit, login)), cookies })
  noteFinished(deployment, visit)
  const { session } = opened.value
  const withSession = [
    ...cookies,
    ...opened.value.cookies,
    ...(await rememberChoice(deployment, visit, login.chosenDomain)),
  ]
  if (request !== undefined)
    return answerRequest(
      deployment,
      visit,
      request,
      {
        ...identity,
        id: session.id,
        registry: registryOf(session),
        authenticatedAt: session.authenticatedAt,
        begunAt,
        until: after(visit.now, deployment.session.absolute),
      },
      withSession,
    )
  return ok(redirect(landing(visit, returnTo), 303, [...withSession, noteAttempt(visit, returnTo)]))
}

/**
 * A login that another site began must not make somebody who is signed in into another person behind their back (login CSRF, RFC 6749
 * section 10.12, as an attacker does it who has an account too): they are asked, and stay who they are until they answer.
 *
 * @returns the question, or `undefined` where nobody is signed in, or the same person
 */
export async function askWhetherToChange(
  deployment: Deployment,
  visit: Visit,
  { hash, binding }: PresentedLogin,
  login: LoginToComplete,
): Promise<Answer | undefined> {
  const { url, now } = visit
  const { returnTo } = login
  // Somebody who may not see the login host's own pages holds a session there all the same, which other sites go by.
  const current = await currentSessionForSites(deployment, visit)
  if (current.kind === 'unknown') return refused(current.refusal, { returnTo })
  const person = personOf(login.identity, visit)
  if (current.kind !== 'signed_in' || isSamePerson(current.session, person)) return undefined
  const { session, cookies } = current
  const live = await isLive(deployment, session, now)
  if (!live.ok) return refused(live.error, { returnTo })
  if (!live.value) return undefined

  await loginsOf(deployment).hold(hash, binding, { ...login, host: url.host })
  await log({ event: 'identity_change_asked', from: session.subject, to: person.subject }, visit)
  const who = namesApart(session, person)
  const secret = setCookie(
    'login',
    cookieScope(visit),
    binding,
    LOGIN_TRANSACTION_LIFETIME,
    bindingSuffix(hash),
  )
  const { changeOfIdentityPage } = await import('../pages/change-of-identity-page.tsx')
  const stay = landing(visit, returnTo)
  const forSite = await forSiteOf(deployment, visit, login.request)
  const words = await wordsFor(visit)
  return ok(changeOfIdentityPage(visit, words, who, { login: hash, stay, forSite }, [...cookies, secret]))
}

/** `POST /auth/continue`: the answer to that question is yes. A no needs no request. */
export async function continueLogin(deployment: Deployment, visit: Visit): Promise<Answer> {
  if (!isOwnIntention(visit)) return refused({ reason: 'cross_site_request' })
  const hash = (await readForm(visit.request)).get('login') ?? ''
  if (!/^[\w-]{43}$/.test(hash))
    return refused({ reason: 'parameter_invalid', parameter: 'login', expected: 'what this site sent' })

  const presented = await presentedLogin(deployment, visit, hash)
  if (!presented.ok) return refused(presented.error)
  const { binding, cookies } = presented.value
  const login = await loginsOf(deployment).release(hash, binding)
  if (login === 'unreadable') return refused({ reason: 'transaction_unreadable' }, { cookies })
  if (login === 'unknown') return refused({ reason: 'transaction_unknown' }, { cookies })
  const { host, finishedAt } = login
  if (host !== visit.url.host) return refused({ reason: 'transaction_of_other_host', host }, { cookies })
  const age = elapsed(finishedAt, visit.now)
  if (age > LOGIN_TRANSACTION_LIFETIME)
    return refused(
      { reason: 'transaction_expired', ageSeconds: age },
      { ...(await backTo(deployment, visit, login)), cookies },
    )
  return completeLogin(deployment, visit, login, cookies)
}

/** An identity provider may assert the address of somebody else's person: then what tells them apart is said too. */
function namesApart(present: Person, next: Person): Change {
  const names = { now: displayName(present), next: displayName(next) }
  if (names.now.toLowerCase() !== names.next.toLowerCase()) return names
  const sameOrganization = present.organizationId === next.organizationId
  return { ...names, apartBy: sameOrganization ? 'anotherAccount' : 'anotherOrganization' }
}

/** By what an identity provider knows somebody by, in one organization. */
const isSamePerson = (one: Person, other: Person): boolean =>
  one.subject === other.subject && registrantOf(one) === registrantOf(other)

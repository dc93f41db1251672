import { log } from '../audit/log.ts'
import { elapsed } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { changeOfIdentityPage } from '../pages/change-of-identity-page.tsx'
import { refuse } from '../pages/refusal-page.tsx'
import { redirect } from '../pages/response.ts'
import { askRegistry, registry } from '../registry/registry.ts'
import { registryOf, tenantOf } from '../registry/registry-name.ts'
import { clearCookie, readCookie, setCookie } from '../request/cookies.ts'
import { readBody } from '../request/read-body.ts'
import type { ReturnTo } from '../request/return-to.ts'
import { isOwnIntention } from '../request/same-origin.ts'
import { isSecure, type Visit } from '../request/visit.ts'
import { currentSession } from '../session/current-session.ts'
import { type FinishedLogin, openSession, personOf } from '../session/open-session.ts'
import { displayName, type Person } from '../tokens/session.ts'
import { bindingSuffix } from './binding-cookie.ts'
import { LOGIN_TRANSACTION_LIFETIME, loginsOf } from './login-transaction.ts'
import { checkRateLimit } from './rate-limit.ts'

type LoginToComplete = FinishedLogin & { readonly returnTo: ReturnTo }

/** Opens the session of a finished login and goes on to the page that was wanted. */
export async function completeLogin(
  deployment: Deployment,
  visit: Visit,
  login: LoginToComplete,
  cookies: readonly string[],
): Promise<Response> {
  const { returnTo } = login
  const opened = await openSession(deployment, visit, login)
  if (!opened.ok) return refuse(visit, opened.error, { returnTo, cookies })
  return redirect(visit.url, returnTo, 303, [...cookies, ...opened.value.cookies])
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
  transaction: { readonly hash: string; readonly binding: string },
  login: LoginToComplete,
): Promise<Response | undefined> {
  const { url, now } = visit
  const { hash, binding } = transaction
  const { returnTo } = login
  const current = await currentSession(deployment, visit)
  if (current.kind === 'unknown') return refuse(visit, current.refusal, { returnTo })
  const person = personOf(login.identity, visit.site)
  if (current.kind === 'signed_out' || isSamePerson(current.session, person)) return undefined
  const { session, cookies } = current
  const live = await askRegistry(() => registry(deployment, registryOf(session)).isLive(session.id, now))
  if (!live.ok) return refuse(visit, live.error, { returnTo })
  if (!live.value) return undefined

  await loginsOf(deployment).hold(hash, binding, { ...login, host: url.host })
  log({ event: 'identity_change_asked', from: session.subject, to: person.subject }, visit)
  const who = namesApart(session, person)
  const secret = setCookie('login', isSecure(visit), binding, LOGIN_TRANSACTION_LIFETIME, bindingSuffix(hash))
  return changeOfIdentityPage(visit, who, { login: hash, returnTo }, [...cookies, secret])
}

/** `POST /auth/continue`: the answer to that question is yes. A no needs no request. */
export async function continueLogin(deployment: Deployment, visit: Visit): Promise<Response> {
  if (!isOwnIntention(visit)) return refuse(visit, { reason: 'cross_site_request' })
  const limited = await checkRateLimit(deployment, visit, 'callback')
  if (limited !== undefined) return refuse(visit, limited)
  const body = await readBody(visit.request)
  if (!body.ok) return refuse(visit, body.error)
  const hash = new URLSearchParams(new TextDecoder().decode(body.value)).get('login') ?? ''
  if (!/^[\w-]{43}$/.test(hash))
    return refuse(visit, { reason: 'parameter_invalid', parameter: 'login', expected: 'what this site sent' })

  const secure = isSecure(visit)
  const suffix = bindingSuffix(hash)
  const binding = readCookie(visit.cookies, 'login', secure, suffix)
  if (binding === undefined) return refuse(visit, { reason: 'binding_cookie_missing' })
  const cookies = [clearCookie('login', secure, suffix)]
  const login = await loginsOf(deployment).release(hash, binding)
  if (login === 'unreadable') return refuse(visit, { reason: 'transaction_unreadable' }, { cookies })
  if (login === 'unknown') return refuse(visit, { reason: 'transaction_unknown' }, { cookies })
  const { returnTo, host, finishedAt } = login
  if (host !== visit.url.host)
    return refuse(visit, { reason: 'transaction_of_other_host', host }, { cookies })
  const age = elapsed(finishedAt, visit.now)
  if (age > LOGIN_TRANSACTION_LIFETIME)
    return refuse(visit, { reason: 'transaction_expired', ageSeconds: age }, { returnTo, cookies })
  return completeLogin(deployment, visit, login, cookies)
}

/** An identity provider may assert the address of somebody else's person: then what tells them apart is said too. */
function namesApart(present: Person, next: Person): { readonly now: string; readonly next: string } {
  const names = { now: displayName(present), next: displayName(next) }
  if (names.now.toLowerCase() !== names.next.toLowerCase()) return names
  const other = present.organizationId === next.organizationId ? 'another account' : 'another organization'
  return { ...names, next: `${names.next} (${other})` }
}

/** By what an identity provider knows somebody by, in one organization. */
const isSamePerson = (one: Person, other: Person): boolean =>
  one.subject === other.subject && tenantOf(one) === tenantOf(other)

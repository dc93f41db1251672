import type { Refusal } from '../base/refusal.ts'
import { ok, type Result } from '../base/result.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { redirect, withCookies } from '../pages/response.ts'
import { clearCookie, readCookie } from '../request/cookies.ts'
import { type Answer, refused } from '../request/refused.ts'
import { HOME, parseReturnTo, type ReturnTo } from '../request/return-to.ts'
import { cookieScope, type Visit } from '../request/visit.ts'
import { currentSession } from '../session/current-session.ts'
import {
  type AuthorizationResponse,
  parseAuthorizationResponse,
  scalekitRefusal,
} from './authorization-response.ts'
import { bindingSuffix, parseBinding } from './binding-cookie.ts'
import { askWhetherToChange, completeLogin } from './change-of-identity.ts'
import { identify } from './identify.ts'
import { applyDemands, parseLoginQuery } from './login-query.ts'
import { loginsOf } from './login-transaction.ts'
import { checkCallback, checkStart } from './rate-limit.ts'
import { startIdpInitiated } from './start-idp-initiated.ts'
import { startLogin } from './start-login.ts'

/** `GET /auth/callback`: the browser comes back from Scalekit. */
export async function callback(deployment: Deployment, visit: Visit): Promise<Answer> {
  const parsed = parseAuthorizationResponse(new URLSearchParams(visit.url.search))
  if (!parsed.ok || parsed.value.state === undefined) return callbackWithoutState(deployment, visit, parsed)

  const response = parsed.value
  const scope = cookieScope(visit)
  const hash = await sha256(parsed.value.state)
  const suffix = bindingSuffix(hash)
  const binding = readCookie(visit.cookies, 'login', scope, suffix)
  const limited = await checkCallback(deployment, visit, { hash, binding })
  if (limited !== undefined) return refused(limited)
  if (binding === undefined)
    return withoutTransaction(deployment, visit, { reason: 'binding_cookie_missing' })

  const transaction = await loginsOf(deployment).take(hash, binding)
  // The transaction is over, however it ends.
  const cookies = [clearCookie('login', scope, suffix)]
  if (transaction === 'unreadable') return refused({ reason: 'transaction_unreadable' }, { cookies })
  if (transaction === 'unknown') {
    return withoutTransaction(deployment, visit, { reason: 'transaction_unknown' }, binding, cookies)
  }

  const { returnTo, begunElsewhere = false, chosenDomain } = transaction
  const finished = await identify(deployment, visit, transaction, response)
  if (!finished.ok) {
    // Of two equal callbacks at the same moment both find the record, and the code is good for one of them.
    const other =
      finished.error.reason === 'code_rejected' ? await goOn(deployment, visit, returnTo, cookies) : undefined
    return other ?? refused(finished.error, { returnTo, cookies })
  }
  const login = { ...finished.value, returnTo, chosenDomain }
  const question = begunElsewhere
    ? await askWhetherToChange(deployment, visit, { hash, binding }, login)
    : undefined
  return question ?? completeLogin(deployment, visit, login, cookies)
}

/** Errors and IdP-initiated starts may arrive without a state; they act on no transaction. A start counts as one. */
async function callbackWithoutState(
  deployment: Deployment,
  visit: Visit,
  parsed: Result<AuthorizationResponse, Refusal>,
): Promise<Answer> {
  const { error, idpInitiatedLogin } = parsed.ok ? parsed.value : {}
  const startsWith = error === undefined ? idpInitiatedLogin : undefined
  const limited =
    startsWith === undefined
      ? await checkCallback(deployment, visit, undefined)
      : await checkStart(deployment, visit)
  if (limited !== undefined) return refused(limited)
  if (startsWith !== undefined) return startIdpInitiated(deployment, visit, startsWith)
  if (!parsed.ok) return refused(parsed.error)
  return refused(error === undefined ? { reason: 'state_missing' } : scalekitRefusal(error))
}

/**
 * The login that this callback answers cannot be found. Whoever is signed in already, in another tab or by the first of
 * two equal callbacks, goes on to the site. Otherwise, if the browser did start it here, KV may not have caught
 * up: it starts again, once, without a word.
 */
async function withoutTransaction(
  deployment: Deployment,
  visit: Visit,
  refusal: Refusal,
  bindingText?: string,
  cookies: readonly string[] = [],
): Promise<Answer> {
  const binding = bindingText === undefined ? undefined : parseBinding(bindingText)
  const query = parseLoginQuery(new URLSearchParams(binding?.query))
  const returnTo: ReturnTo = query.ok
    ? parseReturnTo(query.value.returnTo, visit.url.origin, visit.basePath)
    : HOME
  const goesOn = await goOn(deployment, visit, returnTo, cookies)
  if (goesOn !== undefined) return goesOn
  if (binding === undefined || binding.restarts > 0 || !query.ok)
    return refused(refusal, { returnTo, cookies })

  const limited = await checkStart(deployment, visit)
  if (limited !== undefined) return refused(limited, { returnTo, cookies })
  const selectors = applyDemands(visit.site, query.value.selectors)
  const restarted = await startLogin(deployment, visit, {
    selectors,
    prompt: query.value.prompt,
    returnTo,
    begunElsewhere: true,
    restarts: binding.restarts + 1,
  })
  return restarted.ok
    ? ok(withCookies(restarted.value, cookies))
    : refused(restarted.error.refusal, {
        ...restarted.error,
        cookies: [...cookies, ...(restarted.error.cookies ?? [])],
      })
}

/** The way on to the site for somebody who is signed in without this callback; `undefined` for anybody else. */
async function goOn(
  deployment: Deployment,
  visit: Visit,
  returnTo: ReturnTo,
  cookies: readonly string[],
): Promise<Answer | undefined> {
  const current = await currentSession(deployment, visit)
  return current.kind === 'signed_in'
    ? ok(redirect(returnTo, 303, [...cookies, ...current.cookies]))
    : undefined
}

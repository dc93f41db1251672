import type { Refusal } from '../base/refusal.ts'
import type { Result } from '../base/result.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { type Answer, refused } from '../request/refused.ts'
import { isDeclaredSubresource } from '../request/request-kind.ts'
import { isEmbedded, type Visit } from '../request/visit.ts'
import {
  type AuthorizationResponse,
  parseAuthorizationResponse,
  scalekitRefusal,
} from './authorization-response.ts'
import { askWhetherToChange, completeLogin } from './change-of-identity.ts'
import { identify } from './identify.ts'
import { loginsOf } from './login-transaction.ts'
import { presentedLogin } from './presented-login.ts'
import { checkCallback, checkStart } from './rate-limit.ts'
import { startIdpInitiated } from './start-idp-initiated.ts'
import { backTo, goOn, withoutLogin, withoutTransaction } from './without-transaction.ts'

/** `GET /auth/callback`: the browser comes back from Scalekit. */
export async function callback(deployment: Deployment, visit: Visit): Promise<Answer> {
  const parsed = parseAuthorizationResponse(new URLSearchParams(visit.url.search))
  if (!parsed.ok || parsed.value.state === undefined) return callbackWithoutState(deployment, visit, parsed)
  // What is only fetched ahead, or is part of another page, must not use up a login.
  if (isDeclaredSubresource(visit.request.headers, isEmbedded(visit)))
    return refused({ reason: 'not_a_navigation' })

  const response = parsed.value
  const presented = await presentedLogin(deployment, visit, await sha256(parsed.value.state))
  if (!presented.ok) return withoutLogin(deployment, visit, presented.error)
  // Such a site's logins end at its handoff: whoever knows a state must not use one up here.
  if (visit.site.signsIn === 'at_login_host')
    return withoutTransaction(deployment, visit, { reason: 'transaction_unknown' })

  const { hash, binding, cookies } = presented.value
  const transaction = await loginsOf(deployment).take(hash, binding)
  if (transaction === 'unreadable') return refused({ reason: 'transaction_unreadable' }, { cookies })
  if (transaction === 'unknown') {
    return withoutTransaction(deployment, visit, { reason: 'transaction_unknown' }, binding, cookies)
  }

  const { begunElsewhere = false, typedAddress, ...destination } = transaction
  const finished = await identify(deployment, visit, transaction, response)
  if (!finished.ok) {
    // Of two equal callbacks at the same moment both find the record, and the code is good for one of them.
    const other =
      finished.error.reason === 'code_rejected'
        ? await goOn(deployment, visit, destination, cookies)
        : undefined
    const more = await backTo(deployment, visit, destination)
    return other ?? refused(finished.error, { ...more, cookies, typedAddress })
  }
  const { returnTo, request, chosenDomain } = transaction
  const login = { ...finished.value, returnTo, request, chosenDomain }
  const question = begunElsewhere
    ? await askWhetherToChange(deployment, visit, presented.value, login)
    : undefined
  return question ?? completeLogin(deployment, visit, login, cookies)
}

/** Errors and IdP-initiated starts may arrive without a state; they act on no transaction. A start counts as one. */
async function callbackWithoutState(
  deployment: Deployment,
  visit: Visit,
  parsed: Result<AuthorizationResponse, Refusal>,
): Promise<Answer> {
  const { error, attribute, idpInitiatedLogin } = parsed.ok ? parsed.value : {}
  const startsWith = error === undefined ? idpInitiatedLogin : undefined
  const limited =
    startsWith === undefined
      ? await checkCallback(deployment, visit, undefined)
      : await checkStart(deployment, visit)
  if (limited !== undefined) return refused(limited)
  if (startsWith !== undefined) return startIdpInitiated(deployment, visit, startsWith)
  if (!parsed.ok) return refused(parsed.error)
  return refused(error === undefined ? { reason: 'state_missing' } : scalekitRefusal(error, attribute))
}

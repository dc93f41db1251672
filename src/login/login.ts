import { log } from '../audit/log.ts'
import type { Refusal } from '../base/refusal.ts'
import { ok } from '../base/result.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { SignInForm } from '../pages/sign-in-page.tsx'
import { type Answer, refused } from '../request/refused.ts'
import { isDeclaredSubresource } from '../request/request-kind.ts'
import { MAX_RETURN_TO, parseReturnTo } from '../request/return-to.ts'
import { isSentByAnotherSite } from '../request/same-origin.ts'
import { isEmbedded, type Visit } from '../request/visit.ts'
import { scalekitRefusal } from './authorization-response.ts'
import { loginForSite } from './login-for-site.ts'
import { applyDemands, parseLoginQuery, returnToOf } from './login-query.ts'
import { checkStart } from './rate-limit.ts'
import { startIdpInitiated } from './start-idp-initiated.ts'
import { startLogin } from './start-login.ts'

/** `GET /auth/login`: starts a login, or asks for what is missing to start one. */
export async function login(deployment: Deployment, visit: Visit): Promise<Answer> {
  const { request, site, url, basePath } = visit
  if (isDeclaredSubresource(request.headers, isEmbedded(visit)))
    return refused({ reason: 'not_a_navigation' })

  const query = new URLSearchParams(url.search)
  // An IdP-initiated start that failed arrives here with an error and nothing else.
  const error = query.get('error')
  if (error !== null && error !== '') return refused(scalekitRefusal(error))

  const parsed = parseLoginQuery(query)
  if (!parsed.ok)
    return isMistyped(parsed.error) && visit.kind === 'navigation'
      ? signIn(visit, query, (query.get('login_hint') ?? '').slice(0, 320))
      : refused(parsed.error)

  const { idpInitiatedLogin, prompt, returnTo, request: asked } = parsed.value
  if (site.signsIn === 'for_others' && asked !== undefined)
    return loginForSite(deployment, visit, asked, parsed.value)
  if (!site.hasPages && idpInitiatedLogin === undefined) return refused({ reason: 'login_request_missing' })

  if (idpInitiatedLogin === undefined && returnTo !== null && returnTo.length > MAX_RETURN_TO)
    log({ event: 'return_to_dropped', length: returnTo.length, limit: MAX_RETURN_TO }, visit)
  const selectors = applyDemands(site, parsed.value.selectors)
  const isOpen = idpInitiatedLogin === undefined && Object.keys(selectors).length === 0
  // The login host may know already who it is, and asks otherwise.
  if (isOpen && site.signsIn !== 'at_login_host') return signIn(visit, query)

  const limited = await checkStart(deployment, visit)
  if (limited !== undefined) return refused(limited)
  if (idpInitiatedLogin !== undefined) return startIdpInitiated(deployment, visit, idpInitiatedLogin)
  const target = parseReturnTo(returnTo, url.origin, basePath)
  return startLogin(deployment, visit, {
    selectors,
    prompt,
    returnTo: target,
    begunElsewhere: isSentByAnotherSite(visit),
  })
}

/** An address that somebody wrote is asked for again; what else a link says wrong is the link's fault. */
const isMistyped = (refusal: Refusal): boolean =>
  refusal.reason === 'parameter_invalid' && refusal.parameter === 'login_hint'

/** Asks for an address. @param rejected one that was none */
async function signIn(visit: Visit, query: URLSearchParams, rejected?: string): Promise<Answer> {
  const { signInPage } = await import('../pages/sign-in-page.tsx')
  const { url, basePath, site } = visit
  const request = site.signsIn === 'for_others' ? query.get('request') : null
  const prompt = query.get('prompt')
  const hidden = {
    ...(request === null
      ? { return_to: parseReturnTo(returnToOf(query), url.origin, basePath) }
      : { request }),
    // Of an address that was none, nothing else is repeated.
    ...(prompt !== null && rejected === undefined && { prompt }),
  }
  const form: SignInForm = { hidden, ...(rejected !== undefined && { rejected }) }
  return ok(signInPage(visit, form))
}

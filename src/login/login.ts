import { log } from '../audit/log.ts'
import { ok } from '../base/result.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { type Answer, refused } from '../request/refused.ts'
import { isDeclaredSubresource } from '../request/request-kind.ts'
import { MAX_RETURN_TO, parseReturnTo } from '../request/return-to.ts'
import { isSentByAnotherSite } from '../request/same-origin.ts'
import { isEmbedded, type Visit } from '../request/visit.ts'
import { scalekitRefusal } from './authorization-response.ts'
import { applyDemands, type LoginQuery, parseLoginQuery, returnToOf } from './login-query.ts'
import { checkStart } from './rate-limit.ts'
import { rememberedChoice } from './remembered-choice.ts'
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
  if (!parsed.ok) {
    const { error: refusal } = parsed
    if (
      refusal.reason === 'parameter_invalid' &&
      refusal.parameter === 'login_hint' &&
      visit.kind === 'navigation'
    ) {
      const rejected = query.get('login_hint') ?? ''
      return signIn(deployment, visit, {
        returnTo: returnToOf(query),
        prompt: undefined,
        rejected: rejected.slice(0, 320),
      })
    }
    return refused(refusal)
  }
  const { idpInitiatedLogin, prompt, returnTo } = parsed.value
  if (idpInitiatedLogin === undefined && returnTo !== null && returnTo.length > MAX_RETURN_TO)
    log({ event: 'return_to_dropped', length: returnTo.length, limit: MAX_RETURN_TO }, visit)
  const selectors = applyDemands(site, parsed.value.selectors)
  if (idpInitiatedLogin === undefined && Object.keys(selectors).length === 0)
    return signIn(deployment, visit, { returnTo, prompt })

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

async function signIn(
  deployment: Deployment,
  visit: Visit,
  { returnTo, prompt, rejected }: Pick<LoginQuery, 'returnTo' | 'prompt'> & { readonly rejected?: string },
): Promise<Answer> {
  const { signInPage } = await import('../pages/sign-in-page.tsx')
  const target = parseReturnTo(returnTo, visit.url.origin, visit.basePath)
  const hidden = { return_to: target, ...(prompt !== undefined && { prompt }) }
  return ok(signInPage(visit, { hidden, rejected, remembered: await rememberedChoice(deployment, visit) }))
}

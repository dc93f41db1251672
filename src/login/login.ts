import { log } from '../audit/log.ts'
import type { Refusal } from '../base/refusal.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { type Answer, refused } from '../request/refused.ts'
import { isDeclaredSubresource } from '../request/request-kind.ts'
import { MAX_RETURN_TO, parseReturnTo } from '../request/return-to.ts'
import { isSentByAnotherSite } from '../request/same-origin.ts'
import { isEmbedded, localesOf, type Visit } from '../request/visit.ts'
import { attributeIn } from '../scalekit/error-catalogue.ts'
import { askForAddress } from './ask-for-address.ts'
import { scalekitRefusal } from './authorization-response.ts'
import { forSiteOf, loginForSite } from './login-for-site.ts'
import { applyDemands, type LoginQuery, parseLoginQuery } from './login-query.ts'
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
  if (error !== null && error !== '')
    return refused(scalekitRefusal(error, attributeIn(query.get('error_description'))))

  const parsed = parseLoginQuery(query)
  if (!parsed.ok)
    return isMistyped(parsed.error) && visit.kind === 'navigation'
      ? askAgain(deployment, visit, query)
      : refused(parsed.error)

  const doubted = await doubtAddress(deployment, visit, parsed.value)
  if (doubted !== undefined) return doubted

  const { idpInitiatedLogin, prompt, returnTo, request: asked, begun } = parsed.value
  if (site.signsIn === 'for_others' && asked !== undefined)
    return loginForSite(deployment, visit, asked, parsed.value)
  if (!site.hasPages && idpInitiatedLogin === undefined) return refused({ reason: 'login_request_missing' })

  if (idpInitiatedLogin === undefined && returnTo !== null && returnTo.length > MAX_RETURN_TO)
    await log({ event: 'return_to_dropped', length: returnTo.length, limit: MAX_RETURN_TO }, visit)
  const selectors = applyDemands(site, parsed.value.selectors)
  const isOpen = idpInitiatedLogin === undefined && Object.keys(selectors).length === 0
  // The login host may know already who it is, and asks otherwise.
  if (isOpen && site.signsIn !== 'at_login_host')
    return askForAddress(deployment, visit, { hidden: hiddenIn(visit, parsed.value) })

  const limited = await checkStart(deployment, visit)
  if (limited !== undefined) return refused(limited)
  if (idpInitiatedLogin !== undefined) return startIdpInitiated(deployment, visit, idpInitiatedLogin)
  const target = parseReturnTo(returnTo, url.origin, basePath)
  return startLogin(deployment, visit, {
    selectors,
    prompt,
    returnTo: target,
    begunElsewhere: begun === 'elsewhere' || isSentByAnotherSite(visit),
  })
}

/** An address that somebody wrote is asked for again; what else a link says wrong is the link's fault. */
const isMistyped = (refusal: Refusal): boolean =>
  refusal.reason === 'parameter_invalid' && refusal.parameter === 'login_hint'

async function askAgain(deployment: Deployment, visit: Visit, query: URLSearchParams): Promise<Answer> {
  const given = (query.get('login_hint') ?? '').slice(0, 320)
  // A browser takes the spaces off it: one press of our button, and another site's address would be the person's own choice.
  const rejected = isSentByAnotherSite(visit) && given.includes('@') ? '' : given
  const others = new URLSearchParams(query)
  others.delete('login_hint')
  const rest = parseLoginQuery(others)
  if (!rest.ok) return refused(rest.error)
  const forSite = await siteAskedFor(deployment, visit, rest.value)
  const typed = { address: rejected }
  return askForAddress(deployment, visit, { hidden: hiddenIn(visit, rest.value), typed, forSite })
}

/**
 * Asks once whether an address with a known slip in it, or of a mailbox that is nobody's work, is meant so. What is answered goes on in either case: somebody may have it. Only of our
 * own form: a link of another site would have its address on a button of ours, and the login then be the person's own doing.
 *
 * @returns `undefined` where there is nothing to ask
 */
async function doubtAddress(
  deployment: Deployment,
  visit: Visit,
  query: LoginQuery,
): Promise<Answer | undefined> {
  const { loginHint: address } = query.selectors
  const isOurForm = query.isTyped && visit.request.headers.get('Sec-Fetch-Site') === 'same-origin'
  if (!isOurForm || address === undefined || visit.kind !== 'navigation') return undefined
  const { doubtsOf } = await import('./doubted-address.ts')
  const forSite = await siteAskedFor(deployment, visit, query)
  const doubts = await doubtsOf(deployment, visit, address, forSite)
  if (doubts === undefined) return undefined
  return askForAddress(deployment, visit, {
    hidden: hiddenIn(visit, query),
    typed: { address, ...doubts },
    forSite,
  })
}

const siteAskedFor = (deployment: Deployment, visit: Visit, { request }: LoginQuery) =>
  forSiteOf(deployment, visit, visit.site.signsIn === 'for_others' ? request : undefined)

/** What goes along with the address that a person enters. */
function hiddenIn(visit: Visit, { returnTo, prompt, request }: LoginQuery) {
  const { url, basePath, site } = visit
  return {
    ...(request !== undefined && site.signsIn === 'for_others'
      ? { request }
      : { return_to: parseReturnTo(returnTo, url.origin, basePath) }),
    ...(prompt !== undefined && { prompt }),
    ...localesOf(visit),
  }
}

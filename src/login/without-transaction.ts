import type { Refusal } from '../base/refusal.ts'
import { ok } from '../base/result.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { redirect, withCookies } from '../pages/response.ts'
import { type Answer, type Refused, refused } from '../request/refused.ts'
import { HOME, parseReturnTo, type ReturnTo } from '../request/return-to.ts'
import { loginUrl, routeUrl, type Visit } from '../request/visit.ts'
import { currentSession, currentSessionForSites } from '../session/current-session.ts'
import { parseBinding } from './binding-cookie.ts'
import { forSiteOf, loginForSite } from './login-for-site.ts'
import { applyDemands, parseLoginQuery } from './login-query.ts'
import type { Destination } from './login-transaction.ts'
import { checkStart } from './rate-limit.ts'
import { startLogin } from './start-login.ts'

/** A browser without the cookie may have finished already; otherwise there is nothing to go on with. */
export const withoutLogin = (
  deployment: Deployment,
  visit: Visit,
  refusal: Refusal,
): Promise<Answer> | Answer =>
  refusal.reason === 'binding_cookie_missing'
    ? withoutTransaction(deployment, visit, refusal)
    : refused(refusal)

/**
 * The login that this answers cannot be found. Whoever is signed in already, in another tab or by the first of
 * two equal callbacks, goes on to the site. Otherwise, if the browser did start it here, KV may not have caught
 * up: it starts again, once, without a word.
 */
export async function withoutTransaction(
  deployment: Deployment,
  visit: Visit,
  refusal: Refusal,
  bindingText?: string,
  cookies: readonly string[] = [],
): Promise<Answer> {
  const binding = bindingText === undefined ? undefined : parseBinding(bindingText)
  const link = new URLSearchParams(binding?.query)
  const request = link.get('request') ?? undefined
  const query = parseLoginQuery(link)
  const returnTo: ReturnTo = query.ok
    ? parseReturnTo(query.value.returnTo, visit.url.origin, visit.basePath)
    : HOME
  const goesOn = await goOn(deployment, visit, { returnTo, request }, cookies)
  if (goesOn !== undefined) return goesOn
  const forSite = await forSiteOf(deployment, visit, request)
  // A link that was too long to be remembered asked for somebody; without it the login would be for nobody, or for anybody.
  if (binding === undefined || binding.query === '' || binding.restarts > 0 || !query.ok)
    return refused(refusal, { returnTo, cookies, forSite })

  const restarts = binding.restarts + 1
  if (request !== undefined)
    return withFirst(cookies, await loginForSite(deployment, visit, request, query.value, restarts))
  const limited = await checkStart(deployment, visit)
  if (limited !== undefined) return refused(limited, { returnTo, cookies })
  const restarted = await startLogin(deployment, visit, {
    selectors: applyDemands(visit.site, query.value.selectors),
    prompt: query.value.prompt,
    returnTo,
    begunElsewhere: true,
    restarts,
  })
  return withFirst(cookies, restarted)
}

const withFirst = (cookies: readonly string[], answer: Answer): Answer =>
  answer.ok
    ? ok(withCookies(answer.value, cookies))
    : refused(answer.error.refusal, {
        ...answer.error,
        cookies: [...cookies, ...(answer.error.cookies ?? [])],
      })

/** The way on for somebody who is signed in without this login; `undefined` for anybody else. */
export async function goOn(
  deployment: Deployment,
  visit: Visit,
  { returnTo, request }: Destination,
  cookies: readonly string[],
): Promise<Answer | undefined> {
  const current =
    request === undefined
      ? await currentSession(deployment, visit)
      : await currentSessionForSites(deployment, visit)
  if (current.kind !== 'signed_in') return undefined
  const next = request === undefined ? landing(visit, returnTo) : loginUrl(visit, { request })
  return ok(redirect(next, 303, [...cookies, ...current.cookies]))
}

/** A login host that is no site has one page to land on. */
export const landing = (visit: Visit, returnTo: ReturnTo): string =>
  visit.site.hasPages ? returnTo : routeUrl(visit, '/sessions')

/** What a refusal at the end of a login leads back to. */
export const backTo = async (
  deployment: Deployment,
  visit: Visit,
  { returnTo, request }: Destination,
): Promise<Pick<Refused, 'returnTo' | 'forSite'>> => ({
  returnTo,
  forSite: await forSiteOf(deployment, visit, request),
})

import { ok, type Result } from '../base/result.ts'
import { elapsed, epochSeconds, seconds } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { type MatchedRule, ruleFor } from '../policy/policy.ts'
import { isLogo } from '../policy/site-directory.ts'
import type { Answer, Refused } from '../request/refused.ts'
import { checkHeaders } from '../request/request-size.ts'
import type { Visit } from '../request/visit.ts'
import { type Admission, admit } from './admit.ts'
import { asPrivate, withCachePolicy } from './cache-policy.ts'
import { withFrameAncestors } from './embedding.ts'
import { serveLogo } from './logo.ts'
import { refusedPage } from './refused.ts'
import { whileSignedIn } from './stream-end.ts'
import { type CookiesInTime, upgrade } from './upgrade.ts'
import type { FetchPage } from './upstream.ts'

/** An answer that took longer may have been overtaken by a logout. */
const LATE = seconds(2)

/** Decides a request for a page and passes it on, or refuses it. */
export async function gate(
  deployment: Deployment,
  visit: Visit,
  rule: MatchedRule,
  fetchPage: FetchPage,
): Promise<Answer> {
  if (isLogo(rule)) return serveLogo(visit, rule, fetchPage)
  const admitted = await admit(deployment, visit, rule)
  const session = admitted.ok ? admitted.value.session : undefined
  if (session === undefined || visit.upstream.kind !== 'assets') {
    const tooLarge = checkHeaders(visit.request.headers)
    if (tooLarge !== undefined) return refusedPage(visit, rule, tooLarge)
  }
  if (!admitted.ok) return admitted
  const cookiesInTime: CookiesInTime = (...all) => {
    const cookies = all.flatMap((each) => each.cookies ?? [])
    return cookies.length > 0 && isLate(deployment, visit) ? [] : cookies
  }
  // Of static files there is no WebSocket to be had: such a request is answered like any other (RFC 9110 section 7.8).
  if (visit.isUpgrade && visit.upstream.kind !== 'assets')
    return upgrade(deployment, visit, rule, admitted.value, { fetchPage, cookiesInTime })

  const fetched = await fetchPage(session)
  if (!fetched.ok) return refusedPage(visit, rule, fetched.error)
  const { shows } = fetched.value
  const response = withFrameAncestors(visit, fetched.value.response)
  const shown = shows === undefined ? admitted : await admitTo(deployment, visit, shows)
  if (!shown.ok) return shown
  const who = fetched.value.session ?? shown.value.session ?? session
  if (who === undefined) return ok(withCachePolicy(visit, rule, response))
  const body = whileSignedIn(deployment, visit, who, response)
  // Whoever asks for a session renews it, and both would renew the same one.
  const renewed = shown.value.cookies.length > 0 ? shown.value : admitted.value
  return ok(asPrivate(visit, rule, response, body, cookiesInTime(renewed, fetched.value)))
}

/** A page that is shown in place of another is judged by its own rule as well. */
async function admitTo(
  deployment: Deployment,
  visit: Visit,
  path: string,
): Promise<Result<Admission, Refused>> {
  const rule = ruleFor(visit.site, [{ path, how: '' }], visit.request.method)
  return rule.ok ? admit(deployment, visit, rule.value) : refusedPage(visit, undefined, rule.error)
}

/**
 * An upstream that takes its time may answer after the person has signed out, or signed in as somebody else: the cookies of
 * a renewal come with prompt answers only. The next request renews again, and is given the same generation.
 */
const isLate = ({ effects }: Deployment, { now }: Visit): boolean =>
  elapsed(now, epochSeconds(effects.now())) > LATE

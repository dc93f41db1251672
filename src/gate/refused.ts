import type { Refusal } from '../base/refusal.ts'
import { requestTarget } from '../policy/canonical-url.ts'
import type { MatchedRule } from '../policy/policy.ts'
import { type Refused, refused } from '../request/refused.ts'
import { parseReturnTo, type ReturnTo } from '../request/return-to.ts'
import type { Visit } from '../request/visit.ts'

/** Refuses a page, so that scripts of the origins that the configuration names can read it (Fetch section 3.3). */
export const refusedPage = (
  visit: Visit,
  rule: MatchedRule,
  refusal: Refusal,
  more: Pick<Refused, 'cookies' | 'redirectsToLogin' | 'signedInAt'> = {},
) => refused(refusal, { ...more, returnTo: here(visit), rule: rule?.index, cors: (rule ?? visit.site).cors })

/** The page that was asked for, as a place to come back to. */
export const here = ({ url, basePath }: Visit): ReturnTo =>
  parseReturnTo(requestTarget(url), url.origin, basePath)

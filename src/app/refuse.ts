import { log } from '../audit/log.ts'
import { redirect, withCookies } from '../pages/response.ts'
import { wordsFor } from '../pages/words-for.ts'
import { shareWith } from '../request/cors.ts'
import type { Refused } from '../request/refused.ts'
import { isSentByAnotherSite } from '../request/same-origin.ts'
import { type Arrival, loginUrl, type Visit } from '../request/visit.ts'

/**
 * Answers a refusal: in the log with its evidence, to whoever asked without. The one place where that is done.
 *
 * @param arrival with its site, where that is known
 */
export async function refuse(
  arrival: Arrival & Partial<Pick<Visit, 'site'>>,
  refused: Refused,
): Promise<Response> {
  const { refusal, cookies = [], rule, cors } = refused
  const { site, request } = arrival
  // Asking without a session is no event: it is how every login begins.
  if (refusal.reason !== 'login_required')
    await log({ event: 'refused', refusal, site: site?.key ?? '', rule }, arrival)
  const response = withCookies(await show(arrival, refused, site?.explainDenials ?? false), cookies)
  return cors === undefined ? response : shareWith(cors, request, response)
}

/** Whether a person gets no words, but goes on to sign in. */
export const leadsToLogin = ({ kind }: Arrival, { redirectsToLogin }: Refused): boolean =>
  redirectsToLogin !== undefined && kind === 'navigation'

async function show(arrival: Arrival, refused: Refused, explainsDenials: boolean): Promise<Response> {
  const { refusal, returnTo, redirectsToLogin } = refused
  if (refusal.reason === 'login_required' && leadsToLogin(arrival, refused)) {
    const { prompt } = refusal
    const query = { return_to: returnTo ?? '/', ...(prompt !== undefined && { prompt }) }
    if (redirectsToLogin === true) return redirect(loginUrl(arrival, query), 302)
    const [{ keepFragmentPage }, words] = await Promise.all([
      import('../pages/keep-fragment-page.tsx'),
      wordsFor(arrival),
    ])
    // By a page of ours the browser forgets who sent it.
    const begun = isSentByAnotherSite(arrival) ? { begun: 'elsewhere' } : {}
    return keepFragmentPage(arrival, words, loginUrl(arrival, { ...query, ...begun }))
  }
  const [{ showRefusal }, words] = await Promise.all([import('../pages/refusal-page.tsx'), wordsFor(arrival)])
  return showRefusal(arrival, words, refused, explainsDenials)
}

import { log } from '../audit/log.ts'
import type { Refusal } from '../base/refusal.ts'
import { HOME, parseReturnTo, type ReturnTo } from '../request/return-to.ts'
import { routeUrl, type Visit } from '../request/visit.ts'
import { ButtonLink } from './buttons.tsx'
import { CodeAndReference } from './frame.tsx'
import { type PublicError, toPublicError } from './public-error.ts'
import { page, problemDetails, withCookies } from './response.ts'
import { words } from './words/en.ts'
import { type Explanation, explain } from './words/explanation.ts'

interface RefusalOptions {
  /** Where a new login should lead. */
  readonly returnTo?: ReturnTo
  readonly cookies?: readonly string[]
  /** The rule that decided, by its position. */
  readonly rule?: number | undefined
}

/**
 * Answers a refusal: in the log with its evidence, to a person as a page, to a script as problem details
 * (RFC 9457).
 */
export function refuse(
  visit: Visit,
  refusal: Refusal,
  { returnTo = HOME, cookies = [], rule }: RefusalOptions = {},
): Response {
  // Asking without a session is no event: it is how every login begins.
  if (refusal.reason !== 'login_required')
    log({ event: 'refused', refusal, site: visit.site.key, rule }, visit)
  const error = toPublicError(refusal)
  const explanation = explain(words.refusals, refusal, visit.site.explainDenials)
  const response =
    visit.kind === 'navigation'
      ? refusalPage(visit, error, explanation, returnTo)
      : problem(visit, refusal, error, explanation)
  if (error.retryAfter !== undefined) response.headers.set('Retry-After', String(error.retryAfter))
  if (refusal.reason === 'method_not_allowed') response.headers.set('Allow', refusal.allow)
  // RFC 9110 section 15.5.2 wants a challenge; a scheme that browsers do not know raises no dialog.
  if (error.status === 401) response.headers.set('WWW-Authenticate', `Cookie realm="${visit.url.host}"`)
  return withCookies(response, cookies)
}

function refusalPage(
  visit: Visit,
  { status, code, concerns, retry, scalekitCode }: PublicError,
  { title, detail, remedy, causes }: Explanation,
  returnTo: ReturnTo,
): Response {
  const { usualCauses, tryAgain, switchAccount } = words.refusalPage
  const newLogin = { return_to: returnTo }
  const body = (
    <>
      <p>{detail}</p>
      {causes && (
        <>
          <p>{usualCauses}</p>
          <ul>
            {causes.map((each) => (
              <li>{each}</li>
            ))}
          </ul>
        </>
      )}
      <p>{remedy}</p>
      {concerns && concerns !== 'user' && <p class="soft">{words.concerns[concerns]}</p>}
      <p class="actions">
        {retry && <ButtonLink href={loginUrl(visit, newLogin)} label={words.signInAgain} />}
        {code === 'upstream_unreachable' && <ButtonLink href={returnTo} label={tryAgain} />}
        {code === 'access_denied' && (
          <ButtonLink href={loginUrl(visit, { ...newLogin, prompt: 'login' })} label={switchAccount} />
        )}
        <ButtonLink href="/" label={words.homePage} quiet />
      </p>
    </>
  )
  const fullCode = scalekitCode === undefined ? code : `${code}: ${scalekitCode}`
  const footer = <CodeAndReference code={fullCode} reference={visit.reference} />
  return page(visit.url, { title, body, footer }, status)
}

function problem(visit: Visit, refusal: Refusal, error: PublicError, explanation: Explanation): Response {
  const answer = (more: object) => problemDetails(visit.url, error, explanation, visit.reference, more)
  if (refusal.reason !== 'login_required') return answer({})
  const { prompt } = refusal
  const query = { return_to: pageOfScript(visit), ...(prompt !== undefined && { prompt }) }
  return answer({ login_url: loginUrl(visit, query) })
}

export const loginUrl = (visit: Visit, query: Record<string, string>): string =>
  `${routeUrl(visit, '/login')}?${new URLSearchParams(query)}`

/** A script's person wants to come back to the page that the script runs in. */
function pageOfScript({ request, url, basePath }: Visit): ReturnTo {
  const referrer = URL.parse(request.headers.get('Referer') ?? '')
  if (referrer === null || referrer.origin !== url.origin) return HOME
  return parseReturnTo(referrer.pathname + referrer.search, url.origin, basePath)
}

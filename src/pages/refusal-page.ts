import { html } from 'hono/html'
import { log } from '../audit/log.ts'
import type { Concern, Refusal } from '../base/refusal.ts'
import { HOME, parseReturnTo, type ReturnTo } from '../request/return-to.ts'
import { routeUrl, type Visit } from '../request/visit.ts'
import { codeAndReference, link } from './frame.ts'
import { type PublicError, toPublicError } from './public-error.ts'
import { page, problemDetails, withCookies } from './response.ts'

const CONCERNS: Readonly<Record<Concern, string>> = {
  user: '',
  admin: 'This one is for the IT administrator of your organization.',
  developer: 'This one is for the developers of this site.',
  operator: 'This one is for the operators of this site.',
}

interface RefusalOptions {
  /** Where a new login should lead. */
  readonly returnTo?: ReturnTo
  readonly cookies?: readonly string[]
  /** The rule that decided, by its position. */
  readonly rule?: number | undefined
}

/** Answers a refusal: in the log with its evidence, to a person as a page, to a script as problem details (RFC 9457). */
export function refuse(
  visit: Visit,
  refusal: Refusal,
  { returnTo = HOME, cookies = [], rule }: RefusalOptions = {},
): Response {
  // Asking without a session is no event: it is how every login begins.
  if (refusal.reason !== 'login_required')
    log({ event: 'refused', refusal, site: visit.site.key, rule }, visit)
  const error = toPublicError(refusal, visit.site.explainDenials)
  const response =
    visit.kind === 'navigation' ? refusalPage(visit, error, returnTo) : problem(visit, refusal, error)
  if (error.retryAfter !== undefined) response.headers.set('Retry-After', String(error.retryAfter))
  if (refusal.reason === 'method_not_allowed') response.headers.set('Allow', refusal.allow)
  // RFC 9110 section 15.5.2 wants a challenge; a scheme that browsers do not know raises no dialog.
  if (error.status === 401) response.headers.set('WWW-Authenticate', `Cookie realm="${visit.url.host}"`)
  return withCookies(response, cookies)
}

function refusalPage(visit: Visit, error: PublicError, returnTo: ReturnTo): Response {
  const switchAccount = error.code === 'access_denied'
  const concern = CONCERNS[error.concerns ?? 'user']
  const body = html`<p>${error.detail}</p>
    ${error.causes === undefined ? '' : html`<p>Usual causes:</p><ul>${error.causes.map((each) => html`<li>${each}</li>`)}</ul>`}
    <p>${error.remedy}</p>
    ${concern === '' ? '' : html`<p class="soft">${concern}</p>`}
    <p class="actions">
      ${error.retry ? link(loginUrl(visit, { return_to: returnTo }), 'Sign in again') : ''}
      ${error.code === 'upstream_unreachable' ? link(returnTo, 'Try again') : ''}
      ${switchAccount ? link(loginUrl(visit, { return_to: returnTo, prompt: 'login' }), 'Switch account') : ''}
      ${link('/', 'Home page', true)}
    </p>`
  const code = error.scalekitCode === undefined ? error.code : `${error.code}: ${error.scalekitCode}`
  const footer = codeAndReference(code, visit.reference)
  return page(visit.url, { title: error.title, body, footer }, error.status)
}

function problem(visit: Visit, refusal: Refusal, error: PublicError): Response {
  if (refusal.reason !== 'login_required') return problemDetails(visit.url, error, visit.reference, {})
  const { prompt } = refusal
  const query = { return_to: pageOfScript(visit), ...(prompt !== undefined && { prompt }) }
  return problemDetails(visit.url, error, visit.reference, { login_url: loginUrl(visit, query) })
}

export const loginUrl = (visit: Visit, query: Record<string, string>): string =>
  `${routeUrl(visit, '/login')}?${new URLSearchParams(query)}`

/** A script's person wants to come back to the page that the script runs in. */
function pageOfScript({ request, url, basePath }: Visit): ReturnTo {
  const referrer = URL.parse(request.headers.get('Referer') ?? '')
  if (referrer === null || referrer.origin !== url.origin) return HOME
  return parseReturnTo(referrer.pathname + referrer.search, url.origin, basePath)
}

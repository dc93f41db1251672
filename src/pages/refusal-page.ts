import { html } from 'hono/html'
import type { Concern, Refusal } from '../base/refusal.ts'
import type { Refused } from '../request/refused.ts'
import { HOME, parseReturnTo, type ReturnTo } from '../request/return-to.ts'
import { type Arrival, loginUrl } from '../request/visit.ts'
import { codeAndReference, link } from './frame.ts'
import { type PublicError, toPublicError } from './public-error.ts'
import { page, problemDetails } from './response.ts'

const CONCERNS: Readonly<Record<Concern, string>> = {
  user: '',
  admin: 'This one is for the IT administrator of your organization.',
  developer: 'This one is for the developers of this site.',
  operator: 'This one is for the operators of this site.',
}

/** A refusal as it is shown: to a person as a page, to a script as problem details (RFC 9457). */
export function showRefusal(
  visit: Arrival,
  { refusal, returnTo = HOME, forScript = false }: Refused,
  explainsDenials: boolean,
): Response {
  const error = toPublicError(refusal, explainsDenials)
  const response =
    visit.kind === 'navigation' && !forScript
      ? refusalPage(visit, error, returnTo)
      : problem(visit, refusal, error)
  if (error.retryAfter !== undefined) response.headers.set('Retry-After', String(error.retryAfter))
  if (refusal.reason === 'method_not_allowed') response.headers.set('Allow', refusal.allow)
  // RFC 9110 section 15.5.2 wants a challenge; a scheme that browsers do not know raises no dialog.
  if (error.status === 401) response.headers.set('WWW-Authenticate', `Cookie realm="${visit.url.host}"`)
  return response
}

function refusalPage(visit: Arrival, error: PublicError, returnTo: ReturnTo): Response {
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
  return page(visit.url.host, { title: error.title, body, footer }, error.status)
}

function problem(visit: Arrival, refusal: Refusal, error: PublicError): Response {
  if (refusal.reason !== 'login_required') return problemDetails(error, visit.reference, {})
  const { prompt } = refusal
  const query = { return_to: pageOfScript(visit), ...(prompt !== undefined && { prompt }) }
  return problemDetails(error, visit.reference, { login_url: loginUrl(visit, query) })
}

/** A script's person wants to come back to the page that the script runs in. */
function pageOfScript({ request, url, basePath }: Arrival): ReturnTo {
  const referrer = URL.parse(request.headers.get('Referer') ?? '')
  if (referrer === null || referrer.origin !== url.origin) return HOME
  return parseReturnTo(referrer.pathname + referrer.search, url.origin, basePath)
}

import { html } from 'hono/html'
import { codeAndReference } from './frame.ts'
import { toPublicError } from './public-error.ts'
import { type Place, page, problemDetails } from './response.ts'

/**
 * Nobody gets in. The log has what to fix, under the reference.
 *
 * @param shown the problems, for a developer; otherwise none
 */
export function misconfigured(
  place: Place,
  shown: readonly string[],
  reference: string,
  wantsPage: boolean,
): Response {
  const error = toPublicError({ reason: 'misconfigured' })
  if (!wantsPage) return problemDetails(place, error, reference, shown.length > 0 ? { problems: shown } : {})
  const list =
    shown.length === 0
      ? html`<p>${error.remedy}</p>`
      : html`<ul>${shown.map((each) => html`<li>${each}</li>`)}</ul>`
  const body = html`<p>${error.detail}</p>${list}`
  return page(
    place,
    { title: error.title, body, footer: codeAndReference(error.code, reference) },
    error.status,
  )
}

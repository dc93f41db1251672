import { html } from 'hono/html'
import { toPublicError } from '../public-error.ts'
import { type Place, page, problemDetails } from './answer.ts'
import { codeAndReference } from './frame.ts'

/** Nobody gets in. On this machine the developer sees what to fix; elsewhere the log has it under the reference. */
export function misconfigured(
  place: Place,
  problems: readonly string[],
  reference: string,
  wantsPage: boolean,
): Response {
  const error = toPublicError({ reason: 'misconfigured' })
  const shown = place.isLocal ? problems : []
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

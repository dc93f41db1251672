import { toPublicError } from '../refusal.ts'
import { json, type Place, page } from './answer.tsx'

/** Nobody gets in. On this machine the developer sees what to fix; elsewhere the log has it under the reference. */
export function misconfigured(
  place: Place,
  problems: readonly string[],
  reference: string,
  wantsPage: boolean,
): Response {
  const error = toPublicError({ reason: 'misconfigured' })
  const shown = place.isLocal ? problems : []
  if (!wantsPage) {
    const body = {
      type: `urn:gatehouse:${error.code}`,
      title: error.title,
      status: error.status,
      detail: `${error.detail} ${error.remedy}`,
      code: error.code,
      reference,
      problems: shown.length > 0 ? shown : undefined,
    }
    return json(place, body, error.status, 'application/problem+json')
  }
  const children =
    shown.length === 0 ? (
      <p>
        {error.detail} {error.remedy}
      </p>
    ) : (
      <>
        <p>{error.detail}</p>
        <ul>
          {shown.map((each) => (
            <li>{each}</li>
          ))}
        </ul>
      </>
    )
  const footer = (
    <p>
      Code <code>{error.code}</code> · Reference <code>{reference}</code>
    </p>
  )
  return page(place, { title: error.title, children, footer }, error.status)
}

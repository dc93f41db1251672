import type { Child } from 'hono/jsx'
import type { Arrival } from '../request/visit.ts'
import type { Place } from './brand.ts'
import { AskOthers, ForOthers } from './for-others.tsx'
import { CodeAndReference } from './frame.tsx'
import { page } from './page-response.ts'
import { toPublicError } from './public-error.ts'
import { problemDetails } from './response.ts'
import { explain } from './words/explanation.ts'
import type { Words } from './words/words.ts'

/**
 * Nobody gets in. The log has what to fix, under the reference.
 *
 * @param shown the problems, for a developer; otherwise none
 */
export function misconfiguredPage(
  place: Arrival & Place,
  words: Words,
  shown: readonly string[],
  reference: string,
  wantsPage: boolean,
): Response {
  const refusal = { reason: 'misconfigured' } as const
  const error = toPublicError(refusal)
  const explanation = explain(words.refusals, refusal)
  if (!wantsPage)
    return problemDetails(
      error,
      words.language,
      explanation,
      reference,
      shown.length > 0 ? { problems: shown } : {},
    )
  const { title, detail, remedy } = explanation
  const matter = { words, arrival: place, refusal, error, explanation }
  const body = (
    <>
      <p>{detail}</p>
      {shown.length === 0 ? (
        <>
          <p>{remedy}</p>
          <AskOthers matter={matter} isMain />
          <ForOthers matter={matter} />
        </>
      ) : (
        <ul>
          {shown.map((each) => (
            <li>{withCode(each)}</li>
          ))}
        </ul>
      )}
    </>
  )
  const footer = <CodeAndReference words={words} code={error.code} reference={reference} />
  const content = { title, body, footer, namesSupport: shown.length === 0, wide: true }
  return page(place, words, content, error.status)
}

/** What stands between backticks is to be typed as it is. */
const withCode = (text: string): Child[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part))

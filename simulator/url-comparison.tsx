import type { AddressList } from './operator-addresses.tsx'
import { ADDRESS_LISTS } from './operator-addresses.tsx'
import { redirectUrlProblem } from './redirect-urls.ts'
import { compareWithAllowed, type UrlDifference } from './url-difference.ts'

interface UrlComparisonProps {
  readonly list: AddressList
  /** Undefined where none was sent, or several. */
  readonly sent: string | undefined
  readonly allowed: readonly string[]
  /** Where to go on once it is allowed: the request itself, or the page. */
  readonly back: string
}

/** The address that was sent beside those that are allowed, with what is different pointed out. */
export function UrlComparison({ list, sent, allowed, back }: UrlComparisonProps) {
  if (sent === undefined) return <p>None was sent, or more than one.</p>
  const [nearest, ...others] = compareWithAllowed(sent, allowed)
  const problem = redirectUrlProblem(sent)
  return (
    <div class="card">
      <h2>What was sent, beside what is allowed</h2>
      <dl>
        <dt>Sent</dt>
        <dd>
          <Marked difference={nearest} sent={sent} />
        </dd>
        {nearest && (
          <>
            <dt>Nearest allowed</dt>
            <dd>
              <code>{nearest.allowed}</code>
              <ul>
                {nearest.words.map((words) => (
                  <li>{words}</li>
                ))}
              </ul>
            </dd>
          </>
        )}
        {others.map(({ allowed: other }) => (
          <>
            <dt>Also allowed</dt>
            <dd>
              <code>{other}</code>
            </dd>
          </>
        ))}
      </dl>
      {nearest === undefined && <p>The list “{ADDRESS_LISTS[list]}” is empty.</p>}
      {problem === undefined ? (
        <form method="post" action="/operator/addresses/add" class="line">
          <input type="hidden" name="list" value={list} />
          <input type="hidden" name="uri" value={sent} />
          <input type="hidden" name="back" value={back} />
          <button type="submit">
            {back.startsWith('/operator') ? 'Allow it here' : 'Allow it here and go on'}
          </button>
        </form>
      ) : (
        <p>It cannot be allowed: it {problem}.</p>
      )}
      <p class="soft">
        At Scalekit: dashboard &gt; Authentication &gt; Redirects &gt; {ADDRESS_LISTS[list]}.
      </p>
    </div>
  )
}

function Marked({ difference, sent }: { difference: UrlDifference | undefined; sent: string }) {
  if (difference === undefined) return <code>{sent}</code>
  return <code>{difference.sent.map(({ text, differs }) => (differs ? <mark>{text}</mark> : text))}</code>
}

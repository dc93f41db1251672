import type { Child } from 'hono/jsx'
import type { Refusal } from '../base/refusal.ts'
import { timestamp } from '../base/time.ts'
import { type Arrival, routeUrl } from '../request/visit.ts'
import { type Brand, brandOf, hostOf, type Place } from './brand.ts'
import { Breakable } from './breakable.tsx'
import type { PublicError } from './public-error.ts'
import type { Explanation } from './words/explanation.ts'
import type { Words } from './words/words.ts'

/** What is said of a refusal to those who can put it right, by somebody who cannot. */
interface Matter {
  readonly words: Words
  /** At the login host with the site that somebody signs in for. */
  readonly arrival: Arrival & Place
  readonly refusal: Refusal
  readonly error: PublicError
  readonly explanation: Explanation
}

/** Folded away: what it takes to put it right, and what is to be copied for whoever can. */
export function ForOthers({ matter }: { readonly matter: Matter }) {
  const { words, error, explanation } = matter
  return (
    <details>
      <summary>{words.folded[error.concerns ?? 'user']}</summary>
      {explanation.technical && <p>{withCode(explanation.technical)}</p>}
      <pre class="copy">{detailsOf(matter)}</pre>
    </details>
  )
}

/** What stands between backticks is code. */
const withCode = (text: string): Child[] =>
  text.split('`').map((part, index) => (index % 2 === 0 ? part : <code>{part}</code>))

/**
 * Whom to ask, and an e-mail to them that is written already. Nothing where the person who reads it can help themselves.
 *
 * @param isMain whether there is nothing better to do
 */
export function AskOthers({ matter, isMain = false }: AskOthersProps) {
  const { words, arrival, error } = matter
  const { concerns } = error
  if (concerns === undefined || concerns === 'user') return null
  const support = concerns === 'admin' ? undefined : brandOf(arrival, words).support
  return (
    <p>
      {support !== undefined && (
        <>
          {words.refusalPage.whomToAsk(<a href={support.href}>{support.text}</a>)}
          <br />
        </>
      )}
      <a class={isMain ? 'button' : undefined} href={mailTo(matter, support)}>
        <Breakable text={concerns === 'admin' ? words.mail.sendToAdmin : words.mail.send} />
      </a>
    </p>
  )
}

interface AskOthersProps {
  readonly matter: Matter
  readonly isMain?: boolean
}

/** Of RFC 6068. Whose address is not known writes it into the mail themselves. */
function mailTo(matter: Matter, support: Brand['support']): string {
  const { words, explanation } = matter
  const { title, detail, technical } = explanation
  const site = hostOf(matter.arrival, matter.words)
  const said = [title, detail, ...(technical === undefined ? [] : ['', technical])].join('\n')
  const to = support?.href.startsWith('mailto:') ? support.href : 'mailto:'
  const query = {
    subject: words.mail.subject(site),
    body: words.mail.body(site, said, detailsOf(matter)),
  }
  return `${to}?${Object.entries(query)
    .map(([name, text]) => `${name}=${encoded(text)}`)
    .join('&')}`
}

/** Lines end as RFC 6068 section 5 wants them to; `encodeURIComponent` throws for half a character, and leaves a quote as it is. */
const encoded = (text: string): string =>
  encodeURIComponent(text.toWellFormed().replaceAll('\n', '\r\n')).replaceAll("'", '%27')

/** Line by line, in the language of the page: what each is called there, and what every language calls the same. */
function detailsOf(matter: Matter): string {
  const { words, arrival, refusal, error } = matter
  const { line, ...label } = words.details
  const site = hostOf(matter.arrival, matter.words)
  const entries: readonly (readonly [string, string | undefined])[] = [
    [label.time, timestamp(arrival.now)],
    [label.site, site],
    [label.loginHost, arrival.forSite === undefined ? undefined : arrival.url.host],
    [label.code, fullCode(error)],
    [label.reference, arrival.reference],
    [label.account, 'who' in refusal ? refusal.who : undefined],
    [label.attribute, 'attribute' in refusal ? refusal.attribute : undefined],
    [
      label.callbackUrl,
      error.scalekitCode === 'invalid_redirect_uri' ? routeUrl(arrival, '/callback') : undefined,
    ],
  ]
  return entries.flatMap(([name, value]) => (value === undefined ? [] : [line(name, value)])).join('\n')
}

/** What a person quotes: with Scalekit's own code, where that is what it is about. */
export const fullCode = ({ code, scalekitCode }: PublicError): string =>
  scalekitCode === undefined ? code : `${code}: ${scalekitCode}`

import type { Child } from 'hono/jsx'
import type { Refusal } from '../base/refusal.ts'
import { timestamp } from '../base/time.ts'
import { UNREADABLE_HOST } from '../policy/canonical-url.ts'
import { type Arrival, routeUrl } from '../request/visit.ts'
import { type BrandLink, brandOf, hostOf, type Place } from './brand.ts'
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
  const { technical, command } = explanation
  return (
    <details>
      <summary>{words.folded[error.concerns ?? 'user']}</summary>
      {technical && <p>{withCode(command === undefined ? technical : `${technical} ${command}`)}</p>}
      <pre class="copy">{detailsOf(matter)}</pre>
    </details>
  )
}

/** What stands between backticks is code. */
const withCode = (text: string): Child[] =>
  text.split('`').map((part, index) => (index % 2 === 0 ? part : <code>{part}</code>))

/** Whether it is the contact of the site that a refusal is brought to. */
export const isForSupport = ({ concerns }: PublicError): boolean =>
  concerns === 'operator' || concerns === 'developer'

/**
 * Whom to ask, one after the other: the contact of the site where it has one and can do something about it, with an e-mail that is written
 * already where that takes e-mail; otherwise the e-mail alone. Nothing where the person who reads it can help themselves.
 *
 * @param isMain whether there is nothing better to do
 */
export function AskOthers({ matter, isMain = false }: AskOthersProps) {
  const { words, arrival, error } = matter
  const { concerns } = error
  if (concerns === undefined || concerns === 'user') return null
  const { refusalPage, mail } = words
  const support = isForSupport(error) ? brandOf(arrival, words).support : undefined
  const button = isMain ? 'button' : undefined
  // They take what is folded below, and not an e-mail to somebody else.
  if (support !== undefined && !takesMail(support))
    return (
      <p>
        {refusalPage.whomToAsk(
          <a class={button} href={support.href}>
            {support.text}
          </a>,
        )}
        <br />
        {refusalPage.giveDetails}
      </p>
    )
  return (
    <p>
      {support !== undefined && (
        <>
          {refusalPage.whomToAsk(<a href={support.href}>{support.text}</a>)}
          <br />
        </>
      )}
      <a class={button} href={mailTo(matter, support)}>
        <Breakable text={concerns === 'admin' ? mail.sendToAdmin : mail.send} />
      </a>
    </p>
  )
}

interface AskOthersProps {
  readonly matter: Matter
  readonly isMain?: boolean
}

const takesMail = ({ href }: BrandLink): boolean => href.startsWith('mailto:')

/** Of RFC 6068. Whose address is not known writes it into the mail themselves. */
function mailTo(matter: Matter, support: BrandLink | undefined): string {
  const { words, arrival, refusal, explanation } = matter
  const { mail } = words
  const { title, detail, technical } = explanation
  const site = hostOf(arrival, words)
  const page = pageOf(arrival)
  const said = [title, detail, ...(technical === undefined ? [] : ['', technical])].join('\n')
  const details = detailsOf(matter)
  const who = 'who' in refusal ? refusal.who : undefined
  const query =
    page === undefined
      ? { subject: mail.subject(site), body: mail.body(site, said, details) }
      : { subject: mail.subjectOfPage(page), body: mail.bodyOfPage(page, who, said, details) }
  return `${support?.href ?? 'mailto:'}?${Object.entries(query)
    .map(([name, text]) => `${name}=${encoded(text)}`)
    .join('&')}`
}

const STEPS_OF_A_LOGIN: ReadonlySet<string> = new Set(['/login', '/callback', '/handoff', '/continue'])

/** Characters. A program that is handed an e-mail takes an address of some thousands. */
const LONGEST_PAGE = 300

/** What a server may write behind a segment of a path, such as `;jsessionid=…`. */
const PATH_PARAMETERS = /(;|%3B)[^/]*/gi

/**
 * The page that somebody wanted to open, without its query and what else is nobody's business; `undefined` of one who was signing in. It is
 * written as in an address, where no path that somebody made up reads as words of whoever sends the e-mail, or turns around what stands there.
 */
function pageOf({ url, basePath, forSite }: Matter['arrival']): string | undefined {
  const isOfLogin = url.path.startsWith(basePath) && STEPS_OF_A_LOGIN.has(url.path.slice(basePath.length))
  if (isOfLogin || forSite !== undefined || url.host === UNREADABLE_HOST) return undefined
  const page = url.origin + new URL(url.href).pathname.replace(PATH_PARAMETERS, '')
  return page.length <= LONGEST_PAGE ? page : `${page.slice(0, LONGEST_PAGE)}…`
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
    [label.page, pageOf(arrival)],
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

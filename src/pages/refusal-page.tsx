import type { Refusal } from '../base/refusal.ts'
import { requestTarget } from '../policy/canonical-url.ts'
import { organizationName } from '../policy/site-directory.ts'
import type { Refused } from '../request/refused.ts'
import { showsPage } from '../request/request-kind.ts'
import { HOME, parseReturnTo, type ReturnTo } from '../request/return-to.ts'
import { type Arrival, isEmbedded, localesOf, loginUrl, type Visit } from '../request/visit.ts'
import { AddressForm } from './address-form.tsx'
import { ButtonLink, type Fields } from './buttons.tsx'
import { mayHaveMeanwhile } from './denial.ts'
import { AskOthers, ForOthers, fullCode, isForSupport } from './for-others.tsx'
import { CodeAndReference } from './frame.tsx'
import { cookieChallenge } from './page-headers.ts'
import { page } from './page-response.ts'
import { type PublicCode, type PublicError, toPublicError } from './public-error.ts'
import { problemDetails } from './response.ts'
import { UnsentForm } from './unsent-form.tsx'
import { type Explanation, explain, type Telling } from './words/explanation.ts'
import type { Words } from './words/words.ts'

/** For whom another account may do. Signing in again, as `retry` offers it, would lead back to the same one without a question. */
const OFFERS_OTHER_ACCOUNT: ReadonlySet<PublicCode> = new Set([
  'access_denied',
  'organization_mismatch',
  'connection_mismatch',
])

/** With its site, where that is known. */
type RefusedVisit = Arrival & Partial<Pick<Visit, 'site'>>

/** A refusal as it is shown: to a person as a page, to a script as problem details (RFC 9457). */
export function showRefusal(
  visit: RefusedVisit,
  words: Words,
  { refusal, returnTo = HOME, forScript = false, forSite, signedInAt, typedAddress }: Refused,
  explainsDenials: boolean,
): Response {
  const error = toPublicError(refusal)
  const mayBeNew = mayHaveMeanwhile(refusal, signedInAt, visit.now)
  const explanation = explain(words.refusals, refusal, {
    ...telling(visit, forSite, explainsDenials),
    mayBeNew,
  })
  const response =
    showsPage(visit.kind) && !forScript
      ? refusalPage(visit, words, refusal, error, explanation, {
          returnTo: visit.kind === 'document' ? pageBefore(visit) : returnTo,
          forSite,
          mayBeNew,
          typedAddress,
          ...(refusal.reason === 'login_required' && refusal),
        })
      : problem(visit, words, refusal, error, explanation)
  if (error.retryAfter !== undefined) response.headers.set('Retry-After', String(error.retryAfter))
  if (refusal.reason === 'method_not_allowed') response.headers.set('Allow', refusal.allow)
  if (error.status === 401) response.headers.set('WWW-Authenticate', cookieChallenge(visit.url.host))
  return response
}

/** The site whose login it is knows its customers by name. Whoever reads it is whom the request is known to come from. */
const telling = (
  { site, trail }: RefusedVisit,
  forSite: Refused['forSite'],
  explainsDenials: boolean,
): Telling => {
  const named = forSite?.site ?? site
  return {
    explainsDenials,
    nameOf: (id) => named && organizationName(named, id),
    organizationId: trail.whose?.organizationId,
  }
}

/** Where somebody goes on from a refusal. */
interface WayOn {
  readonly returnTo: ReturnTo
  readonly forSite: Refused['forSite']
  /** As of {@link Telling}. */
  readonly mayBeNew: boolean
  readonly typedAddress: Refused['typedAddress']
  /** As in `login_required`. */
  readonly prompt?: string | undefined
  readonly unsent?: boolean
}

function refusalPage(
  visit: RefusedVisit,
  words: Words,
  refusal: Refusal,
  error: PublicError,
  explanation: Explanation,
  wayOn: WayOn,
): Response {
  const { code, concerns, retry } = error
  const { returnTo, forSite, typedAddress, unsent } = wayOn
  // What Scalekit says is wrong with a connection or an application is so at the next try, too; an address may have had a slip.
  const isAboutAddress = error.scalekitCode === 'domain_not_found'
  const othersFirst =
    code === 'scalekit_error' && concerns !== undefined && concerns !== 'user' && !isAboutAddress
  const { title, detail, remedy, causes } = explanation
  const { usualCauses, whatYouCanDo, openSite } = words.refusalPage
  const matter = { words, arrival: { ...visit, forSite }, refusal, error, explanation }
  // A frame of the site itself: a login cannot be shown there. Where a site is made for frames, it can.
  const mayBeFramed = visit.kind === 'document'
  const inFrame = mayBeFramed && !isEmbedded(visit)
  const newLogin = newLoginOf(visit, wayOn)
  // What was typed is put right where it is said to be wrong.
  const form = isAboutAddress && typedAddress !== undefined && newLogin !== undefined && !inFrame && (
    <AddressForm
      words={words.signIn}
      action={`${visit.basePath}/login`}
      hidden={{ ...newLogin, ...localesOf(visit) }}
      address={typedAddress}
      remark={{ text: detail, isError: true }}
      isFirst
    />
  )
  const body = (
    <>
      {form || <p>{detail}</p>}
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
      <h2>{whatYouCanDo}</h2>
      <p>{retry && !newLogin ? openSite : remedy}</p>
      {unsent && newLogin && (
        <UnsentForm words={words} visit={visit} returnTo={returnTo} login={loginUrl(visit, newLogin)} />
      )}
      <AskOthers matter={matter} isMain={othersFirst} />
      <p class="actions">
        {newLogin !== undefined && (
          <Logins
            visit={visit}
            words={words}
            error={form ? { ...error, retry: false } : error}
            newLogin={newLogin}
            mayBeNew={wayOn.mayBeNew}
            isQuiet={othersFirst}
            inFrame={inFrame}
          />
        )}
        <PagesToOpen visit={visit} words={words} code={code} wayOn={wayOn} inFrame={inFrame} />
      </p>
      <ForOthers matter={matter} />
    </>
  )
  const footer = <CodeAndReference words={words} code={fullCode(error)} reference={visit.reference} />
  const content = { title, body, footer, namesSupport: isForSupport(error) }
  return page({ ...visit, forSite }, words, content, error.status, mayBeFramed)
}

/** A login host that is no site has pages and logins for other sites only. */
const isSite = ({ site }: RefusedVisit): boolean => site?.hasPages !== false

/** What starts the login once more; `undefined` where only the site that it was for can. */
function newLoginOf(visit: RefusedVisit, { returnTo, forSite, prompt }: WayOn): Fields | undefined {
  if (isSite(visit) && forSite === undefined)
    return { return_to: returnTo, ...(prompt !== undefined && { prompt }) }
  return forSite?.request === undefined ? undefined : { request: forSite.request }
}

interface LoginsProps {
  readonly visit: RefusedVisit
  readonly words: Words
  readonly error: PublicError
  readonly newLogin: Fields
  readonly mayBeNew: boolean
  /** Whether something else is better to do. */
  readonly isQuiet: boolean
  readonly inFrame: boolean
}

/** The same login once more, as somebody else, or for what was given meanwhile. */
function Logins({ visit, words, error, newLogin, mayBeNew, isQuiet, inFrame }: LoginsProps) {
  const { code, retry = false } = error
  const asSomebodyElse = { ...newLogin, prompt: 'login' }
  // A login host would vouch for its own session once more, with the roles of then.
  const anew = visit.site?.signsIn === 'at_login_host' ? asSomebodyElse : newLogin
  const link = (login: Fields, label: string, quiet: boolean) => (
    <ButtonLink href={loginUrl(visit, login)} label={label} quiet={quiet} leavesFrame={inFrame} />
  )
  return (
    <>
      {retry && link(newLogin, words.signInAgain, isQuiet)}
      {OFFERS_OTHER_ACCOUNT.has(code) && link(asSomebodyElse, words.refusalPage.switchAccount, retry)}
      {mayBeNew && link(anew, words.signInAgain, true)}
    </>
  )
}

interface PagesToOpenProps {
  readonly visit: RefusedVisit
  readonly words: Words
  readonly code: PublicCode
  readonly wayOn: WayOn
  readonly inFrame: boolean
}

/** The page once more, where that may help, and the home page of the site. */
function PagesToOpen({ visit, words, code, wayOn: { returnTo, forSite }, inFrame }: PagesToOpenProps) {
  const again =
    code === 'upstream_unreachable' ? returnTo : code === 'unavailable' ? pageItself(visit) : undefined
  const hasHome = visit.site !== undefined && isSite(visit) && forSite === undefined
  const home = hasHome ? '/' : forSite && `${forSite.origin}/`
  return (
    <>
      {again !== undefined && (
        <ButtonLink href={again} label={words.refusalPage.tryAgain} leavesFrame={inFrame} />
      )}
      {home !== undefined && (
        <ButtonLink
          href={home}
          label={forSite === undefined ? words.homePage : words.backToSite(new URL(home).hostname)}
          quiet
          leavesFrame={inFrame}
        />
      )}
    </>
  )
}

function problem(
  visit: RefusedVisit,
  words: Words,
  refusal: Refusal,
  error: PublicError,
  explanation: Explanation,
): Response {
  const answer = (more: object, told = explanation) =>
    problemDetails(error, words.language, told, visit.reference, more)
  if (refusal.reason === 'operator_request_invalid') return answer({ check: refusal.check })
  // A login host that is no site signs nobody in that no site sent.
  if (refusal.reason !== 'login_required' || visit.site?.hasPages === false) return answer({})
  const { prompt } = refusal
  const query = { return_to: pageBefore(visit), ...(prompt !== undefined && { prompt }) }
  const remedy = `${explanation.remedy} ${words.refusalPage.forScripts}`
  return answer({ login_url: loginUrl(visit, query) }, { ...explanation, remedy })
}

/** For whoever may just open it again. */
function pageItself({ request, kind, url, basePath }: Arrival): ReturnTo | undefined {
  if (kind !== 'navigation' || request.method !== 'GET' || url.path.startsWith(`${basePath}/`))
    return undefined
  return parseReturnTo(requestTarget(url), url.origin, basePath)
}

/** Whoever cannot come back to this very request wants to be where the script runs, the form or the frame is. */
function pageBefore({ request, url, basePath }: Arrival): ReturnTo {
  const referrer = URL.parse(request.headers.get('Referer') ?? '')
  if (referrer === null || referrer.origin !== url.origin) return HOME
  return parseReturnTo(referrer.pathname + referrer.search, url.origin, basePath)
}

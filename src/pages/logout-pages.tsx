import type { Seconds } from '../base/time.ts'
import type { Visit } from '../request/visit.ts'
import { ButtonLink, PostButton } from './buttons.tsx'
import { page } from './page-response.ts'
import { withCookies } from './response.ts'
import type { Words } from './words/words.ts'

/** What a sign-out is of, and where it came from. */
export interface LogoutWish {
  readonly everywhere: boolean
  /** At the login host: the host of the site that somebody came from. */
  readonly from?: string | undefined
}

/**
 * Asked when a link, and not the person, may have wanted the logout. Nobody knows where the link was: one in
 * an e-mail looks typed. So the page says what will end, which is true in every case.
 */
export function confirmLogoutPage(visit: Visit, words: Words, wish: LogoutWish, lifetime: Seconds): Response {
  const { signOut } = words
  const { everywhere } = wish
  const ofAll = isLoginHost(visit)
  const title = ofAll ? signOut.titleOfAll : signOut.title
  const ends = ofAll ? signOut.endsOfAll : signOut.ends
  const minutes = Math.ceil(lifetime / 60)
  const body = (
    <>
      <p>
        {everywhere ? signOut.endsEverywhere(minutes) : ends} {signOut.alsoAtService}
      </p>
      <p>{signOut.ifUnwanted}</p>
      <div class="actions">
        <SignOutButton visit={visit} words={words} {...wish} />
        <ButtonLink href={homeOf(visit)} label={signOut.stay} quiet />
      </div>
    </>
  )
  return page(visit, words, { title: everywhere ? signOut.titleEverywhere : title, body })
}

/** For whoever opens the page of a finished logout while signed in. */
export function stillSignedInPage(
  visit: Visit,
  words: Words,
  who: string,
  cookies: readonly string[],
): Response {
  const body = (
    <>
      <p>{words.stillSignedIn.who(who)}</p>
      <div class="actions">
        <SignOutButton visit={visit} words={words} />
        {visit.site.hasPages && <ButtonLink href="/" label={words.homePage} quiet />}
      </div>
    </>
  )
  return withCookies(page(visit, words, { title: words.stillSignedIn.title, body }), cookies)
}

export interface LogoutOutcome {
  /** Whether the browser comes from a sign-out; whoever opens the page without one is told of none. */
  readonly ended: boolean
  /** Whether Scalekit was asked to end its session too. */
  readonly atScalekit: boolean
  /** Whether all sessions of the person were ended. */
  readonly everywhere?: boolean
  /** How many sessions of the same person go on. */
  readonly others: number | 'unknown'
  /** How long pages may stay readable that were opened elsewhere with what has ended. */
  readonly lifetime: Seconds
  /** Where the person may be signed in still, and how to end that. */
  readonly loginHost?: { readonly name: string; readonly logout: string }
  /** At a login host that is no site: the origin of the site that the sign-out began at. */
  readonly from?: string | undefined
}

/** Says what was ended and what was not. */
export function signedOutPage(visit: Visit, words: Words, outcome: LogoutOutcome): Response {
  const { others, loginHost, from } = outcome
  const { title, titleOfNothing, othersGoOn, othersMayGoOn, notEnded } = words.signedOut
  const { hasPages } = visit.site
  const toSessions = (label: string) => <a href={`${visit.basePath}/sessions`}>{label}</a>
  const body = (
    <>
      <p>{whatEnded(visit, words, outcome)}</p>
      {others !== 0 && loginHost === undefined && (
        <p>{others === 'unknown' ? othersMayGoOn(toSessions) : othersGoOn(others, toSessions)}</p>
      )}
      {outcome.ended && <p class="soft">{notEnded}</p>}
      {!hasPages && from === undefined && <p>{words.refusalPage.openSite}</p>}
      <div class="actions">
        {loginHost !== undefined && (
          <ButtonLink href={loginHost.logout} label={words.sessions.signOutOfAll} />
        )}
        {from !== undefined && (
          <ButtonLink href={`${from}/`} label={words.backToSite(new URL(from).hostname)} />
        )}
        {hasPages && (
          <>
            <ButtonLink
              href={`${visit.basePath}/login?return_to=/`}
              label={words.signInAgain}
              quiet={loginHost !== undefined}
            />
            <ButtonLink href="/" label={words.homePage} quiet />
          </>
        )}
      </div>
    </>
  )
  return page(visit, words, { title: outcome.ended ? title : titleOfNothing, body })
}

/** A sign-out at the login host ends what it has opened, too. */
function whatEnded(
  visit: Visit,
  { signedOut }: Words,
  { ended, atScalekit, everywhere = false, others, lifetime, loginHost }: LogoutOutcome,
): string {
  if (loginHost !== undefined)
    return others === 'unknown'
      ? signedOut.endedHereMaybeNotAtLoginHost(loginHost.name)
      : signedOut.endedHereNotAtLoginHost(loginHost.name)
  if (!ended) return signedOut.nothing
  const minutes = Math.ceil(lifetime / 60)
  if (everywhere)
    return atScalekit
      ? signedOut.endedEverywhereAndAtService(minutes)
      : signedOut.endedEverywhereOnly(minutes)
  if (isLoginHost(visit))
    return atScalekit ? signedOut.endedOfAllAndAtService(minutes) : signedOut.endedOfAllOnly(minutes)
  return atScalekit ? signedOut.endedHereAndAtService : signedOut.endedHereOnly
}

const isLoginHost = ({ site }: Visit): boolean => site.signsIn === 'for_others'

/** A login host that is no site has the list of sessions. */
const homeOf = ({ site, basePath }: Visit): string => (site.hasPages ? '/' : `${basePath}/sessions`)

interface SignOutButtonProps extends Partial<LogoutWish> {
  readonly visit: Visit
  readonly words: Words
}

function SignOutButton({ visit, words, everywhere = false, from }: SignOutButtonProps) {
  const { submit, submitEverywhere } = words.signOut
  return (
    <PostButton
      action={`${visit.basePath}/logout`}
      label={everywhere ? submitEverywhere : submit}
      fields={{ ...(everywhere && { everywhere: '1' }), ...(from !== undefined && { from }) }}
    />
  )
}

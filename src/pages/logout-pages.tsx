import type { Seconds } from '../base/time.ts'
import type { Visit } from '../request/visit.ts'
import { ButtonLink, PostButton } from './buttons.tsx'
import { page } from './page-response.ts'
import { withCookies } from './response.ts'
import type { Words } from './words/words.ts'

/**
 * Asked when a link, and not the person, may have wanted the logout. Nobody knows where the link was: one in
 * an e-mail looks typed. So the page says what will end, which is true in every case.
 */
export function confirmLogoutPage(
  visit: Visit,
  words: Words,
  everywhere: boolean,
  lifetime: Seconds,
): Response {
  const { signOut } = words
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
        <SignOutButton visit={visit} words={words} everywhere={everywhere} />
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
  /** Whether Scalekit was asked to end its session too. */
  readonly atScalekit: boolean
  /** How many sessions of the same person go on. */
  readonly others: number | 'unknown'
  /** How long pages may stay readable that were opened elsewhere with what has ended. */
  readonly lifetime: Seconds
  /** Where the person may be signed in still, and how to end that. */
  readonly loginHost?: { readonly name: string; readonly logout: string }
}

/** Says what was ended and what was not. */
export function signedOutPage(visit: Visit, words: Words, outcome: LogoutOutcome): Response {
  const { others, loginHost } = outcome
  const { title, othersGoOn, othersMayGoOn, notEnded } = words.signedOut
  const toSessions = (label: string) => <a href={`${visit.basePath}/sessions`}>{label}</a>
  const ended = whatEnded(visit, words, outcome)
  const body = (
    <>
      <p>{ended}</p>
      {others !== 0 && loginHost === undefined && (
        <p>{others === 'unknown' ? othersMayGoOn(toSessions) : othersGoOn(others, toSessions)}</p>
      )}
      <p class="soft">{notEnded}</p>
      <div class="actions">
        {loginHost !== undefined && (
          <ButtonLink href={loginHost.logout} label={words.sessions.signOutOfAll} />
        )}
        {visit.site.hasPages && (
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
  return page(visit, words, { title, body })
}

/** A sign-out at the login host ends what it has opened, too. */
function whatEnded(
  visit: Visit,
  { signedOut }: Words,
  { atScalekit, others, lifetime, loginHost }: LogoutOutcome,
): string {
  if (loginHost !== undefined)
    return others === 'unknown'
      ? signedOut.endedHereMaybeNotAtLoginHost(loginHost.name)
      : signedOut.endedHereNotAtLoginHost(loginHost.name)
  if (isLoginHost(visit)) {
    const minutes = Math.ceil(lifetime / 60)
    return atScalekit ? signedOut.endedOfAllAndAtService(minutes) : signedOut.endedOfAllOnly(minutes)
  }
  return atScalekit ? signedOut.endedHereAndAtService : signedOut.endedHereOnly
}

const isLoginHost = ({ site }: Visit): boolean => site.signsIn === 'for_others'

/** A login host that is no site has the list of sessions. */
const homeOf = ({ site, basePath }: Visit): string => (site.hasPages ? '/' : `${basePath}/sessions`)

interface SignOutButtonProps {
  readonly visit: Visit
  readonly words: Words
  readonly everywhere?: boolean
}

function SignOutButton({ visit, words, everywhere = false }: SignOutButtonProps) {
  const action = `${visit.basePath}/logout`
  return everywhere ? (
    <PostButton action={action} label={words.signOut.submitEverywhere} fields={{ everywhere: '1' }} />
  ) : (
    <PostButton action={action} label={words.signOut.submit} />
  )
}

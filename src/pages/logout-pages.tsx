import type { Seconds } from '../base/time.ts'
import type { Visit } from '../request/visit.ts'
import { ButtonLink, PostButton } from './buttons.tsx'
import { page } from './page-response.ts'
import { withCookies } from './response.ts'
import { words } from './words/en.ts'

/**
 * Asked when a link, and not the person, may have wanted the logout. Nobody knows where the link was: one in
 * an e-mail looks typed. So the page says what will end, which is true in every case.
 */
export function confirmLogoutPage(visit: Visit, everywhere: boolean, lifetime: Seconds): Response {
  const { signOut } = words
  const ends = everywhere ? signOut.endsEverywhere(Math.ceil(lifetime / 60)) : signOut.ends
  const body = (
    <>
      <p>
        {ends} {signOut.alsoAtService}
      </p>
      <p>{signOut.ifUnwanted}</p>
      <div class="actions">
        <SignOutButton visit={visit} everywhere={everywhere} />
        <ButtonLink href={homeOf(visit)} label={signOut.stay} quiet />
      </div>
    </>
  )
  return page(visit, { title: everywhere ? signOut.titleEverywhere : signOut.title, body })
}

/** For whoever opens the page of a finished logout while signed in. */
export function stillSignedInPage(visit: Visit, who: string, cookies: readonly string[]): Response {
  const body = (
    <>
      <p>{words.stillSignedIn.who(who)}</p>
      <div class="actions">
        <SignOutButton visit={visit} />
        {visit.site.hasPages && <ButtonLink href="/" label={words.homePage} quiet />}
      </div>
    </>
  )
  return withCookies(page(visit, { title: words.stillSignedIn.title, body }), cookies)
}

export interface LogoutOutcome {
  /** Whether Scalekit was asked to end its session too. */
  readonly atScalekit: boolean
  /** How many sessions of the same person go on. */
  readonly others: number | 'unknown'
  /** Where the person is signed in still, and how to end that. */
  readonly loginHost?: { readonly name: string; readonly logout: string }
}

/** Says what was ended and what was not. */
export function signedOutPage(visit: Visit, { atScalekit, others, loginHost }: LogoutOutcome): Response {
  const { title, endedHereAndAtService, endedHereOnly, endedHereNotAtLoginHost, atLoginHost } =
    words.signedOut
  const { othersGoOn, notEnded } = words.signedOut
  const ended = loginHost === undefined ? endedHereOnly : endedHereNotAtLoginHost(loginHost.name)
  const body = (
    <>
      <p>{atScalekit ? endedHereAndAtService : ended}</p>
      {others !== 0 && loginHost === undefined && (
        <p>
          {othersGoOn(others, (label) => (
            <a href={`${visit.basePath}/sessions`}>{label}</a>
          ))}
        </p>
      )}
      <p class="soft">{notEnded}</p>
      <p class="actions">
        {loginHost !== undefined && <ButtonLink href={loginHost.logout} label={atLoginHost} />}
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
      </p>
    </>
  )
  return page(visit, { title, body })
}

/** A login host that is no site has the list of sessions. */
const homeOf = ({ site, basePath }: Visit): string => (site.hasPages ? '/' : `${basePath}/sessions`)

function SignOutButton({ visit, everywhere = false }: { visit: Visit; everywhere?: boolean }) {
  const action = `${visit.basePath}/logout`
  return everywhere ? (
    <PostButton action={action} label={words.signOut.submitEverywhere} fields={{ everywhere: '1' }} />
  ) : (
    <PostButton action={action} label={words.signOut.submit} />
  )
}

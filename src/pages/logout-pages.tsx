import type { Visit } from '../visit.ts'
import { page } from './answer.tsx'

/** Asked when a link on another site, and not the person, may have wanted the logout. */
export function confirmLogoutPage(visit: Visit): Response {
  const children = (
    <>
      <p>You came here from another site. Sign out only if you want to.</p>
      <div class="actions">
        <form method="post" action={`${visit.basePath}/logout`}>
          <button class="button" type="submit">
            Sign out
          </button>
        </form>
        <a class="button quiet" href="/">
          Stay signed in
        </a>
      </div>
    </>
  )
  return page(visit.url, { title: 'Sign out of this site?', children })
}

/** Says what was ended and what was not. @param atScalekit whether Scalekit was asked to end its session too */
export function signedOutPage(visit: Visit, atScalekit: boolean): Response {
  const children = (
    <>
      <p>
        Your session on this site has ended
        {atScalekit
          ? ', and its sign-in service was asked to end its session too.'
          : '. The session at its sign-in service could not be ended.'}
      </p>
      <p class="soft">
        Not ended: your session at your organization's identity provider (such as Okta or Entra ID), and other
        sites you are signed in to. On a shared computer, sign out there too.
      </p>
      <p class="actions">
        <a class="button" href={`${visit.basePath}/login?return_to=/`}>
          Sign in again
        </a>
        <a class="button quiet" href="/">
          Home page
        </a>
      </p>
    </>
  )
  return page(visit.url, { title: 'You are signed out', children })
}

/** For whoever opens the address while signed in. */
export function stillSignedInPage(visit: Visit, who: string): Response {
  const children = (
    <>
      <p>You are signed in as {who}.</p>
      <div class="actions">
        <form method="post" action={`${visit.basePath}/logout`}>
          <button class="button" type="submit">
            Sign out
          </button>
        </form>
        <a class="button quiet" href="/">
          Home page
        </a>
      </div>
    </>
  )
  return page(visit.url, { title: 'You are still signed in', children })
}

import { html } from 'hono/html'
import type { Seconds } from '../base/time.ts'
import type { Visit } from '../request/visit.ts'
import { link, postButton } from './frame.ts'
import { page, withCookies } from './response.ts'

/**
 * Asked when a link, and not the person, may have wanted the logout. Nobody knows where the link was: one in an e-mail looks typed. So
 * the page says what will end, which is true in every case.
 */
export function confirmLogoutPage(visit: Visit, everywhere: boolean, lifetime: Seconds): Response {
  const ends = everywhere
    ? `This ends all your sessions, in every browser, on all sites of your organization. Pages in other browsers can stay readable for up to ${Math.ceil(lifetime / 60)} minutes.`
    : 'This ends your session on this site, in this browser.'
  const body = html`<p>${ends} The sign-in service is asked to end its session too.</p>
    <p>If you only followed a link and do not want that, stay signed in.</p>
    <div class="actions">${signOutButton(visit, everywhere)} ${link('/', 'Stay signed in', true)}</div>`
  return page(visit.url, { title: everywhere ? 'Sign out everywhere?' : 'Sign out of this site?', body })
}

/** For whoever opens the page of a finished logout while signed in. */
export function stillSignedInPage(visit: Visit, who: string, cookies: readonly string[]): Response {
  const body = html`<p>You are signed in as ${who}.</p>
    <div class="actions">${signOutButton(visit, false)} ${link('/', 'Home page', true)}</div>`
  return withCookies(page(visit.url, { title: 'You are still signed in', body }), cookies)
}

export interface LogoutOutcome {
  /** Whether Scalekit was asked to end its session too. */
  readonly atScalekit: boolean
  /** How many sessions of the same person go on. */
  readonly others: number | 'unknown'
}

/** Says what was ended and what was not. */
export function signedOutPage(visit: Visit, { atScalekit, others }: LogoutOutcome): Response {
  const scalekit = atScalekit
    ? ', and its sign-in service was asked to end its session too.'
    : '. The session at its sign-in service could not be ended.'
  const goesOn =
    {
      unknown: 'The record of sessions could not be reached, so sessions of yours may go on',
      1: 'One more session of yours goes on',
    }[others] ?? `${others} more sessions of yours go on`
  const elsewhere = html`<p>
    ${goesOn}, in other browsers or on other sites of this organization. Sign in again and open
    <a href="${visit.basePath}/sessions">your sessions</a> to end what should end.
  </p>`
  const body = html`<p>Your session on this site has ended${scalekit}</p>
    ${others === 0 ? '' : elsewhere}
    <p class="soft">
      Not ended: your session at your organization's identity provider. On a shared computer, sign out there too.
    </p>
    <p class="actions">
      ${link(`${visit.basePath}/login?return_to=/`, 'Sign in again')} ${link('/', 'Home page', true)}
    </p>`
  return page(visit.url, { title: 'You are signed out', body })
}

const signOutButton = (visit: Visit, everywhere: boolean) =>
  everywhere
    ? postButton(`${visit.basePath}/logout`, 'Sign out everywhere', { fields: { everywhere: '1' } })
    : postButton(`${visit.basePath}/logout`, 'Sign out')

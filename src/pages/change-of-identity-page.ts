import { html } from 'hono/html'
import type { ReturnTo } from '../request/return-to.ts'
import type { Visit } from '../request/visit.ts'
import { link, postButton } from './frame.ts'
import { page, withCookies } from './response.ts'

/** Asked when a login that another site began would make the person who is signed in somebody else. */
export function changeOfIdentityPage(
  visit: Visit,
  who: { readonly now: string; readonly next: string },
  { login, returnTo }: { readonly login: string; readonly returnTo: ReturnTo },
  cookies: readonly string[],
): Response {
  const body = html`<p>
      You are signed in as <strong>${who.now}</strong>. A link from outside this site led to a sign-in as
      <strong>${who.next}</strong>. Nothing has changed yet.
    </p>
    <p>Continue only if you want to change accounts: from then on, what you do here is done as ${who.next}.</p>
    <div class="actions">
      ${link(returnTo, `Stay signed in as ${who.now}`)}
      ${postButton(`${visit.basePath}/continue`, `Continue as ${who.next}`, { quiet: true, fields: { login } })}
    </div>`
  return withCookies(page(visit.url, { title: `Continue as ${who.next}?`, body }), cookies)
}

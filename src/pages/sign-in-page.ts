import { html } from 'hono/html'
import { parseReturnTo } from '../request/return-to.ts'
import type { Visit } from '../request/visit.ts'
import { page } from './response.ts'

/** Asks for the one thing that finds the right identity provider: a work e-mail address. */
export function signInPage(
  visit: Visit,
  form: { readonly returnTo: string | null; readonly prompt: string | undefined; readonly rejected?: string },
): Response {
  const { prompt, rejected } = form
  const returnTo = parseReturnTo(form.returnTo, visit.url.origin, visit.basePath)
  const problem = html`<p id="problem" role="alert">
    That is not a complete e-mail address. Write it in full, such as jane@example.com.
  </p>`
  const body = html`<form method="get" action="${visit.basePath}/login">
    <input type="hidden" name="return_to" value="${returnTo}">
    ${prompt === undefined ? '' : html`<input type="hidden" name="prompt" value="${prompt}">`}
    ${rejected === undefined ? '' : problem}
    <label for="login_hint">Work e-mail</label>
    <input id="login_hint" name="login_hint" type="email" autocomplete="email" required autofocus value="${rejected ?? ''}"
      ${rejected === undefined ? '' : html`aria-invalid="true" aria-describedby="problem"`}>
    <button class="button" type="submit">Continue</button>
  </form>`
  const footer = html`<p>Your address finds the sign-in page of your organization. There is no password here.</p>`
  return page(visit.url, { title: 'Sign in', body, footer }, rejected === undefined ? 200 : 400)
}

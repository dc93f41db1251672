import { parseReturnTo } from '../login/return-to.ts'
import type { Visit } from '../visit.ts'
import { page } from './answer.tsx'

/** Asks for the one thing that finds the right identity provider: a work e-mail address. */
export function signInPage(
  visit: Visit,
  form: { readonly returnTo: string | null; readonly prompt: string | undefined; readonly rejected?: string },
): Response {
  const { rejected } = form
  const children = (
    <form method="get" action={`${visit.basePath}/login`}>
      <input
        type="hidden"
        name="return_to"
        value={parseReturnTo(form.returnTo, visit.url.origin, visit.basePath)}
      />
      {form.prompt === undefined ? null : <input type="hidden" name="prompt" value={form.prompt} />}
      {rejected === undefined ? null : (
        <p id="problem" role="alert">
          That is not a complete e-mail address. Write it in full, such as jane@example.com.
        </p>
      )}
      <label for="login_hint">Work e-mail</label>
      <input
        id="login_hint"
        name="login_hint"
        type="email"
        autocomplete="email"
        required
        autofocus
        value={rejected}
        aria-invalid={rejected === undefined ? undefined : 'true'}
        aria-describedby={rejected === undefined ? undefined : 'problem'}
      />
      <button class="button" type="submit">
        Continue
      </button>
    </form>
  )
  const footer = <p>Your address finds the sign-in page of your organization. There is no password here.</p>
  return page(visit.url, { title: 'Sign in', children, footer }, rejected === undefined ? 200 : 400)
}

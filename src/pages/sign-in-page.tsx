import { parseReturnTo } from '../request/return-to.ts'
import type { Visit } from '../request/visit.ts'
import { page } from './page-response.ts'
import { words } from './words/en.ts'

/** Asks for the one thing that finds the right identity provider: a work e-mail address. */
export function signInPage(
  visit: Visit,
  form: { readonly returnTo: string | null; readonly prompt: string | undefined; readonly rejected?: string },
): Response {
  const { prompt, rejected } = form
  const { title, email, incomplete, submit, about } = words.signIn
  const isRejected = rejected !== undefined
  const body = (
    <form method="get" action={`${visit.basePath}/login`}>
      <input
        type="hidden"
        name="return_to"
        value={parseReturnTo(form.returnTo, visit.url.origin, visit.basePath)}
      />
      {prompt !== undefined && <input type="hidden" name="prompt" value={prompt} />}
      {isRejected && (
        <p id="problem" role="alert">
          {incomplete}
        </p>
      )}
      <label for="login_hint">{email}</label>
      <input
        id="login_hint"
        name="login_hint"
        type="email"
        autocomplete="email"
        required
        autofocus
        value={rejected ?? ''}
        aria-invalid={isRejected ? 'true' : undefined}
        aria-describedby={isRejected ? 'problem' : undefined}
      />
      <button class="button" type="submit">
        {submit}
      </button>
    </form>
  )
  return page(visit, { title, body, footer: <p>{about}</p> }, isRejected ? 400 : 200)
}

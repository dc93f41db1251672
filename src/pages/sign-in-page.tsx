import type { Visit } from '../request/visit.ts'
import { page } from './page-response.ts'
import { words } from './words/en.ts'

export interface SignInForm {
  /** What goes along with the address. */
  readonly hidden: Readonly<Record<string, string>>
  /** An address that was none. */
  readonly rejected?: string
}

/** Asks for the one thing that finds the right identity provider: a work e-mail address. */
export function signInPage(visit: Visit, { hidden, rejected }: SignInForm): Response {
  const { title, email, incomplete, submit, about } = words.signIn
  const isRejected = rejected !== undefined
  const body = (
    <form method="get" action={`${visit.basePath}/login`}>
      {Object.entries(hidden).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
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

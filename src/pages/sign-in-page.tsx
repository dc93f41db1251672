import type { ForSite } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { type Fields, HiddenFields } from './buttons.tsx'
import { page } from './page-response.ts'
import type { Words } from './words/words.ts'

export interface SignInForm {
  /** What goes on with whatever the person chooses. */
  readonly hidden: Fields
  /** What they chose before, to be chosen again: a domain, and how it is shown. */
  readonly remembered?: { readonly domain: string; readonly shown: string } | undefined
  /** What they typed, where that was no e-mail address. */
  readonly rejected?: string | undefined
  /** At the login host: the site that the person signs in for. */
  readonly forSite?: ForSite | undefined
}

/**
 * Asks for the one thing that finds the right identity provider: a work e-mail address, or the domain of the one that did so before. The page
 * knows nothing of who is a customer.
 */
export function signInPage(
  visit: Visit,
  words: Words,
  { hidden, remembered, rejected, forSite }: SignInForm,
): Response {
  const { title, email, incomplete, submit, continueAs, another, about } = words.signIn
  const action = `${visit.basePath}/login`
  const isRejected = rejected !== undefined
  const isOffered = remembered !== undefined
  const body = (
    <>
      {isOffered && (
        <form method="get" action={action}>
          <HiddenFields fields={hidden} />
          <p>
            <button
              class="button"
              type="submit"
              name="domain_hint"
              value={remembered.domain}
              autofocus={!isRejected}
            >
              {continueAs(remembered.shown)}
            </button>
          </p>
          <p class="soft">{another}</p>
        </form>
      )}
      <form method="get" action={action}>
        <HiddenFields fields={hidden} />
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
          autofocus={isRejected || !isOffered}
          value={rejected ?? ''}
          aria-invalid={isRejected ? 'true' : undefined}
          aria-describedby={isRejected ? 'problem' : undefined}
        />
        <button class={isOffered ? 'button quiet' : 'button'} type="submit">
          {submit}
        </button>
      </form>
    </>
  )
  const content = { title, body, footer: <p>{about}</p> }
  return page({ ...visit, forSite }, words, content, isRejected ? 400 : 200)
}

import type { ForSite } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { brandOf } from './brand.ts'
import { Breakable } from './breakable.tsx'
import { Button, type Fields, HiddenFields } from './buttons.tsx'
import { page } from './page-response.ts'
import type { Words } from './words/words.ts'

export interface SignInForm {
  /** What goes on with whatever the person chooses. */
  readonly hidden: Fields
  /** What they chose before, to be chosen again: a domain, and how it is shown. */
  readonly remembered?: { readonly domain: string; readonly shown: string } | undefined
  /** What they typed, where it is asked for again. */
  readonly typed?: Typed | undefined
  /** At the login host: the site that the person signs in for. */
  readonly forSite?: ForSite | undefined
}

/** An address that cannot be used, or that may have a slip in it: then with the one that may have been meant. */
export interface Typed {
  readonly address: string
  readonly meant?: string | undefined
}

/**
 * Asks for the one thing that finds the right identity provider: a work e-mail address, or the domain of the one that did so before. The page
 * knows nothing of who is a customer.
 */
export function signInPage(
  visit: Visit,
  words: Words,
  { hidden, remembered, typed, forSite }: SignInForm,
): Response {
  const { title, check, another, about } = words.signIn
  const form = { words: words.signIn, action: `${visit.basePath}/login`, hidden }
  const place = { ...visit, forSite }
  const { name } = brandOf(place, words)
  const isRejected = typed !== undefined && typed.meant === undefined
  // One question at a time: whoever typed an address has left the remembered one aside.
  const choice =
    typed?.meant !== undefined ? (
      <DidYouMean {...form} typed={typed.address} meant={typed.meant} />
    ) : (
      remembered && <Remembered {...form} remembered={remembered} isFirst={!isRejected} />
    )
  const body = (
    <>
      {choice}
      {choice !== undefined && <p class="or">{another}</p>}
      <AddressForm {...form} typed={typed} isFirst={choice === undefined} />
      <p class="soft note" id="about">
        {about}
      </p>
    </>
  )
  const tab = typed === undefined ? undefined : check
  return page(place, words, { title: title(name), tab, body }, isRejected ? 400 : 200)
}

interface FormProps {
  readonly words: Words['signIn']
  readonly action: string
  readonly hidden: Fields
}

interface AddressFormProps extends FormProps {
  readonly typed: Typed | undefined
  /** Whether it is what the page is for; otherwise there is a choice before it. */
  readonly isFirst: boolean
}

function AddressForm({ words, action, hidden, typed, isFirst }: AddressFormProps) {
  const { email, incomplete, submit } = words
  const isRejected = typed !== undefined && typed.meant === undefined
  return (
    <form class="fields" method="get" action={action}>
      <HiddenFields fields={{ ...hidden, typed: '1' }} />
      <label for="login_hint">{email}</label>
      <input
        id="login_hint"
        name="login_hint"
        type="email"
        inputmode="email"
        autocomplete="email"
        autocapitalize="none"
        spellcheck={false}
        required
        autofocus={isRejected || isFirst}
        value={typed?.address ?? ''}
        aria-invalid={isRejected ? 'true' : undefined}
        aria-describedby={isRejected ? 'problem about' : 'about'}
      />
      {isRejected && (
        <p id="problem" class="bad" role="alert">
          {incomplete}
        </p>
      )}
      <Button label={submit} quiet={!isFirst} />
    </form>
  )
}

interface RememberedProps extends FormProps {
  readonly remembered: NonNullable<SignInForm['remembered']>
  readonly isFirst: boolean
}

function Remembered({ words, action, hidden, remembered: { domain, shown }, isFirst }: RememberedProps) {
  const label = words.continueAs(shown)
  return (
    <form method="get" action={action}>
      <HiddenFields fields={hidden} />
      <Button label={label} name="domain_hint" value={domain} autofocus={isFirst} />
    </form>
  )
}

interface DidYouMeanProps extends FormProps {
  readonly typed: string
  readonly meant: string
}

/** What is chosen here is not doubted again: an address that looks mistyped may be somebody's. */
function DidYouMean({ words, action, hidden, typed, meant }: DidYouMeanProps) {
  const { didYouMean, use, continueWith } = words
  return (
    <form class="actions" method="get" action={action}>
      <HiddenFields fields={hidden} />
      <p role="alert">
        {didYouMean(
          <strong>
            <Breakable text={meant} />
          </strong>,
        )}
      </p>
      <Button label={use(meant)} name="login_hint" value={meant} autofocus />
      <Button label={continueWith(typed)} name="login_hint" value={typed} quiet />
    </form>
  )
}

import type { ForSite } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { AddressForm, type FormProps } from './address-form.tsx'
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

/** An address that cannot be used, or that may not be what its owner meant. */
export interface Typed extends Doubts {
  readonly address: string
}

/** What may be wrong with an address that can be used. */
export interface Doubts {
  /** It may have a slip in it: the one that may have been meant. */
  readonly meant?: string | undefined
  /** The domain of that, or else of what was typed, where it is one of mailboxes for everybody. */
  readonly publicMailbox?: string | undefined
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
  const isRejected = typed !== undefined && typed.meant === undefined && typed.publicMailbox === undefined
  // Neither address is advised then: the way on is another one, in the field.
  const isMailboxMeant = typed?.meant !== undefined && typed.publicMailbox !== undefined
  // One question at a time: whoever typed an address has left the remembered one aside.
  const choice =
    typed?.meant !== undefined ? (
      <DidYouMean {...form} {...typed} meant={typed.meant} />
    ) : (
      remembered && <Remembered {...form} remembered={remembered} isFirst={!isRejected} />
    )
  const body = (
    <>
      {choice}
      {choice !== undefined && <p class="or">{another}</p>}
      <AddressForm
        {...form}
        address={typed?.address}
        remark={remarkOn(words, typed)}
        isFirst={choice === undefined || isMailboxMeant}
        // Of a mailbox for everybody it was asked just now.
        isDoubted={typed?.publicMailbox === undefined || typed.meant !== undefined}
        about="about"
      />
      <p class="soft note" id="about">
        {about}
      </p>
    </>
  )
  const tab = typed === undefined ? undefined : check
  return page(place, words, { title: title(name), tab, body }, isRejected ? 400 : 200)
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

interface DidYouMeanProps extends FormProps, Doubts {
  readonly address: string
  readonly meant: string
}

/** What is chosen here is not doubted again: an address that looks mistyped may be somebody's. */
function DidYouMean({ words, action, hidden, address, meant, publicMailbox }: DidYouMeanProps) {
  const { didYouMean, use, continueWith, workAddress } = words
  const isAdvised = publicMailbox === undefined
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
      {publicMailbox !== undefined && <p>{workAddress(publicMailbox)}</p>}
      <Button label={use(meant)} name="login_hint" value={meant} autofocus={isAdvised} quiet={!isAdvised} />
      <Button label={continueWith(address)} name="login_hint" value={address} quiet />
    </form>
  )
}

/** Of an address that stands in the field. */
function remarkOn({ signIn }: Words, typed: Typed | undefined) {
  if (typed === undefined || typed.meant !== undefined) return undefined
  const { publicMailbox } = typed
  return publicMailbox === undefined
    ? { text: signIn.incomplete, isError: true }
    : { text: signIn.workAddress(publicMailbox), isError: false }
}

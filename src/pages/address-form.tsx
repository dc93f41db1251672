import { Button, type Fields, HiddenFields } from './buttons.tsx'
import type { Words } from './words/words.ts'

export interface FormProps {
  readonly words: Words['signIn']
  readonly action: string
  /** What goes on with whatever is entered or chosen. */
  readonly hidden: Fields
}

interface AddressFormProps extends FormProps {
  /** What was typed before. */
  readonly address?: string | undefined
  /** What is to be said of that, below the field and for whoever hears it. */
  readonly remark?: { readonly text: string; readonly isError: boolean } | undefined
  /** Whether it is what the page is for; otherwise there is a choice before it. */
  readonly isFirst: boolean
  /** Whether what is sent may be asked about; each question is asked once. */
  readonly isDoubted?: boolean
  /** The element that says what the address is for, by its ID. */
  readonly about?: string | undefined
}

/** Asks for a work e-mail address, which finds the right identity provider. */
export function AddressForm({
  words,
  action,
  hidden,
  address,
  remark,
  isFirst,
  isDoubted = true,
  about,
}: AddressFormProps) {
  const isRejected = remark?.isError === true
  const described = [remark && 'problem', about].filter((id) => id !== undefined)
  return (
    <form class="fields" method="get" action={action}>
      <HiddenFields fields={{ ...hidden, ...(isDoubted && { typed: '1' }) }} />
      <label for="login_hint">{words.email}</label>
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
        value={address ?? ''}
        aria-invalid={isRejected ? 'true' : undefined}
        aria-describedby={described.length === 0 ? undefined : described.join(' ')}
      />
      {remark !== undefined && (
        <p id="problem" class={isRejected ? 'bad' : undefined} role="alert">
          {remark.text}
        </p>
      )}
      <Button label={words.submit} quiet={!isFirst} />
    </form>
  )
}

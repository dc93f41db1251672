import { Breakable } from './breakable.tsx'

/** What a form sends along, by name. */
export type Fields = Readonly<Record<string, string>>

interface ButtonProps {
  readonly label: string
  /** What it is called where the label is not enough, as in a list of many; begins with the label (WCAG 2.2, 2.5.3). */
  readonly fullLabel?: string | undefined
  readonly quiet?: boolean
  /** As wide as its label, beside something else. */
  readonly small?: boolean
  readonly name?: string
  readonly value?: string
  readonly autofocus?: boolean
}

/** Sends the form that it is in. */
export function Button({ label, fullLabel, quiet = false, small = false, ...sent }: ButtonProps) {
  return (
    <button class={look({ quiet, small })} type="submit" aria-label={fullLabel} {...sent}>
      <Breakable text={label} />
    </button>
  )
}

interface PostButtonProps extends Omit<ButtonProps, 'name' | 'value' | 'autofocus'> {
  readonly action: string
  readonly fields?: Fields
}

/** A form of one button, which changes something and therefore is posted. */
export function PostButton({ action, fields = {}, ...button }: PostButtonProps) {
  return (
    <form method="post" action={action}>
      <HiddenFields fields={fields} />
      <Button {...button} />
    </form>
  )
}

export const HiddenFields = ({ fields }: { readonly fields: Fields }) => (
  <>
    {Object.entries(fields).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
  </>
)

interface ButtonLinkProps {
  readonly href: string
  readonly label: string
  readonly quiet?: boolean
  /** Leads out of the frame that the page may be shown in. */
  readonly leavesFrame?: boolean
}

export function ButtonLink({ href, label, quiet = false, leavesFrame = false }: ButtonLinkProps) {
  return (
    <a class={look({ quiet })} href={href} target={leavesFrame ? '_top' : undefined}>
      <Breakable text={label} />
    </a>
  )
}

const look = ({ quiet, small = false }: { quiet: boolean; small?: boolean }): string =>
  ['button', ...(quiet ? ['quiet'] : []), ...(small ? ['small'] : [])].join(' ')

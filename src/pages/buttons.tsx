/** What a form sends along, by name. */
export type Fields = Readonly<Record<string, string>>

interface PostButtonProps {
  readonly action: string
  readonly label: string
  readonly quiet?: boolean
  readonly fields?: Fields
}

/** A form of one button, which changes something and therefore is posted. */
export function PostButton({ action, label, quiet = false, fields = {} }: PostButtonProps) {
  return (
    <form method="post" action={action}>
      <HiddenFields fields={fields} />
      <button class={look(quiet)} type="submit">
        {label}
      </button>
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
    <a class={look(quiet)} href={href} target={leavesFrame ? '_top' : undefined}>
      {label}
    </a>
  )
}

const look = (quiet: boolean): string => (quiet ? 'button quiet' : 'button')

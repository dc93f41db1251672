import { type Child, createContext, useContext, useId } from 'hono/jsx'

/** A form that was not taken, as it came. */
export interface RefusedForm {
  /** Below `/operator/`. */
  readonly path: string
  readonly values: Readonly<Record<string, string>>
  /** Sentences, those about one field with its name in front: `domains.0: must be …`. */
  readonly problems: readonly string[]
}

/** What the forms of a page are to keep. */
export const RefusedFormContext = createContext<RefusedForm | undefined>(undefined)

interface FormProps {
  /** Below `/operator/`. */
  readonly path: string
  /** Other paths that its buttons have. */
  readonly paths?: readonly string[]
  /** What its hidden fields say, which tells it from others of the same path. */
  readonly fields: Readonly<Record<string, string>>
  readonly class?: string
  readonly children?: Child
}

/** A form in which something is typed: what was, is kept where it is not taken. */
export function TypedForm({ path, paths = [], fields, class: className, children }: FormProps) {
  const refused = useContext(RefusedFormContext)
  const isThis = isRefused(refused, [path, ...paths], fields)
  return (
    <form method="post" action={`/operator/${path}`} class={className}>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <RefusedFormContext.Provider value={isThis ? refused : undefined}>
        {children}
      </RefusedFormContext.Provider>
    </form>
  )
}

/** Whether a form is the one that was not taken: what it is folded into is open then. */
export const isRefused = (
  refused: RefusedForm | undefined,
  paths: readonly string[],
  fields: Readonly<Record<string, string>>,
): boolean =>
  refused !== undefined &&
  paths.includes(refused.path) &&
  refused.values['previous_email'] === fields['previous_email'] &&
  Object.entries(fields).every(([name, value]) => name === 'back' || refused.values[name] === value)

interface FieldProps {
  readonly name: string
  readonly label: Child
  readonly value?: string | undefined
  readonly type?: 'text' | 'email' | 'url'
  readonly required?: boolean
  readonly maxlength?: number
  readonly placeholder?: string
  readonly inputmode?: 'url'
  /** Lines of a larger one. */
  readonly rows?: number
}

/** A field with its label, what was typed into it, and what was wrong with that. */
export function Field({ name, label, value, rows, ...input }: FieldProps) {
  const id = useId()
  const refused = useContext(RefusedFormContext)
  const wrong = refused?.problems.flatMap((problem) => aboutField(problem, name)) ?? []
  const common = {
    id,
    autocomplete: 'off',
    spellcheck: false,
    ...(wrong.length > 0 && { 'aria-invalid': 'true', 'aria-describedby': `${id}-wrong`, autofocus: true }),
  } as const
  const typed = refused === undefined ? value : (refused.values[name] ?? '')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows === undefined ? (
        <input name={name} value={typed} {...common} {...input} />
      ) : (
        <textarea name={name} {...common} rows={rows}>
          {typed}
        </textarea>
      )}
      {wrong.length > 0 && (
        <span class="wrong" id={`${id}-wrong`}>
          {wrong.join('; ')}
        </span>
      )}
    </div>
  )
}

interface ChoiceProps {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly options: readonly (readonly [value: string, label: string])[]
}

/** One of several, as it was chosen. */
export function Choice({ name, label, value, options }: ChoiceProps) {
  const id = useId()
  const refused = useContext(RefusedFormContext)
  const chosen = refused === undefined ? value : (refused.values[name] ?? '')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} name={name}>
        {options.map(([each, text]) => (
          <option value={each} selected={each === chosen}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}

/** On or off, as it was left. */
export function Switch({ name, isOn, label }: { name: string; isOn: boolean; label: string }) {
  const refused = useContext(RefusedFormContext)
  const isChecked = refused === undefined ? isOn : refused.values[name] === 'true'
  return (
    <label class="switch">
      <input type="checkbox" name={name} value="true" checked={isChecked} />
      {label}
    </label>
  )
}

function aboutField(problem: string, name: string): readonly string[] {
  const [, field, text] = /^(\w+)(?:\.\d+)*: (.+)$/s.exec(problem) ?? []
  return field === name && text !== undefined ? [text] : []
}

import type { Child } from 'hono/jsx'

interface ActionProps {
  /** Below `/operator/`. */
  readonly path: string
  readonly fields: Readonly<Record<string, string>>
  readonly label: string
  /** What it is done to: for those who hear the button instead of seeing its row. */
  readonly target: string
  readonly isDestructive?: boolean
}

/** A button that does one thing to one thing. */
export function Action({ path, fields, label, target, isDestructive = false }: ActionProps) {
  return (
    <form method="post" action={`/operator/${path}`}>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class={isDestructive ? 'small destructive' : 'small quiet'}>
        {label}
        <span class="heard"> {target}</span>
      </button>
    </form>
  )
}

export function Actions({ children }: { children?: Child }) {
  return <div class="actions">{children}</div>
}

/** A list on a telephone. */
export function Table({ caption, columns, children }: TableProps) {
  return (
    <table>
      <caption class="heard">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th scope="col">{column}</th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  )
}

interface TableProps {
  readonly caption: string
  readonly columns: readonly string[]
  readonly children?: Child
}

export function Badge({ kind, children }: { kind: 'good' | 'bad' | 'plain'; children?: Child }) {
  return <span class={`badge ${kind}`}>{children}</span>
}

/** In UTC, to the second. */
export function Time({ iso }: { iso: string }) {
  return <time datetime={iso}>{iso.slice(0, 19).replace('T', ' ')}</time>
}

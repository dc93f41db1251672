import { Complaint } from '../complaint.ts'
import type { Change } from '../files/config-change.ts'
import { inOneLine } from '../files/edit-jsonc.ts'
import { inToml } from '../files/edit-toml.ts'

/** For a file whose text has no place for the changes. @param label how it is called in sentences */
export const byHand = (label: string, changes: readonly Change[], isToml = false): Complaint =>
  new Complaint(
    `${label} is written in a way that this command cannot add to. Add by hand what is missing, and run it again:\n` +
      indented(changes.map((change) => inWords(change, isToml))),
  )

export const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n')

function inWords({ kind, path, value }: Change, isToml: boolean): string {
  const place = path.join('.')
  if (kind === 'set') return isToml ? `${place} = ${inToml(value)}` : `"${place}": ${inOneLine(value)}`
  return `one more in ${place}: ${isToml ? inToml(value) : inOneLine(value)}`
}

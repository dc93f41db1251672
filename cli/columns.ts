import { paint } from './terminal.ts'

/** Rows under headings, each column as wide as its widest cell. */
export function inColumns(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows].map((row) => row.map(plain))
  const widths = headings.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)))
  const lines = cells.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return lines.map((line, at) => (at === 0 ? paint('dim', line) : line)).join('\n')
}

/** Whoever wrote what is shown decides no more about the terminal than its text. */
export const plain = (text: string) => text.replace(/\p{C}/gu, '?')

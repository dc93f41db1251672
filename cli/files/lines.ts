/** What ends the lines of a text. */
export const lineEndOf = (text: string): string => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n')

/** A text with more lines at its end. */
export function withLines(text: string, lines: readonly string[]): string {
  const end = lineEndOf(text)
  const before = text === '' || text.endsWith('\n') ? text : text + end
  return before + lines.map((line) => line + end).join('')
}

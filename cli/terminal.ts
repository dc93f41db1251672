import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/** Colours on a terminal that wants them (`NO_COLOR`), and plain text everywhere else. */
export const paint = (format: Format, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  styleText(format, text, { stream, validateStream: true })

/** Whoever wrote what is shown, such as a customer's name at Scalekit, decides no more about the terminal than its lines. */
export const inLines = (text: string): string => text.replace(/[^\P{C}\n\t]/gu, '?')

/** What goes on while one waits: on standard error, where it is in nobody's way. */
export function progress(text: string): void {
  const { stderr } = process
  stderr.write(`${paint('dim', inLines(text), stderr)}\n`)
}

/** Standard error, for what is wrong. */
export function complain(text: string): void {
  const { stderr } = process
  stderr.write(`${paint('red', inLines(text), stderr)}\n`)
}

/**
 * Keeps standard output for JSON: whatever else is written there, by Wrangler too, goes to standard error.
 *
 * @returns what writes to it
 */
export function reserveStandardOutput(): (value: object) => void {
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = process.stderr.write.bind(process.stderr)
  return (value) => void write(`${JSON.stringify(value)}\n`)
}

import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/** Colours on a terminal that wants them (`NO_COLOR`), and plain text everywhere else. */
export const paint = (format: Format, text: string): string =>
  styleText(format, text, { stream: process.stdout, validateStream: true })

/** What goes on while one waits: on standard error, where it is in nobody's way. */
export function progress(text: string): void {
  const { stderr } = process
  stderr.write(`${styleText('dim', text, { stream: stderr, validateStream: true })}\n`)
}

/** Standard error, for what is wrong. */
export function complain(text: string): void {
  const { stderr } = process
  stderr.write(`${styleText('red', text, { stream: stderr, validateStream: true })}\n`)
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

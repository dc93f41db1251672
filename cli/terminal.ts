import { stripVTControlCharacters, styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/** Colours on a terminal that wants them (`NO_COLOR`), or where somebody does (`FORCE_COLOR`), and plain text everywhere else. */
export const paint = (format: Format, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  styleText(format, text, { stream, validateStream: true })

/** What others write here, such as the bundler, which colours its errors always, has colours only where {@link paint} has them. */
export function withoutColours(
  streams: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr],
): void {
  for (const stream of streams) {
    if (paint('red', '.', stream) !== '.') continue
    const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean
    stream.write = (chunk: unknown, ...rest: unknown[]) =>
      write(typeof chunk === 'string' ? stripVTControlCharacters(chunk) : chunk, ...rest)
  }
}

/** Whoever wrote what is shown, such as a customer's name at Scalekit, decides no more about the terminal than its lines. */
export const inLines = (text: string): string => text.replace(/[^\P{C}\n\t]/gu, '?')

/**
 * JSON that reads the same for every parser, and in which nothing steers the terminal that it is shown on, hides, or ends a line: JSON itself
 * escapes no more than the first 32 characters of Unicode.
 *
 * @param indent spaces; without them, it is one line
 */
export const inJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(/[^\P{C}\n]|[\u2028\u2029]/gu, (character) =>
    Array.from({ length: character.length }, (_, at) => escaped(character.charCodeAt(at))).join(''),
  )

const escaped = (unit: number) => `\\u${unit.toString(16).padStart(4, '0')}`

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
  return (value) => void write(`${inJson(value)}\n`)
}

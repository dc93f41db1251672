import { type Command, InvalidArgumentError, Option } from 'commander'
import { CONNECTION_ID, ORGANIZATION_ID } from '../src/scalekit/ids.ts'
import { existingFile } from './files/find-files.ts'

/** Ends a command that was called as it cannot be: a sentence, and exit code 2. */
export function wrongUsage(command: Command, sentence: string): never {
  command.error(`error: ${sentence}`, { exitCode: 2 })
}

/**
 * An option that takes one value and is given twice is wrong usage, in a command and in all below it: which of the two was meant, nobody can
 * know, and the other one would be dropped in silence.
 */
export function refuseTwice(command: Command): void {
  for (const option of command.options.filter(takesOneValue)) {
    let isGiven = false
    command.on(`option:${option.name()}`, () => {
      if (isGiven) wrongUsage(command, `option '${option.flags}' is given twice, and takes one value.`)
      isGiven = true
    })
  }
  command.commands.forEach(refuseTwice)
}

/** Those that may be repeated collect their values in a list. */
const takesOneValue = ({ required, optional, defaultValue }: Option) =>
  (required || optional) && !Array.isArray(defaultValue)

/** How a command is used, for the end of its help. */
export const examples = (...lines: readonly string[]): string =>
  [`\nExample${lines.length === 1 ? '' : 's'}:`, ...lines.map((line) => `  ${line}`)].join('\n')

/** @param more what else the command does with it */
export const environment = (more = ''): Option =>
  new Option('--env <name>', `an environment of the wrangler file${more}`)

/** @param more when it asks, and what it does then */
export const yes = (more = ''): Option => new Option('--yes', `asks nothing${more}`)

/** In the place of a file. */
export const STANDARD_INPUT = '-'

/** @throws {InvalidArgumentError} where there is no such file */
export function parseFile(path: string): string {
  const file = existingFile(path)
  if (file === undefined) throw new InvalidArgumentError('There is no such file.')
  return file
}

/** @throws {InvalidArgumentError} where it is not the ID of an organization */
export function parseOrganization(text: string): string {
  if (ORGANIZATION_ID.test(text.trim())) return text.trim()
  throw new InvalidArgumentError(
    'It must look like org_…: npx gatehouse orgs lists them, and so does the Scalekit dashboard under Organizations.',
  )
}

/** @throws {InvalidArgumentError} where it is not the ID of a connection */
export function parseConnection(text: string): string {
  if (CONNECTION_ID.test(text.trim())) return text.trim()
  throw new InvalidArgumentError('It must look like conn_…: npx gatehouse connections lists them.')
}

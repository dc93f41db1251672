import { type Command, InvalidArgumentError, Option } from 'commander'
import { CONNECTION_ID, ORGANIZATION_ID } from '../src/scalekit/ids.ts'
import { existingFile } from './files/find-files.ts'

/** Ends a command that was called as it cannot be: a sentence, and exit code 2. */
export function wrongUsage(command: Command, sentence: string): never {
  command.error(`error: ${sentence}`, { exitCode: 2 })
}

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
    'It must look like org_…: gatehouse orgs lists them, and so does the Scalekit dashboard under Organizations.',
  )
}

/** @throws {InvalidArgumentError} where it is not the ID of a connection */
export function parseConnection(text: string): string {
  if (CONNECTION_ID.test(text.trim())) return text.trim()
  throw new InvalidArgumentError('It must look like conn_…: gatehouse connections lists them.')
}

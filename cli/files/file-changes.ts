import { constants } from 'node:fs'
import { access, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Complaint } from '../complaint.ts'
import { difference } from './difference.ts'
import { codeOf, writeWhole } from './write-whole.ts'

/** A file that is to be there, or to say something else. */
export interface FileChange {
  /** Absolute. */
  readonly path: string
  /** From the folder of the project. */
  readonly label: string
  /** What it held when it was read; `undefined`: there was none. */
  readonly before: string | undefined
  readonly after: string
  /** Its values are shown to nobody, and a new one is readable by its owner only. */
  readonly isSecret?: boolean
}

/** What changes in a file, for a person to read. */
export function shown({ label, before, after, isSecret }: FileChange): string {
  const readable = (text: string) => (isSecret ? text.replace(SECRET_VALUE, "$1'…'") : text)
  const heading = before === undefined ? `${label} (new)` : label
  return `${heading}\n${difference(readable(before ?? ''), readable(after))}\n`
}

/** Over several lines, where it is in quotes. */
const SECRET_VALUE = /^(\s*(?:export\s+)?[\w.-]+\s*[=:]\s*)(?:'[^']*'|"[^"]*"|`[^`]*`|[^\r\n]*)/gm

/**
 * Writes all files, each whole or not at all. What can be known to fail is known before the first one.
 *
 * @throws {Complaint} where one cannot be written, with those that are
 */
export async function writeFiles(changes: readonly FileChange[]): Promise<void> {
  const problems = await Promise.all(changes.map(problemOf))
  const known = problems.filter((problem) => problem !== undefined)
  if (known.length > 0) throw new Complaint(...known, 'Nothing was written.')
  const written: string[] = []
  for (const { path, label, before, after, isSecret } of changes) {
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeWhole(path, after, before, isSecret ? 0o600 : 0o666)
      written.push(label)
    } catch (error) {
      const reason =
        error instanceof Complaint ? error.problems : [`${path} cannot be written: ${codeOf(error)}.`]
      const rest =
        written.length === 0 ? 'Nothing was written.' : `Written before that: ${written.join(', ')}.`
      throw new Complaint(
        ...reason,
        `${rest} Run this again when that is put right; it goes on where it stopped.`,
      )
    }
  }
}

async function problemOf({ path, label, before }: FileChange): Promise<string | undefined> {
  try {
    if (before !== undefined) await access(path, constants.W_OK)
    const folder = await nearestFolder(dirname(path))
    if (!(await stat(folder)).isDirectory()) return `${label} cannot be written: ${folder} is no folder.`
    await access(folder, constants.W_OK)
    return undefined
  } catch (error) {
    return `${label} cannot be written: ${codeOf(error)}.`
  }
}

async function nearestFolder(folder: string): Promise<string> {
  try {
    await stat(folder)
    return folder
  } catch (error) {
    // A file in the place of a folder above it is ENOTDIR.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return nearestFolder(dirname(folder))
    throw error
  }
}

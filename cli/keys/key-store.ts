import { stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import type { Seconds } from '../../src/base/time.ts'
import { DEFAULT_ABSOLUTE } from '../../src/config.ts'
import { parseKeyRing } from '../../src/crypto/key-ring.ts'
import { Complaint } from '../complaint.ts'
import { variableOf, withVariable } from '../files/dev-vars.ts'
import { findGatehouseConfig, folderOf } from '../files/find-files.ts'
import { readIfThere } from '../files/read-if-there.ts'
import { writeWhole } from '../files/write-whole.ts'
import type { KeyOptions } from '../keys.ts'
import { loadConfig } from '../load-config.ts'
import { complain } from '../terminal.ts'
import { KEYS } from '../wrangler/worker-secret.ts'
import { type KeySet, parseKeySet } from './key-set.ts'
import { parseOperatorKey } from './operator-key.ts'

/** As `--file`: standard input. */
export const FROM_INPUT = '-'

/** Keys, and where they are from. */
export interface Stored {
  readonly set: KeySet
  /** A path from the working directory, or {@link FROM_INPUT}. */
  readonly label: string
  /** Keeps another set in the place of this one; the other lines of a file stay. */
  readonly replace: (set: KeySet) => Promise<void>
}

/** Whether a file holds variables, as `.dev.vars` does, and not the set alone. */
export const holdsVariables = (path: string): boolean => /^\.(dev\.vars|env)(\.|$)/.test(basename(path))

/** Whether a file keeps the keys of a deployed Worker. */
export const isOfWorker = (label: string): boolean => label !== FROM_INPUT && !holdsVariables(label)

/**
 * Reads what `--file` names, or `.dev.vars`.
 *
 * @throws {Complaint} where there is no set that a Worker would accept
 */
export async function openKeys({ file, config }: KeyOptions): Promise<Stored> {
  if (file === FROM_INPUT) {
    const set = await parseKeySet(await readAll(process.stdin), 'standard input')
    return { set, label: FROM_INPUT, replace: async () => {} }
  }
  const label = file ?? (relative('', join(folderOf(config), '.dev.vars')) || '.dev.vars')
  const text = await readIfThere(label)
  if (text === undefined) throw new Complaint(`There is no ${label}. ${WHERE_KEYS_ARE}`)
  const value = holdsVariables(label) ? variableOf(text, KEYS) : text
  if (!value) throw new Complaint(`${label} does not set ${KEYS}. ${WHERE_KEYS_ARE}`)
  if (parseOperatorKey(value) !== undefined)
    throw new Complaint(
      `${label} is an operator's key, and is not rotated: make another one with keys new --operator, ` +
        'and take the old one away from the Worker.',
    )
  const set = await parseKeySet(value, label)
  await warnOfReaders(label)
  return kept(label, set, text)
}

const WHERE_KEYS_ARE =
  '--file names the file that keeps the keys: `npx gatehouse keys new --file <path>` makes one, ' +
  'and `npx gatehouse dev` a .dev.vars.'

export async function warnOfReaders(label: string): Promise<void> {
  if (process.platform !== 'win32' && ((await stat(label)).mode & 0o077) !== 0)
    complain(`${label} can be read by others on this machine: chmod 600 ${label}`)
}

function kept(label: string, set: KeySet, text: string): Stored {
  let held = text
  return {
    set,
    label,
    replace: async (next) => {
      const changed = textFor(label, held, next)
      await writeWhole(label, changed, held)
      held = changed
    },
  }
}

/**
 * Keeps the first set of a file.
 *
 * @throws {Complaint} where there is one
 */
export async function keepFirstKeys(file: string, set: KeySet): Promise<Stored> {
  const before = await readIfThere(file)
  if (before !== undefined && (!holdsVariables(file) || variableOf(before, KEYS))) {
    const isKeys = holdsVariables(file) || (await parseKeyRing(before)).ok
    throw new Complaint(
      `${file} is there already, and stays as it is. ` +
        (isKeys
          ? `To rotate the keys in it: npx gatehouse keys rotate --file ${file}`
          : 'It holds no set of keys: name another file, such as ../docs-keys.json.'),
    )
  }
  const text = textFor(file, before ?? '', set)
  await writeWhole(file, text, before)
  await warnOfReaders(file)
  return kept(file, set, text)
}

/** `session.absolute`, where there is a configuration. */
export async function absoluteOf({ config }: KeyOptions): Promise<Seconds | undefined> {
  const folder = folderOf(config)
  if (findGatehouseConfig(folder) === undefined) return undefined
  return (await loadConfig(folder)).session?.absolute ?? DEFAULT_ABSOLUTE
}

function textFor(path: string, before: string, set: KeySet): string {
  if (!holdsVariables(path)) return `${JSON.stringify(set, null, 2)}\n`
  const text = withVariable(before, KEYS, JSON.stringify(set))
  if (text !== undefined) return text
  throw new Complaint(
    `${path} is written in a way that ${KEYS} cannot be changed in without changing something else, so it stays as it is: ` +
      `write ${KEYS}='…' into a line of its own.`,
  )
}

import type { Change, Value } from '../../files/config-change.ts'
import { editJsonc, inOneLine } from '../../files/edit-jsonc.ts'
import { editToml } from '../../files/edit-toml.ts'
import type { Trouble } from '../finding.ts'
import type { Project } from '../project.ts'
import type { ReadWranglerFile } from './settings.ts'

/** A change where the environment has it: what an environment does not say itself is mostly the top level's. */
export const inEnvironment = (
  { env }: Project,
  { raw }: ReadWranglerFile,
  { path, ...change }: Change,
  isInherited = true,
): Change => {
  const own = (raw['env'] as Readonly<Record<string, object>> | undefined)?.[env ?? '']
  const isOwn = own !== undefined && (!isInherited || (path[0] ?? '') in own)
  return { ...change, path: isOwn ? ['env', env ?? '', ...path] : path }
}

/** Changes of a wrangler file as a remedy: for people to write, and for `--fix`. */
export function toWrite(
  { file, label }: Pick<ReadWranglerFile, 'file' | 'label'>,
  ...changes: readonly Change[]
): Pick<Trouble, 'remedy' | 'fix'> {
  const isToml = label.endsWith('.toml')
  const edit = isToml ? editToml : editJsonc
  return {
    remedy: `Write into ${label}:\n${isToml ? editToml('', changes)?.trim() : changes.map(inJson).join('\n')}`,
    fix: { file, change: (text) => (text === undefined ? undefined : edit(text, changes)) },
  }
}

/** What is added to the object of the file. */
const inJson = ({ kind, path, value }: Change) =>
  inOneLine(
    path.reduceRight<Value>((inner, key) => ({ [key]: inner }), kind === 'append' ? [value] : value),
  ).slice(2, -2)

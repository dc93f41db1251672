import type { Trouble } from './finding.ts'
import type { Project } from './project.ts'
import type { ReadWranglerFile } from './wrangler-settings.ts'

export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value }

/** One thing that a wrangler file is to say: the value of a key, or one more element of an array. */
export interface Change {
  readonly kind: 'set' | 'append'
  readonly path: readonly string[]
  readonly value: Value
}

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

/** Changes as a remedy: what to write where, as the file has it. */
export function toWrite(
  { label }: ReadWranglerFile,
  ...changes: readonly Change[]
): Pick<Trouble, 'remedy' | 'fix'> {
  const lines = label.endsWith('.toml') ? changes.map(inToml) : changes.map(inJson)
  return { remedy: `Write into ${label}:\n${lines.join('\n')}` }
}

function inToml({ kind, path, value }: Change): string {
  if (kind === 'append' && isTable(value)) return `[[${path.join('.')}]]\n${membersInToml(value)}`
  const [table, key] = [path.slice(0, -1).join('.'), path.at(-1)]
  return `${table === '' ? '' : `[${table}]\n`}${key} = ${valueInToml(kind === 'append' ? [value] : value)}`
}

const isTable = (value: Value): value is Readonly<Record<string, Value>> =>
  typeof value === 'object' && !Array.isArray(value)

const membersInToml = (table: Readonly<Record<string, Value>>, between = '\n') =>
  Object.entries(table)
    .map(([key, value]) => `${key} = ${valueInToml(value)}`)
    .join(between)

function valueInToml(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(valueInToml).join(', ')}]`
  return isTable(value) ? `{ ${membersInToml(value, ', ')} }` : JSON.stringify(value)
}

const inJson = ({ kind, path, value }: Change) =>
  path
    .reduceRight(
      (inner, key) => `{ ${JSON.stringify(key)}: ${inner} }`,
      spaced(kind === 'append' ? [value] : value),
    )
    .slice(2, -2)

const spaced = (value: Value) =>
  JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ').replaceAll('[ ', '[').replaceAll(' ]', ']')

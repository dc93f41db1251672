import { isDeepStrictEqual } from 'node:util'

type Path = readonly string[]
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value }

/** One thing that a wrangler file or a package.json is to say, whatever language it is written in. */
export type Change =
  /** The value of a key; it replaces one that is there. Tables above it that are missing come along. */
  | { readonly kind: 'set'; readonly path: Path; readonly value: Value; readonly comment?: string }
  /** One more element of an array, which is made where there is none. */
  | { readonly kind: 'append'; readonly path: Path; readonly value: Value; readonly comment?: string }

export const set = (path: Path, value: Value, comment?: string): Change => ({
  kind: 'set',
  path,
  value,
  ...(comment !== undefined && { comment }),
})

export const append = (path: Path, value: Value, comment?: string): Change => ({
  kind: 'append',
  path,
  value,
  ...(comment !== undefined && { comment }),
})

/** A tree of values as a parser gives it. */
export type Tree = Readonly<Record<string, unknown>>

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const at = (tree: unknown, path: Path): unknown =>
  path.reduce((node, key) => (isTree(node) && Object.hasOwn(node, key) ? node[key] : undefined), tree)

/**
 * What a file is to say after the changes.
 *
 * @returns `undefined` where something else stands in the place of a table or an array
 */
export function withChanges(tree: unknown, changes: readonly Change[]): unknown {
  return changes.reduce<unknown>(
    (current, change) => (current === undefined ? undefined : put(current, change.path, change)),
    tree,
  )
}

function put(node: unknown, [key, ...rest]: Path, change: Change): unknown {
  if (key === undefined) {
    if (change.kind === 'set') return change.value
    if (node === undefined) return [change.value]
    return Array.isArray(node) ? [...node, change.value] : undefined
  }
  if (node !== undefined && !isTree(node)) return undefined
  const value = put(at(node, [key]), rest, change)
  return value === undefined ? undefined : { ...node, [key]: value }
}

/** Dates and the like are what they are written as. */
export const saysTheSame = (one: unknown, other: unknown): boolean =>
  one !== undefined && other !== undefined && isDeepStrictEqual(plain(one), plain(other))

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

import { parse } from 'smol-toml'
import { type Change, isTree, saysTheSame, type Value, withChanges } from './config-change.ts'
import { indentAt, insertItem } from './insert-item.ts'
import { lineEndOf } from './lines.ts'
import { outlineOf, type TomlEntry, type TomlOutline } from './toml-outline.ts'

const BOM = '\uFEFF'

/** @returns `undefined` where it is not TOML */
export function parseToml(text: string): unknown {
  try {
    return parse(text.replace(BOM, ''))
  } catch {
    return undefined
  }
}

/**
 * Makes changes to a TOML file: lines are added where they belong, and all others stay. Then it is read again, and has to say what it said
 * before, and the changes, and nothing else.
 *
 * @returns `undefined` where the text cannot be made to say it
 */
export function editToml(text: string, changes: readonly Change[]): string | undefined {
  const mark = text.startsWith(BOM) ? BOM : ''
  const edited = changes.reduce(edit, text.slice(mark.length))
  if (!saysTheSame(parseToml(edited), withChanges(parseToml(text), changes))) return undefined
  return mark + edited
}

function edit(text: string, change: Change): string {
  const outline = outlineOf(text)
  const { kind, path, value } = change
  const there = outline.entries.find((entry) => isSame(entry.path, path))
  if (there === undefined)
    return kind === 'set' ? withKey(text, outline, change) : withElement(text, outline, change)
  if (kind === 'set') return text.slice(0, there.value.start) + inToml(value) + text.slice(there.value.end)
  return insertItem(text, there.value, { ...IN_BRACKETS, render: () => inToml(value) })
}

const IN_BRACKETS = { comment: '#', unit: '  ', spreads: false } as const

function withKey(text: string, outline: TomlOutline, { path, value, comment }: Change): string {
  const parent = path.slice(0, -1)
  const inline = tableInBraces(outline, parent)
  if (inline !== undefined) return withMember(text, inline, path.slice(parent.length), value)
  const { headers, entries } = outline

  const header = headers.find((each) => !each.isArray && isSame(each.path, parent))
  if (header !== undefined) {
    const last = entries.findLast((entry) => entry.header === header && !entry.isInline)
    return withLine(text, last ?? header, [path.at(-1) ?? ''], value, comment)
  }
  // Keys such as assets.directory, with or without a table above.
  const dotted = entries.findLast(
    (entry) =>
      !entry.isInline &&
      entry.path.length > parent.length &&
      parent.length > (entry.header?.path.length ?? 0) &&
      isSame(entry.path.slice(0, parent.length), parent),
  )
  if (dotted !== undefined)
    return withLine(text, dotted, path.slice(dotted.header?.path.length ?? 0), value, comment)

  if (isTree(value)) return withBlock(text, `[${keys(path)}]`, value, comment)
  if (parent.length > 0) return withBlock(text, `[${keys(parent)}]`, { [path.at(-1) ?? '']: value }, comment)
  const last = entries.findLast((entry) => entry.header === undefined && !entry.isInline)
  if (last !== undefined) return withLine(text, last, path, value, comment)
  const eol = lineEndOf(text)
  return `${keys(path)} = ${inToml(value)}${eol}${text === '' ? '' : eol}${text}`
}

function withElement(text: string, outline: TomlOutline, { path, value, comment }: Change): string {
  const parent = path.slice(0, -1)
  const inline = tableInBraces(outline, parent)
  if (inline !== undefined) return withMember(text, inline, path.slice(parent.length), [value])
  return withBlock(text, `[[${keys(path)}]]`, value as Readonly<Record<string, Value>>, comment)
}

/** The nearest table in braces that a path leads into. */
const tableInBraces = ({ entries }: TomlOutline, path: readonly string[]): TomlEntry | undefined =>
  entries.find(({ path: other, value }) => value.kind === 'table' && isSame(other, path))

const withMember = (
  text: string,
  { value: table }: TomlEntry,
  path: readonly string[],
  value: Value,
): string => insertItem(text, table, { ...IN_BRACKETS, render: () => `${keys(path)} = ${inToml(value)}` })

function withLine(
  text: string,
  { start, lineEnd }: { readonly start: number; readonly lineEnd: number },
  path: readonly string[],
  value: Value,
  comment: string | undefined,
): string {
  const eol = lineEndOf(text)
  const indent = indentAt(text, start)
  const lines = [...(comment === undefined ? [] : [`# ${comment}`]), `${keys(path)} = ${inToml(value)}`]
  return text.slice(0, lineEnd) + lines.map((line) => eol + indent + line).join('') + text.slice(lineEnd)
}

/** At the end of the file, where no other table goes on. */
function withBlock(
  text: string,
  header: string,
  table: Readonly<Record<string, unknown>>,
  comment: string | undefined,
): string {
  const eol = lineEndOf(text)
  const lines = Object.entries(table).map(([key, value]) => `${keys([key])} = ${inToml(value as Value)}`)
  const block = [...(comment === undefined ? [] : [`# ${comment}`]), header, ...lines].join(eol)
  const before = text === '' || text.endsWith('\n') ? text : text + eol
  return `${before}${before === '' ? '' : eol}${block}${eol}`
}

export function inToml(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(inToml).join(', ')}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value).map(([key, each]) => `${keys([key])} = ${inToml(each)}`)
  return `{ ${members.join(', ')} }`
}

const keys = (path: readonly string[]) =>
  path.map((key) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key))).join('.')

const isSame = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((key, at) => key === other[at])

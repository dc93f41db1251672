import { findNodeAtLocation, type Node, type ParseError, parse, parseTree } from 'jsonc-parser'
import { type Change, saysTheSame, type Value, withChanges } from './config-change.ts'
import { indentAt, insertItem } from './insert-item.ts'
import { lineEndOf } from './lines.ts'

const OPTIONS = { allowTrailingComma: true, disallowComments: false }
const BOM = '\uFEFF'

/** @returns `undefined` where it is not JSON, with comments or without */
export function parseJsonc(text: string): unknown {
  const errors: ParseError[] = []
  const value: unknown = parse(text.replace(BOM, ''), errors, OPTIONS)
  return errors.length === 0 ? value : undefined
}

/**
 * Makes changes to JSON with comments. All that stood there stays, to the last comment and blank, and means the same. (`modify` of
 * jsonc-parser would write the neighbours anew, and move their comments.)
 *
 * @returns `undefined` where the text cannot be made to say it
 */
export function editJsonc(text: string, changes: readonly Change[]): string | undefined {
  const mark = text.startsWith(BOM) ? BOM : ''
  const edited = changes.reduce<string | undefined>(
    (current, change) => current && edit(current, change),
    text.slice(mark.length),
  )
  if (edited === undefined || !saysTheSame(parseJsonc(edited), withChanges(parseJsonc(text), changes)))
    return undefined
  return mark + edited
}

function edit(text: string, { kind, path, value }: Change): string | undefined {
  const root = parseTree(text, [], OPTIONS)
  if (root === undefined) return undefined
  const there = findNodeAtLocation(root, [...path])
  if (there === undefined) return withMember(text, root, path, kind === 'set' ? value : [value])
  if (kind === 'append') return there.type === 'array' ? withItem(text, root, there, value) : undefined
  const { offset, length } = there
  return (
    text.slice(0, offset) + inLines(text, root, value, indentAt(text, offset)) + text.slice(offset + length)
  )
}

/** A key in the deepest object that is there, with what is missing below it. */
function withMember(text: string, root: Node, path: readonly string[], value: Value): string | undefined {
  let node = root
  let depth = 0
  for (const key of path) {
    const next = findNodeAtLocation(node, [key])
    if (next === undefined) break
    node = next
    depth++
  }
  const [key = '', ...rest] = path.slice(depth)
  if (node.type !== 'object') return undefined
  const inside = rest.reduceRight<Value>((inner, name) => ({ [name]: inner }), value)
  return insertItem(text, brackets(node), {
    comment: '//',
    unit: unitOf(text, root),
    spreads: true,
    render: (indent) =>
      `${JSON.stringify(key)}: ${indent === undefined ? inOneLine(inside) : inLines(text, root, inside, indent)}`,
  })
}

function withItem(text: string, root: Node, array: Node, value: Value): string {
  const sibling = array.children?.at(-1)
  const isShort =
    sibling !== undefined && !text.slice(sibling.offset, sibling.offset + sibling.length).includes('\n')
  return insertItem(text, brackets(array), {
    comment: '//',
    unit: unitOf(text, root),
    spreads: true,
    render: (indent) =>
      indent === undefined || isShort ? inOneLine(value) : inLines(text, root, value, indent),
  })
}

function brackets({ offset, length, children }: Node) {
  const last = children?.at(-1)
  return {
    start: offset,
    end: offset + length,
    last: last && { start: last.offset, end: last.offset + last.length },
  }
}

const inLines = (text: string, root: Node, value: Value, indent: string) =>
  JSON.stringify(value, null, unitOf(text, root)).replaceAll('\n', `${lineEndOf(text)}${indent}`)

/** As people write what is short: with blanks. */
export function inOneLine(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(inOneLine).join(', ')}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${inOneLine(each)}`)
  return `{ ${members.join(', ')} }`
}

function unitOf(text: string, { children: [first] = [] }: Node): string {
  const indent = first === undefined ? '' : indentAt(text, first.offset)
  return indent === '' ? '  ' : indent
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { saysTheSame, withChanges } from '../../cli/files/config-change.ts'
import { editJsonc, parseJsonc } from '../../cli/files/edit-jsonc.ts'
import { editToml, parseToml } from '../../cli/files/edit-toml.ts'
import { FIRST, KV, MAIN, MIGRATION, OBJECT } from './sample-changes.ts'

describe('whatever stands in a file', () => {
  const key = fc.constantFrom('a', 'assets', 'kv_namespaces', 'vars', 'x y', 'durable_objects', 'é')
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean())
  const { tree } = fc.letrec<{ tree: Record<string, unknown>; value: unknown }>((tie) => ({
    tree: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    value: fc.oneof(
      leaf,
      tie('tree'),
      fc.array(leaf, { maxLength: 3 }),
      fc.array(tie('tree'), { maxLength: 2 }),
    ),
  }))
  const CHANGES = [MAIN, FIRST, KV, OBJECT, MIGRATION]
  const noise = fc.constantFrom('', ' // a "b" {', ' /* ] \n , */', '\n// c', '\t')

  test('JSON says the same and the changes afterwards, or is left alone; and nothing of it is lost', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom(0, 2, '\t'), noise, noise, (value, indent, before, behind) => {
        const text = `${before}\n${JSON.stringify(value, null, indent)}${behind}\n`
        const edited = editJsonc(text, CHANGES)
        const wanted = withChanges(value, CHANGES)
        if (wanted === undefined) {
          expect(edited).toBeUndefined()
          return
        }
        expect(saysTheSame(parseJsonc(edited ?? ''), wanted)).toBe(true)
        expect(isAllIn(text, edited ?? '')).toBe(true)
      }),
    )
  })

  test('TOML says the same and the changes afterwards, or is left alone; and nothing of it is lost', () => {
    fc.assert(
      fc.property(
        tree,
        fc.boolean(),
        fc.constantFrom('', ' # [assets]', '\n# "'),
        (value, inline, comment) => {
          const text = tomlOf(value, inline, comment)
          expect(parseToml(text)).toBeDefined()
          const edited = editToml(text, CHANGES)
          const wanted = withChanges(value, CHANGES)
          if (wanted === undefined) {
            expect(edited).toBeUndefined()
            return
          }
          expect(saysTheSame(parseToml(edited ?? ''), wanted)).toBe(true)
          expect(isAllIn(text, edited ?? '')).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })
})

/** Whether every character stands there still, in the same order, but for blanks between them. */
function isAllIn(before: string, after: string): boolean {
  let at = 0
  return [...before.replace(/\s/g, '')].every((char) => {
    at = after.indexOf(char, at) + 1
    return at > 0
  })
}

const keyOf = (key: string) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key))

function inlineOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineOf).join(', ')}]`
  if (typeof value !== 'object' || value === null)
    return JSON.stringify(value).replaceAll('\u007f', '\\u007f')
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${keyOf(key)} = ${inlineOf(each)}`)
    .join(', ')} }`
}

/** As tables, or with everything in braces. */
function tomlOf(
  tree: Record<string, unknown>,
  inline: boolean,
  comment: string,
  path: readonly string[] = [],
): string {
  const isTable = (value: unknown): value is Record<string, unknown> =>
    !inline && typeof value === 'object' && value !== null && !Array.isArray(value)
  const isTables = (value: unknown): value is Record<string, unknown>[] =>
    Array.isArray(value) && value.length > 0 && value.every(isTable)
  const own = Object.entries(tree).filter(([, value]) => !isTable(value) && !isTables(value))
  const parts = own.map(([key, value]) => `${keyOf(key)} = ${inlineOf(value)}${comment}\n`)
  for (const [key, value] of Object.entries(tree)) {
    const below = [...path, key]
    const name = below.map(keyOf).join('.')
    if (isTable(value)) parts.push(`[${name}]${comment}\n${tomlOf(value, inline, comment, below)}`)
    if (isTables(value))
      for (const each of value) parts.push(`[[${name}]]${comment}\n${tomlOf(each, inline, comment, below)}`)
  }
  return parts.join('')
}

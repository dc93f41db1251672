import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Change, saysTheSame, withChanges } from '../../cli/files/config-change.ts'
import { editJsonc, parseJsonc } from '../../cli/files/edit-jsonc.ts'
import { editToml, parseToml } from '../../cli/files/edit-toml.ts'

const set = (path: string, value: Change['value']): Change => ({ kind: 'set', path: path.split('.'), value })
const append = (path: string, value: Change['value']): Change => ({
  kind: 'append',
  path: path.split('.'),
  value,
})

const FIRST = set('assets.run_worker_first', true)
const KV = append('kv_namespaces', { binding: 'GATEHOUSE_KV' })
const OBJECT = append('durable_objects.bindings', { name: 'SESSIONS', class_name: 'C' })
const MIGRATION = append('migrations', { tag: 'v2', new_sqlite_classes: ['C'] })
const MAIN = set('main', 'src/worker.ts')

const lines = (...all: readonly string[]) => `${all.join('\n')}\n`

describe('TOML', () => {
  test.each<[string, string, readonly Change[], string]>([
    ['an empty file', '', [MAIN], 'main = "src/worker.ts"\n'],
    [
      'a key of the root, before the first table and the comment on it',
      lines('name = "a" # mine', '', '# files', '[assets]', 'directory = "d"'),
      [MAIN],
      lines('name = "a" # mine', 'main = "src/worker.ts"', '', '# files', '[assets]', 'directory = "d"'),
    ],
    [
      'a key of the root, where there is none',
      lines('[assets]', 'directory = "d"'),
      [MAIN],
      lines('main = "src/worker.ts"', '', '[assets]', 'directory = "d"'),
    ],
    [
      'a key that is there',
      lines('main = "a.ts"  # old', 'b = 1'),
      [MAIN],
      lines('main = "src/worker.ts"  # old', 'b = 1'),
    ],
    [
      'a line in a table',
      lines('[assets]', '  directory = "d" # here', '', '[vars]', 'A = "1"'),
      [FIRST],
      lines('[assets]', '  directory = "d" # here', '  run_worker_first = true', '', '[vars]', 'A = "1"'),
    ],
    [
      'a line in a table with nothing in it',
      lines('[assets] # files', '[vars]'),
      [FIRST],
      lines('[assets] # files', 'run_worker_first = true', '[vars]'),
    ],
    [
      'a list over several lines, replaced',
      lines('[assets]', 'run_worker_first = [', '  "/api/*", # ours', '  "/x]",', ']', 'binding = "A"'),
      [FIRST],
      lines('[assets]', 'run_worker_first = true', 'binding = "A"'),
    ],
    [
      'an inline table',
      lines('assets = { directory = "}{" } # "quoted"'),
      [FIRST],
      lines('assets = { directory = "}{", run_worker_first = true } # "quoted"'),
    ],
    [
      'an inline table with nothing in it',
      lines('assets = {}'),
      [FIRST],
      lines('assets = { run_worker_first = true }'),
    ],
    [
      'dotted keys',
      lines('assets.directory = "d"', 'x = 1'),
      [FIRST],
      lines('assets.directory = "d"', 'assets.run_worker_first = true', 'x = 1'),
    ],
    [
      'dotted keys in a table',
      lines('[env.staging]', 'assets.directory = "d"', 'x = 1'),
      [set('env.staging.assets.run_worker_first', true)],
      lines('[env.staging]', 'assets.directory = "d"', 'assets.run_worker_first = true', 'x = 1'),
    ],
    [
      'quoted keys and spaces',
      lines('[ "assets" ]', '"directory" = \'d\''),
      [FIRST],
      lines('[ "assets" ]', '"directory" = \'d\'', 'run_worker_first = true'),
    ],
    [
      'a table that only has tables below it',
      lines('[assets.x]', 'a = 1'),
      [FIRST],
      lines('[assets.x]', 'a = 1', '', '[assets]', 'run_worker_first = true'),
    ],
    [
      'one more table of an array',
      lines('[[kv_namespaces]]', 'binding = "A"', '', '[vars]', 'B = "2"'),
      [KV],
      lines(
        '[[kv_namespaces]]',
        'binding = "A"',
        '',
        '[vars]',
        'B = "2"',
        '',
        '[[kv_namespaces]]',
        'binding = "GATEHOUSE_KV"',
      ),
    ],
    [
      'an array in one line',
      lines('kv_namespaces = [{ binding = "A" }]', 'x = 1'),
      [KV],
      lines('kv_namespaces = [{ binding = "A" }, { binding = "GATEHOUSE_KV" }]', 'x = 1'),
    ],
    [
      'an array in lines, with comments and a comma at the end',
      lines('kv_namespaces = [', '\t{ binding = "A" }, # a, b', '\t# last', ']'),
      [KV],
      lines(
        'kv_namespaces = [',
        '\t{ binding = "A" }, # a, b',
        '\t{ binding = "GATEHOUSE_KV" },',
        '\t# last',
        ']',
      ),
    ],
    [
      'an array in lines, without a comma at the end',
      lines('kv_namespaces = [', '  { binding = "A" } # a', ']'),
      [KV],
      lines('kv_namespaces = [', '  { binding = "A" }, # a', '  { binding = "GATEHOUSE_KV" }', ']'),
    ],
    [
      'an array with nothing in it',
      lines('kv_namespaces = []'),
      [KV],
      lines('kv_namespaces = [{ binding = "GATEHOUSE_KV" }]'),
    ],
    [
      'an array below a table in braces',
      lines('durable_objects = { bindings = [ { name = "A", class_name = "A" } ] }'),
      [OBJECT],
      lines(
        'durable_objects = { bindings = [ { name = "A", class_name = "A" }, { name = "SESSIONS", class_name = "C" } ] }',
      ),
    ],
    [
      'an array that a table in braces has not got',
      lines('durable_objects = { }'),
      [OBJECT],
      lines('durable_objects = { bindings = [{ name = "SESSIONS", class_name = "C" }] }'),
    ],
    [
      'an array in a table',
      lines('[durable_objects]', 'bindings = [', '  { name = "A", class_name = "A" },', ']'),
      [OBJECT],
      lines(
        '[durable_objects]',
        'bindings = [',
        '  { name = "A", class_name = "A" },',
        '  { name = "SESSIONS", class_name = "C" },',
        ']',
      ),
    ],
    [
      'a table without the array',
      lines('[durable_objects]', '', '[vars]'),
      [OBJECT],
      lines(
        '[durable_objects]',
        '',
        '[vars]',
        '',
        '[[durable_objects.bindings]]',
        'name = "SESSIONS"',
        'class_name = "C"',
      ),
    ],
    [
      'migrations that are there, with tables below them',
      lines('[[migrations]]', 'tag = "v1"', '[[migrations.renamed_classes]]', 'from = "A"', 'to = "B"'),
      [MIGRATION],
      lines(
        ...['[[migrations]]', 'tag = "v1"', '[[migrations.renamed_classes]]', 'from = "A"', 'to = "B"', ''],
        ...['[[migrations]]', 'tag = "v2"', 'new_sqlite_classes = ["C"]'],
      ),
    ],
    [
      'a file without a line end',
      '[vars]\nA = """\n[assets]\n\\"""" # not a table',
      [KV],
      lines(
        '[vars]',
        'A = """',
        '[assets]',
        '\\"""" # not a table',
        '',
        '[[kv_namespaces]]',
        'binding = "GATEHOUSE_KV"',
      ),
    ],
    [
      'texts over several lines',
      lines('[vars]', "A = '''", 'main = 1', "'''", 'B = 1979-05-27 07:32:00', '[assets]'),
      [FIRST, set('vars.C', 'c')],
      lines(
        '[vars]',
        "A = '''",
        'main = 1',
        "'''",
        'B = 1979-05-27 07:32:00',
        'C = "c"',
        '[assets]',
        'run_worker_first = true',
      ),
    ],
  ])('%s', (_case, text, changes, expected) => {
    expect(editToml(text, changes)).toBe(expected)
    const windows = (unix: string) => unix.replaceAll('\n', '\r\n')
    // Inside of texts the line end is part of the value.
    if (!/'''|"""/.test(text))
      expect(editToml(windows(text) || '\r\n', changes)).toContain(windows(expected).trim())
    expect(editToml(`\uFEFF${text}`, changes)).toBe(`\uFEFF${expected}`)
  })

  test('a comment stands above what it is about', () => {
    const noted = { ...FIRST, comment: 'Mind this.' }
    expect(editToml('[assets]\n\tdirectory = "d"\n', [noted])).toBe(
      '[assets]\n\tdirectory = "d"\n\t# Mind this.\n\trun_worker_first = true\n',
    )
    expect(editToml('', [{ ...KV, comment: 'Logins.' }])).toBe(
      '# Logins.\n[[kv_namespaces]]\nbinding = "GATEHOUSE_KV"\n',
    )
  })

  test.each([
    ['a table that is there twice', '[assets]\na = 1\n[assets]\nb = 2\n', [FIRST]],
    ['a text in the place of a table', 'assets = "dist"\n', [FIRST]],
    ['a table in the place of an array', '[kv_namespaces]\na = 1\n', [KV]],
    ['no TOML', '{ "a": 1 }', [MAIN]],
  ])('%s is left alone', (_case, text, changes) => {
    expect(editToml(text, changes)).toBeUndefined()
  })
})

describe('JSON with comments', () => {
  test.each<[string, string, readonly Change[], string]>([
    ['an empty object', '{}\n', [MAIN], lines('{', '  "main": "src/worker.ts"', '}')],
    [
      'everything on one line',
      '{"a":1}',
      [MAIN, KV],
      '{"a":1, "main": "src/worker.ts", "kv_namespaces": [{ "binding": "GATEHOUSE_KV" }]}',
    ],
    [
      'tabs, and a comment behind the last value',
      lines('{', '\t// the name', '\t"a": 1 // one', '}'),
      [MAIN],
      lines('{', '\t// the name', '\t"a": 1, // one', '\t"main": "src/worker.ts"', '}'),
    ],
    [
      'a comma at the end, and comments before the bracket',
      lines('{', '    "a": 1, /* one', '    more */ // two', '    // "main": "x"', '}'),
      [MAIN],
      lines(
        '{',
        '    "a": 1, /* one',
        '    more */ // two',
        '    "main": "src/worker.ts",',
        '    // "main": "x"',
        '}',
      ),
    ],
    [
      'a key of an object that is there',
      lines('{', '  "assets": {', '    "directory": "./dist" // built', '  },', '  "b": 2', '}'),
      [FIRST],
      lines(
        '{',
        '  "assets": {',
        '    "directory": "./dist", // built',
        '    "run_worker_first": true',
        '  },',
        '  "b": 2',
        '}',
      ),
    ],
    [
      'a key of an object on one line',
      lines('{', '  "assets": { "directory": "./dist" }', '}'),
      [FIRST],
      lines('{', '  "assets": { "directory": "./dist", "run_worker_first": true }', '}'),
    ],
    [
      'an object with nothing but a comment in it',
      lines('{', '  "assets": {', '    // nothing', '  }', '}'),
      [FIRST],
      lines('{', '  "assets": {', '    // nothing', '    "run_worker_first": true', '  }', '}'),
    ],
    [
      'a list, replaced',
      lines('{', '  "assets": { "run_worker_first": ["/api/*"] /* ours */ }', '}'),
      [FIRST],
      lines('{', '  "assets": { "run_worker_first": true /* ours */ }', '}'),
    ],
    [
      'an array of short objects',
      lines('{', '  "kv_namespaces": [', '    { "binding": "A" } // one', '  ]', '}'),
      [KV],
      lines(
        '{',
        '  "kv_namespaces": [',
        '    { "binding": "A" }, // one',
        '    { "binding": "GATEHOUSE_KV" }',
        '  ]',
        '}',
      ),
    ],
    [
      'an array of long objects, with commas everywhere',
      lines('{', '  "kv_namespaces": [', '    {', '      "binding": "A",', '    },', '  ],', '}'),
      [KV],
      lines(
        ...['{', '  "kv_namespaces": [', '    {', '      "binding": "A",', '    },'],
        ...['    {', '      "binding": "GATEHOUSE_KV"', '    },', '  ],', '}'],
      ),
    ],
    [
      'an array with nothing in it',
      '{ "kv_namespaces": [] }',
      [KV],
      '{ "kv_namespaces": [\n  {\n    "binding": "GATEHOUSE_KV"\n  }\n] }',
    ],
    [
      'what is missing above it',
      lines('{', '  "a": "// no comment",', '  "b": "/*"', '}'),
      [OBJECT],
      lines(
        ...['{', '  "a": "// no comment",', '  "b": "/*",', '  "durable_objects": {', '    "bindings": ['],
        ...[
          '      {',
          '        "name": "SESSIONS",',
          '        "class_name": "C"',
          '      }',
          '    ]',
          '  }',
          '}',
        ],
      ),
    ],
  ])('%s', (_case, text, changes, expected) => {
    expect(editJsonc(text, changes)).toBe(expected)
    const windows = (unix: string) => unix.replaceAll('\n', '\r\n')
    if (text.trim().includes('\n')) expect(editJsonc(windows(text), changes)).toBe(windows(expected))
    expect(editJsonc(`\uFEFF${text}`, changes)).toBe(`\uFEFF${expected}`)
  })

  test.each([
    ['a key that is there twice', '{ "main": "a", "main": "b" }', [MAIN]],
    ['a text in the place of an object', '{ "assets": "dist" }', [FIRST]],
    ['an object in the place of an array', '{ "kv_namespaces": {} }', [KV]],
    ['no JSON', 'main = 1', [MAIN]],
    ['no object', '[]', [MAIN]],
    ['nothing', '', [MAIN]],
  ])('%s is left alone', (_case, text, changes) => {
    expect(editJsonc(text, changes)).toBeUndefined()
  })
})

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

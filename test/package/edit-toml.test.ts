import { describe, expect, test } from 'vitest'
import type { Change } from '../../cli/files/config-change.ts'
import { editToml } from '../../cli/files/edit-toml.ts'
import { FIRST, KV, lines, MAIN, MIGRATION, OBJECT, set } from './sample-changes.ts'

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

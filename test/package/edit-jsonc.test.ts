import { describe, expect, test } from 'vitest'
import type { Change } from '../../cli/files/config-change.ts'
import { editJsonc } from '../../cli/files/edit-jsonc.ts'
import { FIRST, KV, lines, MAIN, OBJECT } from './sample-changes.ts'

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

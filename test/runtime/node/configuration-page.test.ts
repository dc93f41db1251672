import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GatehouseConfig } from '../../../src/config.ts'
import { parseConfig, config as schemaAround } from '../../../src/policy/config-schema.ts'
import { blocksIn, codeIn, readText, rowsAbout, sectionOf, tablesOf } from '../../support/node/markdown.ts'

const ROOT = join(import.meta.dirname, '../../..')
const PAGE = readText('docs/configuration.md')

/** As much of a valibot schema as tells which keys it knows. */
interface Schema {
  readonly entries?: Readonly<Record<string, Schema>>
  readonly pipe?: readonly Schema[]
  readonly wrapped?: Schema
  readonly item?: Schema
  readonly value?: Schema
  readonly options?: readonly (Schema | string)[]
}

/** The settings that a schema knows, with those below them: `session`, `session.idle`. Lists and hosts add nothing to the name. */
function settingsOf(schema: Schema, place = ''): string[] {
  const { entries = {}, pipe = [], wrapped, item, value, options = [] } = schema
  const below = [...pipe, wrapped, item, value, ...options].filter((each) => typeof each === 'object')
  const own = Object.entries(entries).flatMap(([key, each]) => [
    `${place}${key}`,
    ...settingsOf(each, `${place}${key}.`),
  ])
  return [
    ...new Set([
      ...own,
      ...below.filter((each) => each !== schema).flatMap((each) => settingsOf(each, place)),
    ]),
  ]
}

/** The settings that a configuration has, named in the same way. */
function settingsIn(value: unknown, place = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((each) => settingsIn(each, place))
  return Object.entries(value).flatMap(([key, each]) => {
    const name = `${place}${key}`
    const below: unknown = name === 'sites' ? Object.values(each) : each
    return [name, ...settingsIn(below, `${name}.`)]
  })
}

const KNOWN = settingsOf(
  schemaAround({ basePath: '/auth', loginHost: undefined, sitesInKv: true, inApp: true }) as Schema,
)
/** The names right below a place. */
const knownBelow = (place: string) =>
  KNOWN.filter((name) => name.startsWith(place))
    .map((name) => name.slice(place.length))
    .filter((name) => !name.includes('.'))
const firstCodes = (rows: readonly (readonly string[])[]) => rows.map(([cell = '']) => codeIn(cell)[0] ?? '')

test('the schema is understood here', () => {
  expect(KNOWN).toEqual(
    expect.arrayContaining([
      'session.idle',
      'sites.rules.require.groups',
      'sites.rules.upstream.stripPrefix',
    ]),
  )
})

/** Settings whose parts have a row each. */
const IN_PARTS = ['session', 'audit']

describe('the tables of docs/configuration.md', () => {
  const settingsUnder = (heading: string) => {
    const [table] = tablesOf(sectionOf(PAGE, heading)).filter(({ head }) => head[0] === 'setting')
    return firstCodes(table?.rows ?? []).sort()
  }

  test('have every setting of the configuration, and no others', () => {
    const expected = [
      ...knownBelow('').filter((name) => !IN_PARTS.includes(name)),
      ...IN_PARTS.flatMap((part) => knownBelow(`${part}.`).map((name) => `${part}.${name}`)),
    ]
    expect(settingsUnder('## gatehouse.config.ts')).toEqual(expected.sort())
  })

  test('have every setting of a site, and no others', () => {
    expect(settingsUnder('### Sites')).toEqual(knownBelow('sites.').sort())
  })

  test('have every setting of a rule, and of what it may require, and no others', () => {
    expect(settingsUnder('### Rules')).toEqual(knownBelow('sites.rules.').sort())
    const [row = []] = rowsAbout(sectionOf(PAGE, '### Rules'), 'setting').filter(
      ([name]) => name === '`require`',
    )
    const named = codeIn(row[1] ?? '').filter((name) => name !== 'access')
    expect(named.sort()).toEqual(knownBelow('sites.rules.require.').sort())
  })

  test('have every option of an upstream, and no others', () => {
    const options = rowsAbout(sectionOf(PAGE, '### Upstreams'), 'option')
    const named = options.flatMap(([call = '']) => [...call.matchAll(/(\w+):/g)].map(([, name = '']) => name))
    const fixed = ['kind', 'url', 'binding']
    const known = knownBelow('sites.upstream.').filter((name) => !fixed.includes(name))
    expect(named.filter((name) => name !== 'https').sort()).toEqual(known.sort())
  })

  test('have every variable, secret and binding, and no others', () => {
    const [, members = ''] =
      /^export interface Env \{\n(.*?)^\}/ms.exec(readText('src/deployment/environment.ts')) ?? []
    const inCode = [...members.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name)
    expect(firstCodes(rowsAbout(PAGE, 'name')).sort()).toEqual(inCode.sort())
    expect(inCode.length).toBeGreaterThan(8)
  })

  test('say under which table of wrangler.toml a binding stands', () => {
    const code = ['environment', 'needed-bindings']
      .map((file) => readText(`src/deployment/${file}.ts`))
      .join('')
    const needed = [...code.matchAll(/\['([A-Z_]+)', '\w+', '([\w.]+)'/g)].map(([, ...found]) => found)
    const shown = rowsAbout(sectionOf(PAGE, '## Bindings'), 'name').map((row) =>
      row.slice(0, 2).map((cell) => codeIn(cell)[0]?.replace(/^\[+|\]+$/g, '')),
    )
    expect(shown).toEqual(expect.arrayContaining(needed))
    expect(needed.length).toBeGreaterThan(3)
  })
})

describe('the complete example of docs/configuration.md', () => {
  const entry = JSON.stringify(join(ROOT, 'src/config.ts'))
  const here = (example: string) => example.replace("'gatehouse-sso/config'", entry)
  let folder: string
  let config: GatehouseConfig
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-example-'))
    const [example = ''] = blocksIn(sectionOf(PAGE, '## A complete example'), 'ts')
    const [first = ''] = blocksIn(readText('README.md'), 'ts')
    expect(first).toContain('defineConfig({')
    const file = join(folder, 'gatehouse.config.ts')
    await writeFile(file, here(example))
    await writeFile(join(folder, 'readme.config.ts'), here(first))
    const compilerOptions = { noEmit: true, allowImportingTsExtensions: true, types: [] }
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: ['*.ts'] }),
    )
    ;({ default: config } = (await import(pathToFileURL(file).href)) as { default: GatehouseConfig })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('compiles, and so does that of the README', async () => {
    const compiled = await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder])
    expect(compiled).toEqual({ stdout: '', stderr: '' })
  })

  test('is a valid configuration', () => {
    expect(parseConfig(config)).toMatchObject({ ok: true })
  })

  test('has every setting', () => {
    // What an upstream takes, it takes in either place, and so it is with a brand.
    const once = (name: string) =>
      name.replace('sites.rules.upstream.', 'sites.upstream.').replace('sites.brand.', 'brand.')
    const has = settingsIn(config).map(once)
    expect(KNOWN.map(once).filter((name) => !has.includes(name))).toEqual([])
  })
})

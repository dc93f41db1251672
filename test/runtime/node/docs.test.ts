import { existsSync, statSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { withLogTables } from '../../../build/log-tables.ts'
import { EVENTS } from '../../../src/audit/event.ts'
import { toPublicError } from '../../../src/pages/public-error.ts'
import { LANGUAGES } from '../../../src/request/language.ts'
import {
  anchorsOf,
  blocksIn,
  codeIn,
  filesLike,
  headingsOf,
  readText,
  relativeLinksOf,
  rowsAbout,
} from '../../support/node/markdown.ts'
import { sampleRefusals } from '../../support/sample-refusals.ts'

const ROOT = join(import.meta.dirname, '../../..')

describe('links', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
    ...filesLike('docs/*.md'),
    ...filesLike('examples/*/README.md'),
  ]

  test.each(pages)('of %s lead to files and headings that are there', (page) => {
    const text = readText(page)
    const dead = relativeLinksOf(text).filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : normalize(join(page, '..', decodeURIComponent(path)))
      if (!existsSync(join(ROOT, target))) return true
      if (anchor === undefined) return false
      return statSync(join(ROOT, target)).isDirectory() || !anchorsOf(readText(target)).includes(anchor)
    })
    expect(dead).toEqual([])
  })

  test('are found', () => {
    expect(pages.flatMap((page) => relativeLinksOf(readText(page))).length).toBeGreaterThan(50)
  })

  test('docs/README.md lists every page', () => {
    const listed = relativeLinksOf(readText('docs/README.md')).map((link) => `docs/${link}`)
    const missing = filesLike('docs/*.md').filter((page) => !listed.includes(page))
    expect(missing).toEqual(['docs/README.md'])
  })
})

describe('docs/routes.md', () => {
  const page = readText('docs/routes.md')
  const code = readText('src/app/routes.ts')
  const calls = [...code.matchAll(/^ {2}answer\('([^']+)', \[([^\]]+)\], \w+\)$/gm)]
  /** `GET HEAD /session` */
  const routes = calls
    .map(([, path = '', methods = '']) => `${[...methods.matchAll(/\w+/g)].join(' ')} ${path}`)
    .sort()

  test('every line that makes a route is understood here', () => {
    expect(calls.length).toBe(code.match(/\banswer\('/g)?.length)
  })

  test('the table has every route with its methods, and no others', () => {
    const rows = rowsAbout(page, 'route').map(
      ([route = '', methods = '']) => `${codeIn(methods).join(' ')} ${codeIn(route)[0]}`,
    )
    expect(rows.sort()).toEqual(routes)
  })

  test('there is a section for every route with its methods, and no others', () => {
    const sections = headingsOf(page).filter((heading) => heading.startsWith('`'))
    expect(sections.map((section) => codeIn(section).join(' ')).sort()).toEqual(routes)
  })
})

const refusals = sampleRefusals('text')

describe('docs/logs.md', () => {
  const page = readText('docs/logs.md')

  test('has the tables of the schema as `npm run docs` makes them', () => {
    expect(page).toBe(withLogTables(page))
  })

  test('has a row for every event and every reason', () => {
    const rows = (name: string) => rowsAbout(page, name).map(([first = '']) => codeIn(first)[0])
    expect(rows('event')).toEqual(Object.keys(EVENTS))
    expect(rows('reason')).toEqual(expect.arrayContaining(refusals.map(({ reason }) => reason)))
    expect(rows('what')).toEqual(Object.keys(EVENTS.degraded.fields.what.is))
  })
})

test('docs/errors.md has every code with its statuses and reasons, and no others', () => {
  const inCode = new Map<string, { statuses: Set<string>; reasons: string[] }>()
  for (const refusal of refusals) {
    const { code, status } = toPublicError(refusal)
    const { statuses, reasons } = inCode.get(code) ?? { statuses: new Set(), reasons: [] }
    inCode.set(code, { statuses: statuses.add(String(status)), reasons: [...reasons, refusal.reason] })
  }
  const onPage = rowsAbout(readText('docs/errors.md'), 'code').map(
    ([code = '', status = '', _happened, reasons = '']) => ({
      code: codeIn(code)[0],
      statuses: status.split(', '),
      reasons: codeIn(reasons).sort(),
    }),
  )
  expect(onPage).toEqual(
    [...inCode]
      .map(([code, { statuses, reasons }]) => ({
        code,
        statuses: [...statuses].sort(),
        reasons: reasons.sort(),
      }))
      .sort((one, other) => (one.code < other.code ? -1 : 1)),
  )
})

test('the layers of CONTRIBUTING.md name every room of src/, and no others', () => {
  const named = rowsAbout(readText('CONTRIBUTING.md'), 'layer').flatMap(([, rooms = '']) => codeIn(rooms))
  const rooms = filesLike('src/**/*.{ts,tsx}').map((file) => file.split('/')[1] ?? '')
  expect(named.sort()).toEqual([...new Set(rooms)].sort())
})

test('the files that CONTRIBUTING.md names are there', () => {
  const named = codeIn(readText('CONTRIBUTING.md')).filter((code) => /^[\w./-]+\/[\w.-]+\.\w+$/.test(code))
  const missing = named.filter((file) => !existsSync(join(ROOT, 'src', file)))
  expect(missing).toEqual([])
  expect(named.length).toBeGreaterThan(50)
})

test('docs/configuration.md has every language that pages speak', () => {
  const listed = `There are: ${LANGUAGES.map((each) => `\`${each}\``).join(', ')}.`
  expect(readText('docs/configuration.md')).toContain(listed)
})

test('the tests that pages name as their proof are there', () => {
  const named = filesLike('docs/*.md').flatMap((page) =>
    codeIn(readText(page)).filter((code) => /^test\/.+\.test\.ts$/.test(code)),
  )
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
  expect(named.length).toBeGreaterThan(20)
})

test('wrangler files on pages and in examples keep the log', () => {
  const blocks = filesLike('docs/*.md').flatMap((page) => blocksIn(readText(page), 'toml'))
  const whole = [
    ...blocks,
    ...filesLike('examples/*/wrangler.toml').map(readText),
    readText('wrangler.toml'),
  ].filter((text) => text.includes('new_sqlite_classes'))
  expect(whole.filter((text) => !text.includes('[observability]\nenabled = true'))).toEqual([])
  expect(whole.length).toBeGreaterThan(4)
})

test('docs/operations.md knows the newest schema of the registry', () => {
  const entries = readText('src/registry/registry-schema.ts').match(/^ {2}`/gm) ?? []
  const schemas = rowsAbout(readText('docs/operations.md'), 'schema').map(([schema]) => Number(schema))
  expect(Math.max(...schemas)).toBe(entries.length)
  expect(entries.length).toBeGreaterThan(3)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assets, type Rule, service } from '../../../src/config.ts'
import { parseCanonicalUrl } from '../../../src/policy/canonical-url.ts'
import { route } from '../../../src/policy/policy.ts'
import { readingsOf } from '../../../src/policy/readings.ts'
import { compileSites } from '../../../src/policy/site-directory.ts'

const pathsOf = (path: string): string[] => {
  const read = readingsOf(path)
  if (!read.ok) throw new Error(read.error)
  return read.value.map((reading) => reading.path)
}

describe('the readings of a path', () => {
  test.each<[path: string, readings: string[]]>([
    ['/', ['/']],
    ['/a/b.html', ['/a/b.html']],
    ['/@vite/client', ['/@vite/client']],
    ['/a%20b', ['/a b']],
    ['/stra%C3%9Fe', ['/straße']],
    ['/a%2Fb', ['/a%2Fb', '/a/b']],
    ['/a%5cb', ['/a%5cb', '/a\\b', '/a/b']],
    ['/a\\b', ['/a\\b', '/a/b']],
    ['/a//b', ['/a//b', '/a/b']],
    ['//x/admin', ['//x/admin', '/admin', '/x/admin']],
    ['/%2fx:80/admin', ['/%2fx:80/admin', '//x:80/admin', '/admin', '/x:80/admin']],
    ['/(S(abc))/admin', ['/(S(abc))/admin', '/admin']],
    ['/secret.txt::$DATA', ['/secret.txt::$DATA', '/secret.txt']],
    ['/x:$value', ['/x:$value']],
    ['/a%252Fb', ['/a%2Fb', '/a/b']],
    ['/a;b/c', ['/a;b/c', '/a/c']],
    ['/a%23b', ['/a#b', '/a']],
    ['/a./b%20/c', ['/a./b /c', '/a/b/c']],
    ['/cafe%CC%81', ['/cafe\u0301', '/café']],
    ['/%61', ['/%61', '/a']],
    ['/%2541%41', ['/%41%41', '/%41A', '/AA']],
  ])('%s: %j', (path, readings) => {
    expect(pathsOf(path)).toEqual(readings)
  })

  test('come about in any order of steps', () => {
    // Parameters before decoding, and after it.
    expect(pathsOf('/a;x%2Fb')).toEqual(expect.arrayContaining(['/a', '/a/b']))
    expect(pathsOf('/a%3Bx%2Fb')).toEqual(expect.arrayContaining(['/a/b']))
  })

  test('of an ordinary path are found without looking further', () => {
    const read = readingsOf('/docs/guide/page_1-2.html')
    expect(read).toEqual({ ok: true, value: [{ path: '/docs/guide/page_1-2.html', how: '' }] })
  })

  test('say how they come about', () => {
    expect(readingsOf('/a%2F;b')).toMatchObject({
      value: expect.arrayContaining([
        { path: '/a%2F;b', how: '' },
        { path: '/a/;b', how: 'decoded' },
        { path: '/a/', how: 'decoded, without ;parameters' },
      ]),
    })
  })
})

/** What servers make of a path, each written down once more and in its own way. */
const SERVERS: Readonly<Record<string, (path: string) => string>> = {
  decodes: (path) => decoded(path),
  'decodes twice': (path) => decoded(decoded(path)),
  'takes an encoded slash for one': (path) => decoded(path.split(/%2f/i).join('/')),
  'takes a backslash for a slash': (path) => decoded(path).split('\\').join('/'),
  'takes // for a host': (path) => decoded(URL.parse(path, 'http://host')?.pathname ?? path),
  'merges slashes': (path) => decoded(path.replace(/\/+/g, '/')),
  'decodes, then merges slashes': (path) => decoded(path).replace(/\/+/g, '/'),
  'drops parameters, then decodes': (path) =>
    decoded(
      path
        .split('/')
        .map((segment) => segment.split(';')[0])
        .join('/'),
    ),
  'decodes, then drops parameters': (path) =>
    decoded(path)
      .split('/')
      .map((segment) => segment.split(';')[0])
      .join('/'),
  'decodes, then cuts': (path) => decoded(path).split(/[#?]/)[0] ?? '',
  'drops dots and spaces': (path) =>
    decoded(path)
      .split('/')
      .map((segment) => segment.replace(/[ .]*$/, ''))
      .join('/'),
  'writes in normal form': (path) => decoded(path).normalize('NFC'),
  'does most of it': (path) =>
    decoded(decoded(path))
      .replaceAll('\\', '/')
      .replace(/;[^/]*/g, '')
      .replace(/\/+/g, '/')
      .normalize('NFC'),
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** The rule for a text that has one meaning, by a scan from the top. */
function scan(rules: readonly Rule[], text: string): number | undefined {
  const segments = (path: string) => path.replace(/\/$/, '').split('/').slice(1)
  const asked = segments(text)
  const found = rules.findIndex(({ path }) => {
    const below = path.endsWith('/*')
    const wanted = segments(below ? path.slice(0, -2) : path).map((segment) => segment.normalize('NFC'))
    const begins = wanted.every((segment, at) => segment === asked[at])
    return begins && (below || wanted.length === asked.length)
  })
  return found === -1 ? undefined : found
}

describe('no reading of a path that passed selects another rule', () => {
  const word = fc.constantFrom('a', 'A', 'b', 'é', 'e\u0301')
  const pattern = fc
    .tuple(fc.array(word, { minLength: 1, maxLength: 2 }), fc.boolean())
    .map(([words, below]) => `/${words.join('/')}${below ? '/*' : ''}`)
  const rules = fc
    .array(pattern, { minLength: 1, maxLength: 4 })
    .map((paths) => paths.map((path): Rule => ({ path, access: 'authenticated' })))
  const piece = fc.constantFrom(
    ...['/', '//', '%2F', '%2f', '%252F', '\\', '%5C', ';', '%3B', ';x', '%23', '%3F', '.', '%2E', '%20'],
    ...['a', 'A', 'b', '%C3%A9', 'e%CC%81', 'B', '%25', '%41', '%61', '/a', '/a', '/A/b', '/%C3%A9'],
  )
  const path = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => `/${pieces.join('')}`)

  test.each([
    ['a server that takes no notice of case', service('APP'), false],
    ['a server that tells it apart', service('APP'), true],
    ['static files', assets(), true],
  ])('before %s', (_case, upstream, caseSensitive) => {
    let passed = 0
    let refused = 0
    fc.assert(
      fc.property(rules, path, (written, asked) => {
        const sites = compileSites({ sites: { a: { upstream, rules: written, caseSensitive } } })
        const routed = route(sites, parseCanonicalUrl(`https://a${asked}`), 'GET')
        if (routed.kind === 'refused') refused += 1
        if (routed.kind !== 'page') return
        passed += 1
        const lower = written.map((rule) => ({ ...rule, path: rule.path.toLowerCase() }))
        const misread: string[] = []
        for (const [what, read] of Object.entries(SERVERS)) {
          const text = read(asked)
          const selected = [scan(written, text)]
          if (!caseSensitive) selected.push(scan(lower, text.toLowerCase()))
          if (selected.some((index) => index !== routed.rule?.index)) misread.push(`${what}: ${text}`)
        }
        // Once for all of them, because an expectation takes longer than a reading.
        expect(misread).toEqual([])
      }),
      { numRuns: 5000 },
    )
    expect(passed).toBeGreaterThan(500)
    expect(refused).toBeGreaterThan(500)
  })

  test('before static files and a server at once, by the upstream that the rule chooses', () => {
    let toFiles = 0
    let toServer = 0
    const mixed = fc.array(fc.tuple(pattern, fc.boolean()), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(mixed, fc.boolean(), path, (patterns, isStatic, asked) => {
        const upstreamFor = (files: boolean) => (files ? assets() : service('APP'))
        const written = patterns.map(([each, files]): Rule => ({ path: each, upstream: upstreamFor(files) }))
        const sites = compileSites({ sites: { a: { upstream: upstreamFor(isStatic), rules: written } } })
        const routed = route(sites, parseCanonicalUrl(`https://a${asked}`), 'GET')
        if (routed.kind !== 'page') return
        const goesToFiles = (routed.rule?.upstream ?? routed.site.upstream).kind === 'assets'
        if (goesToFiles) toFiles += 1
        else toServer += 1
        const lower = written.map((rule) => ({ ...rule, path: rule.path.toLowerCase() }))
        const misread: string[] = []
        for (const [what, read] of Object.entries(SERVERS)) {
          const text = read(asked)
          const selected = [scan(written, text)]
          if (!goesToFiles) selected.push(scan(lower, text.toLowerCase()))
          if (selected.some((index) => index !== routed.rule?.index)) misread.push(`${what}: ${text}`)
        }
        expect(misread).toEqual([])
      }),
      { numRuns: 5000 },
    )
    expect(toFiles).toBeGreaterThan(300)
    expect(toServer).toBeGreaterThan(300)
  })
})

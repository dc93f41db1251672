import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseReturnTo } from '../../src/request/return-to.ts'
import corpus from '../vectors/open-redirects.txt?raw'

const ORIGINS = [
  'https://docs.example.com',
  'http://localhost:8787',
  'http://127.0.0.1:8787',
  'http://[::1]:8787',
]

/** Where a browser goes for a `Location` of this text on a page of this site (WHATWG URL). */
function staysAt(origin: string, candidate: string): void {
  const target = parseReturnTo(candidate, origin, '/auth')
  expect(target, candidate).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/)
  const landed = new URL(target, `${origin}/auth/callback?code=c`)
  expect(landed.origin, candidate).toBe(origin)
  expect(landed.href, candidate).toBe(new URL(origin + target).href)
}

const strings = corpus.replace(/\n$/, '').split('\n')

test('the corpus is whole', () => {
  expect(strings).toHaveLength(559)
})

const SPELLINGS: [string, (text: string) => string][] = [
  ['raw', (text) => text],
  ['percent-encoded', encodeURIComponent],
  ['percent-encoded as a whole address', encodeURI],
  ['percent-encoded twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['decoded once more than it should be', decodedLeniently],
  ['below a slash', (text) => `/${text}`],
  ['below a slash, percent-encoded', (text) => `/${encodeURIComponent(text)}`],
  ['below a path', (text) => `/a/${text}`],
  ['after a tab', (text) => `/\t${text}`],
  ['in upper case', (text) => text.toUpperCase()],
]

test.each(SPELLINGS)(
  'none of 559 known open redirects leaves the site: %s (CVE-2020-5233, CVE-2020-11053, CVE-2020-4037)',
  (_case, spell) => {
    for (const origin of ORIGINS) for (const line of strings) staysAt(origin, spell(line))
  },
)

test.each([
  ['another host', 'https://evil.example/'],
  ['another host without a scheme (CVE-2021-21288)', '//evil.example/'],
  ['three slashes (CVE-2021-39191)', '///evil.example/'],
  ['four slashes', '////evil.example/'],
  ['a backslash (CVE-2020-5233)', '/\\evil.example/'],
  ['two backslashes', '\\\\evil.example/'],
  ['a backslash later on', '/a\\b'],
  ['a backslash in the query', '/a?b=\\'],
  ['a tab (CVE-2020-11053)', '/\t/evil.example/'],
  ['a line feed', '/\n/evil.example/'],
  ['a carriage return', '/\r/evil.example/'],
  ['a line break and a header', '/a\r\nSet-Cookie: a=b'],
  ['a NUL', '/\u0000/evil.example/'],
  ['a DEL', '/a\u007f'],
  ['a space in front', ' /a'],
  ['javascript:', 'javascript:alert(1)'],
  ['data:', 'data:text/html,x'],
  ['a scheme without slashes', 'https:evil.example'],
  ['the own scheme without a host', 'https:/a'],
  ['user information', '@evil.example/'],
  ['a port', ':1234/'],
  ['a suffix of the own host (CVE-2021-21288)', '.evil.example/'],
  ['the own host under another scheme', 'http://docs.example.com/a'],
  ['the own host with another port', 'https://docs.example.com:444/a'],
  ['the own origin as a user name', 'https://docs.example.com@evil.example/a'],
  ['the own origin before a backslash', 'https://docs.example.com\\@evil.example/a'],
  ['the own origin as the beginning of another host', 'https://docs.example.com.evil.example/a'],
  ['the own origin before two slashes', 'https://docs.example.com//evil.example/a'],
  ['a relative path', 'a/b'],
  ['a dot segment that would leave the root', '/../../evil'],
  ['a dot segment before two slashes', '/.//evil.example'],
  ['an encoded dot segment before two slashes', '/%2e//evil.example'],
  ['an encoded slash', '/%2fevil.example'],
  ['an encoded backslash', '/%5cevil.example'],
  ['an encoded tab', '/%09/evil.example'],
  ['an encoded line break', '/%0d%0aSet-Cookie:a=b'],
  ['a lone surrogate', '/\ud800'],
  ['a lone surrogate in the query', '/a?\udc00'],
])('refuses %s', (_case, candidate) => {
  for (const origin of ORIGINS) expect(parseReturnTo(candidate, origin, '/auth')).toBe('/')
})

test('whatever text comes, a browser stays on the site', () => {
  const piece = fc.oneof(
    fc.constantFrom('/', '\\', '//', '.', '..', '@', ':', '?', '#', '%', '%2f', '%5c', '%09', '%2e', ';'),
    fc.constantFrom(
      '\t',
      '\n',
      '\r',
      ' ',
      '\u00a0',
      '\u3000',
      '\u2028',
      '\ufeff',
      '\u0000',
      '\uff0f',
      '\uff3c',
    ),
    fc.constantFrom('evil.example', 'https:', 'javascript:', 'auth', '\ud800'),
    fc.string({ maxLength: 4, unit: 'binary' }),
  )
  const candidate = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(fc.constantFrom(...ORIGINS), candidate, fc.boolean(), (origin, text, rooted) =>
      staysAt(origin, rooted ? `/${text}` : text),
    ),
    { numRuns: 3000 },
  )
})

function decodedLeniently(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}

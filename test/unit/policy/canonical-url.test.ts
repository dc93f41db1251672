import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLocalHost } from '../../../src/base/local-host.ts'
import { type CanonicalUrl, parseCanonicalUrl } from '../../../src/policy/canonical-url.ts'

function accepted(requestUrl: string): CanonicalUrl {
  const parsed = parseCanonicalUrl(requestUrl)
  if (!parsed.ok) throw new Error(`${requestUrl} was refused because of ${parsed.error.part}`)
  return parsed.value
}

const site = (path: string) => `https://docs.example.com${path}`

describe('the path', () => {
  test.each([
    ['the root', '/', '/', '/'],
    ['an address without a path', '', '/', '/'],
    ['a trailing slash', '/a/', '/a/', '/a/'],
    ['a space', '/annual%20report.pdf', '/annual report.pdf', '/annual%20report.pdf'],
    ['a percent sign in a name', '/100%25.html', '/100%.html', '/100%25.html'],
    ['a percent sign before other text', '/50%25-off', '/50%-off', '/50%25-off'],
    ['letters beyond ASCII', '/stra%C3%9Fe', '/straße', '/stra%C3%9Fe'],
    ['an emoji', '/%F0%9F%94%91', '/🔑', '/%F0%9F%94%91'],
    ['a tilde', '/~ann/', '/~ann/', '/~ann/'],
    ['three dots', '/a/.../b', '/a/.../b', '/a/.../b'],
    ['a hidden file', '/.well-known/security.txt', '/.well-known/security.txt', '/.well-known/security.txt'],
    ['dots inside a name', '/a..b/v1..v2', '/a..b/v1..v2', '/a..b/v1..v2'],
    ['a path parameter', '/map;v=1/x', '/map;v=1/x', '/map;v=1/x'],
    ['sub-delimiters', "/a!$&'()*+,=:@b", "/a!$&'()*+,=:@b", "/a!$&'()*+,=:@b"],
    ['an encoded number sign', '/c%23.html', '/c#.html', '/c%23.html'],
    ['an encoded question mark', '/what%3F', '/what?', '/what%3F'],
    ['an encoded semicolon', '/a%3Bb', '/a;b', '/a%3Bb'],
  ])('keeps %s', (_case, raw, path, pathname) => {
    expect(accepted(site(raw))).toMatchObject({ path, href: site(pathname) })
  })

  test.each([
    ['unreserved characters', '/%41%2D%2e%5F%7e%39', '/A-._~9'],
    ['escapes in lower case', '/%c3%a9', '/é'],
    ['sub-delimiters', '/%21%2b+', '/!++'],
    ['an encoded slash', '/@scope%2fname', '/@scope/name'],
    ['an empty segment', '/r/http://example.com/x', '/r/http://example.com/x'],
    ['double encoding', '/a%252Fb', '/a%2Fb'],
    ['an encoded backslash', '/a%5cb', '/a\\b'],
  ])('passes %s on byte for byte', (_case, raw, path) => {
    expect(accepted(site(raw))).toMatchObject({ path, href: site(raw) })
  })

  test('passes a backslash on as an escape, since it would leave as a slash', () => {
    expect(accepted(site('/a\\b'))).toMatchObject({ path: '/a\\b', href: site('/a%5Cb') })
  })
})

test.each([
  ['is empty where there is none', '/a', ''],
  ['may be a lone question mark', '/a?', '?'],
  ['is passed on as it came', '/a?b=%2F..%2f&c=%zz&d=//e', '?b=%2F..%2f&c=%zz&d=//e'],
  ['may hold further question marks', '/a?b?c', '?b?c'],
  ['may hold a backslash', '/a?b=\\', '?b=\\'],
])('the query %s', (_case, raw, search) => {
  expect(accepted(site(raw))).toMatchObject({ path: '/a', search, href: site(raw) })
})

describe('the host', () => {
  test.each([
    ['upper case (CVE-2026-48794)', 'https://DOCS.Example.COM/a', 'docs.example.com'],
    ['a trailing dot', 'https://docs.example.com./a', 'docs.example.com'],
    ['the default port', 'https://docs.example.com:443/a', 'docs.example.com'],
    ['a scheme in upper case', 'HTTPS://docs.example.com/a', 'docs.example.com'],
    ['an escape', 'https://docs.ex%61mple.com/a', 'docs.example.com'],
    ['an international name', 'https://bücher.example/a', 'xn--bcher-kva.example'],
    ['punycode in upper case', 'https://XN--BCHER-KVA.example/a', 'xn--bcher-kva.example'],
    ['full-width letters', 'https://ｄｏｃｓ.example.com/a', 'docs.example.com'],
  ])('with %s is one host', (_case, requestUrl, host) => {
    expect(accepted(requestUrl)).toMatchObject({
      host,
      origin: `https://${host}`,
      href: `https://${host}/a`,
      path: '/a',
      isLocal: false,
    })
  })

  test.each([
    ['http://localhost:8787/', 'localhost', 'http://localhost:8787'],
    ['http://docs.localhost:8787/', 'docs.localhost', 'http://docs.localhost:8787'],
    ['http://LOCALHOST.:8787/', 'localhost', 'http://localhost:8787'],
    ['http://127.0.0.1/', '127.0.0.1', 'http://127.0.0.1'],
    ['http://127.1:80/', '127.0.0.1', 'http://127.0.0.1'],
    ['http://[::1]:8787/', '[::1]', 'http://[::1]:8787'],
    ['http://[0:0:0:0:0:0:0:1]/', '[::1]', 'http://[::1]'],
    ['https://localhost/', 'localhost', 'https://localhost'],
  ])('%s is this machine, with its own scheme and port', (requestUrl, host, origin) => {
    expect(accepted(requestUrl)).toMatchObject({ host, origin, href: `${origin}/`, isLocal: true })
  })

  test.each([
    'localhost.example.com',
    'notlocalhost',
    'local',
    '127.0.0.1.example.com',
    '128.0.0.1',
    '0.0.0.0',
    '10.0.0.1',
    '[::]',
    '[::2]',
  ])('%s is not this machine', (host) => {
    expect(isLocalHost(host)).toBe(false)
    expect(accepted(`http://${host}/`)).toMatchObject({ isLocal: false, origin: `https://${host}` })
  })

  test('on another port has an origin without it: we are only ever reached at the default port', () => {
    expect(accepted('http://docs.example.com:8080/a')).toMatchObject({
      host: 'docs.example.com',
      origin: 'https://docs.example.com',
      href: 'http://docs.example.com:8080/a',
    })
  })
})

describe('for every address that is accepted', () => {
  const piece = fc.oneof(
    fc.constantFrom('/', '//', '.', '..', '%2e', '%2E', '%2f', '%5c', '%25', '%252e', '%252f', '%00', '%7f'),
    fc.constantFrom(
      ';',
      '%3b',
      '%253b',
      '#',
      '%23',
      '?',
      '%3f',
      '\\',
      '%c0%af',
      '%C3%A9',
      '%',
      '~',
      '*',
      'a',
      'A',
    ),
    fc.string({ maxLength: 3, unit: 'binary-ascii' }),
    fc.string({ maxLength: 3, unit: 'grapheme' }).map((text) => encodeURIComponent(text)),
  )
  const requestUrl = fc.array(piece, { maxLength: 12 }).map((pieces) => site(`/${pieces.join('')}`))
  const property = (check: (url: CanonicalUrl) => void) => {
    let count = 0
    fc.assert(
      fc.property(requestUrl, (candidate) => {
        const parsed = parseCanonicalUrl(candidate)
        if (!parsed.ok) return
        count += 1
        check(parsed.value)
      }),
      { numRuns: 3000 },
    )
    expect(count).toBeGreaterThan(100)
  }

  test('an upstream that decodes its path sees the path that was judged', () => {
    property(({ href, path, search }) => {
      const url = new URL(href)
      expect(decodeURIComponent(url.pathname)).toBe(path)
      expect(href.endsWith(search)).toBe(true)
    })
  })

  test('reading it again changes nothing', () => {
    property(({ href, path }) =>
      expect(parseCanonicalUrl(href)).toMatchObject({ ok: true, value: { href, path } }),
    )
  })

  test('no reading has a dot segment or a control character', () => {
    property(({ path, readings }) => {
      expect(readings.map((reading) => reading.path)).toContain(path)
      for (const reading of [decodedLeniently(path), ...readings.map((each) => each.path)]) {
        for (const segment of reading.split('/').slice(1)) expect(segment).not.toMatch(/^\.{1,2}(;|$)/)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
        expect(reading).not.toMatch(/[\x00-\x1f\x7f]/)
      }
    })
  })
})

/** What a server reads that decodes a second time, byte by byte, and lets pass what is no escape. */
function decodedLeniently(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}

import { describe, expect, test } from 'vitest'
import { minutes, seconds } from '../../../src/base/time.ts'
import {
  clearCookie,
  readCookie,
  readCookies,
  setCookie,
  setsOurCookie,
  withoutOurCookies,
} from '../../../src/request/cookies.ts'
import { BrowserJar } from '../../support/browser-jar.ts'

describe.each([
  ['https', 'https', '__Host-gh-session', '__Host-gh-login-aB3_-x9Z', 'Lax'],
  ['https', 'embedded', '__Host-gh-session', '__Host-gh-login-aB3_-x9Z', 'None'],
  ['http', 'http', 'gh-session', 'gh-login-aB3_-x9Z', 'Lax'],
] as const)('over %s, for the scope %s', (scheme, scope, session, login, sameSite) => {
  test('a browser takes what is set, for this host only and out of reach of scripts', () => {
    const jar = new BrowserJar(scheme)
    jar.receive(setCookie('session', scope, 'a.b-c_d', minutes(5)))
    jar.receive(setCookie('login', scope, 'x', minutes(10), 'aB3_-x9Z'))
    const attributes = { secure: scope !== 'http', httpOnly: true, sameSite, path: '/', hostOnly: true }
    expect(Object.fromEntries(jar.cookies)).toEqual({
      [session]: { ...attributes, value: 'a.b-c_d', maxAge: 300 },
      [login]: { ...attributes, value: 'x', maxAge: 600 },
    })
  })

  test('a browser deletes what is deleted (CVE-2025-55162)', () => {
    const jar = new BrowserJar(scheme)
    jar.receive(setCookie('session', scope, 'x', minutes(5)))
    jar.receive(setCookie('login', scope, 'x', minutes(5), 'aB3_-x9Z'))
    expect(jar.receive(clearCookie('session', scope))).toBe(true)
    expect(jar.receive(clearCookie('login', scope, 'aB3_-x9Z'))).toBe(true)
    expect(jar.cookies.size).toBe(0)
  })

  test('a deletion carries no value and every attribute of the setting', () => {
    const attributes = (text: string) =>
      text
        .split('; ')
        .slice(1)
        .filter((part) => !part.startsWith('Max-Age'))
    const deletion = clearCookie('session', scope)
    expect(deletion).toMatch(new RegExp(`^${session}=; Max-Age=0;`))
    expect(attributes(deletion)).toEqual(attributes(setCookie('session', scope, 'x', minutes(5))))
  })

  test.each(['a.b-c_d', '', '=', 'a=b', 'ü 🔑', '";,\\', '%41', 'x; Domain=evil.example', 'a\r\nb'])(
    'the value %j comes back as it went in',
    (value) => {
      const jar = new BrowserJar(scheme)
      jar.receive(setCookie('session', scope, value, minutes(5)))
      expect(jar.cookies.get(session)?.hostOnly).toBe(true)
      expect(readCookie(jar.header(), 'session', scope)).toBe(value)
    },
  )

  test('the other scheme’s cookie is not read', () => {
    const other = scope !== 'http' ? 'gh-session' : '__Host-gh-session'
    expect(readCookie(`${other}=x`, 'session', scope)).toBeUndefined()
  })

  test('logins are listed by what completes their names', () => {
    const header = `a=b; ${login}=1; ${session}=2; ${login}2=3; x${login}=4`
    expect(readCookies(header, 'login', scope)).toEqual([
      { suffix: 'aB3_-x9Z', value: '1' },
      { suffix: 'aB3_-x9Z2', value: '3' },
    ])
    expect(readCookies(null, 'login', scope)).toEqual([])
  })
})

test('in frames of other sites a cookie comes back below the site that it was set below, and nowhere else', () => {
  const partitioned = '__Host-gh-session=x; Max-Age=300; Path=/; HttpOnly; Secure; SameSite=None; Partitioned'
  expect(setCookie('session', 'embedded', 'x', minutes(5))).toBe(partitioned)
  expect(setCookie('session', 'https', 'x', minutes(5))).not.toContain('Partitioned')
})

test('a cookie may be kept as long as a session can be configured to last, 400 days', () => {
  const days = 400 * 24 * 60 * 60
  expect(setCookie('refresh', 'https', 'x', seconds(days))).toContain(`; Max-Age=${days};`)
})

test.each([
  ['no header', null, undefined],
  ['an empty header', '', undefined],
  ['another cookie', 'a=b', undefined],
  ['a value', '__Host-gh-session=x', 'x'],
  ['a value among others', 'a=b; __Host-gh-session=x; c=d', 'x'],
  ['no space after the semicolon', 'a=b;__Host-gh-session=x', 'x'],
  ['a tab', 'a=b;\t__Host-gh-session=x\t', 'x'],
  ['quotes', '__Host-gh-session="x"', 'x'],
  ['an empty value', '__Host-gh-session=', ''],
  ['two of the name: the first, as browsers order them', '__Host-gh-session=x; __Host-gh-session=y', 'x'],
  ['no equals sign', '__Host-gh-session', undefined],
  ['a cookie without a name', '=__Host-gh-session=x', undefined],
  ['another case', '__host-GH-session=x', undefined],
  ['a longer name', '__Host-gh-session2=x', undefined],
  ['a name that ends alike', 'x__Host-gh-session=x', undefined],
  ['a no-break space before the name (CVE-2026-39410)', '\u00a0__Host-gh-session=x', undefined],
  ['a no-break space after the name', '__Host-gh-session\u00a0=x', undefined],
  ['a byte order mark', '\ufeff__Host-gh-session=x', undefined],
  ['a vertical tab', '\u000b__Host-gh-session=x', undefined],
  ['an encoded name', '__Host-gh%2Dsession=x', undefined],
  ['a name inside a value', 'a="b; __Host-gh-session=x"', undefined],
  ['a comma for a semicolon', 'a=b, __Host-gh-session=x', undefined],
  ['a value with a control character', '__Host-gh-session=x\u0001', undefined],
  [
    'two of the name, of which the first can be no value',
    '__Host-gh-session=\u0001; __Host-gh-session=y',
    'y',
  ],
  ['an escape that is none', '__Host-gh-session=%zz', '%zz'],
])('reads the session from %s', (_case, header, value) => {
  expect(readCookie(header, 'session', 'https')).toBe(value)
})

test.each([
  ['our cookies', '__Host-gh-session=x; __Host-gh-login-abc=y', undefined],
  ['those of plain http', 'gh-session=x; gh-login-abc=y', undefined],
  ['other prefixes', '__Secure-gh-session=x; __secure-gh-login-a=y', undefined],
  ['newer prefixes', '__Http-gh-session=x; __Host-Http-gh-refresh=y; __http-gh-login-a=z', undefined],
  ['any case', '__HOST-GH-SESSION=x; Gh-Login-a=y', undefined],
  ['spaces and tabs around the name', ' \t__Host-gh-session\t =x', undefined],
  ['a no-break space before the name', '\u00a0__Host-gh-session=x', undefined],
  ['no value', '__Host-gh-session', undefined],
  ['every one of several', 'gh-session=a; gh-session=b; c=d; __Host-gh-session=e', 'c=d'],
  ['nothing else', 'a=b; c="d e"; f', 'a=b; c="d e"; f'],
  ['not the site’s own in between', 'a=1; __Host-gh-session=x; b=2', 'a=1; b=2'],
  ['not a name that only holds ours', 'my-gh-session=1; xgh-login-a=2', 'my-gh-session=1; xgh-login-a=2'],
  ['not a value that looks like one', 'a=__Host-gh-session', 'a=__Host-gh-session'],
  ['nothing where there is nothing', '', undefined],
])('an upstream does not get %s', (_case, header, left) => {
  expect(withoutOurCookies(header)).toBe(left)
})

test.each([
  ['a name of ours', 'gh-session=x; Path=/', true],
  ['the name of a login', 'gh-login-AbC_-123=x', true],
  ['prefix and case', '__HOST-HTTP-GH-Refresh=x; Secure', true],
  ['a control character before the name', '\u0001gh-session=x', true],
  ['a no-break space before the name', '\u00a0gh-session=x', true],
  ['an empty name', '=gh-session=x', true],
  ['a name alone', 'gh-session', true],
  ['a deletion', '__Host-gh-attempts=; Max-Age=0', true],
  ['a name that only begins alike', 'gh-sessions=x', false],
  ['a name that only ends alike', 'my-gh-session=x', false],
  ['one of ours as value', 'a=gh-session', false],
  ['one of ours as attribute', 'a=b; gh-session=x', false],
  ['one of ours behind a comma, which is part of a value', 'a=b, gh-session=x', false],
  ['nothing', '', false],
])('of what an upstream sets, %s is ours: %s %s', (_case, line, isOurs) => {
  expect(setsOurCookie(line)).toBe(isOurs)
})

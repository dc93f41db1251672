import { expect, test } from 'vitest'
import { parseReturnTo } from '../../../src/request/return-to.ts'

const ORIGIN = 'https://docs.example.com'

test.each([
  ['the root', '/', '/'],
  ['a page', '/a/b.html', '/a/b.html'],
  ['a folder', '/a/', '/a/'],
  ['a query', '/a?b=c&d=%2F%2Fe', '/a?b=c&d=%2F%2Fe'],
  ['a query that holds an address', '/a?next=https://evil.example//x', '/a?next=https://evil.example//x'],
  ['a fragment', '/a?b#c', '/a?b#c'],
  ['a fragment with number signs and slashes', '/app#/view//1#x', '/app#/view//1#x'],
  [
    'a fragment with whatever browsers leave in one',
    "/a#!$&'()*+,;=:@/?[]{}|^~",
    "/a#!$&'()*+,;=:@/?[]{}|^~",
  ],
  ['a fragment with what they encode', '/a#"<b>` c', '/a#%22%3Cb%3E%60%20c'],
  ['a fragment with a backslash, which they leave, encoded', '/a#b\\c', '/a#b%5Cc'],
  ['a fragment with broken escapes', '/a#%zz%', '/a#%zz%'],
  ['a fragment that would be a host elsewhere', '/a#//b', '/a#//b'],
  ['the own origin with a fragment', `${ORIGIN}/a#b`, '/a#b'],
  ['the own origin with nothing but a fragment', `${ORIGIN}#b`, '/#b'],
  ['an empty query and fragment', '/a?#', '/a?#'],
  ['letters beyond ASCII, encoded', '/stra%C3%9Fe?q=%F0%9F%94%91', '/stra%C3%9Fe?q=%F0%9F%94%91'],
  ['letters beyond ASCII, as they are', '/straße?q=🔑#ä', '/stra%C3%9Fe?q=%F0%9F%94%91#%C3%A4'],
  ['a space, encoded', '/annual%20report.pdf', '/annual%20report.pdf'],
  ['a space, as it is', '/annual report.pdf', '/annual%20report.pdf'],
  ['a percent sign', '/100%25', '/100%25'],
  ['sub-delimiters', "/a!$&'()*+,;=:@~", "/a!$&'()*+,;=:@~"],
])('lands exactly on %s', (_case, candidate, target) => {
  expect(parseReturnTo(candidate, ORIGIN, '/auth')).toBe(target)
})

test.each([
  ['nothing', null],
  ['nothing at all', undefined],
  ['the empty text', ''],
  ['a number sign', '#a'],
  ['a question mark', '?a'],
])('goes home for %s', (_case, candidate) => {
  expect(parseReturnTo(candidate, ORIGIN, '/auth')).toBe('/')
})

test('takes 8,000 characters and not one more', () => {
  const longest = `/${'a'.repeat(7999)}`
  expect(parseReturnTo(longest, ORIGIN, '/auth')).toBe(longest)
  expect(parseReturnTo(`${longest}a`, ORIGIN, '/auth')).toBe('/')
})

test.each([
  '/auth',
  '/auth/',
  '/auth/login',
  '/auth/logout?everywhere=1',
  '/auth?a',
  '/auth#a',
  '/%61uth/login',
  '/aut%68',
])('refuses %s: our own routes are no place to return to', (candidate) => {
  expect(parseReturnTo(candidate, ORIGIN, '/auth')).toBe('/')
})

test.each(['/auth/sessions', '/auth/admin-portal'])('our own page %s is one to come back to', (candidate) => {
  expect(parseReturnTo(candidate, ORIGIN, '/auth')).toBe(candidate)
})

test.each(['/auth/sessions/end', '/auth/sessionsx', '/auth/session', '/auth/SESSIONS', '/auth//sessions'])(
  'but %s is none',
  (candidate) => {
    expect(parseReturnTo(candidate, ORIGIN, '/auth')).toBe('/')
  },
)

test.each(['/authors', '/auth.html', '/auth-guide/', '/docs/auth/login', '/Auth'])(
  'takes %s, which only looks like one of our routes',
  (candidate) => {
    expect(parseReturnTo(candidate, ORIGIN, '/auth')).toBe(candidate)
  },
)

test('knows the base path of the deployment', () => {
  expect(parseReturnTo('/sso/gate/login', ORIGIN, '/sso/gate')).toBe('/')
  expect(parseReturnTo('/auth/login', ORIGIN, '/sso/gate')).toBe('/auth/login')
  expect(parseReturnTo('/sso', ORIGIN, '/sso/gate')).toBe('/sso')
})

import { expect, test } from 'vitest'
import { forwardedHeaders } from '../../../src/gate/forwarded-headers.ts'
import { IDENTITY_HEADERS } from '../../support/identity-headers.ts'

const forwarded = (...headers: [string, string][]) =>
  Object.fromEntries(forwardedHeaders(new Headers(headers)))

const SPELLINGS: [string, (name: string) => string][] = [
  ['as it is', (name) => name],
  ['in lower case', (name) => name.toLowerCase()],
  ['in upper case', (name) => name.toUpperCase()],
  ['with underscores', (name) => name.replaceAll('-', '_')],
  ['with underscores in upper case', (name) => name.replaceAll('-', '_').toUpperCase()],
  ['with one underscore', (name) => name.replace('-', '_')],
  ['with the last dash an underscore', (name) => name.replace(/-(?!.*-)/, '_')],
  ['with dots, which CGI servers read as underscores', (name) => name.replaceAll('-', '.')],
  [
    'with other characters that CGI servers read as underscores',
    (name) => name.replace('-', '~').replace('-', '!'),
  ],
]

test.each(SPELLINGS)('an identity header that is sent %s does not pass (CVE-2025-64484)', (_case, spell) => {
  for (const name of IDENTITY_HEADERS)
    expect(forwarded([spell(name), 'mallory'], ['Accept', '*/*'])).toEqual({ accept: '*/*' })
})

test('an identity header that is sent twice, or in two spellings, does not pass', () => {
  expect(
    forwarded(
      ['X-Forwarded-User', 'a'],
      ['x-forwarded-user', 'b'],
      ['X_Forwarded_User', 'c'],
      ['X-FORWARDED_USER', 'd'],
    ),
  ).toEqual({})
})

test('no header under our own name passes', () => {
  expect(forwarded(['Gatehouse-User', 'a'], ['gatehouse_roles', 'b'], ['GATEHOUSE-', 'c'])).toEqual({})
})

test.each([
  [
    'X-Forwarded-For',
    'Forwarded',
    'X-Forwarded-Proto',
    'X-Forwarded-Host',
    'X-Forwarded-Port',
    'X-Forwarded-Prefix',
  ],
  ['X-Original-URL', 'X-Original-URI', 'X-Rewrite-URL', 'X-Override-URL', 'X-Forwarded-Uri'],
  ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', 'x_http_method_override'],
])(
  'an upstream cannot be told of another address, path or method than was judged: %s (CVE-2026-40575)',
  (...names) => {
    for (const name of names)
      expect(forwarded([name, '/admin'], ['Accept', '*/*'])).toEqual({ accept: '*/*' })
  },
)

test.each(SPELLINGS)('what says where or who a client is does not pass %s', (_case, spell) => {
  for (const name of ['X-Real-IP', 'X-Remote-User', 'X-WebAuth-User', 'X-Amzn-Oidc-Data', 'X-Envoy-Internal'])
    expect(forwarded([spell(name), 'mallory'], ['Accept', '*/*'])).toEqual({ accept: '*/*' })
})

test('what the site asks for passes under exactly that name, whatever Connection says', () => {
  const received = new Headers([
    ['X-Real-IP', '203.0.113.7'],
    ['X_Real_IP', '127.0.0.1'],
    ['X-Client-IP', '127.0.0.1'],
    ['Connection', 'close, X-Real-IP'],
  ])
  expect([...forwardedHeaders(received, new Set(['x-real-ip']))]).toEqual([['x-real-ip', '203.0.113.7']])
})

test('what Connection names ends here (RFC 9110 section 7.6.1), except what Cloudflare says of the client', () => {
  expect(
    forwarded(
      ['Connection', 'close, X-Hop,\tCF-Connecting-IP'],
      ['X-Hop', 'a'],
      ['CF-Connecting-IP', '203.0.113.7'],
      ['X-Other', 'b'],
    ),
  ).toEqual({ 'cf-connecting-ip': '203.0.113.7', 'x-other': 'b' })
})

test.each([
  'Upgrade',
  'HTTP2-Settings',
  'Sec-WebSocket-Key',
  'Sec-WebSocket-Version',
  'Sec-WebSocket-Extensions',
])(
  '%s does not pass: it would take the connection past the gate (h2c smuggling), or belongs to this hop',
  (name) => {
    expect(forwarded([name, 'h2c'], ['Accept', '*/*'])).toEqual({ accept: '*/*' })
  },
)

test.each([
  'Connection',
  'Keep-Alive',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Connection',
  'TE',
  'Trailer',
  'Transfer-Encoding',
])('%s ends here (RFC 9110 section 7.6.1)', (name) => {
  expect(forwarded([name, 'x'], ['Accept', '*/*'])).toEqual({ accept: '*/*' })
})

test('Connection cannot make an upstream drop what we send (CVE-2025-48865, CVE-2024-45410)', () => {
  expect(forwarded(['Connection', 'close, X-Forwarded-User, Gatehouse-Assertion'])).toEqual({})
})

test('what is not ours passes as it came', () => {
  const headers: [string, string][] = [
    ['accept', 'text/html'],
    ['authorization', 'Bearer x'],
    ['if-none-match', '"a"'],
    ['range', 'bytes=0-9'],
    ['sec-websocket-protocol', 'chat'],
    ['cf-connecting-ip', '203.0.113.7'],
    ['x-gatehouse-user', 'not ours'],
    ['x_custom', 'y'],
  ]
  expect(forwarded(...headers)).toEqual(Object.fromEntries(headers))
})

test.each([
  ['none at all', 'a=b; c=d', 'a=b; c=d'],
  ['ours between others', 'a=b; __Host-gh-session=x; c=d; __Host-gh-login-a=y', 'a=b; c=d'],
  ['only ours', '__Host-gh-session=x', undefined],
])('of cookies an upstream gets the others: %s', (_case, sent, left) => {
  expect(forwarded(['Cookie', sent])['cookie']).toBe(left)
})

test('two Cookie headers are one', () => {
  expect(
    forwarded(['Cookie', 'a=b; gh-session=x'], ['Cookie', '__Host-gh-session=y; c=d'])['cookie'],
  ).not.toMatch(/gh-session/)
})

test('the request it came from keeps its headers', () => {
  const received = new Headers({ Cookie: '__Host-gh-session=x', 'X-Forwarded-User': 'a' })
  forwardedHeaders(received)
  expect([...received.keys()]).toEqual(['cookie', 'x-forwarded-user'])
})

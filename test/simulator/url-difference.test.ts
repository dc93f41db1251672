import { expect, test } from 'vitest'
import { compareWithAllowed } from '../../simulator/url-difference.ts'

const CALLBACK = 'http://localhost:8787/auth/callback'

test.each([
  ['a slash at the end', `${CALLBACK}/`, CALLBACK, 'It ends with a slash, the allowed one does not.', '/'],
  [
    'no slash',
    CALLBACK,
    `${CALLBACK}/`,
    'It does not end with a slash, the allowed one does.',
    '/auth/callback',
  ],
  [
    'https for http',
    'https://localhost:8787/auth/callback',
    CALLBACK,
    'It begins with https://, the allowed one with http://.',
    'https',
  ],
  [
    'another port',
    'http://localhost:3000/auth/callback',
    CALLBACK,
    'It has port 3000, the allowed one port 8787.',
    ':3000',
  ],
  [
    'no port',
    'http://localhost/auth/callback',
    CALLBACK,
    'It has no port, the allowed one port 8787.',
    undefined,
  ],
  [
    'another name of the machine',
    'http://127.0.0.1:8787/auth/callback',
    CALLBACK,
    'The host is 127.0.0.1, the allowed one localhost: the same machine under another name.',
    '127.0.0.1',
  ],
  [
    'another host',
    'http://evil.example:8787/auth/callback',
    CALLBACK,
    'The host is evil.example, the allowed one localhost.',
    'evil.example',
  ],
  [
    'capital letters in the host',
    'http://Localhost:8787/auth/callback',
    CALLBACK,
    'The host is written localhost, in small letters.',
    'Localhost',
  ],
  [
    'two labels for a wildcard',
    'http://a.b.localhost:8787/auth/callback',
    'http://*.localhost:8787/auth/callback',
    'The host is a.b.localhost; the * in *.localhost stands for one label, such as docs.',
    'a.b.localhost',
  ],
  [
    'another path',
    'http://localhost:8787/callback',
    CALLBACK,
    'The path is /callback, the allowed one /auth/callback.',
    '/callback',
  ],
  [
    'capital letters in the path',
    'http://localhost:8787/auth/Callback',
    CALLBACK,
    'The path is /auth/Callback, the allowed one /auth/callback: capital letters count.',
    '/auth/Callback',
  ],
  ['a query', `${CALLBACK}?a=b`, CALLBACK, 'It has the query ?a=b, the allowed one has none.', '?a=b'],
  ['a fragment', `${CALLBACK}#a`, CALLBACK, 'It has the fragment #a, the allowed one has none.', '#a'],
])('points out %s', (_case, sent, allowed, words, differing) => {
  const [difference] = compareWithAllowed(sent, [allowed])
  expect(difference?.words).toEqual([words])
  expect(difference?.sent.map(({ text }) => text).join('')).toBe(sent)
  expect(difference?.sent.find(({ differs }) => differs)?.text).toBe(differing)
})

test('tells the nearest first, with all that is different', () => {
  const sent = 'https://localhost:8787/auth/callback/'
  const far = 'http://login.example.com/sso/callback'
  const [first, second] = compareWithAllowed(sent, [far, 'http://*.localhost:8787/auth/callback', CALLBACK])
  expect(first?.allowed).toBe(CALLBACK)
  expect(first?.words).toHaveLength(2)
  expect(second?.allowed).toBe('http://*.localhost:8787/auth/callback')
})

test.each(['', 'callback', '/auth/callback', 'javascript:alert(1)'])('says that %j is no address', (sent) => {
  const [difference] = compareWithAllowed(sent, [CALLBACK])
  expect(difference?.words[0]).toContain('no address')
})

test('finds nothing different in an address that a wildcard covers', () => {
  const sent = 'http://docs.localhost:8787/auth/callback'
  expect(compareWithAllowed(sent, ['http://*.localhost:8787/auth/callback'])[0]?.words).toEqual([])
})

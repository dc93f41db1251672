import { expect, test } from 'vitest'
import { requestKind } from '../../../src/request/request-kind.ts'

test.each([
  [
    'a page opened in a tab',
    'GET',
    { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' },
    'navigation',
  ],
  ['HEAD of a page', 'HEAD', { 'Sec-Fetch-Mode': 'navigate' }, 'navigation'],
  ['a client without Fetch Metadata that wants HTML', 'GET', { Accept: 'text/html,*/*' }, 'navigation'],
  ['a client without Fetch Metadata that takes anything', 'GET', { Accept: '*/*' }, 'subresource'],
  ['fetch() that accepts HTML', 'GET', { 'Sec-Fetch-Mode': 'cors', Accept: 'text/html' }, 'subresource'],
  ['an image', 'GET', { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' }, 'subresource'],
  ['the web app manifest', 'GET', { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'manifest' }, 'subresource'],
  ['a frame', 'GET', { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' }, 'document'],
  [
    'a script of an older library',
    'GET',
    { Accept: 'text/html', 'X-Requested-With': 'XMLHttpRequest' },
    'subresource',
  ],
  ['a form of an older browser', 'POST', { Accept: 'text/html' }, 'document'],
  ['a prerender', 'GET', { 'Sec-Fetch-Mode': 'navigate', 'Sec-Purpose': 'prerender' }, 'subresource'],
  ['a prefetch', 'GET', { 'Sec-Fetch-Mode': 'navigate', 'Sec-Purpose': 'prefetch;prerender' }, 'subresource'],
  [
    'a form that was posted',
    'POST',
    { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' },
    'document',
  ],
  ['a WebSocket', 'GET', { Upgrade: 'WebSocket', 'Sec-Fetch-Mode': 'websocket' }, 'upgrade'],
] as const)('takes %s for what it is', (_case, method, headers, kind) => {
  expect(requestKind(method, new Headers(headers))).toBe(kind)
})

test.each([
  ['a frame', 'GET', 'navigate', 'iframe', 'navigation'],
  ['a frame of a frameset', 'GET', 'navigate', 'frame', 'navigation'],
  ['a form that was posted into it', 'POST', 'navigate', 'iframe', 'document'],
  ['an object', 'GET', 'navigate', 'object', 'document'],
  ['an embedded page', 'GET', 'navigate', 'embed', 'document'],
  ['what only looks like a frame', 'GET', 'cors', 'iframe', 'subresource'],
  ['fetch()', 'GET', 'cors', 'empty', 'subresource'],
] as const)('where a site is shown in frames, takes %s for what it is', (_case, method, mode, dest, kind) => {
  const headers = new Headers({ 'Sec-Fetch-Mode': mode, 'Sec-Fetch-Dest': dest })
  expect(requestKind(method, headers, true)).toBe(kind)
})

import { expect, test } from 'vitest'
import { showRefusal } from '../../../src/pages/refusal-page.tsx'
import { words as english } from '../../../src/pages/words/en.ts'
import { parseCanonicalUrl } from '../../../src/policy/canonical-url.ts'
import { arrive } from '../../../src/request/visit.ts'
import { now } from '../../support/sample-session.ts'

const words = english()

/** Where "Try again" leads, of a page that is not available right now. */
async function again(address: string, method = 'GET'): Promise<string | undefined> {
  const url = parseCanonicalUrl(address)
  if (!url.ok) throw new Error(url.error.part)
  const headers = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document', Accept: 'text/html' }
  const visit = arrive({
    request: new Request(address, { method, headers }),
    url: url.value,
    cookies: null,
    now,
    basePath: '/auth',
    waitUntil: () => {},
    abort: () => {},
    extensions: {},
  })
  const page = showRefusal(visit, words, { refusal: { reason: 'fault' } }, false)
  return /<a class="button[^"]*" href="([^"]*)"[^>]*>Try again</.exec(await page.text())?.[1]
}

test('what was opened can be opened again', async () => {
  expect(await again('https://docs.example.com/a?b=c')).toBe('/a?b=c')
})

test('an address that a browser would take for another host leads home', async () => {
  expect(await again('https://docs.example.com//evil.example/x')).toBe('/')
  expect(await again('https://docs.example.com/\\evil.example/x')).not.toMatch(/^.[/\\]/)
})

test('neither a form nor a step of a login is done again by a link', async () => {
  expect(await again('https://docs.example.com/a', 'POST')).toBeUndefined()
  expect(await again('https://docs.example.com/auth/callback?code=c')).toBeUndefined()
})

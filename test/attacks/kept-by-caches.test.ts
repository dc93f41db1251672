import { describe, expect, test } from 'vitest'
import { assets, defineConfig, service, type Upstream } from '../../src/config.ts'
import { APP, createWorld } from '../support/world.ts'

/** Answers that a cache in between would keep for the next person, although they look as if it would not. */

describe('one person’s page', () => {
  test.each([
    ['what is not to be stored by caches that know no better', 'must-understand, no-store, max-age=600'],
    ['`private` as the name of a field', 'max-age=600, no-cache="x-one, private, x-two"'],
    ['`no-store` within quotes', 'max-age=600, note="a, no-store, b"'],
  ])('%s becomes private', async (_what, given) => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${APP}/page`)
    world.pages.answer = () =>
      new Response('a', {
        headers: {
          'Cache-Control': given,
          'Content-Length': '1',
          'Strict-Transport-Security': 'max-age=31536000',
          Vary: 'Cookie',
        },
      })
    const response = await browser.visit(`${APP}/page`)
    expect(response.headers.get('Cache-Control')).toMatch(/^private, /)
  })
})

describe('an open page that says nothing of caches', () => {
  const ask = async (headers: Record<string, string>, upstream: Upstream = service('APP')) => {
    const world = await createWorld()
    const site = { upstream, rules: [{ path: '/*', access: 'public' }] } as const
    world.deploy({ config: defineConfig({ sites: { 'app.example.com': site } }) })
    world.pages.answer = () =>
      new Response('balance: 12', { headers: { 'Last-Modified': new Date(0).toUTCString() } })
    const response = await world.fetch(new Request(`${APP}/api/balance`, { headers }))
    return response.headers.get('Cache-Control')
  }

  test.each([
    ['a token of the application’s own', { Authorization: 'Bearer of-ann' }],
    ['a cookie of the application’s own', { Cookie: '__Host-gh-session=x; sid=of-ann' }],
  ])('is for nobody else where the request brings %s', async (_what, headers) => {
    expect(await ask(headers)).toBe('private, max-age=0, must-revalidate')
  })

  test('is for everybody where it cannot be about anybody', async () => {
    expect(await ask({})).toMatch(/^public/)
    expect(await ask({ Cookie: '__Host-gh-session=x' })).toMatch(/^public/)
    expect(await ask({ Cookie: 'sid=of-ann', Authorization: 'Bearer of-ann' }, assets())).toMatch(/^public/)
  })
})

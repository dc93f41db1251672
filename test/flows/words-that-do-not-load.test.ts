import { expect, onTestFinished, test, vi } from 'vitest'
import type { Language } from '../../src/request/language.ts'
import { createWorld, DOCS } from '../support/world.ts'

/** A browser that wants the first of these languages. None of them loads; none has been loaded before in this file. */
async function worldWithout(...languages: [Language, ...Language[]]) {
  for (const language of languages) {
    const module = `../../src/pages/words/${language}.ts`
    vi.doMock(module, () => {
      throw new Error('it is broken')
    })
    onTestFinished(() => vi.doUnmock(module))
  }
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`)
  const open = (path: string) => browser.visit(DOCS + path, { headers: { 'Accept-Language': languages[0] } })
  return { world, open }
}

test('without English, either, nobody is let in, and one line says so', async () => {
  const { world, open } = await worldWithout('de', 'en')
  const response = await open('/admin/')
  expect(response.status).toBe(500)
  expect(response.headers.get('Content-Type')).toBe('text/plain')
  expect(response.headers.get('Cache-Control')).toBe('no-store')
  // It may be that of a callback or a handoff, whose address is not for the server behind the site.
  expect(response.headers.get('Referrer-Policy')).toBe('no-referrer')
  expect(response.headers.get('Content-Security-Policy')).toBe("default-src 'none'; frame-ancestors 'none'")
  const { reference } = world.log.at(-1) ?? {}
  expect(await response.text()).toBe(`Something went wrong on our side. Reference: ${reference}\n`)
  expect(world.log.slice(-4).map(({ event }) => event)).toEqual(['fault', 'refused', 'degraded', 'fault'])
  expect(world.pages.requests.map(({ url }) => new URL(url).pathname)).not.toContain('/admin/')
  // What needs no words is as ever.
  expect((await open('/a')).status).toBe(200)
})

test('a page is in English where its own language does not load, and the log says why', async () => {
  const { world, open } = await worldWithout('fr')
  for (const [path, status] of [
    ['/admin/', 403],
    ['/auth/sessions', 200],
  ] as const) {
    const response = await open(path)
    expect([response.status, response.headers.get('Content-Language')]).toEqual([status, 'en'])
    expect(await response.text()).toContain('<html lang="en"')
    expect(world.log.at(-1)).toMatchObject({
      event: 'degraded',
      what: 'words of a language did not load',
    })
  }
})

import { describe, expect, test } from 'vitest'
import { loadWords } from '../../src/pages/words/words.ts'
import { LANGUAGES } from '../../src/request/language.ts'
import type { Browser } from '../support/browser.ts'
import { LOGIN, manyHosts, PREVIEW } from '../support/many-hosts.ts'
import { createWorld, DOCS, OPEN } from '../support/world.ts'

/** A page that somebody opens whose browser wants these languages. */
const open = (browser: Browser, address: string, wanted: string) =>
  browser.visit(address, { headers: { 'Accept-Language': wanted } })

describe.each(LANGUAGES)('in %s', (language) => {
  /** Somebody wants another one, and it is not to be had. */
  const other = LANGUAGES.find((each) => each !== language) ?? 'nl'

  test('pages say it by what the browser wants', async () => {
    const world = await createWorld()
    const response = await open(world.browser(), `${OPEN}/auth/login`, `nl, ${language}-XX;q=0.8`)
    const { signIn, direction } = await loadWords(language)
    expect(response.headers.get('Content-Language')).toBe(language)
    const html = await response.text()
    expect(html).toContain(`<html lang="${language}" dir="${direction}">`)
    expect(html).toContain(`<h1>${signIn.title(new URL(OPEN).hostname)}</h1>`)
  })

  test('where the address says no host, the page has a word for it, too', async () => {
    const world = await createWorld()
    const headers = { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate', 'Accept-Language': language }
    const html = await (await world.fetch(new Request(`${DOCS}/%00`, { headers }))).text()
    const { thisSite, refusals } = await loadWords(language)
    const { title } = refusals.url_ambiguous({ reason: 'url_ambiguous', part: 'a control character' })
    expect(html).toContain(`<title>${title} · ${thisSite}</title>`)
  })

  test('scripts are told it in the same words', async () => {
    const world = await createWorld()
    const headers = { Accept: 'application/json', 'Accept-Language': language }
    const response = await world.fetch(new Request(`${DOCS}/a`, { headers }))
    const { refusals } = await loadWords(language)
    expect(response.headers.get('Content-Language')).toBe(language)
    expect(await response.json()).toMatchObject({
      title: refusals.login_required({ reason: 'login_required' }).title,
    })
  })

  test('a link that asks for it goes before what the browser wants, for the form and the errors that follow', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const locales = `ui_locales=nl+${language}`
    const form = await open(browser, `${OPEN}/auth/login?${locales}`, other)
    expect(form.headers.get('Content-Language')).toBe(language)
    expect(await form.text()).toContain(`name="ui_locales" value="${language}"`)

    const query = `login_hint=jane%40acme.example&ui_locales=${language}`
    const { leavesTo = '' } = await browser.open(`${OPEN}/auth/login?${query}`)
    // Scalekit does not document it.
    expect(new URL(leavesTo).searchParams.has('ui_locales')).toBe(false)
    const state = new URL(leavesTo).searchParams.get('state')
    const callback = `${OPEN}/auth/callback?state=${state}&error=user_not_active`
    const refused = await open(browser, callback, other)
    expect(refused.headers.get('Content-Language')).toBe(language)
    expect(await refused.text()).toContain(`/auth/login?return_to=%2F&amp;ui_locales=${language}"`)
  })

  test('the login host speaks it, too, and so does the way back', async () => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const page = await roam(browser, `${PREVIEW}/auth/login?ui_locales=${language}`)
    expect(new URL(page.url).origin).toBe(LOGIN)
    expect(page.response.headers.get('Content-Language')).toBe(language)
    expect(await page.response.text()).toContain(`name="ui_locales" value="${language}"`)
  })

  test('what a page of the site calls `ui_locales` is its own', async () => {
    const world = await createWorld()
    const headers = { Accept: 'application/json', 'Accept-Language': other }
    const response = await world.fetch(new Request(`${DOCS}/a?ui_locales=${language}`, { headers }))
    expect(response.headers.get('Content-Language')).toBe(other === 'nl' ? 'en' : other)
  })
})

test('a link can ask for anything without being refused for it', async () => {
  const world = await createWorld()
  for (const junk of ['', '%00', 'xx', 'de&ui_locales=fr', 'x'.repeat(2000)])
    expect((await world.browser().visit(`${OPEN}/auth/login?ui_locales=${junk}`)).status, junk).toBe(200)
})

import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { loadWords } from '../../../src/pages/words/words.ts'
import { LANGUAGES, type Language } from '../../../src/request/language.ts'
import { allSaid } from '../../support/said.ts'

/**
 * What a language rightly says as English does, by the beginning of where it stands: names, symbols, and words that it has from English or shares
 * with it. Whatever is the same and is not here was forgotten.
 */
const AS_IN_ENGLISH: { readonly [L in Language]: readonly string[] } = {
  en: [],
  de: ['code', 'folded.user', 'details.line', 'details.code'],
  fr: ['code', 'details.site', 'details.page', 'details.code'],
  es: ['details.line'],
  ja: ['details.line'],
  pt: ['details.line', 'details.site'],
}

/** What no sentence of another language has in it. */
const ENGLISH = /\b(the|your|you|this|that|and|with|from|again|signed|signing)\b/i

/** Of the texts that are the application's own. */
const ITS_OWN = /"login_declined".* detail$/

const IN_BACKTICKS = /`[^`]+`/g
const NAMES = [
  IN_BACKTICKS,
  /\b[A-Z]+(_[A-Z]+)+\b/g,
  /\b(gatehouse\.config\.ts|application\/jwt|Sec-Fetch-Site|RFC|others=1|UTF-8|(conn|org)_…)/g,
  /\d{4,}/g,
]

/** What is called the same in all languages, each as often as it is said: settings, values, programs, limits. */
const namesIn = (text: string): string[] => NAMES.flatMap((names) => text.match(names) ?? []).sort()

const isSentence = (text: string): boolean => /[.。]$/.test(text)

/** Quotation marks and spaces that a language does not have. */
const FOREIGN: { readonly [L in Language]: RegExp } = {
  en: /["«»„]/,
  de: /["'”«»]|\s[?!:;]/,
  fr: /["'“”„]|(?<!\u202f)[?!;]|(?<!\u00a0):(?=\s|$)|«(?!\u00a0)|(?<!\u00a0)»/,
  es: /["'«»„]|^[^¿]*\?|\s[?!:;]/,
  ja: /["'“”«»?!]/,
  pt: /["'«»„]|\s[?!:;]/,
}

const english = allSaid(await loadWords('en'))

describe.each(LANGUAGES)('in %s', async (language) => {
  const words = await loadWords(language)
  const said = allSaid(words)

  test('is the language that it says it is', () => {
    expect(words.language).toBe(language)
  })

  test('leaves nothing unsaid', () => {
    for (const { at, text } of said) {
      expect(text.trim(), at).not.toBe('')
      expect(text, at).not.toMatch(/undefined|null|NaN|\[object|\$\{| {2}|^\s|\s$/)
    }
  })

  test('says what it is given', () => {
    for (const { at, text, holds } of said) for (const each of holds) expect(text, at).toContain(each)
  })

  test('has the quotation marks and spaces of the language', () => {
    for (const { at, text } of said)
      expect(text.replace(IN_BACKTICKS, 'name'), at).not.toMatch(FOREIGN[language])
  })

  test('says different things in different words', () => {
    const technical = said.filter(({ at }) => /"(url_ambiguous|parameter_invalid)".* technical$/.test(at))
    expect(new Set(technical.map(({ text }) => text)).size).toBeGreaterThanOrEqual(26)
  })
})

const OTHERS: readonly Language[] = LANGUAGES.filter((each) => each !== LANGUAGES[0])

describe.each(OTHERS)('in %s, as in English', async (language) => {
  const said = allSaid(await loadWords(language))
  const own = AS_IN_ENGLISH[language]
  const isOwn = (at: string) => own.some((each) => at.startsWith(each)) || ITS_OWN.test(at)

  test('the same is said, and nothing of it in English', () => {
    expect(said.map(({ at }) => at)).toEqual(english.map(({ at }) => at))
    const same = said.filter(({ text }, index) => text === english[index]?.text)
    expect(same.map(({ at }) => at).filter((at) => !isOwn(at))).toEqual([])
    // What is no longer the same needs no exception.
    expect(own.filter((each) => !same.some(({ at }) => at.startsWith(each)))).toEqual([])
    expect(said.filter(({ at, text }) => !isOwn(at) && ENGLISH.test(text))).toEqual([])
  })

  test('settings, values and limits have their names', () => {
    for (const [index, { at, text }] of said.entries())
      expect(namesIn(text), at).toEqual(namesIn(english[index]?.text ?? ''))
  })

  test('what is a sentence is one', () => {
    for (const [index, { at, text }] of said.entries())
      expect(isSentence(text), at).toBe(isSentence(english[index]?.text ?? ''))
  })
})

describe('a language that does not load', () => {
  afterEach(() => {
    vi.doUnmock('../../../src/pages/words/en.ts')
    vi.resetModules()
  })

  const broken = async (language: Language) => {
    vi.resetModules()
    vi.doMock(`../../../src/pages/words/${language}.ts`, () => {
      throw new Error('it is broken')
    })
    onTestFinished(() => void vi.doUnmock(`../../../src/pages/words/${language}.ts`))
    return import('../../../src/pages/words/words.ts')
  }

  test.each(OTHERS)('%s: is English in its place, and whoever has to know is told', async (language) => {
    const fresh = await broken(language)
    const told: unknown[] = []
    const words = await fresh.loadWords(language, async (error) => void told.push(error))
    expect(words.language).toBe('en')
    expect(told).toHaveLength(1)
  })

  test('English: is a fault', async () => {
    const fresh = await broken('en')
    await expect(fresh.loadWords('en')).rejects.toThrow()
  })
})

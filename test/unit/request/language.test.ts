import { describe, expect, test } from 'vitest'
import { acceptedLanguage, askedLanguage } from '../../../src/request/language.ts'

const SPOKEN = ['en', 'de', 'fr', 'es', 'ja', 'pt'] as const

describe('of the languages that a link asks for (OpenID Connect Core section 3.1.2.1)', () => {
  test.each([
    ['de', 'de'],
    ['fr-CA fr en', 'fr'],
    ['nl da ja de', 'ja'],
    ['PT-br', 'pt'],
    ['de-CH-1996', 'de'],
    ['  es ', 'es'],
    ['nl', undefined],
    ['*', undefined],
    ['', undefined],
    [null, undefined],
    ['deutsch', undefined],
    ['de_CH', undefined],
    ['__proto__ constructor', undefined],
    [`${'x'.repeat(100_000)} de`, undefined],
    ['\u0000\ud800 %ZZ de', 'de'],
  ])('%j gives %s', (uiLocales, language) => {
    expect(askedLanguage(uiLocales, SPOKEN)).toBe(language)
  })
})

describe('of the languages that a browser wants (RFC 9110 section 12.5.4, RFC 4647 section 3.4)', () => {
  test.each([
    ['de', 'de'],
    ['de-CH', 'de'],
    ['pt-BR,pt;q=0.9,en;q=0.8', 'pt'],
    ['nl-NL, nl;q=0.9, fr;q=0.4, de;q=0.5', 'de'],
    ['en;q=0.1,ja;q=0.2', 'ja'],
    ['JA-jp', 'ja'],
    ['de;q=0, fr;q=0.1', 'fr'],
    ['de;q=0', 'en'],
    ['nl', 'en'],
    ['*', 'en'],
    ['nl, *;q=0.5', 'en'],
    ['', 'en'],
    [null, 'en'],
    [';;;,,,;q=,=;"', 'en'],
    ['de;q=lots', 'de'],
    ['__proto__,constructor;q=2', 'en'],
    ['\u0000\ud800', 'en'],
    [`${'nl,'.repeat(50_000)}de`, 'en'],
    [`de;${'q'.repeat(100_000)}`, 'de'],
    [`"${'\\'.repeat(100_000)}`, 'en'],
  ])('%j gives %s', (header, language) => {
    expect(acceptedLanguage(header, SPOKEN)).toBe(language)
  })
})

import { describe, expect, test } from 'vitest'
import type { AmbiguousPart, ExpectedForm } from '../../../src/base/evidence.ts'
import type { Refusal } from '../../../src/base/refusal.ts'
import { AMBIGUOUS, EXPECTED } from '../../../src/pages/words/en-evidence.ts'
import { explain, type RefusalWords } from '../../../src/pages/words/explanation.ts'
import { loadWords } from '../../../src/pages/words/words.ts'
import { LANGUAGES, type Language } from '../../../src/request/language.ts'
import { SCALEKIT_ERROR_CODES, scalekitError } from '../../../src/scalekit/error-catalogue.ts'
import { sampleRefusals } from '../../support/sample-refusals.ts'

/** Stands for whatever a text is given. As markup it is a function that shows what it is made of. */
const GIVEN = 'evidence'
const given = Object.assign((label: unknown) => `[${label}]`, { toString: () => GIVEN })

/** The texts that are given a number first, and are other ones for 1. */
const COUNTS = /\.(endsEverywhere|endedOfAllAndAtService|endedOfAllOnly|othersGoOn)$/

/** The texts of a table, by the path of each. */
function textsOf(table: object, count: number, path: string): [at: string, text: string][] {
  return Object.entries(table).flatMap(([key, value]): [string, string][] => {
    const at = `${path}.${key}`
    if (typeof value === 'string') return [[at, value]]
    if (typeof value !== 'function') return textsOf(value, count, at)
    const texts: unknown = value(...(COUNTS.test(at) ? [count, given] : Array(value.length).fill(given)))
    return [[at, [texts].flat().join('')]]
  })
}

const MISMATCH = { demanded: 'org_1', received: 'org_2' }

const REFUSALS: readonly Refusal[] = [
  ...sampleRefusals(GIVEN),
  ...SCALEKIT_ERROR_CODES.map((code) => ({
    reason: 'scalekit_error' as const,
    error: scalekitError(code),
    received: '',
  })),
  ...(Object.keys(AMBIGUOUS) as AmbiguousPart[]).map((part) => ({ reason: 'url_ambiguous' as const, part })),
  ...(Object.keys(EXPECTED) as ExpectedForm[]).map((expected) => ({
    reason: 'parameter_invalid' as const,
    parameter: GIVEN,
    expected,
  })),
  { reason: 'login_required', unsent: true },
  { reason: 'request_too_large', part: 'address', limit: 8192 },
  { reason: 'request_too_large', part: 'headers', limit: 8192 },
  { reason: 'requirement_unmet', who: GIVEN, unmet: [] },
  { reason: 'access_withdrawn', cause: 'operator_ended' },
  { reason: 'organization_mismatch', ...MISMATCH, who: GIVEN, signedIn: false },
  { reason: 'organization_mismatch', ...MISMATCH, signedIn: false },
  { reason: 'connection_mismatch', ...MISMATCH, who: GIVEN, signedIn: false },
  { reason: 'connection_mismatch', ...MISMATCH, signedIn: false },
]

/** With what would do, and without. */
const refusalTexts = (words: RefusalWords): [at: string, text: string][] =>
  [true, false].flatMap((explainsDenials) =>
    REFUSALS.flatMap((refusal, index) => {
      const nameOf = () => GIVEN
      const told = explain(words, refusal, { explainsDenials, nameOf, organizationId: 'org_1' })
      return Object.entries(told).map(([key, text]): [string, string] => [
        `${refusal.reason}.${key} (${index}, ${explainsDenials})`,
        [text].flat().join(' '),
      ])
    }),
  )

/** All that a language says, by where it says it. */
async function allTexts(language: Language): Promise<Map<string, string>> {
  const { refusals, language: _language, direction: _direction, ...table } = await loadWords(language)
  return new Map([...textsOf(table, 1, 'one'), ...textsOf(table, 5, 'more'), ...refusalTexts(refusals)])
}

/** Names of settings, values and programs, and what a text is given: the same in all languages, and each as often. */
const namesIn = (text: string): string[] =>
  (
    text.match(
      /`[^`]+`|[A-Z]+(_[A-Z]+)+|\b\w+\.config\.ts|application\/jwt|Sec-\w+-\w+|RFC \d+|evidence|\d+/g,
    ) ?? []
  ).sort()

const endsAsSentence = (text: string): boolean => /[.。]$/.test(text)

/** What does not belong into the texts of a language, once names in backticks are taken out. */
const WRONG: { readonly [L in Language]?: RegExp } = {
  de: /["'”«»]|\s[?!:;]/,
  fr: /["'“”]|(?<!\u202f)[?!;]|(?<!\u00a0):|«(?!\u00a0)|(?<!\u00a0)»/,
  es: /["'«»]|^[^¿]*\?|\s[?!:;]/,
}

describe.each(LANGUAGES.filter((language) => language !== 'en'))('in %s', async (language) => {
  const english = await allTexts('en')
  const texts = await allTexts(language)
  const originalOf = (at: string): string => english.get(at) ?? ''

  test('all is said that is said in English, and nothing is left in English', () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [at, text] of texts) {
      expect(text, at).not.toMatch(/^\s*$|undefined|\[object/)
      if (/[a-z] [a-z]/.test(originalOf(at))) expect(text, at).not.toBe(originalOf(at))
    }
  })

  test('names of settings and values are those of English', () => {
    for (const [at, text] of texts) expect(namesIn(text), at).toEqual(namesIn(originalOf(at)))
  })

  test('what is a sentence in English is one here', () => {
    for (const [at, text] of texts) expect(endsAsSentence(text), at).toBe(endsAsSentence(originalOf(at)))
  })

  test('quotation marks and spaces are those of the language', () => {
    for (const [at, text] of texts)
      expect(text.replace(/`[^`]*`/g, 'name'), at).not.toMatch(WRONG[language] ?? /["']/)
  })
})

import { parseAccept } from 'hono/utils/accept'

/** The languages that pages speak: each has its words in `src/pages/words/`. The first is for whoever wants none of them. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'ja', 'pt'] as const

export type Language = (typeof LANGUAGES)[number]

/** Characters: a browser sends a few languages, and more than these are nobody's wish. */
const MAX_LENGTH = 500

/** In which language somebody is answered. */
export interface Speech {
  /** What a link into a login asked for: it goes before what the browser wants. Whoever finds the login knows, when its browser comes back. */
  asked: Language | undefined
  readonly language: Language
}

/** @param header `Accept-Language`, which is read when something is said */
export const speech = (asked: Language | undefined, header: () => string | null): Speech => ({
  asked,
  get language() {
    return this.asked ?? acceptedLanguage(header(), LANGUAGES)
  },
})

/**
 * The language that a link asks for: the first that is spoken. What cannot be read counts for nothing, whatever it is: nobody is refused for a
 * language.
 *
 * @param uiLocales language tags, separated by spaces, in the order that they are wanted (OpenID Connect Core section 3.1.2.1)
 */
export const askedLanguage = <L extends string>(
  uiLocales: string | null,
  spoken: readonly L[],
): L | undefined => find((uiLocales ?? '').slice(0, MAX_LENGTH).split(' '), spoken)

/**
 * The language that a browser wants most of those that are spoken, or else the first of them.
 *
 * @param header `Accept-Language` (RFC 9110 section 12.5.4)
 */
export function acceptedLanguage<L extends string>(header: string | null, spoken: readonly [L, ...L[]]): L {
  const wanted = parseAccept((header ?? '').slice(0, MAX_LENGTH))
  const tags = wanted.filter(({ q }) => q > 0).map(({ type }) => type)
  return find(tags, spoken) ?? spoken[0]
}

/**
 * Lookup of RFC 4647 section 3.4, where all that is spoken has one subtag: `pt-BR` finds `pt`. `*` finds nothing, and so leaves it to what is spoken
 * otherwise.
 */
function find<L extends string>(tags: readonly string[], spoken: readonly L[]): L | undefined {
  for (const tag of tags) {
    const [language] = tag.toLowerCase().split('-', 1)
    const found = spoken.find((each) => each === language)
    if (found !== undefined) return found
  }
  return undefined
}

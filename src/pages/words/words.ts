import { LANGUAGES, type Language } from '../../request/language.ts'
import type { words as english } from './en.ts'

/**
 * All that pages say in one language. Each gives it by function declarations: what stands in a module itself is parsed at every start of an isolate,
 * and a function is only skimmed (docs/performance-profile.md).
 */
export type Words = ReturnType<typeof english>

const LOADERS: { readonly [L in Language]: () => Promise<{ readonly words: () => Words }> } = {
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  fr: () => import('./fr.ts'),
  es: () => import('./es.ts'),
  ja: () => import('./ja.ts'),
  pt: () => import('./pt.ts'),
}

/**
 * The words of a language, which load when somebody first reads them; those of English where they do not: whoever has to be told something
 * is told it.
 *
 * @param failed takes what was thrown, before that
 * @throws what English throws
 */
export async function loadWords(
  language: Language,
  failed: (error: unknown) => Promise<void> = async () => {},
): Promise<Words> {
  try {
    return (await LOADERS[language]()).words()
  } catch (error) {
    if (language === LANGUAGES[0]) throw error
    await failed(error)
    return (await LOADERS[LANGUAGES[0]]()).words()
  }
}

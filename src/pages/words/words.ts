import type { Language } from '../../request/language.ts'
import type { words as english } from './en.ts'

/** All that pages say in one language. */
export type Words = typeof english

const LOADERS: { readonly [L in Language]: () => Promise<{ readonly words: Words }> } = {
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  fr: () => import('./fr.ts'),
  es: () => import('./es.ts'),
  ja: () => import('./ja.ts'),
  pt: () => import('./pt.ts'),
}

/**
 * The words of a language, which load when somebody first reads them. One that does not load is a fault: a page that is half in another language
 * would hide that.
 */
export async function loadWords(language: Language): Promise<Words> {
  return (await LOADERS[language]()).words
}

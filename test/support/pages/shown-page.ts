import { loadWords, type Words } from '../../../src/pages/words/words.ts'
import type { Arrival, Visit } from '../../../src/request/visit.ts'
import { arrivalAt, DOCS, visitTo } from './places.ts'

/** A page that somebody may meet, made by the code that makes it for them. */
export interface ShownPage {
  /** Unique, and what its pictures are called: lower case, with a group before the slash. */
  readonly name: string
  /** In a few words, for the index of the pictures. */
  readonly title: string
  /** The function that makes it. */
  readonly by: unknown
  /** The pages that most people see: shown in every language. */
  readonly isMain: boolean
  /** Whether it has pictures. Of pages that differ by a sentence, one has. */
  readonly isPictured: boolean
  /** Whether the picture has its folded part open. */
  readonly isOpen: boolean
  /** @param language what the browser prefers */
  readonly render: (language: string) => Promise<Response>
}

/** Who looks at a page. */
export interface Reader {
  readonly words: Words
  /** @param host one of those in places.ts; default: a site with a brand */
  readonly visit: (host?: string, path?: string) => Visit
  /** Where no site is known. */
  readonly arrival: () => Arrival
}

type Look = Partial<Pick<ShownPage, 'isMain' | 'isPictured' | 'isOpen'>>

/**
 * @param by the function of src/pages that makes the page
 * @param call calls it, for a reader
 */
export function shown<Page>(
  name: string,
  title: string,
  by: Page,
  call: (page: Page, reader: Reader) => Response,
  { isMain = false, isPictured = true, isOpen = false }: Look = {},
): ShownPage {
  const render = async (language: string) => {
    const arrival = () => arrivalAt(language, 'https://other.example.com/')
    const words = await loadWords(arrival().speech.language)
    return call(by, { words, arrival, visit: (host = DOCS, path = '/') => visitTo(language, host, path) })
  }
  return { name, title, by, isMain, isPictured, isOpen, render }
}

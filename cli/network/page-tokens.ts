/** The most pages that a list is asked for: a million things, at a hundred on each. */
const MOST_PAGES = 10_000

/**
 * For a list that comes in pages, each of which names the next: one that is broken, or means harm, has a next page for ever.
 *
 * @returns whether the page of a token may be asked for: it was not before, and there were not too many
 */
export function pageTokens(mostPages = MOST_PAGES): (token: string) => boolean {
  const asked = new Set<string>()
  return (token) => {
    if (asked.has(token) || asked.size >= mostPages) return false
    asked.add(token)
    return true
  }
}

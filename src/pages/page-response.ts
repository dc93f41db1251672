import { randomSecret } from '../crypto/random-secret.ts'
import { brandOf, type Place } from './brand.ts'
import { type Content, renderPage } from './frame.tsx'
import { pageHeaders } from './page-headers.ts'
import type { Words } from './words/words.ts'

/**
 * An HTML page. Every value in it is escaped; the policy leaves nothing to an injection.
 *
 * @param inOwnFrame whether pages of the same site may show it in a frame; those of the site's `embeddedIn` always may
 */
export function page(
  place: Place,
  words: Words,
  content: Content,
  status = 200,
  inOwnFrame = false,
): Response {
  const ancestors = place.site?.frameAncestors ?? (inOwnFrame ? "'self'" : undefined)
  const nonce = randomSecret()
  const brand = brandOf(place, words)
  const sources = [
    `style-src 'nonce-${nonce}'`,
    ...(brand.logo === undefined ? [] : [`img-src ${brand.logo.source}`]),
  ]
  const headers = pageHeaders(words.language, sources, ancestors)
  return new Response(renderPage(brand, nonce, words, content), { status, headers })
}

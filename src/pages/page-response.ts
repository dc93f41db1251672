import { randomSecret } from '../crypto/random-secret.ts'
import { UNREADABLE_HOST } from '../policy/canonical-url.ts'
import { brandOf, type Place } from './brand.ts'
import { type Content, renderPage } from './frame.tsx'
import { NO_STORE } from './response.ts'
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
  const found = brandOf(place)
  const brand =
    found.host === UNREADABLE_HOST ? { ...found, name: words.thisSite, host: words.thisSite } : found
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    ...(brand.logo === undefined ? [] : [`img-src ${brand.logo.source}`]),
    // No form-action: Chromium applies it to the redirects that follow a form, and those lead to Scalekit and beyond.
    "base-uri 'none'",
    `frame-ancestors ${ancestors ?? "'none'"}`,
  ]
  const headers = {
    ...NO_STORE,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Language': words.language,
    'Content-Security-Policy': policy.join('; '),
    ...(ancestors === undefined && { 'X-Frame-Options': 'DENY' }),
  }
  return new Response(renderPage(brand, nonce, words, content), { status, headers })
}

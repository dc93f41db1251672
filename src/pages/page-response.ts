import { randomSecret } from '../crypto/random-secret.ts'
import type { Arrival, Visit } from '../request/visit.ts'
import { type Content, renderPage } from './frame.tsx'
import { NO_STORE } from './response.ts'
import type { Words } from './words/words.ts'

/** Where a page is shown; the site, where it is known. */
export type Place = Pick<Arrival, 'url'> & Partial<Pick<Visit, 'site'>>

/**
 * An HTML page. Every value in it is escaped; the policy leaves nothing to an injection.
 *
 * @param inOwnFrame whether pages of the same site may show it in a frame; those of the site's `embeddedIn` always may
 */
export function page(
  { url, site }: Place,
  words: Words,
  content: Content,
  status = 200,
  inOwnFrame = false,
): Response {
  const ancestors = site?.frameAncestors ?? (inOwnFrame ? "'self'" : undefined)
  const nonce = randomSecret()
  const headers = {
    ...NO_STORE,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Language': words.language,
    // No form-action: Chromium applies it to the redirects that follow a form, and those lead to Scalekit and beyond.
    'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors ${ancestors ?? "'none'"}`,
    ...(ancestors === undefined && { 'X-Frame-Options': 'DENY' }),
  }
  return new Response(renderPage(url.host, nonce, words, content), { status, headers })
}

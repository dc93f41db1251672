import { randomSecret } from '../crypto/random-secret.ts'
import { type Content, renderPage } from './frame.tsx'
import { NO_STORE } from './response.ts'

/**
 * An HTML page. Every value in it is escaped; the policy leaves nothing to an injection.
 *
 * @param framedBy sources that may show it in a frame (CSP level 3 section 6.4.2); default none
 */
export function page(host: string, content: Content, status = 200, framedBy?: string): Response {
  const nonce = randomSecret()
  const headers = {
    ...NO_STORE,
    'Content-Type': 'text/html; charset=utf-8',
    // No form-action: Chromium applies it to the redirects that follow a form, and those lead to Scalekit and beyond.
    'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors ${framedBy ?? "'none'"}`,
    ...(framedBy === undefined && { 'X-Frame-Options': 'DENY' }),
  }
  return new Response(renderPage(host, nonce, content), { status, headers })
}

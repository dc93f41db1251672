import type { Language } from '../request/language.ts'
import { NO_STORE } from './response.ts'

/**
 * The headers of an HTML page of ours. Its policy (CSP level 3) admits what the page names, and nothing else.
 *
 * @param sources directives, such as `style-src 'nonce-…'`
 * @param ancestors who may show it in a frame; `undefined`: nobody
 */
export const pageHeaders = (
  language: Language,
  sources: readonly string[],
  ancestors: string | undefined,
) => ({
  ...NO_STORE,
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Language': language,
  // No form-action: Chromium applies it to the redirects that follow a form, and those lead to Scalekit and beyond.
  'Content-Security-Policy': [
    "default-src 'none'",
    ...sources,
    "base-uri 'none'",
    `frame-ancestors ${ancestors ?? "'none'"}`,
  ].join('; '),
  ...(ancestors === undefined && { 'X-Frame-Options': 'DENY' }),
})

/**
 * RFC 9110 section 15.5.2 wants a challenge with a 401; a scheme that browsers do not know raises no dialog.
 *
 * @returns a value for `WWW-Authenticate`
 */
export const cookieChallenge = (host: string): string => `Cookie realm="${host}"`

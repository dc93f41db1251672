import { randomSecret } from '../crypto/random-secret.ts'
import { type Content, renderPage } from './frame.tsx'
import type { PublicError } from './public-error.ts'
import type { Explanation } from './words/explanation.ts'

/** Where a page is shown: on which host, and whether that host is this machine. */
export interface Place {
  readonly host: string
  readonly isLocal: boolean
}

/** A year. Without subdomains: whether those all speak https is not for one host to say. */
export const STRICT_TRANSPORT_SECURITY = 'max-age=31536000'

/** Headers that every answer of our own carries. */
export function ownHeaders(place: Place): Headers {
  const headers = new Headers({
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // `no-referrer` would make browsers send `Origin: null` with our own forms.
    'Referrer-Policy': 'same-origin',
  })
  if (!place.isLocal) headers.set('Strict-Transport-Security', STRICT_TRANSPORT_SECURITY)
  return headers
}

/** An HTML page. Every value in it is escaped; the policy leaves nothing to an injection. */
export function page(place: Place, content: Content, status = 200): Response {
  const nonce = randomSecret()
  const headers = ownHeaders(place)
  headers.set('Content-Type', 'text/html; charset=utf-8')
  // No form-action: Chromium applies it to the redirects that follow a form, and those lead to Scalekit and beyond.
  headers.set(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`,
  )
  headers.set('X-Frame-Options', 'DENY')
  return new Response(renderPage(place.host, nonce, content), { status, headers })
}

export function json(place: Place, body: unknown, status = 200, contentType = 'application/json'): Response {
  const headers = ownHeaders(place)
  headers.set('Content-Type', contentType)
  return new Response(JSON.stringify(body), { status, headers })
}

/** RFC 9457, for scripts: the same words as on the page. */
export function problemDetails(
  place: Place,
  { status, code, scalekitCode }: PublicError,
  { title, detail, remedy }: Explanation,
  reference: string,
  more: object,
): Response {
  const body = {
    type: `urn:gatehouse:${code}`,
    title,
    status,
    detail: `${detail} ${remedy}`,
    code,
    scalekit_code: scalekitCode,
    reference,
    ...more,
  }
  return json(place, body, status, 'application/problem+json')
}

/** A redirect that no cache keeps, with the cookies that go with it. */
export function redirect(
  place: Place,
  location: string,
  status: 302 | 303 | 308,
  cookies: readonly string[] = [],
): Response {
  const headers = ownHeaders(place)
  headers.set('Location', location)
  return withCookies(new Response(null, { status, headers }), cookies)
}

/** Adds `Set-Cookie` values to an answer whose headers may be changed. */
export function withCookies(response: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) response.headers.append('Set-Cookie', cookie)
  return response
}

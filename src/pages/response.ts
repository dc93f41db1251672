import { randomSecret } from '../crypto/random-secret.ts'
import { type Content, frame } from './frame.ts'
import type { PublicError } from './public-error.ts'

/** A year. Without subdomains: whether those all speak https is not for one host to say. */
export const STRICT_TRANSPORT_SECURITY = 'max-age=31536000'

/** No answer of our own is kept by anybody, unless it says so. */
export const NO_STORE = { 'Cache-Control': 'no-store' } as const

/** An HTML page. Every value in it is escaped; the policy leaves nothing to an injection. */
export function page(host: string, content: Content, status = 200): Response {
  const nonce = randomSecret()
  const headers = new Headers(NO_STORE)
  headers.set('Content-Type', 'text/html; charset=utf-8')
  // No form-action: Chromium applies it to the redirects that follow a form, and those lead to Scalekit and beyond.
  headers.set(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`,
  )
  return new Response(frame(host, nonce, content).toString(), { status, headers })
}

export function json(body: unknown, status = 200, contentType = 'application/json'): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...NO_STORE, 'Content-Type': contentType } })
}

/** RFC 9457, for scripts: the same words as on the page. */
export function problemDetails(error: PublicError, reference: string, more: object): Response {
  const body = {
    type: `urn:gatehouse:${error.code}`,
    title: error.title,
    status: error.status,
    detail: `${error.detail} ${error.remedy}`,
    code: error.code,
    scalekit_code: error.scalekitCode,
    reference,
    ...more,
  }
  return json(body, error.status, 'application/problem+json')
}

/** A redirect that no cache keeps, with the cookies that go with it. */
export function redirect(
  location: string,
  status: 302 | 303 | 308,
  cookies: readonly string[] = [],
): Response {
  const headers = { ...NO_STORE, Location: location }
  return withCookies(new Response(null, { status, headers }), cookies)
}

/** Adds `Set-Cookie` values to an answer whose headers may be changed. */
export function withCookies(response: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) response.headers.append('Set-Cookie', cookie)
  return response
}

import type { Language } from '../request/language.ts'
import type { PublicError } from './public-error.ts'
import type { Explanation } from './words/explanation.ts'

/** A year. Without subdomains: whether those all speak https is not for one host to say. */
export const STRICT_TRANSPORT_SECURITY = 'max-age=31536000'

/** No answer of our own is kept by anybody, unless it says so. */
export const NO_STORE = { 'Cache-Control': 'no-store' } as const

export function json(body: unknown, status = 200, contentType = 'application/json'): Response {
  const headers = { ...NO_STORE, 'Content-Type': contentType }
  return new Response(JSON.stringify(body), { status, headers })
}

/** RFC 9457, for scripts and those who write them: all words of the page, in the same language. */
export function problemDetails(
  { status, code, scalekitCode }: PublicError,
  language: Language,
  { title, detail, technical, command, remedy }: Explanation,
  reference: string,
  more: object,
): Response {
  const body = {
    type: `urn:gatehouse:${code}`,
    title,
    status,
    detail: [detail, technical, command, remedy].filter((text) => text !== undefined).join(' '),
    code,
    scalekit_code: scalekitCode,
    reference,
    ...more,
  }
  const response = json(body, status, 'application/problem+json')
  response.headers.set('Content-Language', language)
  return response
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

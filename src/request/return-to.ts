import { parseCanonicalUrl } from '../policy/canonical-url.ts'

declare const returnTo: unique symbol

/** A path with query and fragment on the same site, checked by {@link parseReturnTo}. */
export type ReturnTo = string & { readonly [returnTo]: true }

export const HOME = '/' as ReturnTo

/** Servers should take addresses of this length (RFC 9110 section 4.1). */
export const MAX_RETURN_TO = 8000

/** Of our own routes those that somebody opens to see something; all others begin, end or change something. */
const OWN_PAGES = ['/sessions', '/admin-portal'] as const

/** One of them, to come back to. */
export const ownPage = (basePath: string, page: (typeof OWN_PAGES)[number]): ReturnTo =>
  (basePath + page) as ReturnTo

/**
 * Reads a candidate for where to go after a login. Whoever it comes from (a query, an identity provider's relay
 * state, a cookie), it passes here, and whatever is not plainly a path of this site, or an address of it, becomes `/`.
 *
 * @param origin   the site's own, for instance `https://docs.example.com`
 * @param basePath Gatehouse's own routes are no place to return to
 */
export function parseReturnTo(given: string | null | undefined, origin: string, basePath: string): ReturnTo {
  if (given == null || given.length > MAX_RETURN_TO) return HOME
  const candidate = withoutOrigin(given, origin)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop tabs and newlines from URLs, so `/\t/evil` is `//evil`
  if (!/^\/(?!\/)/.test(candidate) || /[\x00-\x1f\x7f]/.test(candidate)) return HOME
  if (!candidate.isWellFormed()) return HOME

  const { target, fragment } = splitAtFragment(candidate.replace(/[^\x21-\x7e]+/g, encodeURIComponent))
  if (target.includes('\\')) return HOME
  const url = parseCanonicalUrl(origin + target)
  if (!url.ok || url.value.origin !== origin) return HOME
  // What a server behind the gate may redirect to as `//host`.
  if (url.value.readings.some(({ path }) => /^\/[/\\]/.test(path))) return HOME
  if (new URL(target + fragment, origin).origin !== origin) return HOME
  const { path } = url.value
  const isOurs = path === basePath || path.startsWith(`${basePath}/`)
  if (isOurs && !OWN_PAGES.some((page) => path === basePath + page)) return HOME
  return (target + fragment) as ReturnTo
}

/** The same place, whichever part of it is meant. */
export const withoutFragment = (place: ReturnTo): ReturnTo => splitAtFragment(place).target as ReturnTo

/**
 * A URL ends before the first `#` for everybody but the browser (RFC 3986 section 3.5). Behind it everything is allowed, and is written as
 * browsers write it, so that it is nothing else to whatever it passes; a backslash, which they leave, too.
 */
function splitAtFragment(url: string): { readonly target: string; readonly fragment: string } {
  const at = url.indexOf('#')
  if (at === -1) return { target: url, fragment: '' }
  return { target: url.slice(0, at), fragment: url.slice(at).replace(/["<>`\\]/g, encodeURIComponent) }
}

/** An address of this very origin is as good as the path in it. */
function withoutOrigin(candidate: string, origin: string): string {
  if (!candidate.startsWith(origin)) return candidate
  const rest = candidate.slice(origin.length)
  if (rest === '' || rest.startsWith('?') || rest.startsWith('#')) return `/${rest}`
  return rest.startsWith('/') ? rest : candidate
}

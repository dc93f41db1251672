import { err, ok, type Result } from '../result.ts'

/**
 * The one reading of a request's address: it picks the site, is judged by the rules and goes to the upstream, so
 * that no two of them can see different paths (CVE-2023-33189, CVE-2026-39407 and their relatives).
 */
export interface CanonicalUrl {
  /** What the upstream gets: unreserved characters decoded, escapes in upper case (RFC 3986 section 6.2.2). */
  readonly href: string
  /** Scheme, host and port for the URLs we build; `https://<host>` except on this machine. */
  readonly origin: string
  readonly protocol: 'http:' | 'https:'
  /** Lower case, punycode, without port and trailing dot. */
  readonly host: string
  /** Decoded once: what rules are compared with. Never contains an empty segment (other than the last) or a dot segment. */
  readonly path: string
  /** From `?` on, or empty; never judged by rules (CVE-2025-54576). */
  readonly search: string
  /** `localhost`, `*.localhost` or a loopback address: plain http and any port are fine. */
  readonly isLocal: boolean
}

export interface AmbiguousUrl {
  readonly reason: 'url_ambiguous'
  readonly part: string
}

const REQUEST_URL = /^(https?):\/\/([^/?#\\]+)([^?#]*)(\?[^#]*)?$/i
const ESCAPE = /%[0-9a-f]{2}/gi
const UNRESERVED = /[A-Za-z0-9\-._~]/

/** Whether a host name, as the URL parser writes it, means this machine. */
export function isLocalHost(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || /^127(\.\d+){3}$/.test(host) || host === '[::1]'
  )
}

/** What {@link isOrigin} asks for. */
export const ORIGIN_FORM = 'must be https://host without a path; http only for a loopback address'

/** Whether a text is a scheme and a host that may be trusted with secrets: https, or http on this machine; no path. */
export function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '')
    return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocalHost(url.hostname))
}

/**
 * Reads the address of a request, or refuses it where servers are known to disagree about its meaning.
 *
 * @param requestUrl `request.url` as the runtime gives it: workerd passes the request target through untouched
 */
export function parseCanonicalUrl(requestUrl: string): Result<CanonicalUrl, AmbiguousUrl> {
  const ambiguous = (part: string) => err<AmbiguousUrl>({ reason: 'url_ambiguous', part })

  const match = REQUEST_URL.exec(requestUrl)
  if (match === null) return ambiguous('something that is not a plain path and query')
  const [, scheme = '', authority = '', rawPath = '', search = ''] = match

  const place = readAuthority(scheme, authority)
  if (typeof place === 'string') return ambiguous(place)

  const path = rawPath === '' ? '/' : rawPath
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x20\x7f-\uffff]/.test(search)) return ambiguous('a character that has to be percent-encoded')

  const read = PLAIN.test(path) ? { decoded: path, normalized: path } : readPath(path)
  if (typeof read === 'string') return ambiguous(read)
  const { base, ...where } = place
  return ok({ ...where, href: base + read.normalized + search, path: read.decoded, search })
}

/** Most addresses: nothing in them is encoded, empty or begins with a dot, so that there is nothing to find out. */
const PLAIN = /^(?:\/[\w~-][\w.~-]*)*\/?$/

/** @returns the path as rules see it and as upstreams get it, or what is ambiguous about it */
function readPath(path: string): { readonly decoded: string; readonly normalized: string } | string {
  const trick = findTrick(path)
  if (trick !== undefined) return trick
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    return 'percent-encoding that is not valid UTF-8'
  }
  return findTrickInDecoded(decoded) ?? { decoded, normalized: normalizeEscapes(path) }
}

type Place = Pick<CanonicalUrl, 'origin' | 'protocol' | 'host' | 'isLocal'> & { readonly base: string }

/** A deployment is reached by few names, however many requests come. */
const places = new Map<string, Place | string>()
const MAX_PLACES = 200

/** @returns where a request arrived, or what is wrong with it */
function readAuthority(scheme: string, authority: string): Place | string {
  const text = `${scheme}://${authority}`
  const known = places.get(text)
  if (known !== undefined) return known
  const place = parseAuthority(scheme, authority, text)
  if (places.size >= MAX_PLACES) places.clear()
  if (text.length < 300) places.set(text, place)
  return place
}

function parseAuthority(scheme: string, authority: string, text: string): Place | string {
  if (authority.includes('@')) return 'a user name before the host'
  const url = URL.parse(text)
  const host = url?.hostname.replace(/\.$/, '') ?? ''
  if (url === null || host === '' || host.endsWith('.')) return 'an invalid host'
  const protocol = scheme.toLowerCase() === 'https' ? 'https:' : 'http:'
  const isLocal = isLocalHost(host)
  const base = `${protocol}//${host}${url.port === '' ? '' : `:${url.port}`}`
  return { base, origin: isLocal ? base : `https://${host}`, protocol, host, isLocal }
}

function findTrick(path: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x20\x7f-\uffff]/.test(path)) return 'a character that has to be percent-encoded'
  if (path.includes('\\')) return 'a backslash'
  if (path.includes('//')) return 'an empty path segment (//)'
  if (/%(?![0-9a-f]{2})/i.test(path)) return 'an incomplete percent-encoding'
  if (/%(?:2f|5c)/i.test(path)) return 'an encoded slash or backslash'
  if (/%(?:[01][0-9a-f]|7f)/i.test(path)) return 'an encoded control character'
  return undefined
}

function findTrickInDecoded(path: string): string | undefined {
  // `..;` is a dot segment to servers that strip path parameters.
  if (/(?:^|\/)\.{1,2}(?:;[^/]*)?(?:\/|$)/.test(path)) return 'a dot segment'
  // A server that decodes twice would read another path than the one judged here.
  if (/%(?:2[35ef]|3[bf]|5c|[01][0-9a-f]|7f)/i.test(path)) return 'a doubly encoded character'
  return undefined
}

function normalizeEscapes(path: string): string {
  if (!path.includes('%')) return path
  return path.replace(ESCAPE, (triplet) => {
    const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16))
    return UNRESERVED.test(character) ? character : triplet.toUpperCase()
  })
}

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

  if (authority.includes('@')) return ambiguous('a user name before the host')
  const base = URL.parse(`${scheme}://${authority}`)
  if (base === null) return ambiguous('an invalid host')
  const host = base.hostname.replace(/\.$/, '')
  if (host === '' || host.endsWith('.')) return ambiguous('an invalid host')

  const path = rawPath === '' ? '/' : rawPath
  const trick = findTrick(path)
  if (trick !== undefined) return ambiguous(trick)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x20\x7f-\uffff]/.test(search)) return ambiguous('a character that has to be percent-encoded')

  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    return ambiguous('percent-encoding that is not valid UTF-8')
  }
  const decodedTrick = findTrickInDecoded(decoded)
  if (decodedTrick !== undefined) return ambiguous(decodedTrick)

  const protocol = scheme.toLowerCase() === 'https' ? 'https:' : 'http:'
  const isLocal = isLocalHost(host)
  const port = base.port === '' ? '' : `:${base.port}`
  const origin = isLocal ? `${protocol}//${host}${port}` : `https://${host}`
  return ok({
    href: `${protocol}//${host}${port}${normalizeEscapes(path)}${search}`,
    origin,
    protocol,
    host,
    path: decoded,
    search,
    isLocal,
  })
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

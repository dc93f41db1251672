import type { AmbiguousPart } from '../base/evidence.ts'
import { isLocalHost } from '../base/local-host.ts'
import { err, ok, type Result } from '../base/result.ts'
import { type Reading, readingsOf, UNENCODED, UNWRITABLE } from './readings.ts'

/**
 * The address of a request, parsed once: it picks the site, is judged by the rules in every reading that its path has, and goes to
 * the upstream as it was written, so that no two of them can see different paths (CVE-2023-33189, CVE-2026-39407 and their relatives).
 */
export interface CanonicalUrl {
  /** What the upstream gets: the path byte for byte as it came. */
  readonly href: string
  /** Scheme, host and port for the URLs we build; `https://<host>` except on this machine. */
  readonly origin: string
  readonly protocol: 'http:' | 'https:'
  /** Lower case, punycode, without port and trailing dot. */
  readonly host: string
  /** Decoded once. Never contains a dot segment or a control character. */
  readonly path: string
  /** Every way in which a server may read the path. */
  readonly readings: readonly Reading[]
  /** From `?` on, or empty; never judged by rules (CVE-2025-54576). */
  readonly search: string
  /** `localhost`, `*.localhost` or a loopback address: plain http and any port are fine. */
  readonly isLocal: boolean
}

/** Stands for the host of an address that has no one reading. No host is spelled like that. */
export const UNREADABLE_HOST = 'this site'

export interface AmbiguousUrl {
  readonly reason: 'url_ambiguous'
  readonly part: AmbiguousPart
}

/** Path and query as they go into a URL (RFC 9112 section 3.2.1): what a browser or server would make of them. */
export function requestTarget({ href }: CanonicalUrl): string {
  const { pathname, search } = new URL(href)
  return pathname + search
}

const REQUEST_URL = /^(https?):\/\/([^/?#\\]+)([^?#]*)(\?[^#]*)?$/i

/** What {@link isOrigin} asks for. */
export const ORIGIN_FORM = 'must be https://host without a path; http only for a loopback address'

/** Whether a text is a scheme and a host that may be trusted with secrets: https, or http on this machine; no path. */
export function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '')
    return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocalHost(url.hostname))
}

/** What {@link isServer} asks for. */
export const SERVER_FORM = 'must be https://host or https://host/path; http only for a loopback address'

/** The same with a path in it, which is put in front of others. */
export function isServer(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null && isOrigin(url.origin) && /^(\/[\w~.-]+)*\/?$/.test(url.pathname) && !/[?#@]/.test(text)
  )
}

/** What {@link isPublicUrl} asks for. */
export const PUBLIC_URL_FORM = 'must be https://host, without a port or a path'

/** Whether a value is where visitors find a site: its `https://host`, which is all that the addresses we build have of it. */
export function isPublicUrl(value: unknown): boolean {
  return typeof value === 'string' && isOrigin(value) && /^https:\/\/[^/:]+\/?$/.test(value)
}

/** The addresses that were read last: people ask for the same pages again and again, and most of those come with the same files. */
const known = new Map<string, Result<CanonicalUrl, AmbiguousUrl>>()
const MAX_KNOWN = 1000

/**
 * Parses the address of a request, or refuses what has no meaning that rules could judge. The whole text decides, so what came out once
 * is remembered.
 *
 * @param requestUrl `request.url` as the runtime gives it: workerd passes the request target through untouched
 */
export function parseCanonicalUrl(requestUrl: string): Result<CanonicalUrl, AmbiguousUrl> {
  const remembered = known.get(requestUrl)
  if (remembered !== undefined) return remembered
  const parsed = parse(requestUrl)
  // One with many readings takes more room than a page is worth.
  if (requestUrl.length < 300 && parsed.ok && parsed.value.readings.length === 1) {
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(requestUrl, parsed)
  }
  return parsed
}

function parse(requestUrl: string): Result<CanonicalUrl, AmbiguousUrl> {
  const ambiguous = (part: AmbiguousPart) => err<AmbiguousUrl>({ reason: 'url_ambiguous', part })

  const match = REQUEST_URL.exec(requestUrl)
  if (match === null) return ambiguous('something that is not a plain path and query')
  const [, scheme = '', authority = '', rawPath = '', search = ''] = match

  const place = readAuthority(scheme, authority)
  if (typeof place === 'string') return ambiguous(place)

  const path = rawPath === '' ? '/' : rawPath
  if (!path.startsWith('/')) return ambiguous('a backslash behind the host')
  if (UNWRITABLE.test(search)) return ambiguous(UNENCODED)
  const readings = readingsOf(path)
  if (!readings.ok) return ambiguous(readings.error)
  const { base, ...where } = place
  const isPlain = !/[%\\]/.test(path)
  // A backslash would leave here as a slash.
  const written = isPlain ? path : path.replaceAll('\\', '%5C')
  const decoded = isPlain ? path : decodeURIComponent(path)
  return ok({ ...where, href: base + written + search, path: decoded, readings: readings.value, search })
}

type Place = Pick<CanonicalUrl, 'origin' | 'protocol' | 'host' | 'isLocal'> & { readonly base: string }

/** A deployment is reached by few names, however many requests come. */
const places = new Map<string, Place | AmbiguousPart>()
const MAX_PLACES = 200

/** @returns where a request arrived, or what is wrong with it */
function readAuthority(scheme: string, authority: string): Place | AmbiguousPart {
  const text = `${scheme}://${authority}`
  const known = places.get(text)
  if (known !== undefined) return known
  const place = parseAuthority(scheme, authority, text)
  if (places.size >= MAX_PLACES) places.clear()
  if (text.length < 300) places.set(text, place)
  return place
}

function parseAuthority(scheme: string, authority: string, text: string): Place | AmbiguousPart {
  if (authority.includes('@')) return 'a user name before the host'
  const url = URL.parse(text)
  const host = url?.hostname.replace(/\.$/, '') ?? ''
  if (url === null || host === '' || host.endsWith('.')) return 'an invalid host'
  const protocol = scheme.toLowerCase() === 'https' ? 'https:' : 'http:'
  const isLocal = isLocalHost(host)
  const base = `${protocol}//${host}${url.port === '' ? '' : `:${url.port}`}`
  return { base, origin: isLocal ? base : `https://${host}`, protocol, host, isLocal }
}

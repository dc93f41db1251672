import type { Upstream } from '../config.ts'
import { type CanonicalUrl, requestTarget } from '../policy/canonical-url.ts'
import type { Reading } from '../policy/readings.ts'

/** Another server, as the configuration names it. */
export type Origin = Extract<Upstream, { kind: 'origin' }>

/**
 * The address of a page at its origin: without the prefix that the site puts in front, and below the path in the origin's URL.
 *
 * @returns `undefined` for a path that is written so that the prefix cannot be taken off, such as `//api/x`
 */
export function originAddress({ url, stripPrefix }: Origin, page: CanonicalUrl): string | undefined {
  const { origin, pathname } = new URL(url)
  // Some servers take what follows two slashes for a host, and would read another path than the rules have judged.
  const becomesHost = ({ path }: Reading) => path.startsWith(`${stripPrefix}//`)
  if (stripPrefix !== undefined && page.readings.some(becomesHost)) return undefined
  const rest = withoutPrefix(requestTarget(page), stripPrefix)
  return rest === undefined ? undefined : origin + base(pathname) + rest
}

/**
 * A `Location` for the browser. An origin that names itself, under either scheme, means the site: its own address is nobody's to know, and
 * past the gate. One that is told the site's host names itself by that; to any other, the site's address is the address it wants.
 *
 * @param asked the address that the origin was asked for
 */
export function siteLocation(given: string, origin: Origin, page: CanonicalUrl, asked: string): string {
  // As browsers read it (URL Standard): tabs and line ends are not there, and a backslash is a slash.
  const location = given.replace(/[\t\n\r]/g, '').trim()
  const target = URL.parse(location, asked)
  if (target === null) return given
  const isRelative = !/^(?:[a-z][a-z\d+.-]*:|[/\\]{2})/i.test(location)
  const ownNames = [new URL(origin.url), ...(origin.passHost === true ? [new URL(page.origin)] : [])]
  if (!isRelative && !ownNames.some((own) => namesSameServer(target, own))) return given
  if (isRelative && !isMoved(origin)) return given
  const path = sitePath(target.pathname, origin) + target.search + target.hash
  // Two slashes in front would name a host.
  return isRelative && !path.startsWith('//') ? path : page.origin + path
}

/** A `Set-Cookie` line whose `Path` is one of the site (RFC 6265 section 5.2.4). `__Host-` cookies have no other than `/`. */
export function siteCookie(line: string, origin: Origin): string {
  if (/^\s*__Host-/i.test(line)) return line
  return line.replace(/(;\s*path\s*=\s*)(\/[^;]*)/gi, (_all, name: string, path: string) => {
    const mapped = sitePath(path.trimEnd(), origin)
    return name + (mapped === '/' ? mapped : mapped.replace(/\/$/, ''))
  })
}

/** Whether an origin has its pages under other paths than the site. */
export const isMoved = ({ url, stripPrefix }: Origin): boolean =>
  stripPrefix !== undefined || base(new URL(url).pathname) !== ''

/**
 * A path of the origin as the site has it; one that is not below the origin's own is left as it is. So is one with the prefix in front:
 * the origin is told of it (`X-Forwarded-Prefix`), and many put it there themselves.
 */
function sitePath(path: string, { url, stripPrefix }: Origin): string {
  if (stripPrefix !== undefined && withoutPrefix(path, stripPrefix) !== undefined) return path
  const rest = withoutPrefix(path, base(new URL(url).pathname))
  return rest === undefined ? path : (stripPrefix ?? '') + rest
}

const base = (pathname: string): string => pathname.replace(/\/$/, '')

/** By host and port, under either scheme, whose own port is written by neither. */
const namesSameServer = (one: URL, other: URL): boolean =>
  /^https?:$/.test(one.protocol) && one.host === other.host

/** Takes whole segments off the front, which may be written with escapes. */
function withoutPrefix(target: string, prefix = ''): string | undefined {
  const wanted = prefix.split('/').slice(1)
  const [path = '', ...rest] = target.split(/(?=[?#])/)
  const given = path.split('/').slice(1)
  if (!wanted.every((segment, at) => decoded(given[at]) === segment)) return undefined
  return `/${given.slice(wanted.length).join('/')}${rest.join('')}`
}

function decoded(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment)
  } catch {
    return segment
  }
}

import { parse, serialize } from 'hono/utils/cookie'
import type { Seconds } from '../base/time.ts'

/** The names of all our cookies, without prefix; `login` is completed by the transaction it belongs to. */
const NAMES = {
  session: 'gh-session',
  refresh: 'gh-refresh',
  login: 'gh-login-',
  attempts: 'gh-attempts',
  hint: 'gh-hint',
  /** How many sessions a person has just ended, to be said on the page that they are led back to. */
  ended: 'gh-ended',
} as const

export type CookieKind = keyof typeof NAMES

/**
 * Who may bring a cookie, by the way in which a site is reached: over plain http, which is only this machine, Safari refuses Secure cookies.
 * A site in frames of other sites gets its cookies back there too, but only below the site that they were set below
 * (Cookies Having Independent Partitioned State).
 */
const ATTRIBUTES = {
  http: { secure: false, sameSite: 'Lax' },
  https: { secure: true, sameSite: 'Lax' },
  embedded: { secure: true, sameSite: 'None', partitioned: true },
} as const

export type CookieScope = keyof typeof ATTRIBUTES

/**
 * The name that a browser sends. `__Host-` (RFC 6265bis section 4.1.3.2) keeps other hosts and paths from
 * setting it, and needs the Secure flag.
 */
export const cookieName = (kind: CookieKind, scope: CookieScope, suffix = ''): string =>
  `${ATTRIBUTES[scope].secure ? '__Host-' : ''}${NAMES[kind]}${suffix}`

/**
 * Of two cookies of the name the first, which browsers mean by their order (RFC 6265 section 5.4). Hono drops
 * spaces and tabs around a name and nothing else: behind a no-break space it is another name (CVE-2026-39410).
 */
export function readCookie(
  header: string | null,
  kind: CookieKind,
  scope: CookieScope,
  suffix = '',
): string | undefined {
  const name = cookieName(kind, scope, suffix)
  return header === null ? undefined : parse(header, name)[name]
}

/** All cookies of a kind, by suffix. */
export function readCookies(
  header: string | null,
  kind: CookieKind,
  scope: CookieScope,
): { readonly suffix: string; readonly value: string }[] {
  const start = cookieName(kind, scope)
  return Object.entries(parse(header ?? ''))
    .filter(([name]) => name.startsWith(start))
    .map(([name, value]) => ({ suffix: name.slice(start.length), value }))
}

/** A `Set-Cookie` value. Deleting takes the same attributes: a browser ignores a deletion that differs. */
export const setCookie = (
  kind: CookieKind,
  scope: CookieScope,
  value: string,
  maxAge: Seconds | 0,
  suffix = '',
): string =>
  serialize(cookieName(kind, scope, suffix), value, {
    maxAge,
    path: '/',
    httpOnly: true,
    ...ATTRIBUTES[scope],
  })

/**
 * As many login cookies as one answer deletes. In ordinary use that is one; scripts of the site can leave
 * hundreds, and browsers bring them all. Ten deletions are 1 KB of headers, of which proxies in front often
 * take no more than 4; what is left over goes with the next logins.
 */
export const MAX_LOGIN_DELETIONS = 10

/**
 * The login cookies of a request that a `Set-Cookie` can name (RFC 6265 section 4.1.1); browsers send others,
 * too.
 */
export const loginCookies = (header: string | null, scope: CookieScope) =>
  readCookies(header, 'login', scope).filter(({ suffix }) => /^[\w-]*$/.test(suffix))

/** A `Set-Cookie` value that deletes. */
export const clearCookie = (kind: CookieKind, scope: CookieScope, suffix = ''): string =>
  setCookie(kind, scope, '', 0, suffix)

/**
 * What is left of a `Cookie` header without our cookies, with and without prefix; `undefined` if nothing is.
 * Several such headers reach a Worker as one, with commas (RFC 9110 section 5.3), so ours may stand behind
 * one of those too.
 */
export function withoutOurCookies(header: string): string | undefined {
  const kept = header.split(';').flatMap((pair) => {
    const parts = pair.split(',').filter((part) => !isOurs(nameOf(part)))
    return parts.length === 0 ? [] : [parts.join(',')]
  })
  const left = kept.join(';').trim()
  return left === '' ? undefined : left
}

/**
 * Whether a `Set-Cookie` line of an upstream would set, change or delete a cookie of ours, with any prefix
 * and in any case. Of a pair without a name browsers keep, and send, the value alone (RFC 6265bis section
 * 5.6), which would read as name and value then.
 */
export function setsOurCookie(line: string): boolean {
  const [pair = ''] = line.replaceAll(/\p{Cc}/gu, ' ').split(';', 1)
  return isOurs(nameOf(pair.replace(/^[\s=]+/, '')))
}

/** `__Http-` and `__Host-Http-` are newer: RFC 6265bis section 4.1.3. */
const PREFIX = /^__(?:Host-Http|Host|Http|Secure)-/i

const nameOf = (pair: string): string =>
  (pair.split('=', 1)[0] ?? '').trim().replace(PREFIX, '').toLowerCase()

const isOurs = (name: string): boolean =>
  Object.values(NAMES).some((ours) => (ours === NAMES.login ? name.startsWith(ours) : name === ours))

import { parse, serialize } from 'hono/utils/cookie'
import type { Seconds } from '../time.ts'

/** The names of all our cookies, without prefix; `login` is completed by the transaction it belongs to. */
const NAMES = {
  session: 'gh-session',
  refresh: 'gh-refresh',
  login: 'gh-login-',
} as const

export type CookieKind = keyof typeof NAMES

/** One set of attributes for setting and for deleting: a browser ignores a deletion that differs. */
const ATTRIBUTES = { path: '/', httpOnly: true, sameSite: 'Lax' } as const

/**
 * The name that a browser sends. `__Host-` (RFC 6265bis section 4.1.3.2) keeps other hosts and paths from setting it;
 * over plain http, which is only this machine, Safari refuses Secure cookies, so prefix and flag are left out.
 *
 * @param secure whether the request came over https
 */
export const cookieName = (kind: CookieKind, secure: boolean, suffix = ''): string =>
  `${secure ? '__Host-' : ''}${NAMES[kind]}${suffix}`

export function readCookie(
  header: string | null,
  kind: CookieKind,
  secure: boolean,
  suffix = '',
): string | undefined {
  if (header === null) return undefined
  const name = cookieName(kind, secure, suffix)
  return parse(header, name)[name]
}

/** All cookies of a kind, by suffix. */
export function readCookies(
  header: string | null,
  kind: CookieKind,
  secure: boolean,
): { readonly suffix: string; readonly value: string }[] {
  if (header === null) return []
  const start = cookieName(kind, secure)
  return Object.entries(parse(header))
    .filter(([name]) => name.startsWith(start))
    .map(([name, value]) => ({ suffix: name.slice(start.length), value }))
}

/** A `Set-Cookie` value. */
export const setCookie = (
  kind: CookieKind,
  secure: boolean,
  value: string,
  maxAge: Seconds,
  suffix = '',
): string => serialize(cookieName(kind, secure, suffix), value, { ...ATTRIBUTES, secure, maxAge })

/** A `Set-Cookie` value that deletes. */
export const clearCookie = (kind: CookieKind, secure: boolean, suffix = ''): string =>
  serialize(cookieName(kind, secure, suffix), '', { ...ATTRIBUTES, secure, maxAge: 0 })

/** What is left of a `Cookie` header without our cookies, with and without prefix; `undefined` if nothing is. */
export function withoutOurCookies(header: string): string | undefined {
  const kept = header.split(';').filter((pair) => {
    const name = (pair.split('=', 1)[0] ?? '').trim().replace(/^__(?:Host|Secure)-/i, '')
    return !isOurs(name.toLowerCase())
  })
  const left = kept.join(';').trim()
  return left === '' ? undefined : left
}

const isOurs = (name: string): boolean =>
  name === NAMES.session || name === NAMES.refresh || name.startsWith(NAMES.login)

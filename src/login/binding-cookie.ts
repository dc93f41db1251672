import * as base64url from 'jose/base64url'
import { type EpochSeconds, elapsed } from '../base/time.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { isAuthentic, mac } from '../crypto/mac.ts'
import { type CookieScope, loginCookies, MAX_LOGIN_DELETIONS } from '../request/cookies.ts'
import { LOGIN_TRANSACTION_LIFETIME } from './login-transaction.ts'

/**
 * The browser's half of a login transaction. The whole text of the cookie seals the record, so none of it can
 * be altered; it also remembers what it takes to start again when the record does not arrive.
 */
export interface Binding {
  readonly createdAt: EpochSeconds
  /** How often this login has been started again already. */
  readonly restarts: number
  readonly secret: string
  /**
   * The query of the login link: selectors and `return_to`. Goes through every check again when it is used.
   */
  readonly query: string
}

/**
 * More than a login link of this size is not remembered: five of these cookies have to fit into a request.
 */
export const MAX_QUERY_LENGTH = 600

/** The number of logins that one browser can have open, in as many tabs. */
export const MAX_BINDINGS = 5

/** The part of a state's hash that completes the name of its cookie. */
export const bindingSuffix = (stateHash: string): string => stateHash.slice(0, 8)

export function formatBinding({ createdAt, restarts, secret, query }: Binding): string {
  const kept = query.length <= MAX_QUERY_LENGTH ? query : ''
  return [createdAt.toString(36), String(restarts), secret, base64url.encode(kept)].join('.')
}

const PURPOSE = 'login binding'

/** The text of the cookie: {@link formatBinding}, and a code by which it is known as ours before its record is looked for. */
export async function sealedBinding(binding: Binding, stateHash: string, keyRing: KeyRing): Promise<string> {
  const text = formatBinding(binding)
  return `${text}.${await mac(`${stateHash}.${text}`, PURPOSE, keyRing)}`
}

/** Whether a login was begun here with this state and this cookie, not longer ago than logins take. */
export async function isGenuine(
  cookie: string,
  stateHash: string,
  keyRing: KeyRing,
  now: EpochSeconds,
): Promise<boolean> {
  const end = cookie.lastIndexOf('.')
  const text = cookie.slice(0, end)
  const binding = parseBinding(text)
  return (
    binding !== undefined &&
    elapsed(binding.createdAt, now) <= LOGIN_TRANSACTION_LIFETIME &&
    isAuthentic(`${stateHash}.${text}`, cookie.slice(end + 1), PURPOSE, keyRing)
  )
}

/** @returns what the cookie says, of which nothing is proven until it has opened a record */
export function parseBinding(text: string): Binding | undefined {
  const match = /^([0-9a-z]{1,8})\.(\d)\.([\w-]{43})\.([\w-]*)(?:\.[\w-]{43})?$/.exec(text)
  if (match === null) return undefined
  const [, createdAt = '', restarts = '', secret = '', query = ''] = match
  try {
    return {
      createdAt: Number.parseInt(createdAt, 36) as EpochSeconds,
      restarts: Number(restarts),
      secret,
      query: new TextDecoder().decode(base64url.decode(query)),
    }
  } catch {
    return undefined
  }
}

/**
 * The suffixes of the cookies to delete so that one more fits: whatever is not one of ours, then the oldest.
 * Names that browsers send but no `Set-Cookie` may hold (RFC 6265 section 4.1.1) cannot be deleted, and are
 * left alone.
 */
export function surplusBindings(cookieHeader: string | null, scope: CookieScope): string[] {
  const oldestFirst = loginCookies(cookieHeader, scope)
    .map(({ suffix, value }) => ({ suffix, createdAt: parseBinding(value)?.createdAt ?? 0 }))
    // Of two that began in the same second, browsers send the older one first (RFC 6265 section 5.4).
    .sort((a, b) => a.createdAt - b.createdAt)
  const surplus = Math.max(0, oldestFirst.length - (MAX_BINDINGS - 1))
  return oldestFirst.slice(0, Math.min(surplus, MAX_LOGIN_DELETIONS)).map(({ suffix }) => suffix)
}

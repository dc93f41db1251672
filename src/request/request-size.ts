import type { LongPart } from '../base/evidence.ts'
import type { Refusal } from '../base/refusal.ts'

/** Servers behind the gate take no more in one line (Node: 16 KiB), and their answer would not say what is wrong. */
const LIMIT = 16 * 1024
/** Far more than browsers send, and far less than the 128 KB that Cloudflare lets through. */
const LIMIT_OF_ALL = 32 * 1024
const MAX_NAME_SHOWN = 64

/** Refuses what is too long for any use here, before it is looked at (RFC 6585 section 5). */
export function checkAddress(url: string, cookies: string | null): Refusal | undefined {
  if (url.length > LIMIT) return tooLarge('address', LIMIT)
  return cookies !== null && cookies.length > LIMIT ? tooLarge('cookie header', LIMIT) : undefined
}

/** The same for all headers. Looking at each costs as much as all else that is done for a page, so this is left out where a person who is signed in reads a file. */
export function checkHeaders(headers: Headers): Refusal | undefined {
  let all = 0
  for (const [name, value] of headers) {
    const line = name.length + value.length
    if (line > LIMIT) return tooLarge(`${name.slice(0, MAX_NAME_SHOWN)} header`, LIMIT)
    all += line
  }
  return all > LIMIT_OF_ALL ? tooLarge('headers', LIMIT_OF_ALL) : undefined
}

const tooLarge = (part: LongPart, limit: number): Refusal => ({ reason: 'request_too_large', part, limit })

import type { Refusal } from '../refusal.ts'

/** What servers behind the gate take at most (Node: 16 KiB of headers), so that the answer says what is wrong. */
const LIMIT = 16_384

/** Refuses what is too long for any use here, before it is looked at (RFC 6585 section 5). */
export function checkRequestSize({ url, headers }: Request): Refusal | undefined {
  const tooLarge = (part: string): Refusal => ({ reason: 'request_too_large', part, limit: LIMIT })
  if (url.length > LIMIT) return tooLarge('address')
  if ((headers.get('Cookie')?.length ?? 0) > LIMIT) return tooLarge('Cookie header')
  return undefined
}

import { decodeJwt, decodeProtectedHeader } from 'jose'

/** What a signed token says, without its signature: nobody can use it. */
export interface DecodedToken {
  /** Such as `id_token`. */
  readonly name: string
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

/** Longer lists are cut off, or a hundred requests with huge groups would fill the memory. */
const MAX_ITEMS = 20
const MAX_TEXT = 300

/** @returns one token, or none where the text is none */
export function decodeToken(name: string, token: string): DecodedToken[] {
  try {
    const claims = Object.entries(decodeJwt(token)).map(([claim, value]) => [claim, inShort(value)])
    return [{ name, header: { ...decodeProtectedHeader(token) }, claims: Object.fromEntries(claims) }]
  } catch {
    return []
  }
}

function inShort(value: unknown): unknown {
  if (typeof value === 'string' && value.length > MAX_TEXT) return `${value.slice(0, MAX_TEXT)}…`
  if (!Array.isArray(value) || value.length <= MAX_ITEMS) return value
  return [...value.slice(0, MAX_ITEMS), `… and ${value.length - MAX_ITEMS} more`]
}

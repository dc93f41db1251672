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
const MAX_CLAIMS = 100

/** @returns one token, or none where the text is none */
export function decodeToken(name: string, token: string): DecodedToken[] {
  try {
    return [{ name, header: allInShort(decodeProtectedHeader(token)), claims: allInShort(decodeJwt(token)) }]
  } catch {
    return []
  }
}

const allInShort = (members: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(members)
      .slice(0, MAX_CLAIMS)
      .map(([name, value]) => [name.slice(0, MAX_TEXT), inShort(value)]),
  )

function inShort(value: unknown): unknown {
  if (typeof value === 'string') return cut(value)
  if (!Array.isArray(value)) return isShort(value) ? value : cut(JSON.stringify(value))
  const items = value.slice(0, MAX_ITEMS).map(inShort)
  return value.length <= MAX_ITEMS ? items : [...items, `… and ${value.length - MAX_ITEMS} more`]
}

const isShort = (value: unknown): boolean => JSON.stringify(value).length <= MAX_TEXT

const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text)

import { expect } from 'vitest'
import { shownCode, type World } from '../world.ts'
import type { Case } from './page.ts'

/** Makes something go wrong. */
export type Play = () => Promise<Played>

/** The plays of an entry, one for each of its cases. */
export type Plays = Readonly<Record<string, readonly Play[]>>

export interface Played {
  readonly world: World
  readonly shown: Shown
}

/** What a person has before them then. */
export interface Shown {
  readonly status: number
  readonly code: string | undefined
  /** The text of a page, the address of a redirect, or the body of anything else. */
  readonly text: string
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&#39;': "'",
  '&quot;': '"',
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
}

/** A page as it is read, without markup. */
export async function shownBy(response: Response): Promise<Shown> {
  const { status, headers } = response
  const body = await response.clone().text()
  const isPage = headers.get('Content-Type')?.includes('html') ?? false
  const plain = body
    .replace(/(?<=[^>\s] )<code>(.*?)<\/code>/g, '`$1`')
    .replace(/<(style|title)\b.*?<\/\1>|<[^>]*>/gs, ' ')
    .replace(/&[#\w]+;/g, (it) => ENTITIES[it] ?? it)
  const text = headers.get('Location') ?? (isPage ? plain.replace(/\s+/g, ' ') : body)
  return {
    status,
    code: isPage || headers.get('Content-Type')?.includes('problem') ? await shownCode(response) : undefined,
    text,
  }
}

/** Holds what was played to what the page says of it. */
export function expectAs({ seen, log }: Case, { world, shown }: Played): void {
  expect(shown).toMatchObject({ status: seen.status, code: seen.code })
  for (const quote of seen.quotes) expect(shown.text).toContain(quote)
  if (log.length === 0) expect(world.log).toEqual([])
  for (const part of log) expect(world.log).toContainEqual(likeIt(part))
}

/** Whatever has at least these fields; in a text `…` stands for any other. */
function likeIt(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(likeIt)
  if (typeof part === 'object' && part !== null)
    return expect.objectContaining(
      Object.fromEntries(Object.entries(part).map(([name, value]) => [name, likeIt(value)])),
    )
  if (typeof part !== 'string' || !part.includes('…')) return part
  return expect.stringMatching(new RegExp(`^${part.split('…').map(RegExp.escape).join('.*')}$`, 's'))
}

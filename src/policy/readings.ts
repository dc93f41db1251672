import type { AmbiguousPart } from '../base/evidence.ts'
import { err, ok, type Result } from '../base/result.ts'

/** One way in which a server may read a path. */
export interface Reading {
  readonly path: string
  /** How it comes about, for operators: `decoded, // as one slash`. Empty for the path as it was written. */
  readonly how: string
}

/** What servers are known to do to a path, in any order and more than once. */
const STEPS: readonly (readonly [how: string, read: (path: string) => string])[] = [
  ['decoded', decodeLeniently],
  // `new URL(target, base)` in Node, `parse_url` in PHP: what follows two slashes is a host to them
  ['//host as a host', (path) => path.replace(/^\/{2,}[^/]*/, '') || '/'],
  // Windows, and the URL parser of browsers
  ['\\ as a slash', (path) => path.replaceAll('\\', '/')],
  // nginx (`merge_slashes`), Go, Cloudflare's static files
  ['// as one slash', (path) => path.replace(/\/{2,}/g, '/')],
  // Tomcat, Jetty, Spring (RFC 3986 section 3.3)
  ['without ;parameters', (path) => path.replace(/;[^/]*/g, '')],
  // whoever decodes first and splits then (CVE-2026-41059)
  ['cut at # or ?', (path) => path.replace(/[#?].*$/s, '')],
  // ASP.NET: sessions without cookies (CVE-2023-36899)
  ['without (S(…))', (path) => path.replace(/\/(?:\([a-z]\([^/)]*\)\))+(?=\/)/gi, '')],
  // NTFS: the stream that is the file itself
  ['without ::$DATA', (path) => path.replace(/:[^/:]*:\$(?:data|index_allocation)/gi, '')],
  // Windows
  ['without dots and spaces behind names', (path) => path.split('/').map(withoutTail).join('/')],
  // macOS
  ['in Unicode normal form', (path) => path.normalize('NFC')],
]

/** So much text is looked at for one path. An ordinary one has one reading, and the strangest real ones a dozen. */
export const MAX_CHARACTERS = 24 * 1024
const TOO_MANY = 'more ways to read it than can be judged'

/** Most paths: none of the steps finds anything in them, and no name begins or ends with a dot, so that they have one reading. */
const PLAIN = /^(?:\/[\w~@:+,=!&'*-](?:[\w.~@:+,=!&'*-]*[\w~@:+,=!&'*-])?)*\/?$/

/**
 * Every reading of a path: what comes out however often the steps above are taken, in whatever
 * order. Case, and the names of pages, depend on what is behind the gate: see rule-index.ts.
 *
 * @param path as it came, beginning with a slash
 * @returns the readings, or what makes the path one that nobody may have: dot segments, control characters, or escapes that are
 *   incomplete or no UTF-8, in any reading
 */
export function readingsOf(path: string): Result<readonly Reading[], AmbiguousPart> {
  if (path.length > MAX_CHARACTERS) return err(TOO_MANY)
  if (PLAIN.test(path)) return ok([{ path, how: '' }])
  if (UNWRITABLE.test(path)) return err(UNENCODED)
  if (/%(?![0-9a-f]{2})/i.test(path)) return err('an incomplete percent-encoding')
  const texts = readOnce(path)
  if (texts === undefined) return err('percent-encoding that is not valid UTF-8')

  const found = new Map([[texts.written, '']])
  if (!found.has(texts.decoded)) found.set(texts.decoded, 'decoded')
  let characters = 0
  // What is added meanwhile is visited too.
  for (const [reading, how] of found) {
    const trick = findTrick(reading)
    if (trick !== undefined) return err(trick)
    characters += reading.length
    if (characters > MAX_CHARACTERS) return err(TOO_MANY)
    for (const [step, read] of STEPS) {
      const next = read(reading)
      if (!found.has(next)) found.set(next, how === '' ? step : `${how}, ${step}`)
    }
  }
  return ok([...found].map(([reading, how]) => ({ path: reading, how })))
}

/** The readings of a path as somebody writes it, in their own letters. @returns `undefined` for text that is no Unicode */
export const readingsOfPattern = (path: string): ReturnType<typeof readingsOf> | undefined =>
  path.isWellFormed() ? readingsOf(path.replace(/[^\x21-\x7e]+/g, encodeURIComponent)) : undefined

/** What no path or query holds (RFC 3986 section 2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
export const UNWRITABLE = /[\x00-\x20\x7f-\uffff]/
export const UNENCODED = 'a character that has to be percent-encoded'

/** Characters that a path may hold as they are (RFC 3986 section 3.3): escaping one makes another path to some routers. */
const WRITABLE = /[\w\-.~!$&'()*+,;=:@/\\]/

/**
 * What a router sees that does not decode, and what one sees that decodes once. A character that can only be written as an escape is
 * that character to both.
 *
 * @returns `undefined` where the escapes are no UTF-8
 */
function readOnce(path: string): { readonly written: string; readonly decoded: string } | undefined {
  const kept = path.replace(/%([0-7][0-9a-f])/gi, (triplet, hex: string) =>
    WRITABLE.test(String.fromCharCode(Number.parseInt(hex, 16))) ? `%25${hex}` : triplet,
  )
  try {
    return { written: decodeURIComponent(kept), decoded: decodeURIComponent(path) }
  } catch {
    return undefined
  }
}

const lenientUtf8 = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

/** As servers decode that let pass what is no escape. */
function decodeLeniently(path: string): string {
  if (!path.includes('%')) return path
  return path.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    lenientUtf8.decode(Uint8Array.from(run.slice(1).split('%'), (hex) => Number.parseInt(hex, 16))),
  )
}

/** Without a regular expression, which would look at a run of spaces again from each of them. */
function withoutTail(name: string): string {
  let end = name.length
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end -= 1
  return name.slice(0, end)
}

function findTrick(reading: string): AmbiguousPart | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x1f\x7f]/.test(reading)) return 'a control character'
  // Windows drops spaces behind the dots.
  return /(?:^|\/)\.{1,2} *(?:\/|$)/.test(reading) ? 'a dot segment' : undefined
}

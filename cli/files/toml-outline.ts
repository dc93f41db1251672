/** Where something stands: offsets of its first character, and behind its last. */
interface Span {
  readonly start: number
  readonly end: number
}

export interface TomlValue extends Span {
  readonly kind: 'plain' | 'array' | 'table'
  /** What stands last in an array or an inline table. */
  readonly last: Span | undefined
}

export interface TomlHeader {
  readonly path: readonly string[]
  readonly isArray: boolean
  readonly start: number
  /** Of the line break behind it. */
  readonly lineEnd: number
}

export interface TomlEntry {
  /** From the root of the file. Within an array of tables it has `[]` behind the name of that. */
  readonly path: readonly string[]
  readonly start: number
  readonly value: TomlValue
  /** Of the line break behind it. */
  readonly lineEnd: number
  /** The table that it stands under; `undefined` before the first one. */
  readonly header: TomlHeader | undefined
  /** It stands in the braces of an inline table. */
  readonly isInline: boolean
}

export interface TomlOutline {
  readonly headers: readonly TomlHeader[]
  readonly entries: readonly TomlEntry[]
}

/**
 * Where the tables and keys of a TOML file stand (TOML 1.0, and inline tables over several lines as in 1.1). It reads files that a parser
 * has found in order; of another one it may see anything.
 */
export function outlineOf(text: string): TomlOutline {
  const headers: TomlHeader[] = []
  const entries: TomlEntry[] = []
  const arrays = new Set<string>()
  let at = 0

  const skip = (pattern: RegExp) => {
    pattern.lastIndex = at
    at += pattern.exec(text)?.[0].length ?? 0
  }
  const take = (pattern: RegExp): string => {
    const from = at
    skip(pattern)
    // Whatever it is, the end comes nearer.
    if (at === from) at++
    return text.slice(from, at)
  }
  const lineEnd = () => {
    const found = text.slice(at).search(/\r?\n/)
    return found === -1 ? text.length : at + found
  }

  const keyPath = (): string[] => {
    const path: string[] = []
    do {
      skip(/[ \t]*/y)
      path.push(unquoted(take(KEY)))
      skip(/[ \t]*/y)
    } while (text[at] === '.' && ++at)
    return path
  }

  const value = (prefix: readonly string[], header: TomlHeader | undefined): TomlValue => {
    const start = at
    let last: Span | undefined
    const opening = text[at]
    if (opening !== '[' && opening !== '{') {
      take(STRING.test(text.slice(at, at + 1)) ? QUOTED : /[^\s,\]}#]+(?: \d[^\s,\]}#]*)?/y)
      return { kind: 'plain', start, end: at, last }
    }
    const closing = opening === '[' ? ']' : '}'
    at++
    for (;;) {
      skip(BLANKS)
      if (text[at] === closing || at >= text.length) break
      if (text[at] === ',') {
        at++
        continue
      }
      const itemStart = at
      if (opening === '[') value([...prefix, '[]'], header)
      else entry(prefix, header, true)
      last = { start: itemStart, end: at }
    }
    at++
    return { kind: opening === '[' ? 'array' : 'table', start, end: at, last }
  }

  const entry = (prefix: readonly string[], header: TomlHeader | undefined, isInline: boolean) => {
    const start = at
    const path = [...prefix, ...keyPath()]
    at++
    skip(/[ \t]*/y)
    const found = value(path, header)
    entries.push({ path, start, value: found, lineEnd: lineEnd(), header, isInline })
  }

  let header: TomlHeader | undefined
  for (;;) {
    skip(BLANKS)
    if (at >= text.length) return { headers, entries }
    if (text[at] !== '[') {
      entry(header?.path ?? [], header, false)
      continue
    }
    const start = at
    const isArray = text[at + 1] === '['
    at += isArray ? 2 : 1
    const path = keyPath()
    at += isArray ? 2 : 1
    if (isArray) arrays.add(path.join('\0'))
    header = { path: within(path, arrays), isArray, start, lineEnd: lineEnd() }
    headers.push(header)
  }
}

const KEY = /"(?:\\.|[^"\\])*"|'[^']*'|[\w-]+/y
const STRING = /["']/
const QUOTED =
  /"""[\s\S]*?(?<!(?<!\\)(?:\\\\)*\\)"""(?:"{0,2})|'''[\s\S]*?'''(?:'{0,2})|"(?:\\.|[^"\\])*"|'[^']*'/y
const BLANKS = /(?:[ \t\r\n]|#[^\n]*)*/y

function unquoted(key: string): string {
  if (key.startsWith("'")) return key.slice(1, -1)
  if (!key.startsWith('"')) return key
  try {
    return JSON.parse(key) as string
  } catch {
    // With an escape that only TOML has; no key that is looked for has one.
    return key
  }
}

/** A table below an array of tables belongs to the array's last element. */
function within(path: readonly string[], arrays: ReadonlySet<string>): string[] {
  return path.flatMap((key, depth) => (arrays.has(path.slice(0, depth + 1).join('\0')) ? [key, '[]'] : [key]))
}

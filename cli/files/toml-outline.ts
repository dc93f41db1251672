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
  const reader = new Reader(text)
  reader.readAll()
  return reader
}

/** Goes through a file once, from its first character to its last. */
class Reader implements TomlOutline {
  readonly headers: TomlHeader[] = []
  readonly entries: TomlEntry[] = []
  /** The arrays of tables so far, by their paths. */
  readonly #arrays = new Set<string>()
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  readAll(): void {
    for (;;) {
      this.#skip(BLANKS)
      if (this.#isAtEnd) return
      if (this.#next === '[') this.#readHeader()
      else this.#readEntry(this.headers.at(-1)?.path ?? [], false)
    }
  }

  #readHeader(): void {
    const start = this.#at
    const isArray = this.#text[start + 1] === '['
    const brackets = isArray ? 2 : 1
    this.#at += brackets
    const path = this.#readKeys()
    this.#at += brackets
    if (isArray) this.#arrays.add(path.join('\0'))
    this.headers.push({ path: within(path, this.#arrays), isArray, start, lineEnd: this.#lineEnd() })
  }

  #readEntry(prefix: readonly string[], isInline: boolean): void {
    const start = this.#at
    const path = [...prefix, ...this.#readKeys()]
    // The equals sign.
    this.#at++
    this.#skip(/[ \t]*/y)
    const value = this.#readValue(path)
    const header = this.headers.at(-1)
    this.entries.push({ path, start, value, lineEnd: this.#lineEnd(), header, isInline })
  }

  #readKeys(): string[] {
    const keys: string[] = []
    do {
      this.#skip(/[ \t]*/y)
      keys.push(unquoted(this.#take(KEY)))
      this.#skip(/[ \t]*/y)
    } while (this.#next === '.' && ++this.#at)
    return keys
  }

  #readValue(path: readonly string[]): TomlValue {
    const start = this.#at
    if (this.#next === '[') {
      const last = this.#readItems(']', () => this.#readValue([...path, '[]']))
      return { kind: 'array', start, end: this.#at, last }
    }
    if (this.#next === '{') {
      const last = this.#readItems('}', () => this.#readEntry(path, true))
      return { kind: 'table', start, end: this.#at, last }
    }
    this.#take(/["']/.test(this.#next) ? QUOTED : /[^\s,\]}#]+(?: \d[^\s,\]}#]*)?/y)
    return { kind: 'plain', start, end: this.#at, last: undefined }
  }

  /** Up to the bracket that closes them, and past it. @returns where the last one stands */
  #readItems(closing: string, readItem: () => void): Span | undefined {
    let last: Span | undefined
    this.#at++
    for (;;) {
      this.#skip(BLANKS)
      if (this.#next === closing || this.#isAtEnd) break
      if (this.#next === ',') {
        this.#at++
        continue
      }
      const start = this.#at
      readItem()
      last = { start, end: this.#at }
    }
    this.#at++
    return last
  }

  get #next(): string {
    return this.#text.charAt(this.#at)
  }

  get #isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at
    this.#at += pattern.exec(this.#text)?.[0].length ?? 0
  }

  #take(pattern: RegExp): string {
    const from = this.#at
    this.#skip(pattern)
    // Whatever it is, the end comes nearer.
    if (this.#at === from) this.#at++
    return this.#text.slice(from, this.#at)
  }

  #lineEnd(): number {
    const found = this.#text.slice(this.#at).search(/\r?\n/)
    return found === -1 ? this.#text.length : this.#at + found
  }
}

const KEY = /"(?:\\.|[^"\\])*"|'[^']*'|[\w-]+/y
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

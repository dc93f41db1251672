/** What docs/troubleshooting.md and the page beside it promise, as their tests read it. */

export interface Entry {
  readonly heading: string
  readonly text: string
  /** What one sees, each with what the log says then. */
  readonly cases: readonly Case[]
  /** What `gatehouse doctor` says of it, in quotes. */
  readonly doctor: readonly string[]
}

export interface Case {
  readonly seen: Seen
  /** Parts of lines of the log; none where the page says that there is nothing. */
  readonly log: readonly LogPart[]
}

/** `> 400 \`login_loop\` “…” “…”` */
export interface Seen {
  /** Of HTTP, or the code that a WebSocket is closed with. */
  readonly status: number
  readonly code: string | undefined
  readonly quotes: readonly string[]
}

export type LogPart = Readonly<Record<string, unknown>> & { readonly event: string }

const NOTHING = 'Nothing in the log.'

/** The entries of a page: its headings of the third level. A case ends with its log; the next one has the same words until it says others. */
export const entriesOf = (markdown: string): Entry[] =>
  markdown
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.replace(/^## .*/ms, '').split('\n')
      const text = lines.join('\n')
      const doctor = [...text.matchAll(/^\*\*Doctor:\*\* (.*)$/gm)].flatMap(([, line = '']) => quotesIn(line))
      return { heading, text, cases: casesOf(text), doctor }
    })

function casesOf(text: string): Case[] {
  const parts = [...text.matchAll(/^> ([^\n]*)$|^```json\n(.*?)^```$|^(Nothing in the log\.)/gms)]
  const cases: Case[] = []
  let seen: Seen | undefined
  for (const [, quote, json, nothing] of parts) {
    if (quote !== undefined) seen = seenIn(quote)
    else if (seen !== undefined) cases.push({ seen, log: nothing === NOTHING ? [] : linesOf(json ?? '') })
  }
  return cases
}

function seenIn(line: string): Seen {
  const [, status, code] = /^(\d{3,4})(?: `([^`]+)`)?/.exec(line) ?? []
  return { status: Number(status), code, quotes: quotesIn(line) }
}

const linesOf = (block: string): LogPart[] =>
  block
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LogPart)

const quotesIn = (line: string): string[] => [...line.matchAll(/“([^”]+)”/g)].map(([, quote = '']) => quote)
